"""Moments and words as the API takes and tells them."""

import unicodedata
from datetime import datetime
from typing import Annotated, Final

from pydantic import AfterValidator, BeforeValidator, StringConstraints

from shared.calendar import SHANGHAI


def _in_beijing(moment: datetime) -> datetime:
    return moment.astimezone(SHANGHAI)


# Spaces and separators of all scripts, control characters, zero-width and other format characters.
_UNSEEN: Final = frozenset({"Zs", "Zl", "Zp", "Cc", "Cf"})
# Letters and symbols that are drawn as nothing: fillers of Hangul, the empty one of Braille.
_FILLERS: Final = frozenset("\u115f\u1160\u3164\uffa0\u2800")


def _seen(said: object) -> object:
    """Strip what cannot be seen off both ends, so that what only looks empty is empty."""
    if not isinstance(said, str):
        return said
    unseen = {each for each in said if unicodedata.category(each) in _UNSEEN} | _FILLERS
    return said.strip("".join(unseen))


Moment = Annotated[datetime, AfterValidator(_in_beijing)]
Words = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=2000),
    BeforeValidator(_seen),
]
Name = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=100),
    BeforeValidator(_seen),
]
