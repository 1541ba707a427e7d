"""The doors to facts: as they stand, as known on a day, every version; periods taken back."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Response, status

from services.ingest.api import Agency, FeedReader, Store
from services.ingest.domain.errors import (
    FeedNotFound,
    FeedNotHeld,
    FeedWithoutPeriods,
    NothingToWithdraw,
    PeriodRefused,
)
from services.ingest.handlers import facts, withdrawals
from services.ingest.problems import PROBLEMS
from services.ingest.schemas.facts import FactQuery, FactRead, WithdrawalRead, WithdrawalWrite
from services.ingest.store.fact_pages import Asked
from shared.clock import Now
from shared.db import Transaction
from shared.idempotency import Once
from shared.pagination import Page
from shared.problems import responses

router = APIRouter()


@router.get(
    "/v1/observations",
    tags=["facts"],
    responses=responses(PROBLEMS, FeedNotFound, FeedWithoutPeriods, PeriodRefused),
)
async def list_observations(
    session: Transaction, caller: FeedReader, wanted: Annotated[FactQuery, Depends()], now: Now
) -> Page[FactRead]:
    """List what a feed says of an enterprise, the newest period first; all on one page."""
    asked = Asked(wanted.uscc, wanted.period, wanted.known_on, wanted.history)
    found = await facts.list_facts(session, wanted.feed, asked, caller=caller, now=now)
    return Page(data=[FactRead.of(fact) for fact in found], next_cursor=None)


@router.post(
    "/v1/feeds/{feed}/periods/{period}/withdrawals",
    tags=["facts"],
    status_code=status.HTTP_201_CREATED,
    response_model=WithdrawalRead,
    responses=responses(
        PROBLEMS, FeedNotHeld, FeedWithoutPeriods, PeriodRefused, NothingToWithdraw
    ),
)
async def withdraw(
    feed: str,
    period: Annotated[str, Path(max_length=20)],
    body: WithdrawalWrite,
    caller: Agency,
    session: Transaction,
    once: Once,
    blobs: Store,
    now: Now,
) -> Response:
    """Take back all that one has said of a period, at once; or only tell how much that is."""
    asked = withdrawals.Asked(feed, period, body.reason, body.dry_run, body.reference)

    async def do() -> WithdrawalRead:
        told = await withdrawals.withdraw(session, blobs, asked, caller=caller, now=now)
        return WithdrawalRead.model_validate(told)

    return await once.answer(status.HTTP_201_CREATED, WithdrawalRead, do)
