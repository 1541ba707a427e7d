"""What is asked of matchmaking, by whichever door: read, decide, save."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from services.matchmaking.domain.errors import ProductAmbiguous, ProductNotFound
from services.matchmaking.domain.product import Bank, Product, offer
from services.matchmaking.domain.terms import Terms
from services.matchmaking.domain.warned import WarnedEnterprise, told_by
from services.matchmaking.store import banks, products, warned
from services.matchmaking.store.products import ProductFilter
from services.matchmaking.store.warned import WarnedFilter
from services.matchmaking.tables import ENTERPRISES
from shared.bus.consumer import Delivery
from shared.events.gateway import PartnerChanged, PartnerKind
from shared.events.ingest import EnterprisesChanged
from shared.events.scoring import WarningFact
from shared.pagination import PageQuery
from shared.register import Entry, note


async def note_enterprises(
    session: AsyncSession, fact: EnterprisesChanged, _delivery: Delivery
) -> None:
    """Keep what the register says of enterprises, under warning or not: a warning may follow."""
    columns = zip(fact.uscc, fact.version, fact.name, fact.district, strict=True)
    await note(session, ENTERPRISES, (Entry(*row) for row in columns))


async def note_warning(session: AsyncSession, fact: WarningFact, _delivery: Delivery) -> None:
    """Keep what a fact about a warning tells of its enterprise."""
    await warned.note(session, told_by(fact))


async def note_partner(session: AsyncSession, fact: PartnerChanged, _delivery: Delivery) -> None:
    """Keep what is told of a bank; a partner's kind is for life, so agencies are passed over."""
    if fact.kind is PartnerKind.BANK:
        bank = Bank(fact.client_id, fact.name, fact.active)
        await banks.note(session, bank, version=fact.version)


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
