"""The API process of `cases`."""

from fastapi import FastAPI

from services.cases.api import ROUTERS
from services.cases.consumers import CONSUMERS
from services.cases.problems import PROBLEMS
from services.cases.settings import CasesSettings
from services.cases.tables import KERNEL
from shared.service.api import api_app


def build(settings: CasesSettings) -> FastAPI:
    """Compose the API."""
    return api_app(
        "cases",
        settings,
        kernel=KERNEL,
        routers=ROUTERS,
        problems=PROBLEMS,
        consumers=CONSUMERS,
    )
