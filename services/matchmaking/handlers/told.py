"""What other services tell: kept once, in whatever order it comes, and acted on."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from services.matchmaking.domain.days import day_of, oldest_kept_month
from services.matchmaking.domain.product import Bank
from services.matchmaking.domain.warned import told_by
from services.matchmaking.handlers import contracts, selection
from services.matchmaking.store import (
    banks,
    enterprises,
    headcounts,
    lists,
    requests,
    successions,
    warned,
)
from services.matchmaking.tables import CASE_PLACES
from shared import sight
from shared.bus.consumer import Delivery
from shared.events.cases import CasePlaced, FinancingRequested
from shared.events.gateway import PartnerChanged, PartnerKind
from shared.events.ingest import (
    EnterprisesChanged,
    ObservationsRecorded,
    ProtectionListPublished,
    SuccessionRecorded,
)
from shared.events.scoring import WarningFact, WarningRaised


async def note_enterprises(
    session: AsyncSession, fact: EnterprisesChanged, _delivery: Delivery
) -> None:
    """Keep what the register says of enterprises, under warning or not: a warning may follow."""
    await enterprises.note(session, fact)


async def note_warning(session: AsyncSession, fact: WarningFact, delivery: Delivery) -> None:
    """Keep what a fact about a warning tells; the enterprise may now be a candidate."""
    opened_on = fact.as_of if isinstance(fact, WarningRaised) else None
    await warned.note(session, told_by(fact), opened_on=opened_on)
    await selection.select(session, {fact.uscc}, now=delivery.now)


async def note_case_place(session: AsyncSession, fact: CasePlaced, _delivery: Delivery) -> None:
    """Keep where a case lies: whoever has it sees its enterprise's candidacy."""
    await sight.note(session, CASE_PLACES, fact)


async def note_lists(
    session: AsyncSession, fact: ProtectionListPublished, delivery: Delivery
) -> None:
    """Keep entries of protection lists; enterprises on them may now be candidates."""
    await lists.note(session, fact)
    meant = await successions.with_heirs(session, set(fact.uscc))
    await selection.select(session, meant, now=delivery.now)


async def note_succession(
    session: AsyncSession, fact: SuccessionRecorded, delivery: Delivery
) -> None:
    """Keep who went on as whom: on whose lists the one stood, there the other stands now."""
    await successions.note(session, fact)
    meant = await successions.with_heirs(session, {fact.predecessor})
    await selection.select(session, meant, now=delivery.now)


async def note_observations(
    session: AsyncSession, fact: ObservationsRecorded, delivery: Delivery
) -> None:
    """Keep insured headcounts, and look again at promises of jobs; pass other feeds over."""
    await note_all_observations(session, [(fact, delivery)])


async def note_all_observations(
    session: AsyncSession, told: Sequence[tuple[ObservationsRecorded, Delivery]]
) -> None:
    """Do the same of facts that came together, once."""
    counted = [fact for fact, _ in told if fact.feed == headcounts.FEED]
    if not counted:
        return
    await headcounts.note(session, counted)
    now = max(delivery.now for _, delivery in told)
    usccs = {uscc for fact in counted for uscc in fact.uscc}
    await contracts.check_commitments(session, now=now, usccs=usccs)


async def note_request(
    session: AsyncSession, fact: FinancingRequested, _delivery: Delivery
) -> None:
    """Keep that a case wants a loan for its enterprise."""
    await requests.note(session, fact)


async def note_partner(session: AsyncSession, fact: PartnerChanged, _delivery: Delivery) -> None:
    """Keep what is told of a bank; a partner's kind is for life, so agencies are passed over."""
    if fact.kind is PartnerKind.BANK:
        bank = Bank(fact.client_id, fact.name, fact.active)
        await banks.note(session, bank, version=fact.version)


async def forget_old_months(session: AsyncSession, now: datetime) -> None:
    """Drop the headcounts that are older than what banks and checks need."""
    await headcounts.forget(session, before=oldest_kept_month(day_of(now)))
