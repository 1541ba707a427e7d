"""Every stream and every durable consumer of the platform, in one place, and how they are made."""

from dataclasses import dataclass
from typing import Final

from nats.js import JetStreamContext
from nats.js.api import (
    AckPolicy,
    ConsumerConfig,
    DeliverPolicy,
    DiscardPolicy,
    RetentionPolicy,
    StorageType,
    StreamConfig,
)
from nats.js.errors import NotFoundError

from shared.events.base import Subject
from shared.events.cases import (
    CaseClosed,
    CasePlaced,
    CaseReopened,
    CaseResolved,
    FinancingRequested,
    OfficerChanged,
    ServiceDelivered,
    VisitRecorded,
    WarningRefuted,
)
from shared.events.gateway import PartnerChanged
from shared.events.ingest import (
    EnterprisesChanged,
    ObservationsRecorded,
    OpinionsLinked,
    ProtectionListPublished,
    SuccessionRecorded,
    TicketAnswered,
    TicketOpened,
)
from shared.events.matchmaking import (
    CandidateDeclined,
    CandidateSelected,
    ContractSigned,
    LoanDrawn,
    ReferralAnswered,
    ReferralSent,
)
from shared.events.scoring import WarningLevelChanged, WarningLifted, WarningRaised
from shared.settings import BusSettings

MAX_MESSAGE_BYTES: Final = 256 * 1024
DUPLICATE_WINDOW_SECONDS: Final = 600
ACK_WAIT_SECONDS: Final = 30
MAX_ACK_PENDING: Final = 1000
_MAX_AGE_SECONDS: Final = 14 * 86_400

# A producer's stream holds all that it states.
PRODUCERS: Final = ("ingest", "scoring", "cases", "matchmaking", "gateway")
# What the server itself gave up or was told to give up: catches what never reached a transaction.
ADVISORIES: Final = "ADVISORIES"
_ADVISORY_SUBJECTS: Final = (
    "$JS.EVENT.ADVISORY.CONSUMER.MAX_DELIVERIES.>",
    "$JS.EVENT.ADVISORY.CONSUMER.MSG_TERMINATED.>",
)


@dataclass(frozen=True)
class Durable:
    """One service's lasting interest in one kind of fact."""

    name: str
    service: str
    subject: Subject

    @property
    def stream(self) -> str:
        """Name the stream of the service that states the fact."""
        return stream_of(self.producer)

    @property
    def producer(self) -> str:
        """Name the service that states the fact."""
        return self.subject.split(".")[0]


DURABLES: Final = (
    Durable("scoring-enterprises", "scoring", EnterprisesChanged.subject),
    Durable("scoring-observations", "scoring", ObservationsRecorded.subject),
    Durable("scoring-successions", "scoring", SuccessionRecorded.subject),
    Durable("scoring-opinions", "scoring", OpinionsLinked.subject),
    Durable("scoring-visits", "scoring", VisitRecorded.subject),
    Durable("scoring-services", "scoring", ServiceDelivered.subject),
    Durable("scoring-loans", "scoring", LoanDrawn.subject),
    Durable("ingest-case-places", "ingest", CasePlaced.subject),
    Durable("scoring-case-places", "scoring", CasePlaced.subject),
    Durable("matchmaking-case-places", "matchmaking", CasePlaced.subject),
    Durable("matchmaking-successions", "matchmaking", SuccessionRecorded.subject),
    Durable("scoring-resolved", "scoring", CaseResolved.subject),
    Durable("scoring-closed", "scoring", CaseClosed.subject),
    Durable("scoring-reopened", "scoring", CaseReopened.subject),
    Durable("scoring-refutations", "scoring", WarningRefuted.subject),
    Durable("cases-enterprises", "cases", EnterprisesChanged.subject),
    Durable("cases-observations", "cases", ObservationsRecorded.subject),
    Durable("cases-warning-raised", "cases", WarningRaised.subject),
    Durable("cases-warning-level-changed", "cases", WarningLevelChanged.subject),
    Durable("cases-warning-lifted", "cases", WarningLifted.subject),
    Durable("cases-candidate-selected", "cases", CandidateSelected.subject),
    Durable("cases-candidate-declined", "cases", CandidateDeclined.subject),
    Durable("cases-referral-sent", "cases", ReferralSent.subject),
    Durable("cases-referral-answered", "cases", ReferralAnswered.subject),
    Durable("cases-contract-signed", "cases", ContractSigned.subject),
    Durable("cases-loan-drawn", "cases", LoanDrawn.subject),
    Durable("cases-ticket-opened", "cases", TicketOpened.subject),
    Durable("cases-ticket-answered", "cases", TicketAnswered.subject),
    Durable("matchmaking-enterprises", "matchmaking", EnterprisesChanged.subject),
    Durable("matchmaking-observations", "matchmaking", ObservationsRecorded.subject),
    Durable("matchmaking-protection-lists", "matchmaking", ProtectionListPublished.subject),
    Durable("matchmaking-financing-requests", "matchmaking", FinancingRequested.subject),
    Durable("matchmaking-warning-raised", "matchmaking", WarningRaised.subject),
    Durable("matchmaking-warning-level-changed", "matchmaking", WarningLevelChanged.subject),
    Durable("matchmaking-warning-lifted", "matchmaking", WarningLifted.subject),
    Durable("matchmaking-partners", "matchmaking", PartnerChanged.subject),
    Durable("gateway-officers", "gateway", OfficerChanged.subject),
)


