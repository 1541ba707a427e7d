"""Judge the whole city anew, part by part; any number of workers share the parts."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

import polars as pl
import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from services.scoring.city import judge_part
from services.scoring.domain.course import UNNOTICED, Position
from services.scoring.domain.places import Place
from services.scoring.features.facts import Facts
from services.scoring.handlers import attempts, shadow
from services.scoring.handlers.judging import tell_of
from services.scoring.history import Course, Judged
from services.scoring.model.shadow import MonthsModel
from services.scoring.store import affiliations, facts, models, rejudgements, rule_sets, standings
from services.scoring.store.attempts import forget
from services.scoring.store.rejudgements import Part, Row
from services.scoring.store.standings import Current
from shared.bus import work
from shared.bus.connection import Bus, connect
from shared.calendar import SHANGHAI
from shared.db import Sessions, transaction
from shared.ids import uuid7
from shared.pagination import PageQuery
from shared.service.state import Resources
from shared.settings import BusSettings

log = structlog.get_logger(__name__)


# So many enterprises are judged in one transaction.
_AT_ONCE = 20_000
_OFFER_SECONDS = 2.0
QUEUE = work.WorkQueue("scoring", "rejudging")


async def ask(
    session: AsyncSession, *, because: str, by: str, now: datetime, at_once: int = _AT_ONCE
) -> Row:
    """Have everyone judged anew, as of today."""
    rejudgement_id = uuid7()
    as_of = now.astimezone(SHANGHAI).date()
    await rejudgements.ask(
        session, rejudgement_id, as_of=as_of, because=because, by=by, now=now, at_once=at_once
    )
    return await rejudgements.show(session, rejudgement_id)


async def show(session: AsyncSession, rejudgement_id: UUID) -> Row:
    """Say how far a full judgement is."""
    return await rejudgements.show(session, rejudgement_id)


async def list_rejudgements(
    session: AsyncSession, page: PageQuery
) -> tuple[Sequence[Row], str | None]:
    """Return a page of the full judgements, the last asked first."""
    return await rejudgements.page(session, page)


async def cancel(session: AsyncSession, rejudgement_id: UUID, *, by: str, now: datetime) -> Row:
    """Call a full judgement off. Raises RejudgementNotFound, RejudgementEnded."""
    await rejudgements.cancel(session, rejudgement_id, by=by, now=now)
    return await rejudgements.show(session, rejudgement_id)


async def share(settings: BusSettings, most: int, resources: Resources) -> None:
    """Take part in whatever full judgement there is, for as long as the process lives."""
    bus = await connect(settings, name=f"{resources.service}-rejudging")

    async def do(name: str) -> work.Done:
        now, actor = resources.clock.now(), resources.actor
        return await do_part(resources.sessions, name, now, most=most, actor=actor)

    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(_offer(bus, resources))
            group.create_task(work.take_part(bus, QUEUE, do))
    finally:
        await bus.close()


async def offer_open(sessions: Sessions, bus: Bus, now: datetime, *, actor: str) -> None:
    """Offer what is to be done to all workers; what was offered just now is not taken twice."""
    async with transaction(sessions, actor=actor) as session:
        await rejudgements.begin(session, now)
        parts = await rejudgements.open_parts(session)
    if parts:
        await work.ensure_queue(bus, QUEUE)
        await work.offer(bus, QUEUE, parts)


async def _offer(bus: Bus, resources: Resources) -> None:
    while True:
        try:
            now = resources.clock.now()
            await offer_open(resources.sessions, bus, now, actor=resources.actor)
        except Exception:
            # Neither the database nor the bus has to be there always.
            log.exception("rejudgement.not_offered")
        await asyncio.sleep(_OFFER_SECONDS)


async def do_part(
    sessions: Sessions, name: str, now: datetime, *, most: int, actor: str
) -> work.Done:
    """Judge a part, if nobody else has it and it is still to be done.

    Part, positions and warnings are one transaction: who dies in it has done nothing of it. A full
    judgement of which a part has failed `most` times in a row has failed. Raises what fails.
    """
    async with transaction(sessions, actor=actor) as session:
        part = await rejudgements.take(session, name)
        if part is None:
            is_open = await rejudgements.is_open(session, name)
            return work.Done.HELD if is_open else work.Done.DONE
        failure = await attempts.spent(sessions, name, most=most, actor=actor)
        if failure is not None:
            log.error("rejudgement.failed", part=name, failure=failure.failure)
            await rejudgements.fail(session, part, failure, now=now)
        else:
            async with attempts.attempt(sessions, name, most=most, actor=actor):
                await judge_named(session, name, now)
        await forget(session, name)
    return work.Done.DONE


async def judge_named(session: AsyncSession, name: str, now: datetime) -> bool:
    """Judge a part; False if another worker has it, or it was done before."""
    part = await rejudgements.take(session, name)
    if part is None:
        return False
    usccs = await rejudgements.enterprises(session, part)
    current = await standings.lock(session, usccs)
    today = max(part.as_of, now.astimezone(SHANGHAI).date())
    champion = await models.champion(session)
    judged = await _judge(session, usccs, current, today, champion)
    await keep(session, judged, slot=part.slot, now=now)
    await shadow.note(session, judged.known, judged.days, today, champion)
    await tell_of(session, judged.today, current, now=now)
    model = None if champion is None else models.number_of(champion)
    await _note(session, part, judged, current, model=model, now=now)
    return True


@dataclass(frozen=True, slots=True)
class JudgedPart:
    """What is to be written of a part."""

    courses: Sequence[Course]
    days: Sequence[Judged]
    today: Mapping[str, Judged]
    likelihoods: pl.DataFrame
    known: Facts = field(default_factory=Facts)


async def keep(session: AsyncSession, part: JudgedPart, *, slot: int, now: datetime) -> None:
    """Write a part: histories and positions of whom there is something to say, all outlooks."""
    await standings.save(session, part.courses, part.days, part.today, now=now)
    await affiliations.keep_turns(session, part.courses, part.days)
    await rejudgements.keep_outlooks(session, slot, part.likelihoods)


async def _judge(
    session: AsyncSession,
    usccs: Sequence[str],
    current: Mapping[str, Current],
    today: date,
    champion: MonthsModel | None,
) -> JudgedPart:
    firsts = {uscc: _first(current[uscc], today) for uscc in usccs}
    opened = await standings.openings(session, firsts)
    courses = [_course(uscc, firsts[uscc], opened, current[uscc], today) for uscc in usccs]
    editions = await rule_sets.in_force(session)
    known = await facts.read(session, usccs, since=min(firsts.values(), default=today))
    # Arrays take their time: whatever else this process does goes on.
    standing = [uscc for uscc, one in current.items() if one.position.place is not Place.NONE]
    history, likelihoods = await asyncio.to_thread(
        judge_part, known, courses, standing, today, champion, editions
    )
    return JudgedPart(courses, history.days, history.today, likelihoods, known)


def _first(current: Current, today: date) -> date:
    """Return the first day to judge: today, or the first that the sweep has not yet judged."""
    return today if current.judged_on is None else min(today, current.judged_on)


def _course(
    uscc: str, first: date, opened: Mapping[str, Position], current: Current, today: date
) -> Course:
    last = max(today, first, current.judged_on or first)
    return Course(uscc, first, last, opened.get(uscc, UNNOTICED))


async def _note(
    session: AsyncSession,
    part: Part,
    judged: JudgedPart,
    current: Mapping[str, Current],
    *,
    model: int | None,
    now: datetime,
) -> None:
    moved = sum(
        one.after.place is not current[uscc].position.place for uscc, one in judged.today.items()
    )
    stood = sum(one.position.place.rank > 0 for uscc, one in current.items())
    rose = sum(
        (one.after.place.rank > 0) - (current[uscc].position.place.rank > 0)
        for uscc, one in judged.today.items()
    )
    await rejudgements.note(
        session,
        part,
        enterprises=len(current),
        standing=stood + rose,
        moved=moved,
        model=model,
        now=now,
    )
