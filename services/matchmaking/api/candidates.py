"""Candidates: shown, reviewed, matched; the figures of matchmaking."""

from datetime import date
from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response, status

from services.matchmaking.api.callers import (
    Actor,
    CityReader,
    Reader,
    Worker,
    is_officer,
    scope_of,
)
from services.matchmaking.domain.candidate import State
from services.matchmaking.domain.errors import (
    AskRefused,
    CandidateNotFound,
    NeedMissing,
    ReviewRefused,
    StepRefused,
)
from services.matchmaking.handlers import candidates as handlers
from services.matchmaking.handlers import needs
from services.matchmaking.problems import PROBLEMS
from services.matchmaking.schemas.candidates import (
    NOT_FOR_ENTERPRISES,
    CandidateRead,
    CandidateSummary,
    ReviewWrite,
)
from services.matchmaking.schemas.contracts import FiguresRead
from services.matchmaking.schemas.matches import MatchRead
from services.matchmaking.schemas.permits import NeedWrite
from services.matchmaking.store.candidates import CandidateFilter
from shared.clock import Now
from shared.db import Transaction
from shared.districts import DistrictQuery
from shared.idempotency import Once
from shared.languages import Speaks
from shared.pagination import Page, Pages, link_next
from shared.problems import responses

router: Final = APIRouter(prefix="/v1", tags=["matchmaking"])


def _filters(
    state: Annotated[list[State] | None, Query(max_length=20)] = None,
    district: DistrictQuery = None,
    uscc: Annotated[str | None, Query(max_length=18)] = None,
    round_id: Annotated[UUID | None, Query(alias="round", description="Invited to it.")] = None,
) -> CandidateFilter:
    return CandidateFilter(frozenset(state) if state else None, district, uscc, round_id)


Filters = Annotated[CandidateFilter, Depends(_filters)]


@router.get("/candidates")
async def list_candidates(
    request: Request,
    response: Response,
    session: Transaction,
    caller: Reader,
    page: Pages,
    wanted: Filters,
) -> Page[CandidateSummary]:
    """List candidates that the caller may see, the last selected first."""
    shown, wishes, cursor = await handlers.list_candidates(
        session, wanted, page, scope=scope_of(caller)
    )
    link_next(request, response, cursor)
    data = [CandidateSummary.of(known, wishes.get(known.candidate.uscc)) for known in shown]
    if not is_officer(caller):
        data = [one.model_copy(update=NOT_FOR_ENTERPRISES) for one in data]
    return Page(data=data, next_cursor=cursor)


@router.get("/candidates/{candidate_id}", responses=responses(PROBLEMS, CandidateNotFound))
async def show_candidate(candidate_id: UUID, session: Transaction, caller: Reader) -> CandidateRead:
    """Show a candidate with all that belongs to it."""
    view = await handlers.show(session, candidate_id, scope=scope_of(caller))
    return CandidateRead.seen(view, by_officer=is_officer(caller))


@router.post(
    "/candidates/{candidate_id}/review",
    response_model=CandidateRead,
    responses=responses(PROBLEMS, CandidateNotFound, ReviewRefused, StepRefused),
)
async def review_candidate(
    candidate_id: UUID,
    asked: ReviewWrite,
    session: Transaction,
    once: Once,
    caller: Worker,
    now: Now,
) -> Response:
    """Say whether a candidate is worth a loan, by the five tests."""

    async def reviewed() -> CandidateRead:
        view = await handlers.review(
            session,
            candidate_id,
            asked.to_domain(),
            by=caller.actor,
            scope=scope_of(caller),
            now=now,
        )
        return CandidateRead.seen(view, by_officer=True)

    return await once.answer(status.HTTP_200_OK, CandidateRead, reviewed)


@router.put(
    "/candidates/{candidate_id}/need",
    response_model=CandidateRead,
    responses=responses(PROBLEMS, AskRefused, CandidateNotFound, StepRefused),
)
async def put_need(
    candidate_id: UUID,
    asked: NeedWrite,
    session: Transaction,
    once: Once,
    caller: Actor,
    now: Now,
) -> Response:
    """Say what the enterprise wants to borrow; it is matched with the products of the day."""

    async def filed() -> CandidateRead:
        view = await needs.file(
            session,
            candidate_id,
            asked.to_domain(),
            by=caller.actor,
            scope=scope_of(caller),
            now=now,
        )
        return CandidateRead.seen(view, by_officer=is_officer(caller))

    return await once.answer(status.HTTP_200_OK, CandidateRead, filed)


@router.get(
    "/candidates/{candidate_id}/matches",
    responses=responses(PROBLEMS, CandidateNotFound, NeedMissing),
)
async def list_matches(
    candidate_id: UUID, session: Transaction, caller: Reader, now: Now, language: Speaks
) -> MatchRead:
    """Show the products that are for the enterprise, and why the others are not."""
    found = await needs.show_matches(session, candidate_id, scope=scope_of(caller), now=now)
    return MatchRead.of(found, language)


@router.get("/statistics/matchmaking")
async def show_figures(
    session: Transaction,
    _caller: CityReader,
    language: Speaks,
    since: Annotated[date | None, Query(description="First day.")] = None,
    until: Annotated[date | None, Query(description="Last day.")] = None,
) -> FiguresRead:
    """Count what happened in a period, with what each figure counts."""
    found = await handlers.count(session, since=since, until=until)
    return FiguresRead.of(found, since=since, until=until, language=language)
