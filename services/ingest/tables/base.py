"""The schema of ingest, and the tables that every service has."""

from shared.bus.tables import KernelTables
from shared.db import service_metadata

METADATA = service_metadata("ingest")
KERNEL = KernelTables(METADATA)
