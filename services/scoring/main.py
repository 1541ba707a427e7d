"""The API process of scoring, put together."""

from fastapi import FastAPI

from services.scoring.api import ROUTERS
from services.scoring.consumers import CONSUMERS
from services.scoring.problems import PROBLEMS
from services.scoring.settings import ScoringSettings
from services.scoring.tables import KERNEL
from shared.service.api import api_app


def build(settings: ScoringSettings) -> FastAPI:
    """Compose the API."""
    return api_app(
        "scoring",
        settings,
        kernel=KERNEL,
        routers=ROUTERS,
        problems=PROBLEMS,
        consumers=CONSUMERS,
    )
