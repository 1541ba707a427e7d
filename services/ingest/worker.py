"""The worker process of ingest, put together: it relays what the API states."""

from starlette.applications import Starlette

from services.ingest.settings import IngestSettings
from services.ingest.tables import KERNEL
from shared.service.worker import worker_app


def build(settings: IngestSettings) -> Starlette:
    """Compose the worker."""
    return worker_app("ingest", settings, kernel=KERNEL)
