"""Loan contracts, the money drawn under them, and the checks of their jobs."""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Row, Select, and_, func, insert, literal_column, select, true, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.matchmaking.domain.contract import Commitment, Contract, Drawdown
from services.matchmaking.domain.errors import ContractNotFound, DrawdownNotFound
from services.matchmaking.store.scope import Scope
from services.matchmaking.tables import (
    BANKS,
    COMMITMENTS,
    CONTRACTS,
    DRAWDOWNS,
    ENTERPRISES,
    HEADCOUNTS,
)
from shared.pagination import Column, Keyset, PageQuery

_ORDER: Final = Keyset(
    Column(CONTRACTS.c.signed_on, date, descending=True),
    Column(CONTRACTS.c.id, UUID, descending=True),
)
_OWN: Final = tuple(field.name for field in fields(Contract) if field.name != "district")


@dataclass(frozen=True)
class Signed:
    """A contract with names, drawdowns and commitments."""

    contract: Contract
    enterprise_name: str
    bank_name: str
    drawdowns: tuple[Drawdown, ...]
    commitments: tuple[Commitment, ...]


@dataclass(frozen=True)
class DueCheck:
    """A commitment whose day has come, and what is known of its month now."""

    contract: Contract
    commitment: Commitment
    insured: int | None


async def create(
    session: AsyncSession, contract: Contract, commitments: Sequence[Commitment]
) -> None:
    """Write a new contract with its commitments."""
    await session.execute(insert(CONTRACTS).values(asdict(contract)))
    await session.execute(insert(COMMITMENTS), [asdict(one) for one in commitments])


async def hold(session: AsyncSession, contract_id: UUID, scope: Scope) -> Contract:
    """Read one and keep it from changing until the commit; raise ContractNotFound."""
    query = _query(scope).where(CONTRACTS.c.id == contract_id)
    row = (await session.execute(query.with_for_update(of=CONTRACTS))).one_or_none()
    if row is None:
        raise ContractNotFound
    return _contract(row)


async def find(session: AsyncSession, contract_id: UUID, scope: Scope) -> Signed:
    """Read one with all that belongs to it; raise ContractNotFound."""
    row = (await session.execute(_query(scope).where(CONTRACTS.c.id == contract_id))).one_or_none()
    if row is None:
        raise ContractNotFound
    return (await _signed(session, [row]))[0]


async def of_drawdown(session: AsyncSession, drawdown_id: UUID, scope: Scope) -> Signed:
    """Read the contract under which money was drawn; raise DrawdownNotFound."""
    drawn_under = select(DRAWDOWNS.c.contract_id).where(DRAWDOWNS.c.id == drawdown_id)
    query = _query(scope).where(CONTRACTS.c.id == drawn_under.scalar_subquery())
    row = (await session.execute(query)).one_or_none()
    if row is None:
        raise DrawdownNotFound
    return (await _signed(session, [row]))[0]


async def listed(
    session: AsyncSession, scope: Scope, page: PageQuery
) -> tuple[Sequence[Signed], str | None]:
    """List contracts, the last signed first, with the cursor of the next page."""
    rows = (await session.execute(_ORDER.page(_query(scope), page))).all()
    shown, cursor = _ORDER.cut(rows, page, lambda row: (row.signed_on, row.id))
    return await _signed(session, shown), cursor


async def draw(session: AsyncSession, contract: Contract, drawdown: Drawdown) -> None:
    """Write that money was drawn."""
    await session.execute(insert(DRAWDOWNS).values(asdict(drawdown)))
    await session.execute(
        update(CONTRACTS).where(CONTRACTS.c.id == contract.id).values(drawn=contract.drawn)
    )


