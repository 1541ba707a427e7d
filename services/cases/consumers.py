"""What `cases` does on the facts of others."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from services.cases.domain.case import Happening
from services.cases.domain.remarks import Remark
from services.cases.domain.warnings import Heard
from services.cases.handlers import heard as handlers
from services.cases.store.register import Enterprise
from shared.bus.consumer import Consumer, Delivery
from shared.events.ingest import (
    EnterprisesChanged,
    ObservationsRecorded,
    TicketAnswered,
    TicketFact,
    TicketOpened,
)
from shared.events.matchmaking import (
    CandidateDeclined,
    CandidateFact,
    CandidateSelected,
    ContractSigned,
    LoanDrawn,
    ReferralAnswered,
    ReferralSent,
)
from shared.events.scoring import (
    RiskLevel,
    WarningFact,
    WarningLevelChanged,
    WarningLifted,
    WarningRaised,
)


async def _raised(session: AsyncSession, event: WarningRaised, delivery: Delivery) -> None:
    heard = _heard(event, event.level, previous=None, lifted=False)
    await handlers.hear(session, heard, _enterprise(event), now=delivery.now)


async def _level_changed(
    session: AsyncSession, event: WarningLevelChanged, delivery: Delivery
) -> None:
    heard = _heard(event, event.level, previous=event.previous, lifted=False)
    await handlers.hear(session, heard, _enterprise(event), now=delivery.now)


async def _lifted(session: AsyncSession, event: WarningLifted, delivery: Delivery) -> None:
    heard = _heard(event, event.previous, previous=None, lifted=True)
    heard = replace(heard, corrected=event.because == "corrected")
    await handlers.hear(session, heard, _enterprise(event), now=delivery.now)


async def _enterprises_changed(
    session: AsyncSession, event: EnterprisesChanged, _delivery: Delivery
) -> None:
    await handlers.keep_enterprises(session, event)


async def _observations_recorded(
    session: AsyncSession, event: ObservationsRecorded, delivery: Delivery
) -> None:
    await _all_observations_recorded(session, [(event, delivery)])


async def _all_observations_recorded(
    session: AsyncSession, told: Sequence[tuple[ObservationsRecorded, Delivery]]
) -> None:
    now = max(delivery.now for _, delivery in told)
    await handlers.keep_observations(session, [event for event, _ in told], now=now)


async def _financing(session: AsyncSession, event: CandidateFact, delivery: Delivery) -> None:
    """Write what became of a loan into the timeline; nothing of it moves the case."""
    told = event.model_dump(mode="json", exclude=_NOT_TOLD, exclude_none=True)
    details = {
        name: ",".join(value) if isinstance(value, list) else str(value)
        for name, value in told.items()
    }
    said = Remark(_HAPPENINGS[type(event)], _MATCHMAKING, event.occurred_at, details)
    await handlers.note_remark(session, delivery.id, event.uscc, said)


async def _ticket(session: AsyncSession, event: TicketFact, delivery: Delivery) -> None:
    """Write into the timeline that a fact was doubted, and what its sender answered."""
    told = event.model_dump(mode="json", exclude=_NOT_TOLD)
    what = _TICKETS[type(event)]
    said = Remark(
        what, _INGEST, event.occurred_at, {name: str(each) for name, each in told.items()}
    )
    await handlers.note_remark(session, delivery.id, event.uscc, said)


def _heard(
    event: WarningFact, level: RiskLevel, *, previous: RiskLevel | None, lifted: bool
) -> Heard:
    return Heard(
        warning_id=event.warning_id,
        version=event.version,
        uscc=event.uscc,
        level=level,
        previous=previous,
        lifted=lifted,
        occurred_at=event.occurred_at,
    )


def _enterprise(event: WarningFact) -> Enterprise:
    return Enterprise(event.uscc, event.name, event.district)


_MATCHMAKING: Final = "service:matchmaking"
_INGEST: Final = "service:ingest"
# Ids of theirs, and what the case knows itself.
_NOT_TOLD: Final = {
    *("candidate_id", "referral_id", "contract_id", "drawdown_id", "ticket_id"),
    *("uscc", "district", "occurred_at"),
}
_HAPPENINGS: Final[Mapping[type[CandidateFact], Happening]] = {
    CandidateSelected: Happening.CANDIDATE_SELECTED,
    CandidateDeclined: Happening.CANDIDATE_DECLINED,
    ReferralSent: Happening.REFERRAL_SENT,
    ReferralAnswered: Happening.REFERRAL_ANSWERED,
    ContractSigned: Happening.CONTRACT_SIGNED,
    LoanDrawn: Happening.LOAN_DRAWN,
}
_TICKETS: Final[Mapping[type[TicketFact], Happening]] = {
    TicketOpened: Happening.TICKET_OPENED,
    TicketAnswered: Happening.TICKET_ANSWERED,
}

CONSUMERS = (
    Consumer("cases-enterprises", EnterprisesChanged, _enterprises_changed),
    Consumer(
        "cases-observations",
        ObservationsRecorded,
        _observations_recorded,
        together=_all_observations_recorded,
    ),
    Consumer("cases-warning-raised", WarningRaised, _raised),
    Consumer("cases-warning-level-changed", WarningLevelChanged, _level_changed),
    Consumer("cases-warning-lifted", WarningLifted, _lifted),
    Consumer("cases-candidate-selected", CandidateSelected, _financing),
    Consumer("cases-candidate-declined", CandidateDeclined, _financing),
    Consumer("cases-referral-sent", ReferralSent, _financing),
    Consumer("cases-referral-answered", ReferralAnswered, _financing),
    Consumer("cases-contract-signed", ContractSigned, _financing),
    Consumer("cases-loan-drawn", LoanDrawn, _financing),
    Consumer("cases-ticket-opened", TicketOpened, _ticket),
    Consumer("cases-ticket-answered", TicketAnswered, _ticket),
)
