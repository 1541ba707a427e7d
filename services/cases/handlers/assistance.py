"""Requests to departments: asked by officers of a case, answered by officers of the department."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.cases.domain import assistance
from services.cases.domain.asked import AssistanceStatus, AssistanceStep
from services.cases.domain.assistance import Wish
from services.cases.domain.errors import AssistanceNotFound, CaseNotFound
from services.cases.domain.officer import Actor
from services.cases.handlers.deeds import Doing
from services.cases.store import assistance as kept
from services.cases.store import cases, officers, register, requests
from services.cases.store.lists import Line
from services.cases.store.requests import Desk
from shared.codes.divisions import DISTRICTS
from shared.ids import uuid7
from shared.pagination import PageQuery

# The request has said already that the case is theirs to touch.
_EVERYWHERE: Final = frozenset(district.code for district in DISTRICTS)


async def ask(session: AsyncSession, wish: Wish, doing: Doing) -> Line:
    """Ask a department for assistance; raise CaseRefusal."""
    case = await cases.hold(session, doing.case_id, districts=doing.districts)
    if case is None:
        raise CaseNotFound(doing.case_id)
    request_id, calendar = uuid7(), await register.calendar(session)
    decision = assistance.ask(
        case, wish, request_id=request_id, by=doing.by, now=doing.now, calendar=calendar
    )
    await cases.save(session, decision, calendar)
    return await requests.shown(session, request_id, doing.now)


async def handle(
    session: AsyncSession,
    request_id: UUID,
    step: AssistanceStep,
    said: str | None,
    *,
    by: Actor,
    districts: frozenset[str],
    now: datetime,
) -> Line:
    """Take a step with a request that is the asker's; raise CaseRefusal."""
    withdraws = step is AssistanceStep.WITHDRAW
    whose = districts if withdraws else await _desk(session, request_id, by)
    case_id = await requests.case_of(session, request_id, whose)
    held = case_id and await cases.hold(session, case_id, districts=_EVERYWHERE)
    if not held:
        raise AssistanceNotFound(request_id)
    # Read after the case is held: nobody else changes it now.
    request = await kept.find(session, request_id)
    decision = assistance.handle(held, request, step, said=said, by=by, now=now)
    await cases.save(session, decision, await register.calendar(session))
    return await requests.shown(session, request_id, now)


async def show(session: AsyncSession, request_id: UUID, *, by: Actor, now: datetime) -> Line:
    """Show a request of the asker's department; raise AssistanceNotFound."""
    desk = await _desk(session, request_id, by)
    if await requests.case_of(session, request_id, desk) is None:
        raise AssistanceNotFound(request_id)
    return await requests.shown(session, request_id, now)


async def list_own(
    session: AsyncSession,
    page: PageQuery,
    *,
    status: frozenset[AssistanceStatus] | None,
    by: Actor,
    now: datetime,
) -> tuple[Sequence[Line], str | None]:
    """List the requests of the asker's department, with the cursor of the next page."""
    desk = await _found(session, by)
    return (
        ([], None)
        if desk is None
        else await requests.of_desk(session, desk, page, now, status=status)
    )


async def list_of_case(
    session: AsyncSession,
    case_id: UUID,
    page: PageQuery,
    *,
    districts: frozenset[str],
    now: datetime,
) -> tuple[Sequence[Line], str | None]:
    """List the requests of a case, with the cursor of the next page; raise CaseNotFound."""
    if await cases.find(session, case_id, districts=districts) is None:
        raise CaseNotFound(case_id)
    return await requests.of_case(session, case_id, page, now)


async def _desk(session: AsyncSession, request_id: UUID, by: Actor) -> Desk:
    desk = await _found(session, by)
    if desk is None:
        raise AssistanceNotFound(request_id)
    return desk


async def _found(session: AsyncSession, by: Actor) -> Desk | None:
    """Return whose requests they answer, as the directory of officers says now."""
    officer = await officers.find(session, by.subject)
    if officer is None or officer.department is None or not officer.active:
        return None
    return Desk(officer.department, officer.districts)
