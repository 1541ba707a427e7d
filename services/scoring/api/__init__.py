"""The doors of `scoring` for officers; partners find none open. One module per noun."""

from services.scoring.api.judged import judged_router

ROUTERS = (judged_router,)

__all__ = ["ROUTERS"]
