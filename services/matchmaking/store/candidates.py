"""Candidates, with the lists that they stood on and the lines of their life."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, bindparam, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.matchmaking.domain.candidate import (
    ENDED,
    Candidate,
    Course,
    Finding,
    ListSnapshot,
    State,
)
from services.matchmaking.domain.errors import CandidateNotFound
from services.matchmaking.store.scope import Scope
from services.matchmaking.tables import (
    CANDIDATE_LINES,
    CANDIDATE_LISTS,
    CANDIDATE_WARNINGS,
    CANDIDATES,
    ENTERPRISES,
    INVITATIONS,
    WARNED_ENTERPRISES,
)
from shared.bus import outbox
from shared.events.ingest import ProtectionListKind
from shared.pagination import Column, Keyset, PageQuery

_ORDER: Final = Keyset(
    Column(CANDIDATES.c.selected_on, date, descending=True),
    Column(CANDIDATES.c.uscc, str, descending=True),
    Column(CANDIDATES.c.id, UUID, descending=True),
)
_CHANGING: Final = ("state", "version", "finding", "tries")
_OWN: Final = ("id", "uscc", "selected_on", *_CHANGING)


@dataclass(frozen=True)
class CandidateFilter:
    """Which candidates are wanted; what is None is not asked about."""

    states: frozenset[State] | None = None
    district: str | None = None
    uscc: str | None = None
    round_id: UUID | None = None


@dataclass(frozen=True)
class Known:
    """A candidate with its enterprise's name of today."""

    candidate: Candidate
    name: str


async def hold(session: AsyncSession, candidate_id: UUID, scope: Scope) -> Known:
    """Read a candidate and keep it from changing until the commit; raise CandidateNotFound."""
    query = _query(scope).where(CANDIDATES.c.id == candidate_id)
    return await _one(session, query.with_for_update(of=CANDIDATES))


async def find(session: AsyncSession, candidate_id: UUID, scope: Scope) -> Known:
    """Read a candidate; raise CandidateNotFound."""
    return await _one(session, _query(scope).where(CANDIDATES.c.id == candidate_id))


async def hold_several(
    session: AsyncSession, wanted: CandidateFilter, scope: Scope
) -> Sequence[Known]:
    """Read all that are wanted, in the order of credit codes, and keep them from changing."""
    query = _wanted(_query(scope), wanted).order_by(CANDIDATES.c.uscc, CANDIDATES.c.id)
    rows = (await session.execute(query.with_for_update(of=CANDIDATES))).all()
    return await _known(session, rows)


async def every(session: AsyncSession, wanted: CandidateFilter, scope: Scope) -> Sequence[Known]:
    """Return all that are wanted, in the order of credit codes."""
    query = _wanted(_query(scope), wanted).order_by(CANDIDATES.c.uscc, CANDIDATES.c.id)
    return await _known(session, (await session.execute(query)).all())


async def under_way(session: AsyncSession, usccs: Sequence[str]) -> Mapping[str, Candidate]:
    """Return the candidate under way of each enterprise that has one."""
    query = _query(Scope()).where(
        CANDIDATES.c.uscc == func.any(list(usccs)), CANDIDATES.c.state.not_in(sorted(ENDED))
    )
    known = await _known(session, (await session.execute(query)).all())
    return {one.candidate.uscc: one.candidate for one in known}


async def listed(
    session: AsyncSession, wanted: CandidateFilter, scope: Scope, page: PageQuery
) -> tuple[Sequence[Known], str | None]:
    """List candidates, the last selected first, with the cursor of the next page."""
    query = _ORDER.page(_wanted(_query(scope), wanted), page)
    rows = (await session.execute(query)).all()
    shown, cursor = _ORDER.cut(rows, page, lambda row: (row.selected_on, row.uscc, row.id))
    return await _known(session, shown), cursor


async def lines(session: AsyncSession, candidate_id: UUID) -> Sequence[Row[Any]]:
    """Return what happened to a candidate, oldest first."""
    query = select(CANDIDATE_LINES).where(CANDIDATE_LINES.c.candidate_id == candidate_id)
    rows: Sequence[Row[Any]] = (
        await session.execute(query.order_by(CANDIDATE_LINES.c.version))
    ).all()
    return rows


async def create(session: AsyncSession, course: Course) -> None:
    """Write a new candidate with the lists that it stood on."""
    one = course.candidate
    # Where an enterprise moves, the register says; the district of its selection stays.
    await session.execute(insert(CANDIDATES).values({**_row(one), "district": one.district}))
    await session.execute(
        insert(CANDIDATE_LISTS), [_list_row(one.id, entry) for entry in one.lists]
    )
    await _tell(session, course)


async def save(session: AsyncSession, course: Course) -> Candidate:
    """Write a candidate that is held, its new lines and its facts."""
    await save_several(session, [course])
    return course.candidate


