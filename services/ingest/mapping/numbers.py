"""Numbers as senders write them: `1,234`, `-5.5万`, `△12`, `（300）`, `１２８人`, `45%`."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from services.ingest.domain.widths import half_width

_BLANKS: Final = str.maketrans("", "", " \t\n\r'’")
_BRACKETS: Final = str.maketrans("", "", "()")
_SIGNS: Final = r"\-−–△▲▼"
# Bookkeepers write what is owed in brackets.
_OWED: Final = re.compile(r"\(([0-9][0-9.,]*)\)")
_WRITTEN: Final = re.compile(
    rf"(?P<before>[^0-9.,+{_SIGNS}]*)(?P<sign>[+{_SIGNS}]?)"
    r"(?P<number>[0-9]{1,15}|[0-9]{1,3}(?:,[0-9]{3}){1,4})"
    rf"(?P<rest>\.[0-9]{{1,15}})?(?:[eE]\+?(?P<power>[0-9]{{1,2}}))?(?P<after>[^0-9.,+{_SIGNS}]*)"
)
_SWAPPED: Final = str.maketrans(".,", ",.")
_MOST_POWER: Final = 15


class NumberUnreadable(ValueError):
    """The text is no number, or its unit is none of those that the mapping knows."""


@dataclass(frozen=True)
class NumberForm:
    """How a sender writes numbers: the units that may stand beside them and what each counts.

    `whole`: a fraction that is left, as meters have it, is rounded; halves upwards.
    """

    units: Mapping[str, Decimal] = field(default_factory=dict)
    decimal: str = "."
    whole: bool = False

    def read(self, text: str, *, unit: str = "") -> str:
        """Return the number in plain digits; `unit` is meant where it says none.

        Raises NumberUnreadable.
        """
        before, number, after = written(text, decimal=self.decimal)
        words = after + before or unit
        count = self.units.get(words)
        if count is None and words:
            raise NumberUnreadable(text)
        meant = number if count is None else number * count
        return plain(meant.to_integral_value(ROUND_HALF_UP) if self.whole else meant)


def written(text: str, *, decimal: str = ".") -> tuple[str, Decimal, str]:
    """Return what stands before a number, the number, and what stands after it.

    Raises NumberUnreadable.
    """
    bare = half_width(text).translate(_BLANKS)
    owed = _OWED.fullmatch(bare)
    bare = f"-{owed[1]}" if owed is not None else bare.translate(_BRACKETS)
    found = _WRITTEN.fullmatch(bare.translate(_SWAPPED) if decimal == "," else bare)
    if found is None or int(found["power"] or 0) > _MOST_POWER:
        raise NumberUnreadable(text)
    number = Decimal(found["number"].replace(",", "") + (found["rest"] or ""))
    if found["power"]:
        number = number.scaleb(int(found["power"]))
    signed = -number if found["sign"] not in {"", "+"} else number
    return found["before"], signed, found["after"]


def plain(number: Decimal) -> str:
    """Return a number without an exponent, and without zeros that say nothing."""
    text = format(number, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in {"-0", ""} else text
