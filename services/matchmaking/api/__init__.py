"""The doors of matchmaking, by noun."""

from typing import Final

from services.matchmaking.api import (
    authorizations,
    candidates,
    contracts,
    products,
    referrals,
    rounds,
)

ROUTERS: Final = (
    products.router,
    candidates.router,
    rounds.router,
    authorizations.router,
    referrals.router,
    contracts.router,
)
