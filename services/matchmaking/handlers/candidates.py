"""Candidates as they are shown, and their review."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.matchmaking.domain import review as rules
from services.matchmaking.domain.authorization import Authorization
from services.matchmaking.domain.candidate import Course
from services.matchmaking.domain.need import Need
from services.matchmaking.domain.review import Review
from services.matchmaking.store import (
    authorizations,
    candidates,
    needs,
    requests,
    reviews,
    statistics,
)
from services.matchmaking.store.candidates import CandidateFilter, Known
from services.matchmaking.store.requests import Request
from services.matchmaking.store.scope import Scope
from services.matchmaking.store.statistics import Figures
from shared.pagination import PageQuery


@dataclass(frozen=True)
class CandidateView:
    """A candidate with all that belongs to it."""

    known: Known
    reviews: Sequence[Any]
    lines: Sequence[Any]
    authorizations: Sequence[Authorization]
    need: Need | None
    request: Request | None


async def list_candidates(
    session: AsyncSession, wanted: CandidateFilter, page: PageQuery, *, scope: Scope
) -> tuple[Sequence[Known], Mapping[str, Request], str | None]:
    """List candidates with what cases want for them, and the cursor of the next page."""
    shown, cursor = await candidates.listed(session, wanted, scope, page)
    wishes = await requests.latest(session, [one.candidate.uscc for one in shown])
    return shown, wishes, cursor


async def show(session: AsyncSession, candidate_id: UUID, *, scope: Scope) -> CandidateView:
    """Show a candidate; raise CandidateNotFound."""
    known = await candidates.find(session, candidate_id, scope)
    return await view(session, known)


async def review(
    session: AsyncSession,
    candidate_id: UUID,
    found: Review,
    *,
    by: str,
    scope: Scope,
    now: datetime,
) -> CandidateView:
    """Keep what somebody found of a candidate, and let it go on or not.

    Raises CandidateNotFound, ReviewRefused, StepRefused.
    """
    known = await candidates.hold(session, candidate_id, scope)
    course = rules.review(Course(known.candidate), found, by=by, now=now)
    candidate = await candidates.save(session, course)
    await reviews.keep(session, candidate.id, candidate.version, found, by=by, at=now)
    return await view(session, Known(candidate, known.name))


async def view(session: AsyncSession, known: Known) -> CandidateView:
    """Gather what belongs to a candidate."""
    one = known.candidate
    return CandidateView(
        known=known,
        reviews=await reviews.of(session, one.id),
        lines=await candidates.lines(session, one.id),
        authorizations=await authorizations.of(session, one.id),
        need=(await needs.of(session, [one.id])).get(one.id),
        request=(await requests.latest(session, [one.uscc])).get(one.uscc),
    )


async def count(session: AsyncSession, *, since: date | None, until: date | None) -> Figures:
    """Return the figures of a period."""
    return await statistics.figures(session, since=since, until=until)
