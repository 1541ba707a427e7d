"""The worker process of ingest: it links texts with enterprises, and relays what is stated."""

from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.applications import Starlette

from services.ingest.handlers.linking import Linker
from services.ingest.settings import IngestSettings
from services.ingest.tables import KERNEL
from shared.service.worker import Periodic, worker_app

# A text is linked and stated within a second of its acceptance.
_LINK_EVERY = timedelta(milliseconds=200)


def build(settings: IngestSettings) -> Starlette:
    """Compose the worker."""
    linker = Linker()

    async def link(session: AsyncSession, now: datetime) -> bool:
        return bool(await linker.turn(session, now))

    return worker_app(
        "ingest",
        settings,
        kernel=KERNEL,
        periodic=(Periodic("linking", every=_LINK_EVERY, run=link),),
    )
