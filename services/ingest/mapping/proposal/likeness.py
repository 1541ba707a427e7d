"""How much a header is like the names that a column may have."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import Final

from services.ingest.domain.contract import Column
from services.ingest.mapping.widths import half_width

_ASIDE: Final = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_MARKS: Final = re.compile(r"[\s_./\\:：、，,*#'\"-]+")
_INSIDE: Final = 0.85
_SHORTEST_INSIDE: Final = 2


def _read() -> Mapping[str, Sequence[str]]:
    text = files("services.ingest.mapping.proposal").joinpath("glossary.toml").read_text("utf-8")
    return tomllib.loads(text)


GLOSSARY: Final = _read()


def names_of(column: Column) -> frozenset[str]:
    """Return the names that a column may have, as they are compared."""
    own = (column.name, column.title.zh, column.title.en, *GLOSSARY.get(column.name, ()))
    return frozenset(_plain(name) for name in own)


def likeness(header: str, names: frozenset[str]) -> float:
    """Return from 0 to 1 how like a header is to one of the names."""
    plain = _plain(header)
    return max((_alike(plain, name) for name in names), default=0.0) if plain else 0.0


def _plain(name: str) -> str:
    narrow = half_width(name).lower()
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


def _pairs(text: str) -> set[str]:
    return {text[place : place + 2] for place in range(len(text) - 1)}
