"""The command line: `python -m gateway {api|worker|migrate|openapi}`."""

from gateway.settings import GatewaySettings
from shared.service.process import Deployable, run

if __name__ == "__main__":
    run(
        Deployable(
            "gateway",
            package="gateway",
            settings=GatewaySettings,
            api="gateway.main:build",
            worker="gateway.worker:build",
        )
    )
