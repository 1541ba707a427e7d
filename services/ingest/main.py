"""The API process of ingest, put together."""

from fastapi import FastAPI
from starlette.types import Scope

from services.ingest.api import (
    enterprises,
    facts,
    files,
    freshness,
    opinions,
    quarantine,
    returns,
    router,
    successions,
    tickets,
    uploads,
)
from services.ingest.consumers import CONSUMERS
from services.ingest.handlers.pending import pending
from services.ingest.problems import PROBLEMS
from services.ingest.settings import IngestSettings
from services.ingest.tables import KERNEL
from shared.pieces import Pieces
from shared.problems import DEFAULT_MAX_BODY_BYTES
from shared.service.api import api_app


def build(settings: IngestSettings) -> FastAPI:
    """Compose the API."""

    def max_bytes(scope: Scope) -> int:
        return (
            settings.files.body_bytes
            if files.takes(scope) or uploads.takes(scope)
            else DEFAULT_MAX_BODY_BYTES
        )

    app = api_app(
        "ingest",
        settings,
        kernel=KERNEL,
        routers=(
            router,
            freshness.router,
            files.router,
            returns.router,
            uploads.router,
            quarantine.router,
            facts.router,
            tickets.router,
            enterprises.router,
            successions.router,
            opinions.router,
        ),
        problems=PROBLEMS,
        consumers=CONSUMERS,
        pending=pending,
        max_body_bytes=max_bytes,
    )
    app.state.bounds = settings.files.bounds
    app.state.pieces = Pieces(settings.blobs.root)
    app.state.most_upload_bytes = settings.files.upload_bytes
    return app
