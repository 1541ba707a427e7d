"""The features of the feed `insured_headcount`: losses, arrears, the contribution base.

A month that nobody reported is unknown: neither healthy nor without loss. All features stand at
the last known month and age with it. Of the months before it,

- the change on the month needs the month directly before; across a gap it is unknown;
- the base of three months ago is, if that month is missing, the last reading before it, at most
  three months older: a loss inside a gap is dated to the month in which it is first seen; without
  such a reading, it is the oldest one inside the window, for the loss since then is certain;
- a headcount of zero is a reading like any other;
- the loss of the year counts from the December before; without that month it is unknown;
- contributions are unpaid in a month of which less was paid than was due; the months unpaid are
  those since the last paid one, unless the agency itself says how many there are;
- the contribution base is compared with its median in the six months before, of which at least
  two have to be known.

Each feature is an array with one place an enterprise; NaN is unknown, a month -1 where none is
known. A model that learns from months takes these arrays: see `Features.named`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from services.scoring.features.months import months_before
from services.scoring.features.panel import PANEL_MONTHS, Codes, Flags, Floats, Panel

Places = NDArray[np.int64]

SEEN_MONTHS: Final = 12
WINDOW: Final = 3
# How many months before the last known one the losses reach back, beyond the window.
_CARRIED: Final = 3
_REACH: Final = WINDOW + _CARRIED
_HALF_YEAR: Final = 6
_FEWEST_PAYS: Final = 2
_YEAR: Final = 12
_FEWEST_STEPS: Final = 6
_UNKNOWN: Final = -1


def oldest_month(month: str) -> str:
    """Return the first month that the features of `month` may need."""
    return months_before(month, PANEL_MONTHS - 1)


@dataclass(frozen=True, slots=True)
class Falls:
    """Base, persons lost and their share; NaN without a base to lose from.

    The share is one division of whole numbers, so that 30 of 300 is exactly the literal 0.1.
    """

    base: Floats
    persons: Floats
    share: Floats


@dataclass(frozen=True, slots=True)
class HeadcountFeatures:
    """The last known month and its losses; `month` counts months since the year 0.

    `spread` is the standard deviation of the enterprise's own monthly changes before the window,
    NaN of fewer than six; that of the window, and of the months since the December before, grow
    with the root of the months. `month_season` and `window_season` are what went in the same
    months of the year before.
    """

    month: Places
    imports: Codes
    headcount: Floats
    on_month: Falls
    cumulated: Falls
    rolling: Falls
    on_year: Falls
    spread: Floats
    window_spread: Floats
    year_spread: Floats
    month_season: Floats
    window_season: Floats


@dataclass(frozen=True, slots=True)
class ArrearsFeatures:
    """The last month whose unpaid months are known, and the most in the half year before."""

    month: Places
    imports: Codes
    months: Floats
    before: Floats


@dataclass(frozen=True, slots=True)
class PayFeatures:
    """The last contribution base, and its median in the half year before."""

    month: Places
    imports: Codes
    average: Floats
    usual: Floats


@dataclass(frozen=True, slots=True)
class Features:
    """All features of the months of a panel."""

    headcount: HeadcountFeatures
    arrears: ArrearsFeatures | None
    pay: PayFeatures | None

    def named(self) -> Mapping[str, Floats]:
        """Return each feature that a model may learn from, by its name; NaN is unknown."""
        count = self.headcount
        falls = {
            "month": count.on_month,
            "cumulated": count.cumulated,
            "rolling": count.rolling,
            "year": count.on_year,
        }
        named = {
            "headcount": count.headcount,
            **{f"{name}_persons": fall.persons for name, fall in falls.items()},
            **{f"{name}_share": fall.share for name, fall in falls.items()},
            "spread": count.spread,
            "spread_share": count.spread / np.where(count.headcount > 0, count.headcount, np.nan),
            "month_season": count.month_season,
            "window_season": count.window_season,
        }
        unknown = np.full(len(count.month), np.nan)
        owed, paid = self.arrears, self.pay
        usual = unknown if paid is None else np.where(paid.usual > 0, paid.usual, np.nan)
        return {
            **named,
            "arrears": unknown if owed is None else owed.months,
            "arrears_before": unknown if owed is None else owed.before,
            "pay": unknown if paid is None else paid.average,
            "pay_usual": unknown if paid is None else paid.usual,
            "pay_fall": unknown if paid is None else (usual - paid.average) / usual,
        }


def features(panel: Panel) -> Features:
    """Compute the features of each enterprise of a panel."""
    return Features(_of_headcounts(panel), _of_arrears(panel), _of_pay(panel))


def _last_known(known: Flags) -> Places:
    """Return the newest month (a row of the panel) that is known, of those looked at; or -1."""
    seen = known[::-1][:SEEN_MONTHS]
    newest = PANEL_MONTHS - 1 - seen.argmax(axis=0)
    return np.where(seen.any(axis=0), newest, _UNKNOWN)


def _at(values: Floats, rows: Places) -> Floats:
    """Return each enterprise's value in a row of its own; NaN where that lies outside."""
    is_inside = (rows >= 0) & (rows < len(values))
    taken = values[np.where(is_inside, rows, 0), np.arange(values.shape[1])]
    return np.where(is_inside, taken, np.nan)


