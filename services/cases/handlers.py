"""What is asked of `cases`: read, decide, save. Nobody here commits."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.cases.domain import guards, officer, steps, warnings
from services.cases.domain.case import Case, Step
from services.cases.domain.errors import (
    CaseChangedMeanwhile,
    CaseNotFound,
    OfficerChangedMeanwhile,
)
from services.cases.domain.guards import Ask
from services.cases.domain.officer import Actor, Officer
from services.cases.domain.warnings import Course, Heard
from services.cases.store import cases, lists, officers, register
from services.cases.store.lists import CaseFilter, Line
from services.cases.store.register import Enterprise
from services.cases.tables import ENTERPRISES
from shared.calendar import SHANGHAI
from shared.ids import uuid7
from shared.pagination import PageQuery
from shared.register import Entry, note


@dataclass(frozen=True)
class CaseView:
    """A case as one person sees it at one moment."""

    case: Case
    name: str
    officer_name: str | None
    overdue: bool
    allowed_steps: tuple[Step, ...]


async def show(
    session: AsyncSession, case_id: UUID, *, by: Actor, districts: frozenset[str], now: datetime
) -> CaseView:
    """Show a case; raise CaseNotFound."""
    case = await cases.find(session, case_id, districts=districts)
    if case is None:
        raise CaseNotFound(case_id)
    return await _view(session, case, by, now)


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
    case = await cases.find(session, case_id, districts=districts)
    if case is None:
        raise CaseNotFound(case_id)
    if expected_version not in {None, case.version}:
        raise CaseChangedMeanwhile(case_id)
    calendar = await register.calendar(session)
    decision = steps.take(step, case, ask, by=by, now=now, calendar=calendar)
    return await _view(session, await cases.save(session, decision), by, now)


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


async def hear(session: AsyncSession, heard: Heard, said: Enterprise, *, now: datetime) -> None:
    """Let a warning open, reopen or join a case; an older version of it than is known does nothing.

    `said` is the enterprise as the warning has it, for one whose register entry has not come yet.
    """
    enterprise = await register.meet(session, said)
    known = await cases.warning(session, heard.warning_id)
    if known is not None and known.version >= heard.version:
        return
    case = await cases.latest_of(session, heard.uscc)
    course = warnings.course(case, known, heard, now)
    if course is Course.REMEMBER:
        await cases.remember(session, heard.attached(counts=False))
        return
    calendar = await register.calendar(session)
    if case is None or course is Course.OPEN:
        year = now.astimezone(SHANGHAI).year
        decision = warnings.open_case(
            heard,
            case_id=uuid7(),
            number=await register.next_number(session, district=enterprise.district, year=year),
            district=enterprise.district,
            now=now,
            calendar=calendar,
        )
    elif course is Course.REOPEN:
        decision = warnings.reopen(case, heard, now=now, calendar=calendar)
    else:
        decision = warnings.join(case, known, heard, now=now, calendar=calendar)
    await cases.save(session, decision)


async def note_enterprises(session: AsyncSession, entries: Iterable[Entry]) -> None:
    """Take over changed entries of the register.

    Names follow at once. An open case stays where it was dispatched: moving it is a transfer,
    which two districts agree on.
    """
    await note(session, ENTERPRISES, entries)


async def put_officer(
    session: AsyncSession, wanted: Officer, *, expected_version: int | None = None
) -> Officer:
    """Make the directory say this of an officer.

    Raises OfficerRefused, OfficerChangedMeanwhile, LastAdministrator.
    """
    administrators = await officers.administrators(session)
    known = await officers.find(session, wanted.subject)
    if expected_version not in {None, known.version if known else 0}:
        raise OfficerChangedMeanwhile(wanted.subject)
    decision = officer.appoint(wanted, known)
    officer.keep_an_administrator(administrators, [wanted])
    return await officers.save(session, decision)


async def put_officers(session: AsyncSession, wanted: Sequence[Officer]) -> int:
    """Make the directory say this of several officers; return how many entries it changed.

    Raises OfficerRefused, OfficerChangedMeanwhile, LastAdministrator.
    """
    administrators = await officers.administrators(session)
    officer.keep_an_administrator(administrators, wanted)
    changed = 0
    for one in wanted:
        decision = officer.appoint(one, await officers.find(session, one.subject))
        await officers.save(session, decision)
        changed += decision.event is not None
    return changed


async def change_day(session: AsyncSession, day: date, *, worked: bool | None) -> None:
    """Make a day working or off; with None, leave it to the notice of the State Council again."""
    await register.change_day(session, day, worked=worked)


async def list_officers(
    session: AsyncSession, page: PageQuery
) -> tuple[Sequence[Officer], str | None]:
    """List the officers, with the cursor of the next page."""
    return await officers.every(session, page)


async def _view(session: AsyncSession, case: Case, by: Actor, now: datetime) -> CaseView:
    calendar = await register.calendar(session)
    due = case.next_due_at
    return CaseView(
        case=case,
        name=await register.name_of(session, case.uscc),
        officer_name=await officers.name_of(session, case.officer),
        overdue=due is not None and due < now,
        allowed_steps=guards.allowed_steps(case, by, now, calendar),
    )
