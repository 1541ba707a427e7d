"""Which facts reach which handler."""

from services.scoring import handlers
from shared.bus.consumer import Consumer
from shared.events.ingest import EnterprisesChanged, ObservationsRecorded

CONSUMERS = (
    Consumer(
        name="scoring-enterprises", event=EnterprisesChanged, handle=handlers.keep_enterprises
    ),
    Consumer(
        name="scoring-observations", event=ObservationsRecorded, handle=handlers.keep_observations
    ),
)
