"""How much a header is like the names that a column may have."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from typing import Final
from unicodedata import combining, normalize

from services.ingest.domain.contract import Column
from services.ingest.domain.widths import half_width
from services.ingest.mapping.proposal.simplified import simplified

_ASIDE: Final = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_MARKS: Final = re.compile(r"[\s_./\\:：、，,*#'\"-]+")
# Characters: what is longer is a text, and no name of anything.
_LONGEST: Final = 100
_INSIDE: Final = 0.85
# Of a value within a value, claim/persons, its own name tells most.
_WITHIN: Final = 0.95
_SHORTEST_INSIDE: Final = 2


def _read() -> Mapping[str, Sequence[str]]:
    text = files("services.ingest.mapping.proposal").joinpath("glossary.toml").read_text("utf-8")
    return tomllib.loads(text)


GLOSSARY: Final = _read()


def names_of(column: Column) -> frozenset[str]:
    """Return the names that a column may have, as they are compared."""
    return own_names(column) | frozenset(map(_plain, GLOSSARY.get(column.name, ())))


def own_names(column: Column) -> frozenset[str]:
    """Return the names that its contract gives a column: of several headers they are the surest."""
    return frozenset(map(_plain, (column.name, column.title.zh, column.title.en)))


def likeness(header: str, names: frozenset[str]) -> float:
    """Return from 0 to 1 how like a header is to one of the names."""
    return _likeness(header[:_LONGEST], names)


# Each cell of the first rows is compared with each column, several times: where is the header?
@lru_cache(maxsize=16_384)
def _likeness(header: str, names: frozenset[str]) -> float:
    whole, own = _plain(header), _plain(header.rsplit("/", 1)[-1])
    alike = max((_alike(whole, name) for name in names), default=0.0) if whole else 0.0
    if not own or own == whole:
        return alike
    return max(alike, _WITHIN * max((_alike(own, name) for name in names), default=0.0))


def _plain(name: str) -> str:
    # Offices call a day a date or a time, as it comes: 发现时间, 发现日期.
    narrow = simplified(half_width(name)).lower().replace("时间", "日期")
    # Period and Période are one word; marks upon letters are left out.
    narrow = "".join(letter for letter in normalize("NFD", narrow) if not combining(letter))
    return _MARKS.sub("", _ASIDE.sub("", narrow)) or _MARKS.sub("", narrow)


def _alike(one: str, other: str) -> float:
    if one == other:
        return 1.0
    short, long = sorted((one, other), key=len)
    if len(short) >= _SHORTEST_INSIDE and short in long:
        # The more of the long one it is, the surer.
        return _INSIDE * (0.5 + 0.5 * len(short) / len(long))
    mine, theirs = _pairs(one), _pairs(other)
    if not mine or not theirs:
        return 0.0
    return 2 * len(mine & theirs) / (len(mine) + len(theirs))


@lru_cache(maxsize=16_384)
def _pairs(text: str) -> frozenset[str]:
    return frozenset(text[place : place + 2] for place in range(len(text) - 1))
