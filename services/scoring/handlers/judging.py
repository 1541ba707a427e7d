"""Keep what others say, judge whom it concerns, tell what has changed."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import date, datetime
from typing import TypeVar

from sqlalchemy.ext.asyncio import AsyncSession

from services.scoring.domain.course import UNNOTICED
from services.scoring.domain.places import Standing
from services.scoring.domain.rules import Source
from services.scoring.domain.warning import Decision, tell
from services.scoring.features.months import month_of
from services.scoring.handlers import areas, shadow
from services.scoring.history import Course, Judged, first_day, judge
from services.scoring.store import (
    affiliations,
    deeds,
    facts,
    models,
    observations,
    opinions,
    register,
    rule_sets,
    standings,
    successions,
    warnings,
)
from services.scoring.store.standings import Current
from services.scoring.tables import CASE_PLACES
from shared import sight
from shared.bus.consumer import Delivery
from shared.calendar import SHANGHAI
from shared.events.cases import CasePlaced, ServiceDelivered, VisitRecorded, WarningRefuted
from shared.events.ingest import (
    EnterprisesChanged,
    ObservationsRecorded,
    OpinionsLinked,
    SuccessionRecorded,
)
from shared.events.matchmaking import LoanDrawn
from shared.ids import uuid7

_Deed = TypeVar("_Deed", VisitRecorded, ServiceDelivered, LoanDrawn, WarningRefuted)

# What one turn of the sweep takes; the next turn takes the rest.
_SWEPT_AT_ONCE = 5_000


async def keep_enterprises(
    session: AsyncSession, event: EnterprisesChanged, delivery: Delivery
) -> None:
    """Keep register entries; tell the warnings that waited for a name and a district.

    A change of an entry (its state, its capital) is a fact like any other.
    """
    current = await standings.lock(session, set(event.uscc))
    changed = await register.keep(session, event)
    waiting = {
        uscc: current[uscc].judged_on
        for uscc in changed
        if current[uscc].position.place.standing is Standing.WARNING
    }
    told = dict.fromkeys(await register.keep_versions(session, event), _day(event.received_at))
    await _judge(session, current, {**waiting, **told}, now=delivery.now)


async def keep_observations(
    session: AsyncSession, event: ObservationsRecorded, delivery: Delivery
) -> None:
    """Keep facts, and judge whom they are about; what no feature reads yet is only kept."""
    await keep_all_observations(session, [(event, delivery)])


async def keep_all_observations(
    session: AsyncSession, told: Sequence[tuple[ObservationsRecorded, Delivery]]
) -> None:
    """Keep facts that came together, and judge whom they are about once."""
    events = []
    for event, _ in told:
        if event.feed in observations.KEEP:
            events.append(event)
        else:
            await observations.keep_measures(session, event)
    if not events:
        return
    named = {uscc for event in events for uscc in event.uscc}
    # Their months may count for others, too: for whom they merged into, for whom they came out of.
    heirs = await successions.related(session, named)
    # A relation counts for both, and who locks both sees what turned with either.
    others = {uscc for event in events for uscc in _others(event)}
    current = await standings.lock(session, heirs | named | others)
    now = max(delivery.now for _, delivery in told)
    known_from: dict[str, date] = {}
    counted: set[str] = set()
    for event in events:
        touched = await observations.KEEP[event.feed](session, event)
        if _counts(event):
            counted |= touched
        if touched:
            touched |= _others(event)
        if heirs:
            touched |= await successions.related(session, touched) & heirs
        day = _day(event.received_at)
        known_from |= {uscc: min(day, known_from.get(uscc, day)) for uscc in touched}
    newest = max((max(event.period, default="") for event in events if _counts(event)), default="")
    await areas.keep_losses(session, counted, newest=newest, today=_day(now))
    await _judge(session, current, known_from, now=now)


async def keep_succession(
    session: AsyncSession, event: SuccessionRecorded, delivery: Delivery
) -> None:
    """Keep that an enterprise went on as another; judge all of their chain anew."""
    both = {event.predecessor, event.successor}
    concerned = both | await successions.related(session, both)
    current = await standings.lock(session, concerned)
    if await successions.keep(session, event):
        today = _day(delivery.now)
        await areas.keep_losses(session, concerned, newest=month_of(today), today=today)
        known_from = dict.fromkeys(concerned, _day(event.received_at))
        await _judge(session, current, known_from, now=delivery.now)


async def keep_opinions(session: AsyncSession, event: OpinionsLinked, delivery: Delivery) -> None:
    """Keep what texts say, and judge of whom."""
    current = await standings.lock(session, set(event.uscc))
    known_from = await opinions.keep(session, event)
    await _judge(session, current, known_from, now=delivery.now)


async def keep_visit(session: AsyncSession, event: VisitRecorded, delivery: Delivery) -> None:
    """Keep what an officer saw, and judge the enterprise."""
    await _take(session, event, deeds.keep_visit, now=delivery.now)


async def keep_service(session: AsyncSession, event: ServiceDelivered, delivery: Delivery) -> None:
    """Keep that a service reached an enterprise, and judge it."""
    await _take(session, event, deeds.keep_service, now=delivery.now)


async def keep_loan(session: AsyncSession, event: LoanDrawn, delivery: Delivery) -> None:
    """Keep that money reached an enterprise, and judge it."""
    await _take(session, event, deeds.keep_loan, now=delivery.now)


async def keep_refutation(session: AsyncSession, event: WarningRefuted, delivery: Delivery) -> None:
    """Keep that a warning was found to be false, and judge the enterprise without its evidence."""
    await _take(session, event, deeds.keep_refutation, now=delivery.now)


async def keep_case_place(session: AsyncSession, event: CasePlaced, _delivery: Delivery) -> None:
    """Keep where a case lies: whoever has it sees what was judged of its enterprise."""
    await sight.note(session, CASE_PLACES, event)


def _counts(event: ObservationsRecorded) -> bool:
    return event.feed == Source.HEADCOUNT.value


def _others(event: ObservationsRecorded) -> set[str]:
    return affiliations.others(event) if event.feed == Source.AFFILIATION.value else set()


async def _take(
    session: AsyncSession,
    event: _Deed,
    keep: Callable[[AsyncSession, _Deed], Awaitable[bool]],
    *,
    now: datetime,
) -> None:
    """Keep a deed, which is known from the day on which it was stated."""
    current = await standings.lock(session, {event.uscc})
    if await keep(session, event):
        await _judge(session, current, {event.uscc: _day(event.occurred_at)}, now=now)


async def sweep(session: AsyncSession, now: datetime) -> bool:
    """Judge whoever stands somewhere and was not judged today, and whose affiliates' lot turned.

    True if others may be left; on a day that is done there is nothing to do.
    """
    waiting = await standings.unjudged(session, _day(now), limit=_SWEPT_AT_ONCE)
    stirred = await affiliations.stirred(session, limit=_SWEPT_AT_ONCE)
    current = await standings.lock(session, {*waiting, *stirred})
    since = await affiliations.calm(session, stirred)
    await _judge(session, current, {**dict.fromkeys(waiting), **since}, now=now)
    return len(waiting) == _SWEPT_AT_ONCE or bool(await affiliations.stirred(session, limit=1))


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
    known = await facts.read(session, firsts, since=min(firsts.values()))
    history = judge(known, courses, await rule_sets.in_force(session))
    await standings.save(session, courses, history.days, history.today, now=now)
    await affiliations.keep_turns(session, courses, history.days)
    if history.days:
        await shadow.note(session, known, history.days, today, await models.champion(session))
    await tell_of(session, history.today, current, now=now)


async def tell_of(
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
