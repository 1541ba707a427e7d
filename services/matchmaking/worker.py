"""Puts the worker process of matchmaking together."""

from starlette.applications import Starlette

from services.matchmaking.consumers import CONSUMERS
from services.matchmaking.settings import MatchmakingSettings
from services.matchmaking.tables import KERNEL
from shared.service.worker import worker_app


def build(settings: MatchmakingSettings) -> Starlette:
    """Return the worker with its probes."""
    return worker_app("matchmaking", settings, kernel=KERNEL, consumers=CONSUMERS)
