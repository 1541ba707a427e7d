"""How many each enterprise insures month by month: most drift, a few shed staff."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from simulation.city import Enterprise

# Chosen so that a small city shows every level; base rates of the real city come with the demo.
_SHEDDING: Final = 0.06
_DRIFT: Final = 0.01
_SHED_LEAST, _SHED_MOST = 0.12, 0.6
_SHED_MONTHS: Final = 3
_IN_ARREARS: Final = 0.6


@dataclass(frozen=True)
class Headcount:
    """One month of one enterprise, as the social-insurance bureau would push it."""

    uscc: str
    month: str
    insured_headcount: int
    months_in_arrears: int


def months_until(last: str, number: int) -> Sequence[str]:
    """List `number` months (YYYY-MM) that end with `last`."""
    year, month = (int(part) for part in last.split("-"))
    ordinals = range(year * 12 + month - number, year * 12 + month)
    return [f"{ordinal // 12:04d}-{ordinal % 12 + 1:02d}" for ordinal in ordinals]


def headcounts(enterprise: Enterprise, months: Sequence[str], *, seed: int) -> Iterator[Headcount]:
    """Make the months of one enterprise; they depend on the seed and on itself alone."""
    chance = random.Random(f"headcount-{seed}-{enterprise.uscc}")  # noqa: S311 a simulation
    sheds = chance.random() < _SHEDDING
    behind = sheds and chance.random() < _IN_ARREARS
    kept = (1 - chance.uniform(_SHED_LEAST, _SHED_MOST)) ** (1 / _SHED_MONTHS)
    staff = float(enterprise.staff)
    for place, month in enumerate(months):
        late = place - (len(months) - _SHED_MONTHS) + 1  # 1 in the first month of shedding
        if sheds and late >= 1:
            staff *= kept
        else:
            staff *= 1 + chance.gauss(0, _DRIFT)
        yield Headcount(
            uscc=enterprise.uscc,
            month=month,
            insured_headcount=max(0, round(staff)),
            months_in_arrears=max(0, late) if behind else 0,
        )
