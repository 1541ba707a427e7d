"""Mass layoffs as the headcounts show them afterwards: what warnings are measured against."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from services.scoring.domain.backtest import PAST, Layoff, Period, is_mass_layoff, merged
from services.scoring.features.facts import Facts
from services.scoring.features.headcount import features
from services.scoring.features.months import last_day, month_at, month_of, number_of
from services.scoring.features.panel import Panel, panel_of

# A base is looked for in so many months before; a loss inside a gap is dated to its beginning.
_REACH = 3


@dataclass(frozen=True, slots=True)
class Observed:
    """What the newest versions of all headcounts say of an enterprise.

    `layoffs` are its mass layoffs, `known_until` the last day of its last known
    month (no end where nobody is left), `staff` the last headcount of a month before the period.
    """

    layoffs: tuple[Layoff, ...]
    known_until: date
    staff: int | None


def observe(facts: Facts, period: Period) -> Mapping[str, Observed]:
    """Look for mass layoffs before, in and after the period, whenever they became known."""
    newest = Facts(headcounts=facts.headcounts, successions=facts.successions)
    known = newest.known(date.max).headcounts
    if known.is_empty():
        return {}
    found: dict[str, list[Layoff]] = defaultdict(list)
    first, last = (number_of(month_of(day)) for day in (period.since - PAST, period.end))
    for month in range(first, last + 1):
        for uscc, layoff in _layoffs(_panel(known, month)):
            found[uscc].append(layoff)
    staff = {uscc: count for uscc, _, count in _newest(_panel(known, _before(period.since)))}
    return {
        uscc: Observed(
            layoffs=merged(found.get(uscc, ())),
            known_until=last_day(month_at(month)) if count else date.max,
            staff=staff.get(uscc),
        )
        for uscc, month, count in _newest(_panel(known, last))
    }


def _layoffs(panel: Panel) -> Iterator[tuple[str, Layoff]]:
    """Yield who had lost a mass layoff's size by the panel's last month, and since when."""
    counts, of_each = panel.headcount, features(panel).headcount
    now, base, back = counts[-1], np.full(len(panel), np.nan), np.zeros(len(panel), np.int64)
    for months in range(_REACH, 0, -1):
        is_known = ~np.isnan(counts[-1 - months])
        base = np.where(is_known, counts[-1 - months], base)
        back = np.where(is_known, months, back)
    spread = np.nan_to_num(of_each.spread) * np.sqrt(back)
    season = np.nan_to_num(of_each.month_season)
    for place in np.flatnonzero(base > now).tolist():
        if is_mass_layoff(
            int(base[place] - now[place]),
            int(base[place]),
            spread=float(spread[place]),
            season=float(season[place]),
        ):
            begun = panel.last - int(back[place]) + 1
            first = date(begun // 12, begun % 12 + 1, 1)
            yield panel.uscc[place], Layoff(first, last_day(month_at(panel.last)))


def _newest(panel: Panel) -> Iterator[tuple[str, int, int]]:
    """Yield each enterprise's last known month and its headcount."""
    found = features(panel).headcount
    for place in np.flatnonzero(found.month >= 0).tolist():
        yield panel.uscc[place], int(found.month[place]), int(found.headcount[place])


def _panel(known: pl.DataFrame, month: int) -> Panel:
    return panel_of(known, last_day(month_at(month)))


def _before(day: date) -> int:
    return number_of(month_of(day)) - 1
