"""Requests to departments, as they are kept with their cases."""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Row, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.cases.domain.asked import (
    PENDING,
    AssistanceRequest,
    AssistanceStatus,
    Department,
)
from services.cases.domain.case import Case
from services.cases.domain.clocks import Clock, ClockName
from services.cases.tables import ASSISTANCE_REQUESTS

_ASKED: Final = ASSISTANCE_REQUESTS.c
_CHANGING: Final = (
    *("status", "due_at", "escalated", "handled_by", "accepted_at", "ended_at", "answer", "reason"),
)


async def pending(
    session: AsyncSession, case_ids: Sequence[UUID]
) -> Mapping[UUID, tuple[AssistanceRequest, ...]]:
    """Read what cases wait for, in the order of asking; a case that waits for nothing has none."""
    query = select(ASSISTANCE_REQUESTS).where(
        _ASKED.case_id.in_(case_ids), _ASKED.status.in_(sorted(PENDING))
    )
    found: dict[UUID, tuple[AssistanceRequest, ...]] = {}
    for row in await session.execute(query.order_by(_ASKED.asked_at, _ASKED.id)):
        found[row.case_id] = (*found.get(row.case_id, ()), _request(row))
    return found


async def save(session: AsyncSession, cases: Sequence[Case]) -> None:
    """Write the requests of cases as they are now."""
    rows = [_row(case.id, request) for case in cases for request in case.assistance]
    if not rows:
        return
    write = insert(ASSISTANCE_REQUESTS)
    changed = {name: write.excluded[name] for name in _CHANGING}
    await session.execute(write.on_conflict_do_update(index_elements=["id"], set_=changed), rows)


async def find(session: AsyncSession, request_id: UUID) -> AssistanceRequest:
    """Read a request that is there, whatever became of it."""
    query = select(ASSISTANCE_REQUESTS).where(_ASKED.id == request_id)
    return _request((await session.execute(query)).one())


def _request(row: Row[Any]) -> AssistanceRequest:
    return AssistanceRequest(
        id=row.id,
        department=Department(row.department),
        subject=row.subject,
        wanted=row.wanted,
        status=AssistanceStatus(row.status),
        asked_by=row.asked_by,
        clock=Clock(
            ClockName.ASSISTANCE,
            row.asked_at,
            row.due_at,
            row.ended_at,
            escalated=row.escalated,
        ),
        handled_by=row.handled_by,
        accepted_at=row.accepted_at,
        ended_at=row.ended_at,
        answer=row.answer,
        reason=row.reason,
    )


def _row(case_id: UUID, request: AssistanceRequest) -> dict[str, object]:
    own = {name: value for name, value in vars(request).items() if name != "clock"}
    clock = request.clock
    return own | {
        "case_id": case_id,
        "asked_at": clock.started_at,
        "due_at": clock.due_at,
        "escalated": clock.escalated,
    }
