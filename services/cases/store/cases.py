"""Cases, with their clocks and warnings, and their timeline."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, fields, replace
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Row, Select, Table, delete, func, insert, select, tuple_, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncSession

from services.cases.domain.case import ENDED, AttachedWarning, Case, Decision, Status
from services.cases.domain.clocks import Clock, ClockName
from services.cases.domain.codes import EvidenceKind
from services.cases.domain.errors import CaseChangedMeanwhile
from services.cases.domain.escalation import next_moment
from services.cases.domain.outcome import Outcome, WaitingFor
from services.cases.store import assistance
from services.cases.tables import CASE_CLOCKS, CASE_WARNINGS, CASES, TIMELINE
from shared.bus import outbox
from shared.calendar import WorkingCalendar
from shared.events.scoring import RiskLevel

# Stands for "nothing is due": lists are sorted by the due date, and no key may be null.
NEVER: Final = datetime(9999, 1, 1, tzinfo=UTC)
_ELSEWHERE: Final = frozenset({"clocks", "warnings", "assistance"})
_CLOCK: Final = (
    *("started_at", "due_at", "met_at", "paused", "extended", "limit_at", "escalated"),
    *("kept", "missed"),
)
_OWN: Final = tuple(field.name for field in fields(Case) if field.name not in _ELSEWHERE)


async def find(session: AsyncSession, case_id: UUID, *, districts: frozenset[str]) -> Case | None:
    """Read a case, if it lies in one of the districts."""
    return await _read(session, _visible(districts).where(CASES.c.id == case_id))


async def hold(session: AsyncSession, case_id: UUID, *, districts: frozenset[str]) -> Case | None:
    """Read a case and keep it from changing until the transaction ends: others wait their turn."""
    query = _visible(districts).where(CASES.c.id == case_id)
    return await _read(session, query.with_for_update())


async def asked(
    session: AsyncSession, case_id: UUID, *, districts: frozenset[str], holding: bool = False
) -> Case | None:
    """Read a case that one of the districts was asked to take over."""
    query = select(CASES).where(CASES.c.id == case_id, CASES.c.transfer_to.in_(sorted(districts)))
    return await _read(session, query.with_for_update() if holding else query)


async def latest_of(session: AsyncSession, uscc: str) -> Case | None:
    """Read the enterprise's latest case, and keep it from changing until the transaction ends."""
    query = select(CASES).where(CASES.c.uscc == uscc)
    newest = query.order_by(CASES.c.opened_at.desc(), CASES.c.id.desc()).limit(1)
    return await _read(session, newest.with_for_update())


async def warning(session: AsyncSession, warning_id: UUID) -> AttachedWarning | None:
    """Read a warning as last heard of, whichever case it is attached to."""
    query = select(CASE_WARNINGS).where(CASE_WARNINGS.c.warning_id == warning_id)
    row = (await session.execute(query)).one_or_none()
    return None if row is None else _warning(row)


async def remember(session: AsyncSession, warning: AttachedWarning) -> None:
    """Keep what was last heard of a warning, without any effect on its case."""
    await session.execute(
        update(CASE_WARNINGS)
        .where(CASE_WARNINGS.c.warning_id == warning.id)
        .values(version=warning.version, level=warning.level, lifted=warning.lifted)
    )


async def to_escalate(session: AsyncSession, now: datetime, *, limit: int) -> Sequence[Case]:
    """Read cases that climb by now, the first of their ids first, and keep them from changing."""
    due = select(CASES).where(CASES.c.escalates_at <= now).order_by(CASES.c.id).limit(limit)
    return await _read_all(session, due.with_for_update())


async def open_of(session: AsyncSession, usccs: Collection[str]) -> Sequence[Case]:
    """Read the open cases of enterprises, and keep them from changing."""
    is_open = CASES.c.status.not_in(sorted(ENDED))
    theirs = select(CASES).where(CASES.c.uscc == func.any(list(usccs)), is_open)
    return await _read_all(session, theirs.order_by(CASES.c.id).with_for_update())


async def save(session: AsyncSession, decision: Decision, calendar: WorkingCalendar) -> Case:
    """Write the case, unless someone else did since it was read; add its lines; state its facts.

    Raises CaseChangedMeanwhile.
    """
    await save_all(session, [decision], calendar)
    return decision.case


async def save_all(
    session: AsyncSession, decisions: Sequence[Decision], calendar: WorkingCalendar
) -> None:
    """Write what was decided about several cases, as `save` does; raise CaseChangedMeanwhile."""
    for decision in decisions:
        await _save_own(session, decision, calendar)
    cases = [decision.case for decision in decisions]
    await _save_clocks(session, cases)
    await _save_warnings(session, cases)
    await assistance.save(session, cases)
    lines = [
        {"case_id": decision.case.id} | asdict(entry)
        for decision in decisions
        for entry in decision.entries
    ]
    if lines:
        await session.execute(insert(TIMELINE), lines)
    await outbox.put(session, *(event for decision in decisions for event in decision.events))


