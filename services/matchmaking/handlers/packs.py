"""The authorised pack: what a bank reads of an enterprise, each reading in the ledger."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.matchmaking.domain.authorization import covering, items_for
from services.matchmaking.domain.candidate import Candidate, Course, Step
from services.matchmaking.domain.days import day_of, oldest_kept_month
from services.matchmaking.domain.pack import Content, fields_of, pack
from services.matchmaking.domain.referral import OPEN, ReferralState
from services.matchmaking.handlers.needs import firm_of
from services.matchmaking.handlers.referrals import held
from services.matchmaking.store import (
    authorizations,
    candidates,
    enterprises,
    headcounts,
    ledger,
    needs,
    referrals,
)
from services.matchmaking.store.ledger import Disclosure, Line
from services.matchmaking.store.referrals import Shown
from services.matchmaking.store.scope import Scope
from shared.ids import uuid7
from shared.pagination import PageQuery


@dataclass(frozen=True)
class Reading:
    """A referral as its bank sees it; no content once nothing permits the bank to read."""

    shown: Shown
    content: Content | None
    receipt: UUID | None


async def read(
    session: AsyncSession, referral_id: UUID, *, by: str, scope: Scope, now: datetime
) -> Reading:
    """Let a bank read what the enterprise permits now, and write down that it did.

    Authorisations cannot end between the check and the reading. Raises ReferralNotFound.
    """
    candidate, shown = await held(session, referral_id, scope)
    referral, today = shown.referral, day_of(now)
    given = await authorizations.of(session, candidate.id, kept=True)
    holding = covering(given, referral.bank, today)
    if referral.state not in OPEN or not holding:
        return Reading(shown, None, None)
    items = items_for(holding, referral.bank, today)
    content = await _content(session, candidate, shown, items, now=now)
    reading = Disclosure(
        id=uuid7(),
        at=now,
        bank=referral.bank,
        referral_id=referral.id,
        authorizations=tuple(one.id for one in holding),
        uscc=referral.uscc,
        purpose="; ".join(dict.fromkeys(one.scope.purpose for one in holding)),
        items=tuple(sorted(items)),
        fields=fields_of(items),
        content_sha256=_digest(content),
    )
    await ledger.append(session, reading)
    if referral.state is ReferralState.ACCEPTED and candidate.may(Step.EXAMINE):
        course = Course(candidate).take(Step.EXAMINE, by=by, now=now)
        await candidates.save(session, course)
    return Reading(shown, content, reading.id)


async def show(session: AsyncSession, referral_id: UUID, *, scope: Scope) -> Shown:
    """Show a referral to whoever is no bank; raise ReferralNotFound."""
    return await referrals.find(session, referral_id, scope)


async def list_receipts(
    session: AsyncSession, uscc: str | None, page: PageQuery, *, scope: Scope
) -> tuple[Sequence[Line], str | None]:
    """List who read what, with the cursor of the next page."""
    return await ledger.receipts(session, uscc, scope, page)


async def _content(
    session: AsyncSession,
    candidate: Candidate,
    shown: Shown,
    items: frozenset[Any],
    *,
    now: datetime,
) -> Content:
    entry = (await enterprises.of(session, [candidate.uscc])).get(candidate.uscc, {})
    sized = await firm_of(session, candidate)
    registration = {
        "uscc": candidate.uscc,
        "name": shown.enterprise_name,
        "district": candidate.district,
        "industry": entry.get("industry"),
        "register_status": entry.get("status"),
        "established_on": entry.get("established_on"),
        "registered_capital": entry.get("registered_capital"),
        "size_class": sized.size,
        "size_is_provisional": sized.size_is_provisional,
    }
    since = oldest_kept_month(day_of(now))
    need = (await needs.of(session, [candidate.id])).get(candidate.id)
    return pack(
        items,
        registration=registration,
        months=list(await headcounts.months(session, candidate.uscc, since=since)),
        need=None if need is None else asdict(need),
    )


def _digest(content: Content) -> str:
    written = json.dumps(content, default=str, ensure_ascii=False, sort_keys=True)
    return sha256(written.encode()).hexdigest()
