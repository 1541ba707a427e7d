"""The schema `scoring`, and the tables that every service has."""

from typing import Final

from shared.bus.tables import KernelTables
from shared.db import service_metadata

METADATA = service_metadata("scoring")
KERNEL = KernelTables(METADATA)

PLACES: Final = "('none', 'potential_risk', 'blue', 'yellow', 'orange', 'red')"
