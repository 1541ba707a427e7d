"""The doors of `cases` for officers; partners find none open. One module per noun."""

from services.cases.api.assistance import assistance_router
from services.cases.api.cases import cases_router
from services.cases.api.deeds import deed_router, deeds_router
from services.cases.api.officers import officers_router
from services.cases.api.reporting import reporting_router
from services.cases.api.services import services_router
from services.cases.api.statistics import statistics_router

ROUTERS = (
    cases_router,
    deeds_router,
    deed_router,
    reporting_router,
    assistance_router,
    services_router,
    statistics_router,
    officers_router,
)

__all__ = ["ROUTERS"]
