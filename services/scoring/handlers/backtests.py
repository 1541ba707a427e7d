"""Backtests: asked for, worked off part by part in the background, called off, shown."""

import asyncio
from collections import Counter
from collections.abc import Collection
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.scoring.backtest.replay import Asked, replay
from services.scoring.backtest.report import Counted, report
from services.scoring.domain.backtest import LONGEST, Period
from services.scoring.domain.editions import Editions
from services.scoring.domain.errors import (
    BacktestEnded,
    BacktestPeriodRefused,
    RuleSetStepRefused,
)
from services.scoring.domain.rule_life import RuleState, RuleStep
from services.scoring.domain.rules import RuleSet
from services.scoring.domain.sources import SourceGroup
from services.scoring.handlers import attempts
from services.scoring.store import backtests, facts, portions, rule_sets
from services.scoring.store.attempts import forget
from services.scoring.store.backtests import Backtest
from shared.calendar import SHANGHAI
from shared.db import Sessions, transaction
from shared.ids import uuid7
from shared.pagination import PageQuery
from shared.service.state import Resources

# What one turn of the worker judges, ten times: with and without each group of sources.
_AT_ONCE: Final = 500
_USUAL_PERIOD: Final = timedelta(days=90)


async def ask(
    session: AsyncSession,
    *,
    since: date | None,
    until: date | None,
    horizon_days: int,
    rules: str | None,
    left_out: Collection[SourceGroup],
    sample: int | None,
    by: str,
    now: datetime,
) -> Backtest:
    """Have a period judged again, by default the last 90 days whose horizon is over.

    Raises BacktestPeriodRefused; RuleSetNotFound, and RuleSetStepRefused where it was given up.
    """
    yesterday = now.astimezone(SHANGHAI).date() - timedelta(days=1)
    horizon = timedelta(days=horizon_days)
    last = until or yesterday - horizon
    first = since or last - _USUAL_PERIOD
    if not first <= last <= min(yesterday, first + LONGEST):
        raise BacktestPeriodRefused(first.isoformat(), last.isoformat())
    asked = Backtest(
        id=uuid7(),
        period=Period(first, last, horizon),
        rules=None if rules is None else await _rules(session, rules),
        left_out=frozenset(left_out),
        sample=sample,
        enterprises=await portions.count(session, sample),
        asked_by=by,
        asked_at=now,
    )
    await backtests.add(session, asked)
    return asked


async def list_backtests(
    session: AsyncSession, page: PageQuery
) -> tuple[list[Backtest], str | None]:
    """Return a page of the backtests, the last asked first."""
    return await backtests.page(session, page)


async def show(session: AsyncSession, backtest_id: UUID) -> Backtest:
    """Return a backtest, with its report once it has ended. Raises BacktestNotFound."""
    return await backtests.get(session, backtest_id)


async def cancel(session: AsyncSession, backtest_id: UUID, *, by: str, now: datetime) -> Backtest:
    """Call a backtest off. Raises BacktestNotFound, BacktestEnded."""
    held = await backtests.get(session, backtest_id, lock=True)
    if any(at is not None for at in (held.ended_at, held.cancelled_at, held.failed_at)):
        raise BacktestEnded
    cancelled = replace(held, cancelled_at=now, cancelled_by=by)
    await backtests.save(session, cancelled)
    await backtests.clear(session, cancelled)
    return cancelled


async def share(every: timedelta, most: int, resources: Resources) -> None:
    """Work off whatever is asked for, for as long as the process lives."""
    await attempts.share("backtests", go_on, every, most, resources)


async def go_on(sessions: Sessions, now: datetime, *, most: int, actor: str) -> bool:
    """Judge the next enterprises of the backtest that waits longest, or make its report.

    A part is one transaction: a worker that dies has done nothing of it. A backtest of which a part
    has failed `most` times in a row has failed. True if there is more; raises what a part raises.
    """
    async with transaction(sessions, actor=actor) as session:
        waiting = await backtests.waiting(session)
        if waiting is None:
            return False
        failure = await attempts.spent(sessions, waiting.piece, most=most, actor=actor)
        if failure is not None:
            await backtests.save(session, replace(waiting, failed_at=now, failure=failure))
            await backtests.clear(session, waiting)
        else:
            async with attempts.attempt(sessions, waiting.piece, most=most, actor=actor):
                await _next_part(session, waiting, now)
        await forget(session, waiting.piece)
    return True


async def _next_part(session: AsyncSession, waiting: Backtest, now: datetime) -> None:
    keys = await portions.following(
        session,
        reached=waiting.reached,
        sample=waiting.sample,
        judged=waiting.judged,
        limit=_AT_ONCE,
    )
    if keys:
        await _judge(session, waiting, list(keys), reached=list(keys.values())[-1])
    else:
        await _end(session, waiting, now)


async def _judge(
    session: AsyncSession, backtest: Backtest, usccs: list[str], *, reached: str
) -> None:
    rules = backtest.rules
    editions = await rule_sets.in_force(session) if rules is None else Editions.of([rules])
    asked = Asked(backtest.period, editions, backtest.left_out)
    # The day before the period is judged as well.
    known = await facts.read(session, usccs, since=backtest.period.since - timedelta(days=1))
    helped = await backtests.helped(session, usccs, backtest.period.since)
    # Beside the loop, so that facts are handled meanwhile.
    found = await asyncio.to_thread(replay, known, usccs, asked, helped=helped)
    await backtests.keep(session, backtest, found.cases)
    await backtests.save(
        session,
        replace(
            backtest,
            reached=reached,
            judged=backtest.judged + len(usccs),
            quiet_weeks=backtest.quiet_weeks + found.quiet_weeks,
            told=dict(Counter(backtest.told) + Counter(found.told)),
        ),
    )


async def _end(session: AsyncSession, backtest: Backtest, now: datetime) -> None:
    counted = Counted(
        enterprises=backtest.judged,
        quiet_weeks=backtest.quiet_weeks,
        told={
            group: backtest.told.get(group, 0)
            for group in SourceGroup
            if group not in backtest.left_out
        },
        capacity=await backtests.capacity(session) or max(1, backtest.judged),
        known_until=await backtests.known_until(session),
    )
    cases = await backtests.cases(session, backtest)
    made = await asyncio.to_thread(report, cases, counted, backtest.period)
    await backtests.save(session, replace(backtest, ended_at=now, report=made))
    await backtests.clear(session, backtest)


async def _rules(session: AsyncSession, version: str) -> RuleSet:
    await rule_sets.in_force(session)
    held = await rule_sets.get(session, version)
    if held.state is RuleState.WITHDRAWN:
        raise RuleSetStepRefused(RuleStep.TRY.value, held.state.value)
    return held.rules
