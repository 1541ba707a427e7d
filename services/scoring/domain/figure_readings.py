"""How the figures of the feeds are seen: as numbers, as falls of the staff, once an event."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from services.scoring.domain.measured import Fall, Measured
from services.scoring.domain.readings import Seen
from services.scoring.domain.rules import Reading


def _figure(reading: Reading) -> Callable[[Measured], Seen | None]:
    """Return how the figure of a reading is seen."""

    def see(measured: Measured) -> Seen | None:
        figure = measured.figures.get(reading)
        if figure is None:
            return None
        return Seen(
            period=figure.period,
            age_days=figure.age_days,
            import_id=figure.import_id,
            parameters=dict(figure.parameters),
            number=figure.number,
            word=figure.word,
        )

    return see


def _laid_off(reading: Reading) -> Callable[[Measured], Seen | None]:
    """Return how persons who were laid off are seen: as a fall of the staff that is known."""

    def see(measured: Measured) -> Seen | None:
        seen = _figure(reading)(measured)
        if seen is None or seen.number is None:
            return None
        persons = int(seen.number)
        # Those who claim may be gone from the last known month already.
        base = max(persons, measured.staff or 0)
        share = persons / base if measured.staff else 0.0
        return replace(seen, number=None, fall=Fall(base, persons, share))

    return see


def _unless_registered(reading: Reading) -> Callable[[Measured], Seen | None]:
    """Return how a change is seen that the register's own entry has not shown yet.

    Notice and entry are one event: it counts once, as the entry that came of it.
    """
    see_change = _figure(reading)

    def see(measured: Measured) -> Seen | None:
        entry = measured.register
        came_of_it = entry is not None and (
            entry.capital_cut if reading is Reading.CAPITAL_LESS else entry.status
        )
        return None if came_of_it else see_change(measured)

    return see


_PLAIN = (
    Reading.RENEWED,
    Reading.CLAIMED,
    Reading.POSTINGS_FALL,
    Reading.POSTINGS_NONE,
    Reading.WAGES_RECORDED,
    Reading.WAGES_CRIMINAL,
    Reading.DEFERRAL_ASKED,
    Reading.POWER_FALL,
    Reading.POWER_IDLE,
    Reading.POWER_CUT,
    Reading.UTILITIES_OWED,
    Reading.UTILITY_CUT,
    Reading.RENT_OWED,
    Reading.RENT_SHUT_OUT,
    Reading.INVOICES_FALL,
    Reading.INVOICES_NONE,
    Reading.TAX_OWED,
    Reading.TAX_DEFERRED,
    Reading.EQUITY_FROZEN,
    Reading.EQUITY_PLEDGED,
    Reading.OVERDUE,
    Reading.SUED,
    Reading.SUED_FOR,
    Reading.ENFORCED,
    Reading.DISHONEST,
    Reading.BANKRUPT,
    Reading.LISTED_ABNORMAL,
    Reading.LISTED_SERIOUS,
    Reading.REPRESENTATIVES,
    Reading.DISPUTED,
    Reading.COMMON_CLAIM,
    Reading.CALLED,
    Reading.CALLS_RISING,
    Reading.GATHERING_CALLED,
    Reading.AFFILIATE_FAILED,
    Reading.CUSTOMER_FAILED,
)

SEE_FIGURE: Mapping[Reading, Callable[[Measured], Seen | None]] = {
    **{reading: _figure(reading) for reading in _PLAIN},
    Reading.LAID_OFF_IN_30_DAYS: _laid_off(Reading.LAID_OFF_IN_30_DAYS),
    Reading.LAID_OFF_IN_90_DAYS: _laid_off(Reading.LAID_OFF_IN_90_DAYS),
    Reading.CAPITAL_LESS: _unless_registered(Reading.CAPITAL_LESS),
    Reading.MOVING_OUT: _unless_registered(Reading.MOVING_OUT),
    Reading.DEREGISTERING: _unless_registered(Reading.DEREGISTERING),
}
