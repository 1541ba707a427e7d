"""The worker process of `cases`: consumers, relay, reconciler, sweep."""

from starlette.applications import Starlette

from services.cases.consumers import CONSUMERS
from services.cases.handlers.sweep import sweep
from services.cases.settings import CasesSettings
from services.cases.tables import KERNEL
from shared.service.worker import Periodic, worker_app


def build(settings: CasesSettings) -> Starlette:
    """Compose the worker."""
    return worker_app(
        "cases",
        settings,
        kernel=KERNEL,
        consumers=CONSUMERS,
        periodic=(Periodic("sweep", every=settings.sweep_every, run=sweep),),
    )