def stream_of(producer: str) -> str:
    """Name a producer's stream."""
    return producer.upper()


def durables_of(service: str) -> tuple[Durable, ...]:
    """List what a service consumes."""
    return tuple(durable for durable in DURABLES if durable.service == service)


def _stream(
    name: str, subjects: tuple[str, ...], kept: RetentionPolicy, settings: BusSettings
) -> StreamConfig:
    return StreamConfig(
        name=name,
        subjects=list(subjects),
        retention=kept,
        storage=StorageType.FILE,
        # A full stream refuses: `old` would drop acknowledged facts without a word.
        discard=DiscardPolicy.NEW,
        max_age=_MAX_AGE_SECONDS,
        max_bytes=settings.stream_bytes,
        max_msg_size=MAX_MESSAGE_BYTES,
        duplicate_window=DUPLICATE_WINDOW_SECONDS,
        num_replicas=settings.replicas,
        deny_delete=True,
        deny_purge=True,
    )


async def ensure_stream(js: JetStreamContext, producer: str, settings: BusSettings) -> None:
    """Make a producer's stream and the one of advisories, if they are not there (or no more).

    A producer's stream lets go of what all its durables have acknowledged (ADR 31): PostgreSQL is
    the record, and a stream that kept two weeks of a city's months would be full for two weeks.
    """
    wanted = (
        _stream(stream_of(producer), (f"{producer}.>",), RetentionPolicy.INTEREST, settings),
        _stream(ADVISORIES, _ADVISORY_SUBJECTS, RetentionPolicy.LIMITS, settings),
    )
    for config in wanted:
        try:
            await js.stream_info(str(config.name))
        except NotFoundError:
            await js.add_stream(config)
            await _ensure_readers(js, str(config.name), settings)


async def ensure_read(js: JetStreamContext, producer: str, settings: BusSettings) -> None:
    """Make a producer's stream and all durables that read it, before it states more."""
    await ensure_stream(js, producer, settings)
    await _ensure_readers(js, stream_of(producer), settings)


async def _ensure_readers(js: JetStreamContext, stream: str, settings: BusSettings) -> None:
    """Make all durables of a stream, whoever makes it.

    What is stated while one is missing is not kept for it: it would come only when the reconciler
    asks.
    """
    for durable in DURABLES:
        if durable.stream == stream:
            await _ensure_consumer(js, durable, settings)


async def ensure_durable(js: JetStreamContext, durable: Durable, settings: BusSettings) -> None:
    """Make a durable consumer, and before it the stream that it reads, if they are not there."""
    await ensure_stream(js, durable.producer, settings)
    await _ensure_consumer(js, durable, settings)


async def _ensure_consumer(js: JetStreamContext, durable: Durable, settings: BusSettings) -> None:
    await js.add_consumer(
        durable.stream,
        ConsumerConfig(
            durable_name=durable.name,
            filter_subject=durable.subject,
            deliver_policy=DeliverPolicy.ALL,
            ack_policy=AckPolicy.EXPLICIT,
            ack_wait=ACK_WAIT_SECONDS,
            max_ack_pending=MAX_ACK_PENDING,
            # The consumer itself buries a poisoned message; a server that counts would also give
            # up on healthy ones while the database is away.
            max_deliver=-1,
            num_replicas=settings.replicas,
        ),
    )
