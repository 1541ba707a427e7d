"""Imports that are under way: which worker has one, how far it is, and that no other takes it."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import CursorResult, Select, case, func, literal, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.ingest.domain.fates import Counts, State
from services.ingest.store.imports import DUE, Import, of_row
from services.ingest.tables import IMPORTS
from shared.wakes import wake


class LeaseLost(Exception):
    """Another worker has the import, or it has ended: what was being done must not commit."""


async def claim(session: AsyncSession, *, within: timedelta) -> tuple[Import, UUID, int] | None:
    """Take what has been due longest: the import, our lease of it, how often it was taken.

    It is ours until the lease has run out; each of our writes renews it. A lease that nobody gave
    back is one of a worker that died of the import, or beside it: that counts as a failure.
    """
    lease = uuid4()
    due = (
        select(IMPORTS.c.id)
        .where(IMPORTS.c.due_at <= func.now())
        .order_by(IMPORTS.c.due_at, IMPORTS.c.id)
        .limit(1)
        .with_for_update(skip_locked=True)
        .scalar_subquery()
    )
    taken = await session.execute(
        update(IMPORTS)
        .where(IMPORTS.c.id == due)
        .values(
            lease=lease,
            due_at=func.now() + within,
            attempts=IMPORTS.c.attempts + 1,
            failures=IMPORTS.c.failures + case((IMPORTS.c.lease.is_not(None), 1), else_=0),
            state=case(
                (IMPORTS.c.state == State.RECEIVED, literal(State.VALIDATING.value)),
                else_=IMPORTS.c.state,
            ),
        )
        .returning(*IMPORTS.c)
    )
    row = taken.mappings().first()
    return None if row is None else (of_row(row), lease, row["attempts"])


async def hold(session: AsyncSession, import_id: UUID, lease: UUID) -> Import:
    """Lock an import that is ours, to go on with it in this transaction. Raises LeaseLost."""
    return await _ours(session, _leased(import_id, lease).with_for_update(), import_id)


async def held(session: AsyncSession, import_id: UUID, lease: UUID) -> Import:
    """Return an import that is ours by now, without a lock. Raises LeaseLost."""
    return await _ours(session, _leased(import_id, lease), import_id)


async def renew(
    session: AsyncSession, import_id: UUID, lease: UUID, *, within: timedelta, read: int = 0
) -> None:
    """Keep an import for a while longer. Raises LeaseLost.

    `read`: how many rows were gone through that take effect later, all at once.
    """
    await _write(session, import_id, lease, {"due_at": func.now() + within, "rows_read": read})


async def begin(
    session: AsyncSession,
    import_id: UUID,
    lease: UUID,
    *,
    form: Mapping[str, Any],
    state: State,
) -> None:
    """Note what the file is, and that its rows are worked off from now on. Raises LeaseLost."""
    await _write(session, import_id, lease, {**form, "state": state})


async def advance(
    session: AsyncSession,
    import_id: UUID,
    lease: UUID,
    *,
    counts: Counts,
    errors: int,
    unknowns: Sequence[Mapping[str, int | str]],
    within: timedelta,
) -> None:
    """Note how far an import has got. Raises LeaseLost."""
    values = {**vars(counts), "errors": errors, "unknowns": unknowns}
    values |= {"attempts": 0, "failures": 0}
    await _write(session, import_id, lease, {**values, "due_at": func.now() + within})


async def end(
    session: AsyncSession,
    import_id: UUID,
    lease: UUID,
    *,
    state: State,
    at: datetime,
    **more: object,
) -> None:
    """Note how an import has ended. Raises LeaseLost."""
    ended = {"state": state, "finished_at": at, "lease": None, "due_at": None}
    await _write(session, import_id, lease, {**ended, **more})


async def give_back(
    session: AsyncSession,
    import_id: UUID,
    lease: UUID,
    *,
    after: timedelta,
    failures: int | None = None,
) -> None:
    """Let an import go; somebody may take it again after a while. Raises LeaseLost.

    `failures`: how often it has failed by itself by now, if that has changed.
    """
    values = {} if failures is None else {"failures": failures}
    await _write(session, import_id, lease, {**values, "lease": None, "due_at": func.now() + after})
    await wake(session, DUE)


async def resume(session: AsyncSession, import_id: UUID) -> bool:
    """Let an import that was set aside be due at once, where it was; tell whether it was so."""
    state = case(
        (IMPORTS.c.total.is_(None), literal(State.RECEIVED.value)),
        (IMPORTS.c.dry_run, literal(State.VALIDATING.value)),
        else_=literal(State.COMMITTING.value),
    )
    due = {"finished_at": None, "failure": None, "failures": 0, "due_at": func.now()}
    resumed = await session.execute(
        update(IMPORTS)
        .where(IMPORTS.c.id == import_id, IMPORTS.c.state == State.FAILED)
        .values(state=state, **due)
        .returning(literal(value=True))
    )
    await wake(session, DUE)
    return resumed.scalar() is not None


async def cancel(session: AsyncSession, import_id: UUID, *, at: datetime) -> bool:
    """End an import that has not ended; whoever works on it finds the lease gone.

    One that was set aside is given up: nobody waits any longer for what it might still record.
    """
    may_go_on = or_(IMPORTS.c.finished_at.is_(None), IMPORTS.c.state == State.FAILED)
    cancelled = await session.execute(
        update(IMPORTS)
        .where(IMPORTS.c.id == import_id, may_go_on)
        .values(state=State.CANCELLED, finished_at=at, lease=None, due_at=None, failure=None)
        .returning(literal(value=True))
    )
    return cancelled.scalar() is not None


async def under_way(session: AsyncSession) -> int:
    """Count the imports that have not ended."""
    statement = select(func.count()).where(IMPORTS.c.due_at.is_not(None))
    return int(await session.scalar(statement) or 0)


async def _write(
    session: AsyncSession, import_id: UUID, lease: UUID, values: Mapping[str, Any]
) -> None:
    written = await session.execute(
        update(IMPORTS).where(IMPORTS.c.id == import_id, IMPORTS.c.lease == lease).values(**values)
    )
    if isinstance(written, CursorResult) and written.rowcount != 1:
        raise LeaseLost(import_id)


def _leased(import_id: UUID, lease: UUID) -> Select[Any]:
    return select(IMPORTS).where(IMPORTS.c.id == import_id, IMPORTS.c.lease == lease)


async def _ours(session: AsyncSession, statement: Select[Any], import_id: UUID) -> Import:
    row = (await session.execute(statement)).mappings().first()
    if row is None:
        raise LeaseLost(import_id)
    return of_row(row)
