"""`python -m services.ingest {api|worker|migrate}`."""

from services.ingest.settings import IngestSettings
from shared.service.process import Deployable, run

if __name__ == "__main__":
    run(
        Deployable(
            name="ingest",
            package="services.ingest",
            settings=IngestSettings,
            api="services.ingest.main:build",
            worker="services.ingest.worker:build",
        )
    )
