"""Rows of bank products."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

from sqlalchemy import Select, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.matchmaking.domain.errors import ProductChangedMeanwhile
from services.matchmaking.domain.product import Bank, Product
from services.matchmaking.domain.terms import GuaranteeKind, PolicyTag, Terms
from services.matchmaking.tables import BANKS, PRODUCTS
from shared.codes.size_classes import SizeClass
from shared.pagination import Column, Keyset, PageQuery

_ORDER = Keyset(Column(PRODUCTS.c.bank, str), Column(PRODUCTS.c.code, str))
_PLAIN = tuple(
    field.name
    for field in fields(Terms)
    if field.name not in {"borrower_sizes", "industries", "districts", "guarantees", "policy_tag"}
)


@dataclass(frozen=True)
class ProductFilter:
    """Which products are wanted; `owner` is the bank that asks, None if the city does."""

    owner: str | None
    bank: str | None = None


async def find(session: AsyncSession, *, bank: str, code: str) -> Product | None:
    """Return a bank's product of a code."""
    found = await with_code(session, ProductFilter(bank), code)
    return found[0] if found else None


async def with_code(session: AsyncSession, wanted: ProductFilter, code: str) -> Sequence[Product]:
    """Return the products of a code, one a bank at most."""
    rows = await session.execute(_query(wanted).where(PRODUCTS.c.code == code))
    return [_product(row) for row in rows.mappings()]


async def every(session: AsyncSession, wanted: ProductFilter) -> Sequence[Product]:
    """Return all products that are wanted, by bank and code."""
    query = _query(wanted).order_by(PRODUCTS.c.bank, PRODUCTS.c.code)
    return [_product(row) for row in (await session.execute(query)).mappings()]


async def hold(session: AsyncSession) -> None:
    """Keep all products from changing until the commit, and others from using their quotas."""
    await session.execute(
        select(PRODUCTS.c.code).order_by(PRODUCTS.c.bank, PRODUCTS.c.code).with_for_update()
    )


async def listed(
    session: AsyncSession, wanted: ProductFilter, page: PageQuery
) -> tuple[Sequence[Product], str | None]:
    """List products by bank and code, with the cursor of the next page."""
    rows = (await session.execute(_ORDER.page(_query(wanted), page))).mappings().all()
    found = [_product(row) for row in rows]
    return _ORDER.cut(found, page, lambda product: (product.bank.client_id, product.code))


async def save(session: AsyncSession, product: Product) -> None:
    """Write a product over the version before it.

    Raises:
        ProductChangedMeanwhile: someone else wrote since it was read.
    """
    values = {
        "version": product.version,
        "created_at": product.created_at,
        "updated_at": product.updated_at,
        **asdict(product.terms),
    }
    key = {"bank": product.bank.client_id, "code": product.code}
    if product.version == 1:
        statement: Any = insert(PRODUCTS).values(**key, **values).on_conflict_do_nothing()
    else:
        statement = (
            update(PRODUCTS)
            .where(*(PRODUCTS.c[name] == value for name, value in key.items()))
            .where(PRODUCTS.c.version == product.version - 1)
            .values(values)
        )
    written = await session.execute(statement.returning(PRODUCTS.c.version))
    if written.first() is None:
        raise ProductChangedMeanwhile


def _query(wanted: ProductFilter) -> Select[Any]:
    query = select(
        PRODUCTS, BANKS.c.name.label("bank_name"), BANKS.c.active.label("bank_active")
    ).join(BANKS, BANKS.c.client_id == PRODUCTS.c.bank)
    for bank in (wanted.owner, wanted.bank):
        if bank is not None:
            query = query.where(PRODUCTS.c.bank == bank)
    return query


def _product(row: Mapping[Any, Any]) -> Product:
    return Product(
        bank=Bank(row["bank"], row["bank_name"], row["bank_active"]),
        code=row["code"],
        version=row["version"],
        terms=Terms(
            **{name: row[name] for name in _PLAIN},
            borrower_sizes=tuple(SizeClass(size) for size in row["borrower_sizes"]),
            industries=tuple(row["industries"]),
            districts=tuple(row["districts"]),
            guarantees=tuple(GuaranteeKind(kind) for kind in row["guarantees"]),
            policy_tag=None if row["policy_tag"] is None else PolicyTag(row["policy_tag"]),
        ),
        created_at=row["created_at"],
        updated_at=row["updated_at"],
    )
