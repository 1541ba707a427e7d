"""Facts as other services state them, delivered to matchmaking's consumers."""

from datetime import UTC, date, datetime
from uuid import UUID

from services.matchmaking.consumers import CONSUMERS
from shared.bus.consumer import apply, open_letter
from shared.bus.headers import Envelope
from shared.db import Sessions, transaction
from shared.events.base import Event
from shared.events.gateway import PartnerChanged, PartnerKind
from shared.events.ingest import EnterprisesChanged
from shared.events.scoring import RiskLevel, WarningLevelChanged, WarningLifted, WarningRaised
from shared.ids import uuid7
from tests.integration.database import KEYS, TRUST

WARNING = UUID("01980000-0000-7000-8000-000000000001")
NOW = datetime(2020, 10, 1, 1, 0, tzinfo=UTC)
LIFTED_AT = datetime(2020, 9, 20, 2, 0, tzinfo=UTC)


def raised(
    warning_id: UUID = WARNING,
    *,
    version: int = 1,
    district: str = "110105",
    uscc: str = "91110105MA00000004",
    as_of: date = date(2020, 8, 3),
) -> WarningRaised:
    """Return the fact that an enterprise entered the list."""
    return WarningRaised(
        warning_id=warning_id,
        version=version,
        uscc=uscc,
        name="北京甲有限公司",
        district=district,
        as_of=as_of,
        occurred_at=datetime(2020, 8, 3, 1, 0, tzinfo=UTC),
        level=RiskLevel.YELLOW,
        likelihood=0.5,
        jobs_at_risk=40,
        headcount=200,
        reasons=(),
    )


def level_changed(version: int = 2, *, district: str = "110101") -> WarningLevelChanged:
    """Return the fact that the level rose; the firm has moved and changed its name meanwhile."""
    return WarningLevelChanged(
        warning_id=WARNING,
        version=version,
        uscc="91110105MA00000004",
        name="北京甲（集团）有限公司",
        district=district,
        as_of=date(2020, 9, 1),
        occurred_at=datetime(2020, 9, 1, 1, 0, tzinfo=UTC),
        previous=RiskLevel.YELLOW,
        level=RiskLevel.RED,
        likelihood=0.8,
        jobs_at_risk=90,
        headcount=150,
        reasons=(),
    )


def lifted(version: int = 3) -> WarningLifted:
    """Return the fact that the enterprise left the list."""
    return WarningLifted(
        warning_id=WARNING,
        version=version,
        uscc="91110105MA00000004",
        name="北京甲（集团）有限公司",
        district="110101",
        as_of=date(2020, 9, 20),
        occurred_at=LIFTED_AT,
        previous=RiskLevel.RED,
        because="recovered",
    )


def registered(*entries: tuple[str, int, str, str]) -> EnterprisesChanged:
    """Return the fact that the register has these entries: USCC, version, name, district."""
    usccs, versions, names, districts = zip(*entries, strict=True)
    unsaid = (None,) * len(entries)
    return EnterprisesChanged(
        import_id=uuid7(),
        received_at=NOW,
        uscc=usccs,
        version=versions,
        name=names,
        district=districts,
        street=unsaid,
        industry=unsaid,
        status=("active",) * len(entries),
        established_on=unsaid,
        registered_capital=unsaid,
    )


def partner(
    client_id: str,
    *,
    version: int = 1,
    active: bool = True,
    name: str | None = None,
    kind: PartnerKind = PartnerKind.BANK,
) -> PartnerChanged:
    """Return the fact that a partner was admitted or changed."""
    return PartnerChanged(
        client_id=client_id,
        version=version,
        kind=kind,
        name=name or f"名称 {client_id}",
        feeds=(),
        active=active,
    )


async def tell(sessions: Sessions, *events: Event, now: datetime = NOW) -> None:
    """Deliver facts, each signed by its source and in a transaction of its own."""
    for event in events:
        consumer = next(one for one in CONSUMERS if one.event is type(event))
        source = event.subject.split(".")[0]
        payload = event.model_dump_json().encode()
        envelope = Envelope(uuid7(), source, event.subject, NOW, event.about(), "service:test")
        headers = envelope.headers(payload, key=KEYS[source])
        letter = open_letter(consumer, headers, payload, trust=TRUST)
        async with transaction(sessions, actor="service:matchmaking") as session:
            assert await apply(session, consumer, [letter], now=now) == 1
