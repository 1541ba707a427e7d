"""The schema `matchmaking`, and the kernel's tables in it."""

from typing import Final

from shared.bus.tables import KernelTables
from shared.db import service_metadata

METADATA: Final = service_metadata("matchmaking")
KERNEL: Final = KernelTables(METADATA)
