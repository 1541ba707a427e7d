"""Cases as people see them, and the steps that they take."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.cases.domain import guards, steps
from services.cases.domain.case import Case, Step
from services.cases.domain.codes import Deed
from services.cases.domain.deeds import allowed_deeds
from services.cases.domain.errors import CaseChangedMeanwhile, CaseNotFound
from services.cases.domain.follow_up import check_clean
from services.cases.domain.guards import Ask
from services.cases.domain.officer import Actor
from services.cases.domain.remarks import learn_of_layoffs
from services.cases.domain.transfers import ANSWERS
from services.cases.store import cases, lists, officers, register, staff
from services.cases.store.lists import CaseFilter, Line
from shared.pagination import PageQuery


@dataclass(frozen=True)
class CaseView:
    """A case as one person sees it at one moment."""

    case: Case
    name: str
    officer_name: str | None
    overdue: bool
    allowed_steps: tuple[Step, ...]
    allowed_deeds: tuple[Deed, ...]


async def show(
    session: AsyncSession, case_id: UUID, *, by: Actor, districts: frozenset[str], now: datetime
) -> CaseView:
    """Show a case; raise CaseNotFound."""
    case = await cases.find(session, case_id, districts=districts)
    if case is None:
        case = await cases.asked(session, case_id, districts=districts)
    if case is None:
        raise CaseNotFound(case_id)
    return await _view(session, case, by, districts, now)


async def take(
    session: AsyncSession,
    case_id: UUID,
    step: Step,
    ask: Ask,
    *,
    by: Actor,
    districts: frozenset[str],
    now: datetime,
    expected_version: int | None = None,
) -> CaseView:
    """Take a person's step with a case; raise CaseRefusal, in all its kinds."""
    if step is Step.REOPEN:
        await staff.take_turn(session)
    case = await cases.hold(session, case_id, districts=districts)
    if case is None and step in ANSWERS:
        case = await cases.asked(session, case_id, districts=districts, holding=True)
    if case is None:
        raise CaseNotFound(case_id)
    if expected_version not in {None, case.version}:
        raise CaseChangedMeanwhile(case_id)
    calendar = await register.calendar(session)
    decision = steps.take(step, case, ask, by=by, now=now, calendar=calendar)
    if step is Step.CLOSE:
        check_clean(case, await staff.record(session, case.uscc))
    elif step is Step.REOPEN:
        reported = await staff.reported_layoffs(session, case.uscc)
        learned = learn_of_layoffs(decision.case, reported, now=now, calendar=calendar)
        decision = decision if learned is None else decision.then(learned)
    return await _view(session, await cases.save(session, decision, calendar), by, districts, now)


async def list_cases(
    session: AsyncSession,
    wanted: CaseFilter,
    page: PageQuery,
    *,
    districts: frozenset[str],
    now: datetime,
) -> tuple[Sequence[Line], str | None]:
    """List cases, with the cursor of the next page."""
    return await lists.cases(session, wanted, page, districts=districts, now=now)


async def timeline(
    session: AsyncSession, case_id: UUID, page: PageQuery, *, districts: frozenset[str]
) -> tuple[Sequence[Line], str | None]:
    """List what happened to a case, with the cursor of the next page; raise CaseNotFound."""
    found = await lists.timeline(session, case_id, page, districts=districts)
    if found is None:
        raise CaseNotFound(case_id)
    return found


async def _view(
    session: AsyncSession, case: Case, by: Actor, districts: frozenset[str], now: datetime
) -> CaseView:
    calendar = await register.calendar(session)
    due = case.next_due_at
    allowed = guards.allowed_steps(case, by, now, calendar)
    # Whoever was asked to take it over looks at it and answers; the work is done where it lies.
    ours = case.district in districts
    return CaseView(
        case=case,
        name=await register.name_of(session, case.uscc),
        officer_name=await officers.name_of(session, case.officer),
        overdue=due is not None and due < now,
        allowed_steps=allowed if ours else tuple(step for step in allowed if step in ANSWERS),
        allowed_deeds=allowed_deeds(case, by) if ours else (),
    )
