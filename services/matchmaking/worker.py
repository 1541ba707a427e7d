"""Puts the worker process of matchmaking together."""

from datetime import timedelta
from typing import Final

from starlette.applications import Starlette

from services.matchmaking.consumers import CONSUMERS
from services.matchmaking.handlers.sweep import sweep
from services.matchmaking.handlers.told import forget_old_months
from services.matchmaking.settings import MatchmakingSettings
from services.matchmaking.tables import KERNEL
from shared.service.worker import Periodic, worker_app

_FORGET_EVERY: Final = timedelta(hours=1)


def build(settings: MatchmakingSettings) -> Starlette:
    """Return the worker with its probes."""
    return worker_app(
        "matchmaking",
        settings,
        kernel=KERNEL,
        consumers=CONSUMERS,
        periodic=(
            Periodic("sweep", every=settings.sweep_every, run=sweep),
            Periodic("forget", every=_FORGET_EVERY, run=forget_old_months),
        ),
    )
