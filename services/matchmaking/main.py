"""Puts the API process of matchmaking together."""

from fastapi import FastAPI

from services.matchmaking.api import ROUTERS
from services.matchmaking.consumers import CONSUMERS
from services.matchmaking.problems import PROBLEMS
from services.matchmaking.settings import MatchmakingSettings
from services.matchmaking.tables import KERNEL
from shared.service.api import api_app


def build(settings: MatchmakingSettings) -> FastAPI:
    """Return the application."""
    return api_app(
        "matchmaking",
        settings,
        kernel=KERNEL,
        routers=ROUTERS,
        problems=PROBLEMS,
        consumers=CONSUMERS,
    )
