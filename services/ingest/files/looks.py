"""How the cells of a workbook look that a sender gets back, and how wide its columns are."""

from collections.abc import Sequence
from typing import Any, Final
from unicodedata import east_asian_width

from shared.formulas import may_run

# How wide columns are: by so many rows and cells, from so many letters to so many.
_MEASURED: Final = 200
_MOST_MEASURED: Final = 200
_NARROWEST: Final = 8
_WIDEST: Final = 40


class Looks:
    """The formats of cells: all are text, so that no program makes a number of a code."""

    def __init__(self, book: Any) -> None:  # noqa: ANN401 the writer has no types
        self._book = book
        self._made: dict[tuple[bool, bool, bool], Any] = {}

    def of(self, text: str, *, bad: bool, head: bool = False) -> Any:  # noqa: ANN401
        """Return how a cell looks."""
        # What would be a formula if somebody typed it stays text when they edit it.
        asked = may_run(text), bad, head
        if asked not in self._made:
            look: dict[str, Any] = {"num_format": "@"}
            look |= {"quote_prefix": True} if asked[0] else {}
            look |= {"bg_color": "#FFC7CE", "font_color": "#9C0006"} if bad else {}
            look |= {"text_wrap": True, "valign": "top"} if bad else {}
            look |= {"bold": True} if head else {}
            self._made[asked] = self._book.add_format(look)
        return self._made[asked]


class Widths:
    """How wide the columns of a sheet have to be, by the first of its rows."""

    def __init__(self) -> None:
        self._rows = 0
        self._of: dict[int, int] = {}

    def see(self, row: Sequence[str]) -> None:
        """Look at cells; letters of Chinese take two places."""
        self._rows += 1
        if self._rows > _MEASURED:
            return
        for place, cell in enumerate(row[:_MOST_MEASURED]):
            wide = max(map(_places, cell[:_WIDEST].split("\n")), default=0)
            self._of[place] = max(self._of.get(place, 0), wide)

    def set(self, page: Any, *, reason: int) -> None:  # noqa: ANN401 the writer has no types
        """Make the columns as wide; that of the reasons wide enough to read in."""
        for place, wide in self._of.items():
            page.set_column(place, place, min(max(wide, _NARROWEST), _WIDEST) + 2)
        page.set_column(reason, reason, _WIDEST + 10)


def _places(text: str) -> int:
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)