def _imports_at(panel: Panel, rows: Places) -> Codes:
    return panel.imports[np.maximum(rows, 0), np.arange(len(panel))]


def _month(panel: Panel, rows: Places) -> Places:
    return np.where(rows == _UNKNOWN, _UNKNOWN, rows + panel.first)


def _before(rows: Places, back: int) -> Places:
    return np.where(rows == _UNKNOWN, _UNKNOWN, np.maximum(rows - back, _UNKNOWN))


def _of_headcounts(panel: Panel) -> HeadcountFeatures:
    counts = panel.headcount
    at = _last_known(~np.isnan(counts))
    month = _month(panel, at)
    before = [_at(counts, _before(at, back)) for back in range(_REACH + 1)]
    now, inside = before[0], before[1 : WINDOW + 1]
    window_base = _first_known([*before[WINDOW:], *reversed(inside)])
    peak = window_base
    for one in inside:
        peak = np.fmax(peak, one)
    december = _at(counts, np.where(at == _UNKNOWN, _UNKNOWN, month // 12 * 12 - 1 - panel.first))
    a_year_before = _at(counts, _before(at, _YEAR))
    spread = _spread(counts, at)
    return HeadcountFeatures(
        month=month,
        imports=_imports_at(panel, at),
        headcount=now,
        on_month=_fall(before[1], now),
        cumulated=_fall(window_base, now),
        rolling=_fall(peak, now),
        on_year=_fall(december, now),
        spread=spread,
        window_spread=spread * WINDOW**0.5,
        year_spread=spread * np.sqrt(month % 12 + 1.0),
        month_season=_at(counts, _before(at, _YEAR + 1)) - a_year_before,
        window_season=_at(counts, _before(at, _YEAR + WINDOW)) - a_year_before,
    )


def _first_known(values: list[Floats]) -> Floats:
    first, *others = values
    for other in others:
        first = np.where(np.isnan(first), other, first)
    return first


def _fall(base: Floats, now: Floats) -> Falls:
    standing = np.where(base > 0, base, np.nan)
    lost = standing - now
    return Falls(standing, lost, lost / standing)


def _spread(counts: Floats, at: Places) -> Floats:
    """Return the standard deviation of the changes on the month up to the window.

    From whole sums, so that one rounding is all: n·Σx² - (Σx)² is exact.
    """
    number = np.zeros(counts.shape[1])
    total, squares = np.zeros_like(number), np.zeros_like(number)
    for row in range(1, PANEL_MONTHS - WINDOW):
        step = counts[row] - counts[row - 1]
        counts_too = ~np.isnan(step) & (row <= at - WINDOW)
        step = np.where(counts_too, step, 0.0)
        number += counts_too
        total += step
        squares += step * step
    is_usual = number >= _FEWEST_STEPS
    enough = np.where(is_usual, number, 2.0)
    variance = (enough * squares - total * total) / (enough * (enough - 1.0))
    return np.where(is_usual, np.sqrt(np.maximum(variance, 0.0)), np.nan)


def _of_arrears(panel: Panel) -> ArrearsFeatures | None:
    owed = panel.arrears
    if panel.due is None or panel.paid is None:
        unpaid = np.zeros(panel.headcount.shape, np.bool_)
        settled = unpaid
    else:
        unpaid = panel.paid < panel.due
        settled = panel.paid >= panel.due
    told = np.zeros_like(unpaid) if owed is None else ~np.isnan(owed)
    known = told | unpaid | settled
    at = _last_known(known)
    if (at == _UNKNOWN).all():
        return None
    since = np.where(settled.any(axis=0), PANEL_MONTHS - 1 - settled[::-1].argmax(axis=0), _UNKNOWN)
    in_a_row = np.zeros(len(panel))
    most, number = np.zeros(len(panel)), np.zeros(len(panel))
    for row in range(PANEL_MONTHS):
        in_a_row += unpaid[row] & (row > since)
        is_before = (row < at) & (row >= at - _HALF_YEAR)
        number += unpaid[row] & is_before
        if owed is not None:
            most = np.fmax(most, np.where(is_before, owed[row], np.nan))
    said = np.full(len(panel), np.nan) if owed is None else _at(owed, at)
    return ArrearsFeatures(
        month=_month(panel, at),
        imports=_imports_at(panel, at),
        months=np.where(np.isnan(said), in_a_row, said),
        before=np.maximum(most, number),
    )


def _of_pay(panel: Panel) -> PayFeatures | None:
    if panel.pay is None:
        return None
    at = _last_known(~np.isnan(panel.pay))
    earlier = np.sort(
        np.stack([_at(panel.pay, _before(at, back)) for back in range(1, _HALF_YEAR + 1)]), axis=0
    )
    number = (~np.isnan(earlier)).sum(axis=0)
    low = _at(earlier, np.where(number > 0, (number - 1) // 2, _UNKNOWN))
    high = _at(earlier, np.where(number > 0, number // 2, _UNKNOWN))
    return PayFeatures(
        month=_month(panel, at),
        imports=_imports_at(panel, at),
        average=_at(panel.pay, at),
        usual=np.where(number >= _FEWEST_PAYS, low + (high - low) * 0.5, np.nan),
    )
