"""From which months each feature of `features/headcount.py` was read, for one enterprise.

Features are arrays and keep no trace. Whoever asks where a number came from gets the rows of the
panel that decide it: change any other month that is known, and the feature stays as it is.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from services.scoring.features.headcount import SEEN_MONTHS, WINDOW
from services.scoring.features.panel import PANEL_MONTHS, Flags, Floats, Panel

_CARRIED: Final = 3
_HALF_YEAR: Final = 6
_YEAR: Final = 12
_COUNT: Final = ("headcount",)
_OWED: Final = ("arrears",)
_BALANCE: Final = ("due", "paid")
_PAY: Final = ("pay",)


@dataclass(frozen=True, slots=True)
class Look:
    """The rows of the panel that a feature was read from, and which measures of them.

    `until` is the row of which it speaks, or the last of several, `since` the one that it is
    compared with, or the first; both None where nothing could be read.
    """

    rows: tuple[int, ...]
    measures: tuple[str, ...]
    since: int | None
    until: int | None


_NOTHING: Final = Look((), (), None, None)


def looks(panel: Panel, place: int) -> Mapping[str, Look]:
    """Return the rows that each feature of the enterprise in a place was read from, by its name."""
    return {**_of_headcounts(panel, place), **_of_arrears(panel, place), **_of_pay(panel, place)}


def _of_headcounts(panel: Panel, place: int) -> Mapping[str, Look]:
    known = ~np.isnan(panel.headcount[:, place])
    at = _last(known)
    if at is None:
        return {}
    base = _first_of((*range(at - WINDOW, at - WINDOW - _CARRIED - 1, -1), at - 2, at - 1), known)
    window = _known_of({base if base is not None else -1, *range(at - WINDOW, at)}, known)
    peak = max(window, key=lambda row: (panel.headcount[row, place], row), default=None)
    december = at - (panel.first + at) % _YEAR - 1
    usual = _steps(known, at)
    a_year_before = at - _YEAR
    return {
        "headcount": Look((at,), _COUNT, None, at),
        **_fall("month", _two(at - 1, at, known)),
        **_fall("cumulated", _two(base, at, known)),
        **_fall("rolling", _several((*window, at), peak, at)),
        **_fall("year", _two(december, at, known)),
        "spread": _several(usual, min(usual, default=None), max(usual, default=None)),
        "spread_share": _several((*usual, at), min(usual, default=None), max(usual, default=None)),
        "month_season": _two(a_year_before - 1, a_year_before, known),
        "window_season": _two(a_year_before - WINDOW, a_year_before, known),
    }


def _fall(name: str, look: Look) -> Mapping[str, Look]:
    return {f"{name}_persons": look, f"{name}_share": look}


def _steps(known: Flags, at: int) -> tuple[int, ...]:
    """Return the months of the changes before the window."""
    ends = [
        row
        for row in range(1, PANEL_MONTHS - WINDOW)
        if row <= at - WINDOW and known[row] and known[row - 1]
    ]
    return tuple(sorted({*ends, *(row - 1 for row in ends)}))


def _of_arrears(panel: Panel, place: int) -> Mapping[str, Look]:
    owed = _column(panel.arrears, place)
    due, paid = _column(panel.due, place), _column(panel.paid, place)
    told, balanced = ~np.isnan(owed), ~np.isnan(due) & ~np.isnan(paid)
    at = _last(told | balanced)
    if at is None:
        return {}
    settled = np.flatnonzero(balanced & (paid >= due))
    since = int(settled[-1]) if len(settled) else 0
    in_a_row = (at,) if told[at] else _known_of(range(since, at + 1), balanced)
    before = _known_of(range(at - _HALF_YEAR, at), told | balanced)
    measures = _OWED if told[at] else _BALANCE
    return {
        "arrears": Look(in_a_row, measures, min(in_a_row), at),
        "arrears_before": Look(
            before, (*_OWED, *_BALANCE), min(before, default=None), max(before, default=None)
        ),
    }


def _of_pay(panel: Panel, place: int) -> Mapping[str, Look]:
    known = ~np.isnan(_column(panel.pay, place))
    at = _last(known)
    if at is None:
        return {}
    earlier = _known_of(range(at - _HALF_YEAR, at), known)
    since = min(earlier, default=None)
    return {
        "pay": Look((at,), _PAY, None, at),
        "pay_usual": Look(earlier, _PAY, since, max(earlier, default=None)),
        "pay_fall": Look((*earlier, at), _PAY, since, at),
    }


def _column(values: Floats | None, place: int) -> Floats:
    return np.full(PANEL_MONTHS, np.nan) if values is None else values[:, place]


def _last(known: Flags) -> int | None:
    rows = np.flatnonzero(known[PANEL_MONTHS - SEEN_MONTHS :])
    return int(rows[-1]) + PANEL_MONTHS - SEEN_MONTHS if len(rows) else None


def _known_of(rows: Iterable[int], known: Flags) -> tuple[int, ...]:
    return tuple(sorted(row for row in rows if row >= 0 and known[row]))


def _first_of(rows: Iterable[int], known: Flags) -> int | None:
    found: Iterator[int] = (row for row in rows if row >= 0 and known[row])
    return next(found, None)


def _two(since: int | None, until: int, known: Flags) -> Look:
    if since is None or min(since, until) < 0 or not (known[since] and known[until]):
        return _NOTHING
    return Look((since, until), _COUNT, since, until)


def _several(rows: tuple[int, ...], since: int | None, until: int | None) -> Look:
    return _NOTHING if since is None else Look(rows, _COUNT, since, until)
