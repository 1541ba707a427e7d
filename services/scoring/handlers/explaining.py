"""Explanations, and labels to learn from: both are read from facts, and nothing is kept of them."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from services.scoring.domain.course import Held, Position, held
from services.scoring.domain.errors import AssessmentNotFound, DayAhead
from services.scoring.domain.explanation import Explanation, explain
from services.scoring.domain.labels import Labelled, label
from services.scoring.domain.measured import Measured
from services.scoring.domain.outlook import Newest, Outlook, Unlearned, outlook
from services.scoring.domain.rules import Source
from services.scoring.features.facts import Facts
from services.scoring.features.measuring import measure
from services.scoring.features.newest import newest
from services.scoring.foreseen import Foreseen, foresee
from services.scoring.store import facts, labels, models, reading, rule_sets
from services.scoring.store.labels import Raised
from services.scoring.store.models import Noted
from services.scoring.store.reading import Row
from shared.auth.identity import Caller
from shared.bus.consumer import Delivery
from shared.calendar import SHANGHAI
from shared.events.cases import CaseClosed, CaseReopened, CaseResolved
from shared.pagination import PageQuery


@dataclass(frozen=True, slots=True)
class Explained:
    """Why the rules say what they say of a day, and why the model does that was in service then.

    `noted` is what the model said on the day itself. It is None, and `learned` too, where there was
    no model. `held`: the place is higher than the day's facts point to, for a while.
    """

    by_rules: Explanation
    noted: Noted | None
    learned: Foreseen | None
    held: Held | None = None


async def explain_day(session: AsyncSession, uscc: str, day: date, *, caller: Caller) -> Explained:
    """Say why an enterprise was judged as it was, from what is known to have been known that day.

    Raises EnterpriseNotFound; AssessmentNotFound, where the day had nothing to say.
    """
    position = await reading.judged_day(session, uscc, day, districts=caller.districts)
    if position is None:
        raise AssessmentNotFound
    known = await facts.read(session, [uscc], since=day)
    found = await _explained(session, known, uscc, day, await models.noted(session, uscc, day))
    return await _with_held(session, found, position, day)


async def _with_held(
    session: AsyncSession, found: Explained, position: Position, day: date
) -> Explained:
    target, editions = found.by_rules.assessment.place, await rule_sets.in_force(session)
    return replace(found, held=held(position, target, editions, day))


async def _explained(
    session: AsyncSession, known: Facts, uscc: str, day: date, noted: Noted | None
) -> Explained:
    measured = measure(known, day).get(uscc, Measured())
    by_rules = explain(measured, day, await rule_sets.in_force(session))
    if noted is None:
        return Explained(by_rules, None, None)
    learned = await asyncio.to_thread(foresee, known, uscc, day, noted.model)
    return Explained(by_rules, noted, learned)


@dataclass(frozen=True, slots=True)
class LookedAt:
    """What can be said of an enterprise on a day, and what each source said last.

    `enterprise` is its entry and where it stands now; `unlearned` says why the model says nothing.
    """

    enterprise: Row
    outlook: Outlook
    explained: Explained
    unlearned: Unlearned | None
    newest: Mapping[Source, Newest]


async def look_at(
    session: AsyncSession, uscc: str, on: date | None, *, caller: Caller, now: datetime
) -> LookedAt:
    """Judge any enterprise of the register on a day, by default today, and say why.

    Whoever is judged by nobody's fact is judged here all the same: by the facts, the rules and the
    model of that day. Raises EnterpriseNotFound; DayAhead.
    """
    enterprise = await reading.enterprise(session, uscc, districts=caller.districts)
    today = now.astimezone(SHANGHAI).date()
    day = on or today
    if day > today:
        raise DayAhead(day.isoformat(), today.isoformat())
    end = datetime.combine(day + timedelta(days=1), time(), SHANGHAI)
    noted = await models.noted(session, uscc, day)
    if noted is None:
        noted = await models.in_service(session, min(now, end))
    known = await facts.read(session, [uscc], since=day)
    explained = await _explained(session, known, uscc, day, noted)
    position = await reading.judged_day(session, uscc, day, districts=caller.districts)
    if position is not None:
        explained = await _with_held(session, explained, position, day)
    last = newest(known, uscc, day)
    mute = _unlearned(explained)
    return LookedAt(
        enterprise=enterprise,
        outlook=outlook(explained.by_rules.assessment.findings, last, day),
        explained=replace(explained, learned=None) if mute else explained,
        unlearned=mute,
        newest=last,
    )


def _unlearned(explained: Explained) -> Unlearned | None:
    if explained.noted is None:
        return Unlearned.NO_MODEL
    learned = explained.learned
    # Of months that are all too old no feature is read: what is said then is said of nobody.
    known = learned is not None and any(part.observations for part in learned.parts)
    return None if known else Unlearned.NO_MONTHS


async def list_labels(
    session: AsyncSession, page: PageQuery
) -> tuple[list[tuple[Raised, Labelled]], str | None]:
    """Return a page of the warnings with what became of them, the oldest first."""
    raised, cursor = await labels.page(session, page)
    return [(one, label(one.told)) for one in raised], cursor


async def keep_resolved(session: AsyncSession, event: CaseResolved, _delivery: Delivery) -> None:
    """Keep the outcome that a second person approved."""
    await labels.keep_outcome(session, event)


async def keep_closed(session: AsyncSession, event: CaseClosed, _delivery: Delivery) -> None:
    """Keep the outcome with which a case ended."""
    await labels.keep_outcome(session, event)


async def keep_reopened(session: AsyncSession, event: CaseReopened, _delivery: Delivery) -> None:
    """Forget the outcome of a case that goes on."""
    await labels.keep_outcome(session, event)
