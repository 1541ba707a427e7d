"""Backtests: what was asked, how far they are, what was found of each enterprise until the end."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import RowMapping, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.scoring import rulebook
from services.scoring.backtest.cases import Case, plain, read
from services.scoring.backtest.report import BacktestReport
from services.scoring.domain.attempts import Failure
from services.scoring.domain.backtest import HELPED, Period
from services.scoring.domain.errors import BacktestNotFound
from services.scoring.domain.rule_document import plain as plain_rules
from services.scoring.domain.rules import RuleSet, Source
from services.scoring.domain.sources import SourceGroup
from services.scoring.features.months import last_day
from services.scoring.store import attempts
from services.scoring.tables import (
    BACKTEST_CASES,
    BACKTESTS,
    CAPACITIES,
    OBSERVATIONS,
    OUTCOMES,
    WARNINGS,
)
from shared.calendar import SHANGHAI
from shared.pagination import Column, Keyset, PageQuery
from shared.rows import unnest

_NEWEST: Final = Keyset(Column(BACKTESTS.c.id, UUID, descending=True))
_PIECES: Final = "backtest/"
_REPORTS: Final = TypeAdapter(BacktestReport)


@dataclass(frozen=True, slots=True)
class Backtest:
    """A backtest: `rules` None are those that were in force on each day; `told` as in `Replayed`.

    `enterprises` are how many there were to judge when it was asked for.
    """

    id: UUID
    period: Period
    rules: RuleSet | None
    left_out: frozenset[SourceGroup]
    sample: int | None
    enterprises: int
    asked_by: str
    asked_at: datetime
    reached: str = ""
    judged: int = 0
    quiet_weeks: int = 0
    told: Mapping[SourceGroup, int] = field(default_factory=dict)
    ended_at: datetime | None = None
    report: BacktestReport | None = None
    cancelled_at: datetime | None = None
    cancelled_by: str | None = None
    failed_at: datetime | None = None
    failure: Failure | None = None

    @property
    def piece(self) -> str:
        """Name its next part among all work that is tried."""
        return f"{_PIECES}{self.id}"


async def add(session: AsyncSession, asked: Backtest) -> None:
    """Let a backtest wait for the worker."""
    rules = asked.rules
    await session.execute(
        insert(BACKTESTS).values(
            id=asked.id,
            since=asked.period.since,
            until=asked.period.until,
            horizon_days=asked.period.horizon.days,
            rules=None if rules is None else rules.version,
            document=None if rules is None else plain_rules(rules),
            left_out=sorted(group.value for group in asked.left_out),
            sample=asked.sample,
            enterprises=asked.enterprises,
            asked_by=asked.asked_by,
            asked_at=asked.asked_at,
        )
    )


async def waiting(session: AsyncSession) -> Backtest | None:
    """Return the backtest that has waited longest, locked; None if there is none, or in a pause."""
    query = select(BACKTESTS).where(
        BACKTESTS.c.ended_at.is_(None),
        BACKTESTS.c.cancelled_at.is_(None),
        BACKTESTS.c.failed_at.is_(None),
        attempts.is_due(func.concat(_PIECES, BACKTESTS.c.id)),
    )
    locked = query.order_by(BACKTESTS.c.id).limit(1).with_for_update(skip_locked=True)
    row = (await session.execute(locked)).mappings().one_or_none()
    return None if row is None else _backtest(row)


async def get(session: AsyncSession, backtest_id: UUID, *, lock: bool = False) -> Backtest:
    """Return a backtest. Raises BacktestNotFound."""
    query = select(BACKTESTS).where(BACKTESTS.c.id == backtest_id)
    row = (await session.execute(query.with_for_update() if lock else query)).mappings().first()
    if row is None:
        raise BacktestNotFound
    return _backtest(row)


async def page(session: AsyncSession, query: PageQuery) -> tuple[list[Backtest], str | None]:
    """Return a page of the backtests, the last asked first."""
    rows = (await session.execute(_NEWEST.page(select(BACKTESTS), query))).mappings().all()
    shown, cursor = _NEWEST.cut(rows, query, lambda row: (row["id"],))
    return [_backtest(row) for row in shown], cursor


async def save(session: AsyncSession, backtest: Backtest) -> None:
    """Write how far a backtest is, and what came of it."""
    report = backtest.report
    await session.execute(
        update(BACKTESTS)
        .where(BACKTESTS.c.id == backtest.id)
        .values(
            reached=backtest.reached,
            judged=backtest.judged,
            quiet_weeks=backtest.quiet_weeks,
            told={group.value: count for group, count in backtest.told.items()},
            ended_at=backtest.ended_at,
            report=None if report is None else _REPORTS.dump_python(report, mode="json"),
            cancelled_at=backtest.cancelled_at,
            cancelled_by=backtest.cancelled_by,
            failed_at=backtest.failed_at,
            failure=None if backtest.failure is None else asdict(backtest.failure),
        )
    )


async def keep(session: AsyncSession, backtest: Backtest, cases: Sequence[Case]) -> None:
    """Keep what was found of a part's enterprises."""
    if cases:
        columns = list(BACKTEST_CASES.c)
        rows = [(backtest.id, case.uscc, plain(case)) for case in cases]
        await session.execute(
            insert(BACKTEST_CASES).from_select(columns, select(unnest(columns, rows)))
        )


