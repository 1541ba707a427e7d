"""Which facts reach which handler."""

from services.scoring.handlers import explaining
from services.scoring.handlers import judging as handlers
from shared.bus.consumer import Consumer
from shared.events.cases import (
    CaseClosed,
    CasePlaced,
    CaseReopened,
    CaseResolved,
    ServiceDelivered,
    VisitRecorded,
    WarningRefuted,
)
from shared.events.ingest import (
    EnterprisesChanged,
    ObservationsRecorded,
    OpinionsLinked,
    SuccessionRecorded,
)
from shared.events.matchmaking import LoanDrawn

CONSUMERS = (
    Consumer(
        name="scoring-enterprises", event=EnterprisesChanged, handle=handlers.keep_enterprises
    ),
    Consumer(
        name="scoring-observations",
        event=ObservationsRecorded,
        handle=handlers.keep_observations,
        together=handlers.keep_all_observations,
    ),
    Consumer(name="scoring-successions", event=SuccessionRecorded, handle=handlers.keep_succession),
    Consumer(name="scoring-opinions", event=OpinionsLinked, handle=handlers.keep_opinions),
    Consumer(name="scoring-visits", event=VisitRecorded, handle=handlers.keep_visit),
    Consumer(name="scoring-services", event=ServiceDelivered, handle=handlers.keep_service),
    Consumer(name="scoring-loans", event=LoanDrawn, handle=handlers.keep_loan),
    Consumer(name="scoring-case-places", event=CasePlaced, handle=handlers.keep_case_place),
    Consumer(name="scoring-resolved", event=CaseResolved, handle=explaining.keep_resolved),
    Consumer(name="scoring-closed", event=CaseClosed, handle=explaining.keep_closed),
    Consumer(name="scoring-reopened", event=CaseReopened, handle=explaining.keep_reopened),
    Consumer(name="scoring-refutations", event=WarningRefuted, handle=handlers.keep_refutation),
)