async def save_several(session: AsyncSession, courses: Sequence[Course]) -> None:
    """Write candidates that are held, their new lines and their facts, in a few statements."""
    if courses:
        rows = [_row(course.candidate) for course in courses]
        changed: dict[str, Any] = {name: bindparam(name) for name in _CHANGING}
        write = update(CANDIDATES).where(CANDIDATES.c.id == bindparam("held")).values(changed)
        await session.execute(
            write, [{"held": row["id"], **{name: row[name] for name in _CHANGING}} for row in rows]
        )
        await _tell(session, *courses)


async def join(session: AsyncSession, warning_id: UUID, candidate_id: UUID) -> None:
    """Let a warning belong to a candidate."""
    await session.execute(
        insert(CANDIDATE_WARNINGS).values(warning_id=warning_id, candidate_id=candidate_id)
    )


async def _tell(session: AsyncSession, *courses: Course) -> None:
    rows = [
        {"candidate_id": course.candidate.id, **asdict(line)}
        for course in courses
        for line in course.lines
    ]
    if rows:
        await session.execute(insert(CANDIDATE_LINES), rows)
    await outbox.put(session, *(event for course in courses for event in course.events))


def _row(one: Candidate) -> dict[str, object]:
    return {name: getattr(one, name) for name in _OWN}


def _list_row(candidate_id: UUID, entry: ListSnapshot) -> dict[str, object]:
    return {
        "candidate_id": candidate_id,
        "list_kind": entry.kind,
        "edition": entry.edition,
        "valid_from": entry.valid_from,
        "valid_until": entry.valid_until,
        "listed_as": entry.listed_as,
    }


def _query(scope: Scope) -> Select[Any]:
    district = func.coalesce(ENTERPRISES.c.district, CANDIDATES.c.district)
    warned = (
        select(WARNED_ENTERPRISES.c.name)
        .where(WARNED_ENTERPRISES.c.uscc == CANDIDATES.c.uscc)
        .order_by(WARNED_ENTERPRISES.c.raised_on.desc())
        .limit(1)
        .scalar_subquery()
    )
    return (
        select(
            *(CANDIDATES.c[name] for name in _OWN),
            district.label("district"),
            func.coalesce(ENTERPRISES.c.name, warned).label("name"),
        )
        .outerjoin(ENTERPRISES, ENTERPRISES.c.uscc == CANDIDATES.c.uscc)
        .where(*scope.conditions(district=district, uscc=CANDIDATES.c.uscc), *_told_of(scope))
    )


def _told_of(scope: Scope) -> Iterator[ColumnElement[bool]]:
    """An enterprise hears of it when it is invited: before, there is but a warning to hear of."""
    if scope.usccs is not None:
        yield CANDIDATES.c.id.in_(select(INVITATIONS.c.candidate_id))


def _wanted(query: Select[Any], wanted: CandidateFilter) -> Select[Any]:
    if wanted.states is not None:
        query = query.where(CANDIDATES.c.state.in_(sorted(wanted.states)))
    if wanted.district is not None:
        query = query.where(
            func.coalesce(ENTERPRISES.c.district, CANDIDATES.c.district) == wanted.district
        )
    if wanted.uscc is not None:
        query = query.where(CANDIDATES.c.uscc == wanted.uscc)
    if wanted.round_id is not None:
        invited = select(INVITATIONS.c.candidate_id).where(
            INVITATIONS.c.round_id == wanted.round_id
        )
        query = query.where(CANDIDATES.c.id.in_(invited))
    return query


async def _one(session: AsyncSession, query: Select[Any]) -> Known:
    row = (await session.execute(query)).one_or_none()
    if row is None:
        raise CandidateNotFound
    return (await _known(session, [row]))[0]


async def _known(session: AsyncSession, rows: Sequence[Row[Any]]) -> list[Known]:
    lists: dict[UUID, list[ListSnapshot]] = {row.id: [] for row in rows}
    query = select(CANDIDATE_LISTS).where(CANDIDATE_LISTS.c.candidate_id == func.any(list(lists)))
    if rows:
        for entry in await session.execute(
            query.order_by(CANDIDATE_LISTS.c.list_kind, CANDIDATE_LISTS.c.edition)
        ):
            kind = ProtectionListKind(entry.list_kind)
            snapshot = ListSnapshot(
                kind, entry.edition, entry.valid_from, entry.valid_until, entry.listed_as
            )
            lists[entry.candidate_id].append(snapshot)
    return [Known(_candidate(row, tuple(lists[row.id])), row.name or row.uscc) for row in rows]


def _candidate(row: Row[Any], lists: tuple[ListSnapshot, ...]) -> Candidate:
    return Candidate(
        id=row.id,
        uscc=row.uscc,
        district=row.district,
        state=State(row.state),
        version=row.version,
        selected_on=row.selected_on,
        lists=lists,
        finding=row.finding and Finding(row.finding),
        tries=row.tries,
    )
