"""How much of a week's list stays on the next week's, by the rules of the work lists."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

import numpy as np

from services.scoring.backtest.cases import Case
from services.scoring.backtest.measures import Floats, Share, resampled
from services.scoring.domain.backtest import Period, sundays
from services.scoring.domain.places import Place
from services.scoring.domain.work_list import Candidate, next_list

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Stability:
    """Of one list for the whole city: its weeks, its mean length, the share of a list that stays.

    `capacity` is how many the districts together look at in a week.
    """

    weeks: int
    capacity: int
    mean_length: float
    stays: Share


def stability(cases: Sequence[Case], period: Period, *, capacity: int) -> Stability:
    """Make the lists of the period's weeks, each from the one before."""
    candidates: dict[date, list[Candidate]] = defaultdict(list)
    for case in cases:
        for week in case.weeks:
            if week.place is not Place.NONE:
                candidates[week.monday].append(
                    Candidate(case.uscc, week.place, week.likelihood, week.jobs_at_risk)
                )
    lists: list[dict[str, int]] = []
    ranks: dict[str, int] = {}
    for sunday in sundays(period):
        made = next_list(candidates[sunday + _ONE_DAY], ranks, capacity=capacity)
        ranks = {one.uscc: one.rank for one in made.listed}
        lists.append(ranks)
    rows = {case.uscc: row for row, case in enumerate(cases)}
    table = np.zeros((len(cases), 2))
    for before, after in pairwise(lists):
        for uscc in before:
            table[rows[uscc]] += (uscc in after, 1)
    listed = [len(each) for each in lists]
    return Stability(
        weeks=len(lists),
        capacity=capacity,
        mean_length=round(sum(listed) / len(listed), 1) if listed else 0.0,
        stays=resampled(table[table[:, 1] > 0], _stays),
    )


def _stays(sums: Floats) -> Floats:
    with np.errstate(invalid="ignore", divide="ignore"):
        shares: Floats = sums[:, 0] / sums[:, 1]
    return shares
