"""Which days of a year are worked: the State Council's notice, corrected by our own table."""

from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache

from holidays import country_holidays

_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Overrides:
    """Days that an administrator made working or off, over what the library knows.

    The notice for a year comes in November of the year before: until then the library knows
    the statutory holidays only, and none of the swapped weekends (调休).
    """

    made_working: frozenset[date] = frozenset()
    made_off: frozenset[date] = frozenset()

    def __post_init__(self) -> None:
        both = self.made_working & self.made_off
        if both:
            days = ", ".join(day.isoformat() for day in sorted(both))
            raise ValueError(f"made working and made off at once: {days}")


@lru_cache(maxsize=512)
def working_days_of(year: int, overrides: Overrides) -> tuple[int, ...]:
    """Return the working days of `year` as ordinals, ascending.

    A week has five days in every year here; before May 1995 it had more, and our facts start later.
    """
    off, made_up = _notice(year)
    return tuple(
        ordinal
        for ordinal in range(date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal() + 1)
        if _is_worked(date.fromordinal(ordinal), off, made_up, overrides)
    )


def _is_worked(
    day: date, off: frozenset[date], made_up: frozenset[date], overrides: Overrides
) -> bool:
    if day in overrides.made_working:
        return True
    if day in overrides.made_off:
        return False
    return day in made_up or (day.weekday() < _SATURDAY and day not in off)


@cache
def _notice(year: int) -> tuple[frozenset[date], frozenset[date]]:
    """Return the holidays of `year` and the weekend days worked in exchange."""
    known = country_holidays("CN", years=year, expand=False)
    return frozenset(known), frozenset(known.weekend_workdays)
