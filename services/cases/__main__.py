"""The command line: `python -m services.cases {api|worker|migrate}`."""

from services.cases.settings import CasesSettings
from shared.service.process import Deployable, run

if __name__ == "__main__":
    run(
        Deployable(
            "cases",
            package="services.cases",
            settings=CasesSettings,
            api="services.cases.main:build",
            worker="services.cases.worker:build",
        )
    )