async def cases(session: AsyncSession, backtest: Backtest) -> list[Case]:
    """Return all that was found, by credit code."""
    found = select(BACKTEST_CASES.c.uscc, BACKTEST_CASES.c.said).where(
        BACKTEST_CASES.c.backtest_id == backtest.id
    )
    rows = await session.execute(found.order_by(BACKTEST_CASES.c.uscc))
    return [read(uscc, said) for uscc, said in rows]


async def clear(session: AsyncSession, backtest: Backtest) -> None:
    """Drop what was found of each enterprise: the report is made, or nobody waits for it."""
    await session.execute(delete(BACKTEST_CASES).where(BACKTEST_CASES.c.backtest_id == backtest.id))


async def helped(session: AsyncSession, usccs: Sequence[str], since: date) -> set[str]:
    """Return of whom a second person approved an outcome, since a day, that may have saved jobs."""
    query = (
        select(WARNINGS.c.uscc)
        .join(OUTCOMES, OUTCOMES.c.warning_id == WARNINGS.c.id)
        .where(
            WARNINGS.c.uscc == func.any(list(usccs)),
            OUTCOMES.c.outcome.in_(HELPED),
            OUTCOMES.c.occurred_at >= datetime.combine(since, time(), SHANGHAI),
        )
    )
    return set(await session.scalars(query))


async def capacity(session: AsyncSession) -> int | None:
    """Return how many all districts together look at in a week; None if none has said so."""
    total = await session.scalar(select(func.sum(CAPACITIES.c.weekly)))
    return None if total is None else int(total)


async def known_until(session: AsyncSession) -> date | None:
    """Return the last day of the last month of which any headcount is known."""
    month = await session.scalar(
        select(func.max(OBSERVATIONS.c.period)).where(OBSERVATIONS.c.feed == Source.HEADCOUNT.value)
    )
    return None if month is None else last_day(month)


def _backtest(row: RowMapping) -> Backtest:
    document, report = row["document"], row["report"]
    return Backtest(
        id=row["id"],
        period=Period(row["since"], row["until"], timedelta(days=row["horizon_days"])),
        rules=None if document is None else rulebook.read(document),
        left_out=frozenset(map(SourceGroup, row["left_out"])),
        sample=row["sample"],
        enterprises=row["enterprises"],
        asked_by=row["asked_by"],
        asked_at=row["asked_at"],
        reached=row["reached"],
        judged=row["judged"],
        quiet_weeks=row["quiet_weeks"],
        told={SourceGroup(name): count for name, count in row["told"].items()},
        ended_at=row["ended_at"],
        report=None if report is None else _report(report),
        cancelled_at=row["cancelled_at"],
        cancelled_by=row["cancelled_by"],
        failed_at=row["failed_at"],
        failure=None if row["failure"] is None else Failure(**row["failure"]),
    )


def _report(said: Mapping[str, Any]) -> BacktestReport:
    return _REPORTS.validate_python(said)
