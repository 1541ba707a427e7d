"""What is done in a case: visits, deliveries, evidence, financing asked for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.cases.domain import deeds, eligibility, reporting
from services.cases.domain.case import Case, Decision
from services.cases.domain.codes import Deed
from services.cases.domain.deeds import Delivery, Evidence, Findings, Need
from services.cases.domain.eligibility import Eligibility
from services.cases.domain.errors import CaseNotFound, DeedNotFound
from services.cases.domain.officer import Actor
from services.cases.domain.remarks import learn_of_layoffs
from services.cases.domain.reporting import Report
from services.cases.store import cases, register, staff
from services.cases.store import deeds as written
from services.cases.store.lists import Line
from shared.calendar import SHANGHAI
from shared.ids import uuid7
from shared.pagination import PageQuery


@dataclass(frozen=True)
class Doing:
    """Who does something, in which case, and when."""

    case_id: UUID
    by: Actor
    districts: frozenset[str]
    now: datetime


@dataclass(frozen=True)
class ServicesView:
    """What may go to the enterprise of a case today, and what did."""

    services: tuple[Eligibility, ...]
    deliveries: Sequence[Line]


async def visit(session: AsyncSession, found: Findings, doing: Doing) -> Line:
    """Record a visit; raise CaseRefusal."""
    case, deed_id = await _held(session, doing), uuid7()
    decision = deeds.visit(case, found, deed_id=deed_id, by=doing.by, now=doing.now)
    calendar = await register.calendar(session)
    await _write_down(session, Deed.VISIT, deed_id, vars(found), doing)
    if found.tells_of_layoffs:
        known = await staff.reported_layoffs(session, case.uscc)
        learned = learn_of_layoffs(decision.case, known, now=doing.now, calendar=calendar)
        decision = decision if learned is None else decision.then(learned)
    await cases.save(session, decision, calendar)
    return await written.find(session, Deed.VISIT, deed_id)


async def deliver(session: AsyncSession, delivery: Delivery, doing: Doing) -> Line:
    """Record a delivery, judged by what is known now for the day of delivery; raise CaseRefusal."""
    case, deed_id = await _held(session, doing), uuid7()
    record = await staff.record(session, case.uscc)
    judged = eligibility.judge(delivery.service, record, delivery.delivered_on)
    decision = deeds.deliver(case, delivery, judged, deed_id=deed_id, by=doing.by, now=doing.now)
    return await _save(session, decision, Deed.DELIVER, deed_id, vars(delivery), doing)


async def add_evidence(session: AsyncSession, evidence: Evidence, doing: Doing) -> Line:
    """Put a piece of evidence on file; raise CaseRefusal."""
    case, deed_id = await _held(session, doing), uuid7()
    decision = deeds.add_evidence(case, evidence, by=doing.by, now=doing.now)
    return await _save(session, decision, Deed.ADD_EVIDENCE, deed_id, vars(evidence), doing)


async def request_financing(session: AsyncSession, need: Need, doing: Doing) -> Line:
    """Ask for a loan; raise CaseRefusal."""
    case, deed_id = await _held(session, doing), uuid7()
    decision = deeds.request_financing(case, need, deed_id=deed_id, by=doing.by, now=doing.now)
    return await _save(session, decision, Deed.REQUEST_FINANCING, deed_id, vars(need), doing)


async def report(session: AsyncSession, made: Report, doing: Doing) -> Line:
    """Record a report upward; raise CaseRefusal."""
    case, deed_id = await _held(session, doing), uuid7()
    calendar = await register.calendar(session)
    decision = reporting.report(case, made, by=doing.by, now=doing.now, calendar=calendar)
    return await _save(session, decision, Deed.REPORT, deed_id, vars(made), doing)


async def note_progress(session: AsyncSession, note: str, doing: Doing) -> Line:
    """Note the progress of a case; raise CaseRefusal."""
    case, deed_id = await _held(session, doing), uuid7()
    calendar = await register.calendar(session)
    decision = reporting.note_progress(case, note, by=doing.by, now=doing.now, calendar=calendar)
    return await _save(session, decision, Deed.NOTE_PROGRESS, deed_id, {"note": note}, doing)


async def list_deeds(
    session: AsyncSession, deed: Deed, case_id: UUID, page: PageQuery, *, districts: frozenset[str]
) -> tuple[Sequence[Line], str | None]:
    """List what was done in a case, with the cursor of the next page; raise CaseNotFound."""
    await _seen(session, case_id, districts)
    return await written.of_case(session, deed, case_id, page)


async def find(session: AsyncSession, deed_id: UUID, *, districts: frozenset[str]) -> Line:
    """Return what a deed is and in which case it was done; raise DeedNotFound."""
    found = await written.whereabouts(session, deed_id)
    if found is None or await cases.find(session, found.case_id, districts=districts) is None:
        raise DeedNotFound(deed_id)
    return found


async def services(
    session: AsyncSession, case_id: UUID, *, districts: frozenset[str], now: datetime
) -> ServicesView:
    """Judge each service for the enterprise of a case, today; raise CaseNotFound."""
    case = await _seen(session, case_id, districts)
    record = await staff.record(session, case.uscc)
    judged = eligibility.judge_all(record, now.astimezone(SHANGHAI).date())
    return ServicesView(judged, await written.deliveries(session, case_id))


async def _save(
    session: AsyncSession,
    decision: Decision,
    deed: Deed,
    deed_id: UUID,
    said: Mapping[str, object],
    doing: Doing,
) -> Line:
    await cases.save(session, decision, await register.calendar(session))
    await _write_down(session, deed, deed_id, said, doing)
    return await written.find(session, deed, deed_id)


async def _write_down(
    session: AsyncSession, deed: Deed, deed_id: UUID, said: Mapping[str, object], doing: Doing
) -> None:
    await written.add(
        session, deed, said, deed_id=deed_id, case_id=doing.case_id, by=doing.by, now=doing.now
    )


async def _held(session: AsyncSession, doing: Doing) -> Case:
    case = await cases.hold(session, doing.case_id, districts=doing.districts)
    if case is None:
        raise CaseNotFound(doing.case_id)
    return case


async def _seen(session: AsyncSession, case_id: UUID, districts: frozenset[str]) -> Case:
    case = await cases.find(session, case_id, districts=districts)
    if case is None:
        raise CaseNotFound(case_id)
    return case
