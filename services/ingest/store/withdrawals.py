"""Whole periods taken back: a further version of each fact, which says nothing any more."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    FromClause,
    Integer,
    LargeBinary,
    Select,
    SmallInteger,
    and_,
    any_,
    case,
    false,
    func,
    insert,
    literal,
    or_,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from services.ingest.domain.contract import FeedContract
from services.ingest.domain.fates import Origin, State
from services.ingest.domain.voices import Taking
from services.ingest.store.imports import FILE, RESTORATION
from services.ingest.store.observations import Periods
from services.ingest.store.periods import Place, behind, is_of
from services.ingest.tables import ENTERPRISES, IMPORTS, OBSERVATIONS
from shared.rows import unnest_named

_LASTS: Final = "20min"
_FOR_EVER: Final = "0"
_LOCALLY: Final = True


@dataclass(frozen=True)
class But:
    """What stays of a period: all that is about these enterprises; of events, just these.

    `ids`: bit n of byte m says it of the enterprise with the number 8 m + n. Of a million that is
    less than a thousandth of what a list takes on its way.
    """

    ids: bytes = b""
    events: Sequence[tuple[int, str]] = ()


NOTHING: Final = But()


@dataclass(frozen=True)
class Fact:
    """A fact that was taken back, and the version that says so."""

    enterprise_id: int
    uscc: str
    period: str
    version: int


async def take_time(session: AsyncSession) -> None:
    """Let this transaction last as long as a period of millions takes; others end far sooner."""
    # A clock that runs is not set anew: only one that was stopped begins again.
    for limit, lasts in (
        ("transaction_timeout", _FOR_EVER),
        ("transaction_timeout", _LASTS),
        ("statement_timeout", _LASTS),
    ):
        await session.execute(select(func.set_config(limit, lasts, _LOCALLY)))


async def since(
    session: AsyncSession, contract: FeedContract, moment: datetime, *, agency: str | None = None
) -> list[Taking]:
    """Return what was received after a moment and took periods back, in order; of all, or one."""
    taken = select(IMPORTS).where(
        IMPORTS.c.feed == contract.name, IMPORTS.c.received_at > moment, takes_back()
    )
    if agency is not None:
        taken = taken.where(IMPORTS.c.agency == agency)
    found = await session.execute(taken.order_by(IMPORTS.c.received_at))
    return [
        Taking(Origin(row.id, row.received_at), row.replaces_period, row.kind == FILE, row.agency)
        for row in found
    ]


def takes_back() -> ColumnElement[bool]:
    """Return whether an import took a period back, or replaced it, and has ended in it."""
    return and_(
        IMPORTS.c.replaces_period.is_not(None),
        IMPORTS.c.state == State.COMPLETED,
        ~IMPORTS.c.dry_run,
    )


async def count(
    session: AsyncSession, contract: FeedContract, period: str, *, agency: str, by: datetime
) -> int:
    """Count what the agency has said of a period, or of one event, `by` now and not taken back."""
    standing = _standing(contract, period, agency, by).subquery()
    return int(await session.scalar(select(func.count()).select_from(standing)) or 0)


async def withdraw(
    session: AsyncSession,
    contract: FeedContract,
    period: str,
    *,
    agency: str,
    origin: Origin,
    but: But = NOTHING,
) -> int:
    """Take back what the agency has said of a period, `but` what stays; return how many.

    What was received later than the import that takes back stays. To be asked when the whole feed
    is locked.
    """
    table = OBSERVATIONS[contract.name]
    standing = _standing(contract, period, agency, origin.received_at).subquery()
    gone = (
        select(
            standing.c.enterprise_id,
            standing.c.period,
            (standing.c.version + literal(1, SmallInteger)).label("version"),
            IMPORTS.c.no,
            literal(value=True),
        )
        .join_from(standing, IMPORTS, IMPORTS.c.id == origin.import_id)
        .where(_goes(contract, standing, but))
        .order_by(standing.c.enterprise_id, standing.c.period)
    )
    names = ["enterprise_id", "period", "version", "import_no", "withdrawn"]
    counted = insert(table).from_select(names, gone).returning(table.c.enterprise_id).cte("counted")
    return int(await session.scalar(select(func.count()).select_from(counted)) or 0)


async def overtaken(
    session: AsyncSession,
    contract: FeedContract,
    period: str,
    *,
    agency: str,
    by: datetime,
    but: But,
    after: Place | None,
    limit: int,
) -> list[Fact]:
    """Return the next facts that stood as the agency's `by` some moment, and changed since.

    Or that were hidden then, and stand again since: what was taken back does not. Each with the
    version that stood then, in the order of the primary key.
    """
    table = OBSERVATIONS[contract.name]
    periods = Periods(contract)
    changed = (
        select(
            table.c.enterprise_id,
            table.c.period,
            func.bool_or(and_(IMPORTS.c.kind == RESTORATION, IMPORTS.c.agency == agency)).label(
                "stands_again"
            ),
        )
        .join(IMPORTS, IMPORTS.c.no == table.c.import_no)
        .where(is_of(contract, period), IMPORTS.c.received_at > by, behind(contract, after))
        .group_by(table.c.enterprise_id, table.c.period)
        .subquery()
    )
    stood = (
        select(
            table.c.enterprise_id,
            table.c.period,
            table.c.version,
            table.c.withdrawn,
            IMPORTS.c.agency,
            changed.c.stands_again,
        )
        .ext(distinct_on(table.c.period, table.c.enterprise_id))
        .join(
            changed,
            (changed.c.enterprise_id == table.c.enterprise_id)
            & (changed.c.period == table.c.period),
        )
        .join(IMPORTS, IMPORTS.c.no == table.c.import_no)
        .where(IMPORTS.c.received_at <= by)
        .order_by(table.c.period, table.c.enterprise_id, table.c.version.desc())
        .subquery()
    )
    found = await session.execute(
        select(ENTERPRISES.c.uscc, stood)
        .join_from(stood, ENTERPRISES, ENTERPRISES.c.id == stood.c.enterprise_id)
        .where(
            ~stood.c.withdrawn,
            or_(stood.c.agency == agency, stood.c.stands_again),
            _goes(contract, stood, but),
        )
        .order_by(stood.c.period, stood.c.enterprise_id)
        .limit(limit)
    )
    return [
        Fact(row.enterprise_id, row.uscc, periods.told(row.period), row.version) for row in found
    ]


async def ids(session: AsyncSession, usccs: set[str]) -> dict[str, int]:
    """Return the ids of enterprises, which are not locked: they never change."""
    found = await session.execute(
        select(ENTERPRISES.c.uscc, ENTERPRISES.c.id).where(
            ENTERPRISES.c.uscc == any_(literal(sorted(usccs), ARRAY(ENTERPRISES.c.uscc.type)))
        )
    )
    return {row.uscc: row.id for row in found}


def _goes(contract: FeedContract, facts: FromClause, but: But) -> ColumnElement[bool]:
    goes: ColumnElement[bool] = true()
    if but.ids:
        stays = func.get_bit(literal(but.ids, LargeBinary), facts.c.enterprise_id) == 1
        goes = ~case((facts.c.enterprise_id < 8 * len(but.ids), stays), else_=false())
    if not but.events:
        return goes
    kind = OBSERVATIONS[contract.name].c.period.type
    told = unnest_named(
        {"enterprise_id": Integer(), "period": kind},
        [{"enterprise_id": id_, "period": event} for id_, event in but.events],
    )
    of_it = (told.c.enterprise_id == facts.c.enterprise_id) & (told.c.period == facts.c.period)
    return goes & ~select(told).where(of_it).exists()


def _standing(
    contract: FeedContract, period: str, agency: str, by: datetime
) -> Select[tuple[int, object, int]]:
    """Select the newest version of each fact of a period, where it is the agency's and stands.

    Those alone that were received by some moment.
    """
    table = OBSERVATIONS[contract.name]
    newest = (
        select(
            table.c.enterprise_id,
            table.c.period,
            table.c.version,
            table.c.withdrawn,
            table.c.import_no,
        )
        .ext(distinct_on(table.c.enterprise_id, table.c.period))
        .where(is_of(contract, period))
        .order_by(table.c.enterprise_id, table.c.period, table.c.version.desc())
        .subquery()
    )
    return (
        select(newest.c.enterprise_id, newest.c.period, newest.c.version)
        .join(IMPORTS, IMPORTS.c.no == newest.c.import_no)
        .where(~newest.c.withdrawn, IMPORTS.c.agency == agency, IMPORTS.c.received_at <= by)
    )
