"""Explanations, and labels to learn from: both are read from facts, and nothing is kept of them."""

from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from services.scoring.domain.errors import AssessmentNotFound
from services.scoring.domain.explanation import Explanation, explain
from services.scoring.domain.labels import Labelled, label
from services.scoring.domain.measured import Measured
from services.scoring.features.measuring import measure
from services.scoring.store import facts, labels, reading, rule_sets
from services.scoring.store.labels import Raised
from shared.auth.identity import Caller
from shared.bus.consumer import Delivery
from shared.events.cases import CaseClosed, CaseReopened, CaseResolved
from shared.pagination import PageQuery


async def explain_day(
    session: AsyncSession, uscc: str, day: date, *, caller: Caller
) -> Explanation:
    """Say why an enterprise was judged as it was, from what is known to have been known that day.

    Raises EnterpriseNotFound; AssessmentNotFound, where the day had nothing to say.
    """
    if not await reading.was_judged(session, uscc, day, districts=caller.districts):
        raise AssessmentNotFound
    known = await facts.read(session, [uscc], since=day)
    measured = measure(known, day).get(uscc, Measured())
    return explain(measured, day, await rule_sets.in_force(session))


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
