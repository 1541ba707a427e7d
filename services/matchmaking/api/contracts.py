"""Contracts and the money drawn under them."""

from typing import Final
from uuid import UUID

from fastapi import APIRouter, Request, Response, status

from services.matchmaking.api.callers import BankCaller, LoanReader, is_bank, scope_of
from services.matchmaking.domain.errors import (
    AskRefused,
    ContractNotFound,
    DrawdownNotFound,
    PackUnread,
    ReferralNotFound,
    ReferralStepRefused,
)
from services.matchmaking.handlers import contracts as handlers
from services.matchmaking.problems import PROBLEMS
from services.matchmaking.schemas.contracts import ContractRead, ContractWrite, DrawdownWrite
from shared.clock import Now
from shared.db import Transaction
from shared.idempotency import Once
from shared.pagination import Page, Pages, link_next
from shared.problems import responses

router: Final = APIRouter(prefix="/v1", tags=["matchmaking"])


@router.post(
    "/referrals/{referral_id}/contract",
    response_model=ContractRead,
    status_code=status.HTTP_201_CREATED,
    responses=responses(PROBLEMS, AskRefused, PackUnread, ReferralNotFound, ReferralStepRefused),
)
async def sign_contract(
    referral_id: UUID,
    asked: ContractWrite,
    session: Transaction,
    once: Once,
    caller: BankCaller,
    now: Now,
) -> Response:
    """Tell that a loan contract was signed, within what was granted."""

    async def signed() -> ContractRead:
        contract = await handlers.sign(
            session,
            referral_id,
            asked.to_domain(),
            by=caller.actor,
            scope=scope_of(caller),
            now=now,
        )
        return ContractRead.seen(contract, by_bank=True)

    return await once.answer(
        status.HTTP_201_CREATED,
        ContractRead,
        signed,
        headers=lambda one: {"Location": f"/v1/contracts/{one.id}"},
    )


@router.post(
    "/contracts/{contract_id}/drawdowns",
    response_model=ContractRead,
    status_code=status.HTTP_201_CREATED,
    responses=responses(PROBLEMS, AskRefused, ContractNotFound),
)
async def draw(
    contract_id: UUID,
    asked: DrawdownWrite,
    session: Transaction,
    once: Once,
    caller: BankCaller,
    now: Now,
) -> Response:
    """Tell that money was drawn; never more altogether than was signed."""

    async def drawn() -> ContractRead:
        contract = await handlers.draw(
            session,
            contract_id,
            asked.amount,
            asked.drawn_on,
            by=caller.actor,
            scope=scope_of(caller),
            now=now,
        )
        return ContractRead.seen(contract, by_bank=True)

    return await once.answer(status.HTTP_201_CREATED, ContractRead, drawn)


@router.get("/contracts")
async def list_contracts(
    request: Request, response: Response, session: Transaction, caller: LoanReader, page: Pages
) -> Page[ContractRead]:
    """List contracts that the caller may see, the last signed first."""
    found, cursor = await handlers.list_contracts(session, page, scope=scope_of(caller))
    link_next(request, response, cursor)
    data = [ContractRead.seen(one, by_bank=is_bank(caller)) for one in found]
    return Page(data=data, next_cursor=cursor)


@router.get("/contracts/{contract_id}", responses=responses(PROBLEMS, ContractNotFound))
async def show_contract(
    contract_id: UUID, session: Transaction, caller: LoanReader
) -> ContractRead:
    """Show a contract with what was drawn, and what became of the jobs."""
    found = await handlers.show(session, contract_id, scope=scope_of(caller))
    return ContractRead.seen(found, by_bank=is_bank(caller))


@router.get("/drawdowns/{drawdown_id}", responses=responses(PROBLEMS, DrawdownNotFound))
async def show_drawdown(
    drawdown_id: UUID, session: Transaction, caller: LoanReader
) -> ContractRead:
    """Show the contract under which money was drawn: a judgement's reasons name a drawdown."""
    found = await handlers.show_drawn(session, drawdown_id, scope=scope_of(caller))
    return ContractRead.seen(found, by_bank=is_bank(caller))
