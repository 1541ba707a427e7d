"""Which facts matchmaking takes in, and who handles them."""

from typing import Any, Final

from services.matchmaking import handlers
from shared.bus.consumer import Consumer
from shared.events.gateway import PartnerChanged
from shared.events.ingest import EnterprisesChanged
from shared.events.scoring import WarningLevelChanged, WarningLifted, WarningRaised

CONSUMERS: Final[tuple[Consumer[Any], ...]] = (
    Consumer("matchmaking-enterprises", EnterprisesChanged, handlers.note_enterprises),
    Consumer("matchmaking-warning-raised", WarningRaised, handlers.note_warning),
    Consumer("matchmaking-warning-level-changed", WarningLevelChanged, handlers.note_warning),
    Consumer("matchmaking-warning-lifted", WarningLifted, handlers.note_warning),
    Consumer("matchmaking-partners", PartnerChanged, handlers.note_partner),
)
