"""The worker process of ingest: files are worked off, texts linked, and what is stated relayed."""

import asyncio
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.applications import Starlette

from services.ingest.consumers import CONSUMERS
from services.ingest.handlers import quarantine, uploads
from services.ingest.handlers.freshness import sweep
from services.ingest.handlers.linking import Linker
from services.ingest.importing import Importer
from services.ingest.settings import IngestSettings
from services.ingest.store.imports import DUE
from services.ingest.store.waiting import LINKING
from services.ingest.tables import KERNEL
from shared.blobs import Blobs
from shared.pieces import Pieces
from shared.service.state import Resources
from shared.service.worker import Periodic, worker_app
from shared.wakes import keep_listening

_LINK_EVERY = timedelta(seconds=1)  # and whenever a text or a name comes
_SWEEP_EVERY = timedelta(minutes=10)
_RELEASE_EVERY = timedelta(seconds=1)
_EXPIRE_EVERY = timedelta(hours=1)


def build(settings: IngestSettings) -> Starlette:
    """Compose the worker."""

    async def import_files(resources: Resources) -> None:
        importer = Importer(
            sessions=resources.sessions,
            clock=resources.clock,
            blobs=Blobs(settings.blobs.root),
            bounds=settings.files.bounds,
            at_once=settings.files.at_once,
            attempts=settings.files.attempts,
        )
        async with asyncio.TaskGroup() as group:
            bells = {DUE: importer.bell}
            group.create_task(keep_listening(settings.database, bells, name="ingest-importer"))
            group.create_task(importer.run())

    async def sweep_uploads(session: AsyncSession, _now: datetime) -> None:
        await uploads.sweep(session, Pieces(settings.blobs.root))

    return worker_app(
        "ingest",
        settings,
        kernel=KERNEL,
        consumers=CONSUMERS,
        steady=(import_files,),
        periodic=(
            Periodic("linking", every=_LINK_EVERY, run=Linker().turn, woken_by=LINKING),
            Periodic("uploads", every=_SWEEP_EVERY, run=sweep_uploads, business=False),
            Periodic("freshness", every=settings.freshness_every, run=sweep),
            Periodic("release", every=_RELEASE_EVERY, run=quarantine.release),
            Periodic("expiry", every=_EXPIRE_EVERY, run=quarantine.expire),
        ),
    )
