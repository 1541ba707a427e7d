"""The doors of `scoring` for officers; partners find none open. One module per noun."""

from services.scoring.api.areas import areas_router
from services.scoring.api.backtests import backtests_router
from services.scoring.api.explaining import explaining_router
from services.scoring.api.judged import judged_router
from services.scoring.api.models import models_router
from services.scoring.api.rejudgements import rejudgements_router
from services.scoring.api.rule_sets import rule_sets_router
from services.scoring.api.work_lists import work_lists_router

ROUTERS = (
    judged_router,
    areas_router,
    explaining_router,
    rule_sets_router,
    work_lists_router,
    rejudgements_router,
    models_router,
    backtests_router,
)

__all__ = ["ROUTERS"]
