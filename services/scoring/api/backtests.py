"""The doors to backtests: the city's analysts ask how right the warnings were, and why."""

from uuid import UUID

from fastapi import APIRouter, Request, Response, status

from services.scoring.api.callers import RuleEditor
from services.scoring.domain.errors import (
    BacktestEnded,
    BacktestNotFound,
    BacktestPeriodRefused,
    RuleSetNotFound,
    RuleSetStepRefused,
)
from services.scoring.handlers import backtests as handlers
from services.scoring.problems import PROBLEMS
from services.scoring.schemas.backtests import BacktestRead, BacktestWhole, BacktestWrite
from shared.clock import Now
from shared.db import Transaction
from shared.idempotency import Once
from shared.languages import Speaks
from shared.pagination import Page, Pages, link_next
from shared.problems import responses

backtests_router = APIRouter(prefix="/v1/backtests", tags=["backtests"])


@backtests_router.post(
    "",
    status_code=status.HTTP_202_ACCEPTED,
    response_model=BacktestRead,
    responses=responses(PROBLEMS, BacktestPeriodRefused, RuleSetNotFound, RuleSetStepRefused),
)
async def ask_for_backtest(
    asked: BacktestWrite,
    session: Transaction,
    once: Once,
    caller: RuleEditor,
    now: Now,
    language: Speaks,
) -> Response:
    """Have past days judged again, and compared with what then happened to headcounts."""

    async def ask() -> BacktestRead:
        made = await handlers.ask(
            session,
            since=asked.since,
            until=asked.until,
            horizon_days=asked.horizon_days,
            rules=asked.rules,
            left_out=asked.leave_out,
            sample=asked.sample,
            by=caller.actor,
            now=now,
        )
        return BacktestRead.of(made, language)

    return await once.answer(status.HTTP_202_ACCEPTED, BacktestRead, ask)


@backtests_router.get("")
async def list_backtests(
    request: Request,
    response: Response,
    session: Transaction,
    _caller: RuleEditor,
    page: Pages,
    language: Speaks,
) -> Page[BacktestRead]:
    """List the backtests, the last asked first."""
    found, cursor = await handlers.list_backtests(session, page)
    link_next(request, response, cursor)
    return Page(data=[BacktestRead.of(one, language) for one in found], next_cursor=cursor)


@backtests_router.get("/{backtest_id}", responses=responses(PROBLEMS, BacktestNotFound))
async def show_backtest(
    backtest_id: UUID, session: Transaction, _caller: RuleEditor, language: Speaks
) -> BacktestWhole:
    """Show a backtest: how far it is, and its report once it has ended."""
    return BacktestWhole.of(await handlers.show(session, backtest_id), language)


@backtests_router.post(
    "/{backtest_id}/cancellation",
    response_model=BacktestRead,
    responses=responses(PROBLEMS, BacktestNotFound, BacktestEnded),
)
async def cancel_backtest(
    backtest_id: UUID,
    session: Transaction,
    once: Once,
    caller: RuleEditor,
    now: Now,
    language: Speaks,
) -> Response:
    """Call a backtest off; what it had found so far is dropped."""

    async def cancel() -> BacktestRead:
        cancelled = await handlers.cancel(session, backtest_id, by=caller.actor, now=now)
        return BacktestRead.of(cancelled, language)

    return await once.answer(status.HTTP_200_OK, BacktestRead, cancel)
