"""What scoring does: keep what ingest says, judge whom it concerns, tell what has changed."""

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from services.scoring.domain.course import UNNOTICED
from services.scoring.domain.places import Standing
from services.scoring.domain.rules import HEADCOUNT_FEED
from services.scoring.domain.warning import Decision, tell
from services.scoring.features.months import month_of
from services.scoring.features.panel import oldest_month
from services.scoring.history import Course, Judged, first_day, judge
from services.scoring.store import observations, register, standings, warnings
from services.scoring.store.standings import Current
from shared.bus.consumer import Delivery
from shared.calendar import SHANGHAI
from shared.events.ingest import EnterprisesChanged, ObservationsRecorded
from shared.ids import uuid7

# What one turn of the sweep takes; the next turn takes the rest.
_SWEPT_AT_ONCE = 5_000


async def keep_enterprises(
    session: AsyncSession, event: EnterprisesChanged, delivery: Delivery
) -> None:
    """Keep register entries, and tell the warnings that waited for a name and a district."""
    current = await standings.lock(session, set(event.uscc))
    changed = await register.keep(session, event)
    waiting = {
        uscc: current[uscc].judged_on
        for uscc in changed
        if current[uscc].position.place.standing is Standing.WARNING
    }
    await _judge(session, current, waiting, now=delivery.now)


async def keep_observations(
    session: AsyncSession, event: ObservationsRecorded, delivery: Delivery
) -> None:
    """Keep facts, and judge whom they are about; feeds that no feature reads are passed over."""
    if event.feed != HEADCOUNT_FEED:
        return
    current = await standings.lock(session, set(event.uscc))
    touched = await observations.keep(session, event)
    known_from = event.received_at.astimezone(SHANGHAI).date()
    await _judge(session, current, dict.fromkeys(touched, known_from), now=delivery.now)


async def sweep(session: AsyncSession, now: datetime) -> None:
    """Judge whoever stands somewhere and was not judged today; on a day that is done, nothing."""
    waiting = await standings.unjudged(session, _day(now), limit=_SWEPT_AT_ONCE)
    current = await standings.lock(session, waiting)
    await _judge(session, current, dict.fromkeys(waiting), now=now)


async def _judge(
    session: AsyncSession,
    current: Mapping[str, Current],
    known_from: Mapping[str, date | None],
    *,
    now: datetime,
) -> None:
    """Judge these enterprises from the day of their earliest new fact until today, and tell.

    `current` are at least these enterprises, locked.
    """
    today = _day(now)
    firsts = {
        uscc: first
        for uscc, known in known_from.items()
        if (first := first_day(known, current[uscc].position, current[uscc].judged_on, today=today))
    }
    if not firsts:
        return
    opened = await standings.openings(session, firsts)
    courses = [
        Course(
            uscc,
            first,
            # Never back behind what was judged or received, should clocks differ around midnight.
            max(today, first, current[uscc].judged_on or first),
            opened.get(uscc, UNNOTICED),
        )
        for uscc, first in firsts.items()
    ]
    since = oldest_month(month_of(min(firsts.values())))
    history = judge(await observations.facts(session, firsts, since=since), courses)
    await standings.save(session, courses, history.days, history.today, now=now)
    await _tell(session, history.today, current, now=now)


async def _tell(
    session: AsyncSession,
    today: Mapping[str, Judged],
    current: Mapping[str, Current],
    *,
    now: datetime,
) -> None:
    """Tell of those who are on the warning list or were; whom the register does not know, waits."""
    concerned = [
        uscc
        for uscc, judged in today.items()
        if Standing.WARNING in (judged.after.place.standing, current[uscc].position.place.standing)
    ]
    if not concerned:
        return
    known = await register.enterprises(session, concerned)
    told = await warnings.standing(session, concerned)
    decided = (
        tell(
            told.get(uscc),
            today[uscc].after,
            today[uscc].assessment,
            enterprise=known[uscc],
            warning_id=uuid7(),
            now=now,
        )
        for uscc in sorted(known)
    )
    decisions: list[Decision] = [decision for decision in decided if decision is not None]
    await warnings.save(session, decisions, known)


def _day(now: datetime) -> date:
    return now.astimezone(SHANGHAI).date()
