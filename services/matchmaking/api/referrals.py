"""Referrals: sent to banks, read, answered, decided on; receipts of what was read."""

from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response, status

from services.matchmaking.api.callers import (
    Actor,
    BankCaller,
    LoanReader,
    Reader,
    is_bank,
    scope_of,
)
from services.matchmaking.domain.errors import (
    AskRefused,
    CandidateNotFound,
    NeedMissing,
    NotAuthorized,
    PackUnread,
    ProductNotFitting,
    ProductNotFound,
    QuotaExhausted,
    ReferralNotFound,
    ReferralStepRefused,
    StepRefused,
    TooManyBanks,
)
from services.matchmaking.domain.referral import ReferralState
from services.matchmaking.handlers import packs
from services.matchmaking.handlers import referrals as handlers
from services.matchmaking.problems import PROBLEMS
from services.matchmaking.schemas.referrals import (
    AnswerWrite,
    DecisionWrite,
    ReceiptRead,
    ReferralRead,
    ReferralSummary,
    ReferralWrite,
)
from services.matchmaking.store.referrals import ReferralFilter
from shared.clock import Now
from shared.db import Transaction
from shared.idempotency import Once
from shared.pagination import Page, Pages, link_next
from shared.problems import responses

router: Final = APIRouter(prefix="/v1", tags=["matchmaking"])


def _filters(
    state: Annotated[list[ReferralState] | None, Query(max_length=20)] = None,
    candidate: Annotated[UUID | None, Query(description="Of this candidate.")] = None,
    uscc: Annotated[str | None, Query(max_length=18)] = None,
    bank: Annotated[str | None, Query(max_length=100)] = None,
    late: Annotated[bool | None, Query(description="Answered or decided on too late.")] = None,
) -> ReferralFilter:
    return ReferralFilter(frozenset(state) if state else None, candidate, uscc, bank, late)


@router.post(
    "/candidates/{candidate_id}/referrals",
    response_model=ReferralRead,
    status_code=status.HTTP_201_CREATED,
    responses=responses(
        PROBLEMS,
        CandidateNotFound,
        NeedMissing,
        NotAuthorized,
        ProductNotFitting,
        ProductNotFound,
        QuotaExhausted,
        StepRefused,
        TooManyBanks,
    ),
)
async def send_referral(
    candidate_id: UUID,
    asked: ReferralWrite,
    session: Transaction,
    once: Once,
    caller: Actor,
    now: Now,
) -> Response:
    """Refer the enterprise to the bank of the product that it has chosen."""

    async def sent() -> ReferralRead:
        shown = await handlers.pick(
            session,
            candidate_id,
            bank=asked.bank,
            product=asked.product,
            by=caller.actor,
            scope=scope_of(caller),
            now=now,
        )
        return ReferralRead.seen(shown)

    return await once.answer(status.HTTP_201_CREATED, ReferralRead, sent)


@router.get("/referrals")
async def list_referrals(
    request: Request,
    response: Response,
    session: Transaction,
    caller: LoanReader,
    page: Pages,
    wanted: Annotated[ReferralFilter, Depends(_filters)],
) -> Page[ReferralSummary]:
    """List referrals that the caller may see, the last sent first."""
    # A bank could guess by these whom a referral is about, without a trace in the ledger.
    if is_bank(caller):
        wanted = ReferralFilter(states=wanted.states, late=wanted.late)
    found, cursor = await handlers.list_referrals(session, wanted, page, scope=scope_of(caller))
    link_next(request, response, cursor)
    data = [ReferralSummary.seen(one, by_bank=is_bank(caller)) for one in found]
    return Page(data=data, next_cursor=cursor)


@router.get("/referrals/{referral_id}", responses=responses(PROBLEMS, ReferralNotFound))
async def show_referral(
    referral_id: UUID, session: Transaction, caller: LoanReader, now: Now
) -> ReferralRead:
    """Show a referral; for its bank with the authorised pack, and this reading is recorded."""
    scope = scope_of(caller)
    if is_bank(caller):
        reading = await packs.read(session, referral_id, by=caller.actor, scope=scope, now=now)
        return ReferralRead.read(reading)
    return ReferralRead.seen(await packs.show(session, referral_id, scope=scope))


@router.post(
    "/referrals/{referral_id}/answer",
    response_model=ReferralRead,
    responses=responses(PROBLEMS, AskRefused, PackUnread, ReferralNotFound, ReferralStepRefused),
)
async def answer_referral(
    referral_id: UUID,
    asked: AnswerWrite,
    session: Transaction,
    once: Once,
    caller: BankCaller,
    now: Now,
) -> Response:
    """Take up a referral that was read, or decline it with a code; due within two working days."""

    async def answered() -> ReferralRead:
        shown = await handlers.answer(
            session,
            referral_id,
            asked.to_domain(),
            by=caller.actor,
            scope=scope_of(caller),
            now=now,
        )
        return ReferralRead.seen(shown, by_bank=True)

    return await once.answer(status.HTTP_200_OK, ReferralRead, answered)


@router.post(
    "/referrals/{referral_id}/decision",
    response_model=ReferralRead,
    responses=responses(
        PROBLEMS, AskRefused, PackUnread, QuotaExhausted, ReferralNotFound, ReferralStepRefused
    ),
)
async def decide_referral(
    referral_id: UUID,
    asked: DecisionWrite,
    session: Transaction,
    once: Once,
    caller: BankCaller,
    now: Now,
) -> Response:
    """Grant credit, or refuse it with a code; due within twenty working days."""

    async def decided() -> ReferralRead:
        shown = await handlers.decide(
            session,
            referral_id,
            asked.to_domain(),
            by=caller.actor,
            scope=scope_of(caller),
            now=now,
        )
        return ReferralRead.seen(shown, by_bank=True)

    return await once.answer(status.HTTP_200_OK, ReferralRead, decided)


@router.get("/receipts")
async def list_receipts(
    request: Request,
    response: Response,
    session: Transaction,
    caller: Reader,
    page: Pages,
    uscc: Annotated[str | None, Query(max_length=18)] = None,
) -> Page[ReceiptRead]:
    """List which bank read what of the caller's enterprises, the last reading first."""
    found, cursor = await packs.list_receipts(session, uscc, page, scope=scope_of(caller))
    link_next(request, response, cursor)
    return Page(data=[ReceiptRead.model_validate(one) for one in found], next_cursor=cursor)
