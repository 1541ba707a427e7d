"""`python -m services.scoring {api|worker|migrate}`."""

from services.scoring.settings import ScoringSettings
from shared.service.process import Deployable, run

if __name__ == "__main__":
    run(
        Deployable(
            name="scoring",
            package="services.scoring",
            settings=ScoringSettings,
            api="services.scoring.main:build",
            worker="services.scoring.worker:build",
        )
    )
