"""What banks offer, and the list of enterprises under warning."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from services.matchmaking.domain.errors import ProductAmbiguous, ProductNotFound
from services.matchmaking.domain.product import Product, offer
from services.matchmaking.domain.terms import Terms
from services.matchmaking.domain.warned import WarnedEnterprise
from services.matchmaking.store import banks, products, warned
from services.matchmaking.store.products import ProductFilter
from services.matchmaking.store.warned import WarnedFilter
from shared.pagination import PageQuery


async def list_warned(
    session: AsyncSession, wanted: WarnedFilter, page: PageQuery
) -> tuple[Sequence[WarnedEnterprise], str | None]:
    """List warned enterprises within the asker's districts."""
    return await warned.listed(session, wanted, page)


async def put_product(
    session: AsyncSession,
    terms: Terms,
    *,
    bank: str,
    code: str,
    expected: Collection[str],
    now: datetime,
) -> Product:
    """Put a product of `bank` in place, or a new version over the current one."""
    offered = offer(
        await products.find(session, bank=bank, code=code),
        terms,
        bank=await banks.find(session, bank),
        code=code,
        expected=expected,
        now=now,
    )
    await products.save(session, offered)
    return offered


async def list_products(
    session: AsyncSession, wanted: ProductFilter, page: PageQuery
) -> tuple[Sequence[Product], str | None]:
    """List the products that the asker may see and wants."""
    return await products.listed(session, wanted, page)


async def find_product(session: AsyncSession, wanted: ProductFilter, code: str) -> Product:
    """Return the one product of a code.

    Raises:
        ProductNotFound: the asker may see none.
        ProductAmbiguous: several banks have one; `wanted` has to name the bank.
    """
    found = await products.with_code(session, wanted, code)
    if not found:
        raise ProductNotFound
    if len(found) > 1:
        raise ProductAmbiguous
    return found[0]
