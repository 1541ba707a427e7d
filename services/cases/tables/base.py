"""The schema of `cases`, and the tables of the kernel in it."""

from typing import Final

from shared.bus.tables import KernelTables
from shared.db import service_metadata

METADATA: Final = service_metadata("cases")
KERNEL: Final = KernelTables(METADATA)
