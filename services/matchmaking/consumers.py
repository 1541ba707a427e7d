"""Which facts matchmaking takes in, and who handles them."""

from typing import Any, Final

from services.matchmaking.handlers import told
from shared.bus.consumer import Consumer
from shared.events.cases import CasePlaced, FinancingRequested
from shared.events.gateway import PartnerChanged
from shared.events.ingest import (
    EnterprisesChanged,
    ObservationsRecorded,
    ProtectionListPublished,
    SuccessionRecorded,
)
from shared.events.scoring import WarningLevelChanged, WarningLifted, WarningRaised

CONSUMERS: Final[tuple[Consumer[Any], ...]] = (
    Consumer("matchmaking-enterprises", EnterprisesChanged, told.note_enterprises),
    Consumer(
        "matchmaking-observations",
        ObservationsRecorded,
        told.note_observations,
        together=told.note_all_observations,
    ),
    Consumer("matchmaking-protection-lists", ProtectionListPublished, told.note_lists),
    Consumer("matchmaking-successions", SuccessionRecorded, told.note_succession),
    Consumer("matchmaking-financing-requests", FinancingRequested, told.note_request),
    Consumer("matchmaking-warning-raised", WarningRaised, told.note_warning),
    Consumer("matchmaking-warning-level-changed", WarningLevelChanged, told.note_warning),
    Consumer("matchmaking-warning-lifted", WarningLifted, told.note_warning),
    Consumer("matchmaking-case-places", CasePlaced, told.note_case_place),
    Consumer("matchmaking-partners", PartnerChanged, told.note_partner),
)
