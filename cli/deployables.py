"""The deployables of the platform, by name, with the package of each."""

from collections.abc import Mapping
from typing import Final

PACKAGES: Final[Mapping[str, str]] = {
    "ingest": "services.ingest",
    "scoring": "services.scoring",
    "cases": "services.cases",
    "matchmaking": "services.matchmaking",
    "gateway": "gateway",
}
