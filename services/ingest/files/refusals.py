"""Why a file is not read at all; nothing of it was taken."""

from services.ingest.domain.rows import Fault

# As many reasons as a person mends at a time.
_MOST = 50


class FileRefused(Exception):
    """The file as a whole cannot be read; `faults` say where and why."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__(faults)
        self.faults = faults[:_MOST]


def refused(
    code: str, *, row: int = 0, column: str | None = None, **values: int | str
) -> FileRefused:
    """Refuse a file for one reason."""
    return FileRefused(Fault(row, column, code, None, values))