async def _save_own(session: AsyncSession, decision: Decision, calendar: WorkingCalendar) -> None:
    case = decision.case
    row = {name: getattr(case, name) for name in _OWN}
    row |= {
        "due_at": case.next_due_at or NEVER,
        "escalation_level": case.escalation_level,
        "escalates_at": next_moment(case, calendar) or NEVER,
        "evidence_kinds": sorted(case.evidence_kinds),
    }
    if decision.read_version is None:
        await session.execute(insert(CASES).values(row))
        return
    written = await session.scalar(
        update(CASES)
        .where(CASES.c.id == case.id, CASES.c.version == decision.read_version)
        .values(row)
        .returning(CASES.c.id)
    )
    if written is None:
        raise CaseChangedMeanwhile(case.id)


async def _save_clocks(session: AsyncSession, cases: Sequence[Case]) -> None:
    rows = [
        {
            "case_id": case.id,
            "clock": clock.name,
            "started_at": clock.started_at,
            "due_at": clock.due_at,
            "met_at": clock.met_at,
            "paused": clock.paused,
            "extended": clock.extended,
            "limit_at": clock.limit,
            "escalated": clock.escalated,
            "kept": clock.kept,
            "missed": clock.missed,
        }
        for case in cases
        for clock in case.clocks
    ]
    kept = [(row["case_id"], row["clock"]) for row in rows]
    of_them = CASE_CLOCKS.c.case_id.in_([case.id for case in cases])
    this = tuple_(CASE_CLOCKS.c.case_id, CASE_CLOCKS.c.clock)
    await session.execute(delete(CASE_CLOCKS).where(of_them, this.not_in(kept)))
    if not rows:
        return
    write = postgresql.insert(CASE_CLOCKS)
    changed = {name: write.excluded[name] for name in _CLOCK}
    await session.execute(
        write.on_conflict_do_update(index_elements=["case_id", "clock"], set_=changed), rows
    )


async def _save_warnings(session: AsyncSession, cases: Sequence[Case]) -> None:
    rows = [
        {
            "warning_id": warning.id,
            "case_id": case.id,
            "version": warning.version,
            "level": warning.level,
            "lifted": warning.lifted,
            "counts": warning.counts,
        }
        for case in cases
        for warning in case.warnings
    ]
    if not rows:
        return
    write = postgresql.insert(CASE_WARNINGS)
    # A warning that grew graver after its case ended moves to the one that it opens.
    changed = {
        name: write.excluded[name] for name in ("case_id", "version", "level", "lifted", "counts")
    }
    await session.execute(
        write.on_conflict_do_update(index_elements=["warning_id"], set_=changed), rows
    )


async def _read(session: AsyncSession, query: Select[Any]) -> Case | None:
    found = await _read_all(session, query)
    return found[0] if found else None


async def _read_all(session: AsyncSession, query: Select[Any]) -> Sequence[Case]:
    """Read cases in the order of the query, all their parts in two queries more."""
    rows = (await session.execute(query)).all()
    if not rows:
        return []
    ids = [row.id for row in rows]
    clocks = await _by_case(session, CASE_CLOCKS, ids)
    warnings = await _by_case(session, CASE_WARNINGS, ids)
    asked = await assistance.pending(session, ids)
    cases = (_case(row, clocks[row.id], warnings[row.id]) for row in rows)
    return [replace(case, assistance=asked.get(case.id, ())) for case in cases]


async def _by_case(
    session: AsyncSession, table: Table, ids: Sequence[UUID]
) -> Mapping[UUID, Sequence[Row[Any]]]:
    grouped: dict[UUID, list[Row[Any]]] = {each: [] for each in ids}
    for row in await session.execute(select(table).where(table.c.case_id.in_(ids))):
        grouped[row.case_id].append(row)
    return grouped


def _case(row: Row[Any], clocks: Sequence[Row[Any]], warnings: Sequence[Row[Any]]) -> Case:
    own = {name: getattr(row, name) for name in _OWN}
    return Case(
        **own
        | {
            "status": Status(row.status),
            "level": RiskLevel(row.level),
            "outcome": row.outcome and Outcome(row.outcome),
            "evidence_kinds": frozenset(map(EvidenceKind, row.evidence_kinds)),
            "waiting_for": row.waiting_for and WaitingFor(row.waiting_for),
            "clocks": _in_order(clocks),
            "warnings": tuple(_warning(one) for one in warnings),
        }
    )


def _in_order(rows: Sequence[Row[Any]]) -> tuple[Clock, ...]:
    order = list(ClockName)
    clocks = (
        Clock(
            ClockName(row.clock),
            row.started_at,
            row.due_at,
            row.met_at,
            row.paused,
            row.extended,
            row.limit_at,
            row.escalated,
            row.kept,
            row.missed,
        )
        for row in rows
    )
    return tuple(sorted(clocks, key=lambda clock: order.index(clock.name)))


def _warning(row: Row[Any]) -> AttachedWarning:
    return AttachedWarning(
        row.warning_id, row.version, RiskLevel(row.level), row.lifted, row.counts
    )


def _visible(districts: frozenset[str]) -> Select[Any]:
    return select(CASES).where(CASES.c.district.in_(sorted(districts)))
