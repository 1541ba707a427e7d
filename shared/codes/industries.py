"""Industries by GB/T 4754-2017: sections, divisions, groups and classes with their names."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files


class IndustryUnknown(ValueError):
    """GB/T 4754-2017 has no such code."""

    code = "industry_unknown"

    def __init__(self, asked: str) -> None:
        self.asked = asked
        super().__init__(f"no industry of GB/T 4754-2017: {asked!r}")


class Level(StrEnum):
    """How fine a code is: 门类, 大类, 中类, 小类."""

    SECTION = "section"
    DIVISION = "division"
    GROUP = "group"
    CLASS = "class"


@dataclass(frozen=True, slots=True)
class Industry:
    """One entry of the standard; `code` is a letter for a section, otherwise 2 to 4 digits.

    `parents` run from the section down: ("I", "65", "651") for 6513.
    """

    code: str
    name: str
    section: str
    level: Level
    parents: tuple[str, ...]


_LEVELS = {1: Level.SECTION, 3: Level.DIVISION, 4: Level.GROUP, 5: Level.CLASS}


def industry(code: str) -> Industry:
    """Return the industry of a code with or without its section: "I", "65", "I65", "6513", "I6513".

    Raise `IndustryUnknown` for any other, also for a section that the digits do not belong to.
    """
    found = _industries().get(code)
    if found is None:
        raise IndustryUnknown(code)
    return found


@cache
def _industries() -> Mapping[str, Industry]:
    """Read the table: rows of code with section ("I6513") and name, in the order of the codes."""
    table = files("shared.codes") / "data" / "gbt4754_2017.csv"
    rows = csv.DictReader(table.read_text(encoding="utf-8").splitlines())
    entries = [(row["code"], _entry(row["code"], row["name"])) for row in rows]
    return dict(entries) | {entry.code: entry for _, entry in entries}


def _entry(full_code: str, name: str) -> Industry:
    section, digits = full_code[0], full_code[1:]
    coarser = (digits[:length] for length in range(2, len(digits)))
    return Industry(
        code=digits or section,
        name=name,
        section=section,
        level=_LEVELS[len(full_code)],
        parents=(section, *coarser) if digits else (),
    )
