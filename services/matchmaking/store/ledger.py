"""The disclosure ledger: what a bank read, when, by which authorisation; lines are only added."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Row, exists, func, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.matchmaking.domain.referral import Referral
from services.matchmaking.store.scope import Scope
from services.matchmaking.tables import BANKS, CANDIDATES, DISCLOSURES, ENTERPRISES, REFERRALS
from shared.pagination import Column, Keyset, PageQuery

_ORDER: Final = Keyset(
    Column(DISCLOSURES.c.at, datetime, descending=True),
    Column(DISCLOSURES.c.id, UUID, descending=True),
)


# A line as it is shown, with the bank's name.
Line = Row[Any]


@dataclass(frozen=True, slots=True)
class Disclosure:
    """A reading: whose data, which items and fields, and the digest of what was shown."""

    id: UUID
    at: datetime
    bank: str
    referral_id: UUID
    authorizations: tuple[UUID, ...]
    uscc: str
    purpose: str
    items: tuple[str, ...]
    fields: tuple[str, ...]
    content_sha256: str


async def append(session: AsyncSession, reading: Disclosure) -> None:
    """Write a reading down."""
    await session.execute(
        insert(DISCLOSURES).values(
            id=reading.id,
            at=reading.at,
            bank=reading.bank,
            referral_id=reading.referral_id,
            authorizations=list(reading.authorizations),
            uscc=reading.uscc,
            purpose=reading.purpose,
            items=list(reading.items),
            fields=list(reading.fields),
            content_sha256=reading.content_sha256,
        )
    )


async def is_read(session: AsyncSession, referral: Referral) -> bool:
    """Tell whether the bank of a referral has ever read what it was permitted to."""
    reading = exists().where(
        DISCLOSURES.c.uscc == referral.uscc, DISCLOSURES.c.referral_id == referral.id
    )
    return bool(await session.scalar(select(reading)))


async def receipts(
    session: AsyncSession, uscc: str | None, scope: Scope, page: PageQuery
) -> tuple[Sequence[Line], str | None]:
    """List readings, the last first, with the cursor of the next page."""
    district = func.coalesce(ENTERPRISES.c.district, CANDIDATES.c.district)
    query = (
        select(DISCLOSURES, BANKS.c.name.label("bank_name"))
        .join(BANKS, BANKS.c.client_id == DISCLOSURES.c.bank)
        .join(REFERRALS, REFERRALS.c.id == DISCLOSURES.c.referral_id)
        .join(CANDIDATES, CANDIDATES.c.id == REFERRALS.c.candidate_id)
        .outerjoin(ENTERPRISES, ENTERPRISES.c.uscc == DISCLOSURES.c.uscc)
        .where(*scope.conditions(district=district, uscc=DISCLOSURES.c.uscc))
    )
    if uscc is not None:
        query = query.where(DISCLOSURES.c.uscc == uscc)
    rows = (await session.execute(_ORDER.page(query, page))).all()
    return _ORDER.cut(rows, page, lambda row: (row.at, row.id))
