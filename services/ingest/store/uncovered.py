"""What an import uncovers that takes back what its agency has said: others have said it too.

As `domain/voices.py` has it, for a million facts at once.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Numeric,
    Subquery,
    cast,
    extract,
    func,
    literal,
    select,
)
from sqlalchemy.dialects.postgresql import array, distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from services.ingest.domain.contract import FeedContract
from services.ingest.domain.feeds import FEEDS
from services.ingest.store.periods import BETWEEN, is_of
from services.ingest.store.withdrawals import takes_back
from services.ingest.tables import IMPORTS, OBSERVATIONS

_LOCALLY: Final = True


async def join_wholes(session: AsyncSession, *, alone: bool) -> None:
    """Let tables be joined as wholes `alone`, whatever the planner thinks of their size, or not.

    It knows nothing of what this transaction has written, which may be a million rows.
    """
    one_by_one = "off" if alone else "on"
    await session.execute(select(func.set_config("enable_nestloop", one_by_one, _LOCALLY)))


async def by_agency(
    session: AsyncSession, contract: FeedContract, period: str, taken_back_by: UUID
) -> Mapping[str, int]:
    """Count by agency what an import uncovers that has just taken back what its agency said."""
    if not await _others_have_spoken(session, contract, period, taken_back_by):
        return {}
    again = uncovered(contract, period, taken_back_by)
    counted = select(again.c.agency, func.count().label("facts")).group_by(again.c.agency)
    found = await session.execute(counted)
    return {row.agency: row.facts for row in found}


def uncovered(contract: FeedContract, period: str, taken_back_by: UUID) -> Subquery:
    """Select of each fact that an import has just taken back what stands of it again.

    As `domain/voices.py` has it: of the last statements of other agencies the newest that was not
    taken back: neither by a version, nor, while it was hidden, without one.
    """
    table = OBSERVATIONS[contract.name]
    by = select(IMPORTS).where(IMPORTS.c.id == taken_back_by).subquery("by")
    key = (table.c.enterprise_id, table.c.period)
    others = (
        select(*key)
        .join(IMPORTS, IMPORTS.c.no == table.c.import_no)
        .where(is_of(contract, period), IMPORTS.c.agency != select(by.c.agency).scalar_subquery())
        .distinct()
        .subquery("others")
    )
    gone = (
        select(*key, table.c.version)
        .where(
            is_of(contract, period),
            table.c.withdrawn,
            table.c.import_no == select(by.c.no).scalar_subquery(),
        )
        .subquery("gone")
    )
    told = _told(contract, period, gone, others, also=[gone.c.version.label("top")])
    return (
        select(told.c.enterprise_id, told.c.period, told.c.version, told.c.top, told.c.agency)
        .ext(distinct_on(told.c.period, told.c.enterprise_id))
        .where(
            told.c.nth == 1,
            ~told.c.withdrawn,
            told.c.agency != select(by.c.agency).scalar_subquery(),
            ~_taken_back_hidden(contract, period, told),
        )
        .order_by(told.c.period, told.c.enterprise_id, told.c.version.desc())
        .subquery("again")
    )


async def hidden(session: AsyncSession, contract: FeedContract, period: str, *, agency: str) -> int:
    """Count what an agency says of a period that other agencies' statements hide."""
    await join_wholes(session, alone=True)
    table = OBSERVATIONS[contract.name]
    own = (
        select(table.c.enterprise_id, table.c.period)
        .join(IMPORTS, IMPORTS.c.no == table.c.import_no)
        .where(is_of(contract, period), IMPORTS.c.agency == agency)
        .distinct()
        .subquery("own")
    )
    told = _told(contract, period, own)
    counted = select(func.count()).where(
        told.c.nth == 1,
        told.c.agency == agency,
        ~told.c.withdrawn,
        told.c.hidden_at.is_not(None),
        ~_taken_back_hidden(contract, period, told),
    )
    found = await session.scalar(counted)
    await join_wholes(session, alone=False)
    return int(found or 0)


def same_fact(one: FromClause, other: FromClause) -> ColumnElement[bool]:
    """Return whether rows are about the same enterprise and period."""
    return (one.c.enterprise_id == other.c.enterprise_id) & (one.c.period == other.c.period)


def _told(
    contract: FeedContract,
    period: str,
    *about: FromClause,
    also: Sequence[ColumnElement[Any]] = (),
) -> Subquery:
    """Select what was said of some facts: by whom, which of theirs, and when it was hidden.

    `nth` is 1 of each agency's last; `hidden_at` is null where nothing was said behind.
    """
    table = OBSERVATIONS[contract.name]
    key = (table.c.enterprise_id, table.c.period)
    # The first of what was said behind a version: what comes late has a later number than others.
    hidden_at = func.min(_receipt()).over(
        partition_by=key, order_by=table.c.version.desc(), rows=(None, -1)
    )
    nth = func.row_number().over(
        partition_by=(*key, IMPORTS.c.agency), order_by=table.c.version.desc()
    )
    told = select(
        *key,
        table.c.version,
        table.c.withdrawn,
        IMPORTS.c.agency,
        hidden_at.label("hidden_at"),
        nth.label("nth"),
        *also,
    ).join_from(table, IMPORTS, IMPORTS.c.no == table.c.import_no)
    for facts in about:
        told = told.join(facts, same_fact(table, facts))
    return told.where(is_of(contract, period)).subquery("told")


def _taken_back_hidden(contract: FeedContract, period: str, told: Subquery) -> ColumnElement[bool]:
    """Return whether its agency has taken a statement back while it was hidden."""
    return (
        select(literal(1))
        .where(
            takes_back(),
            IMPORTS.c.feed == contract.name,
            IMPORTS.c.agency == told.c.agency,
            _receipt() > told.c.hidden_at,
            _covers(contract, period, told.c.period),
        )
        .correlate(told)
        .exists()
    )


async def _others_have_spoken(
    session: AsyncSession, contract: FeedContract, period: str, taken_back_by: UUID
) -> bool:
    """Tell whether another agency has said anything of a period: mostly none has."""
    table = OBSERVATIONS[contract.name]
    by = select(IMPORTS.c.agency).where(IMPORTS.c.id == taken_back_by).scalar_subquery()
    theirs = select(IMPORTS.c.no).where(IMPORTS.c.feed == contract.name, IMPORTS.c.agency != by)
    said = select(table.c.import_no).where(is_of(contract, period), table.c.import_no.in_(theirs))
    return bool(await session.scalar(select(said.exists())))


def _receipt() -> ColumnElement[Any]:
    """Return what imports are in the order of their receipt by: some at the same moment."""
    return array([extract("epoch", IMPORTS.c.received_at), cast(IMPORTS.c.no, Numeric)])


def _covers(contract: FeedContract, period: str, of: ColumnElement[Any]) -> ColumnElement[bool]:
    """Return whether an import took back the period of a fact; a day is of all its events."""
    if not FEEDS[contract.name].is_of_events:
        return IMPORTS.c.replaces_period == period
    return IMPORTS.c.replaces_period.in_([of, func.split_part(of, BETWEEN, 1)])