async def due_checks(
    session: AsyncSession, *, today: date, kept_since: str, usccs: Collection[str] | None = None
) -> Sequence[DueCheck]:
    """Return the commitments whose month says something else than was checked, by enterprise.

    Months before `kept_since` are forgotten, and what they showed stays as it was checked.
    """
    month = func.to_char(COMMITMENTS.c.due_on, literal_column("'YYYY-MM'"))
    known = and_(
        HEADCOUNTS.c.uscc == CONTRACTS.c.uscc,
        HEADCOUNTS.c.month == month,
        ~HEADCOUNTS.c.withdrawn,
    )
    insured = HEADCOUNTS.c.insured_headcount
    query = (
        _query(Scope())
        .add_columns(
            COMMITMENTS.c.months,
            COMMITMENTS.c.due_on,
            COMMITMENTS.c.committed,
            COMMITMENTS.c.insured,
            COMMITMENTS.c.checked_on,
            insured.label("found"),
        )
        .join(COMMITMENTS, COMMITMENTS.c.contract_id == CONTRACTS.c.id)
        .outerjoin(HEADCOUNTS, known)
        .where(
            COMMITMENTS.c.due_on <= today,
            COMMITMENTS.c.insured.is_distinct_from(insured),
            true() if usccs is None else CONTRACTS.c.uscc == func.any(sorted(usccs)),
            month >= kept_since,
        )
        .order_by(CONTRACTS.c.uscc, CONTRACTS.c.signed_on, COMMITMENTS.c.months)
        .with_for_update(of=COMMITMENTS)
    )
    return [
        DueCheck(_contract(row), _commitment(row, row.id), row.found)
        for row in await session.execute(query)
    ]


async def save_check(session: AsyncSession, checked: Commitment) -> None:
    """Write what a check found."""
    await session.execute(
        update(COMMITMENTS)
        .where(
            COMMITMENTS.c.contract_id == checked.contract_id,
            COMMITMENTS.c.months == checked.months,
        )
        .values(insured=checked.insured, checked_on=checked.checked_on)
    )


def _query(scope: Scope) -> Select[Any]:
    district = func.coalesce(ENTERPRISES.c.district, CONTRACTS.c.district)
    conditions = scope.conditions(district=district, uscc=CONTRACTS.c.uscc, bank=CONTRACTS.c.bank)
    return (
        select(
            *(CONTRACTS.c[name] for name in _OWN),
            district.label("district"),
            func.coalesce(ENTERPRISES.c.name, CONTRACTS.c.uscc).label("enterprise_name"),
            BANKS.c.name.label("bank_name"),
        )
        .join(BANKS, BANKS.c.client_id == CONTRACTS.c.bank)
        .outerjoin(ENTERPRISES, ENTERPRISES.c.uscc == CONTRACTS.c.uscc)
        .where(*conditions)
    )


async def _signed(session: AsyncSession, rows: Sequence[Row[Any]]) -> list[Signed]:
    ids = [row.id for row in rows]
    drawn: dict[UUID, list[Drawdown]] = {each: [] for each in ids}
    promised: dict[UUID, list[Commitment]] = {each: [] for each in ids}
    query = select(DRAWDOWNS).where(DRAWDOWNS.c.contract_id == func.any(ids))
    for row in await session.execute(query.order_by(DRAWDOWNS.c.drawn_on, DRAWDOWNS.c.id)):
        drawn[row.contract_id].append(Drawdown(row.id, row.contract_id, row.amount, row.drawn_on))
    wanted = select(COMMITMENTS).where(COMMITMENTS.c.contract_id == func.any(ids))
    for row in await session.execute(wanted.order_by(COMMITMENTS.c.months)):
        promised[row.contract_id].append(_commitment(row, row.contract_id))
    return [
        Signed(
            _contract(row),
            row.enterprise_name,
            row.bank_name,
            tuple(drawn[row.id]),
            tuple(promised[row.id]),
        )
        for row in rows
    ]


def _contract(row: Row[Any]) -> Contract:
    return Contract(**{name: getattr(row, name) for name in _OWN}, district=row.district)


def _commitment(row: Row[Any], contract_id: UUID) -> Commitment:
    return Commitment(
        contract_id, row.months, row.due_on, row.committed, row.insured, row.checked_on
    )
