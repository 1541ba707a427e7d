"""The worker process of scoring: it takes facts in, judges, sweeps, relays what was told."""

from functools import partial

from starlette.applications import Starlette

from services.scoring.consumers import CONSUMERS
from services.scoring.handlers import (
    areas,
    backtests,
    learning,
    rejudging,
    rule_sets,
    work_lists,
)
from services.scoring.handlers import judging as handlers
from services.scoring.settings import ScoringSettings
from services.scoring.tables import KERNEL
from shared.service.worker import Periodic, worker_app


def build(settings: ScoringSettings) -> Starlette:
    """Compose the worker."""
    return worker_app(
        "scoring",
        settings,
        kernel=KERNEL,
        consumers=CONSUMERS,
        steady=(
            partial(rejudging.share, settings.bus, settings.attempts),
            partial(rule_sets.share, settings.try_every, settings.attempts),
            partial(backtests.share, settings.backtest_every, settings.attempts),
            partial(learning.share, settings.learn_every),
        ),
        periodic=(
            Periodic("sweep", every=settings.sweep_every, run=handlers.sweep),
            Periodic("areas", every=settings.sweep_every, run=areas.sweep),
            Periodic("work-lists", every=settings.list_every, run=work_lists.make_lists),
        ),
    )
