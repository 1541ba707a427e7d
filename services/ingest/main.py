"""The API process of ingest, put together."""

from fastapi import FastAPI

from services.ingest.api import opinions, router
from services.ingest.handlers.pending import pending
from services.ingest.problems import PROBLEMS
from services.ingest.settings import IngestSettings
from services.ingest.tables import KERNEL
from shared.service.api import api_app


def build(settings: IngestSettings) -> FastAPI:
    """Compose the API."""
    return api_app(
        "ingest",
        settings,
        kernel=KERNEL,
        routers=(router, opinions.router),
        problems=PROBLEMS,
        pending=pending,
    )
