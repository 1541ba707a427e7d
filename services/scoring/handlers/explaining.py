"""Explanations, and labels to learn from: both are read from facts, and nothing is kept of them."""

import asyncio
from dataclasses import dataclass
from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from services.scoring.domain.errors import AssessmentNotFound
from services.scoring.domain.explanation import Explanation, explain
from services.scoring.domain.labels import Labelled, label
from services.scoring.domain.measured import Measured
from services.scoring.features.measuring import measure
from services.scoring.foreseen import Foreseen, foresee
from services.scoring.store import facts, labels, models, reading, rule_sets
from services.scoring.store.labels import Raised
from services.scoring.store.models import Noted
from shared.auth.identity import Caller
from shared.bus.consumer import Delivery
from shared.events.cases import CaseClosed, CaseReopened, CaseResolved
from shared.pagination import PageQuery


@dataclass(frozen=True, slots=True)
class Explained:
    """Why the rules say what they say of a day, and why the model does that was in service then.

    `noted` is what the model said on the day itself. It is None, and `learned` too, where there was
    no model.
    """

    by_rules: Explanation
    noted: Noted | None
    learned: Foreseen | None


async def explain_day(session: AsyncSession, uscc: str, day: date, *, caller: Caller) -> Explained:
    """Say why an enterprise was judged as it was, from what is known to have been known that day.

    Raises EnterpriseNotFound; AssessmentNotFound, where the day had nothing to say.
    """
    if not await reading.was_judged(session, uscc, day, districts=caller.districts):
        raise AssessmentNotFound
    known = await facts.read(session, [uscc], since=day)
    measured = measure(known, day).get(uscc, Measured())
    by_rules = explain(measured, day, await rule_sets.in_force(session))
    noted = await models.noted(session, uscc, day)
    if noted is None:
        return Explained(by_rules, None, None)
    learned = await asyncio.to_thread(foresee, known, uscc, day, noted.model)
    return Explained(by_rules, noted, learned)


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
