"""Runs matchmaking: `python -m services.matchmaking {api|worker|migrate}`."""

from services.matchmaking.settings import MatchmakingSettings
from shared.service.process import Deployable, run

run(
    Deployable(
        name="matchmaking",
        package="services.matchmaking",
        settings=MatchmakingSettings,
        api="services.matchmaking.main:build",
        worker="services.matchmaking.worker:build",
    )
)
