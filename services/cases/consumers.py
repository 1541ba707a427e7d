"""What `cases` does on the facts of others."""

from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncSession

from services.cases.domain.warnings import Heard
from services.cases.handlers import heard as handlers
from services.cases.store.register import Enterprise
from shared.bus.consumer import Consumer, Delivery
from shared.events.ingest import EnterprisesChanged, ObservationsRecorded
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
    session: AsyncSession, event: ObservationsRecorded, _delivery: Delivery
) -> None:
    await handlers.keep_observations(session, event)


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


CONSUMERS = (
    Consumer("cases-enterprises", EnterprisesChanged, _enterprises_changed),
    Consumer("cases-observations", ObservationsRecorded, _observations_recorded),
    Consumer("cases-warning-raised", WarningRaised, _raised),
    Consumer("cases-warning-level-changed", WarningLevelChanged, _level_changed),
    Consumer("cases-warning-lifted", WarningLifted, _lifted),
)
