"""Remembers a push that has not ended, so that the same push after a crash has the same keys.

A key made of the content alone would be wrong: sent again after its enterprises have entered the
register, or after a correction in between, the same content means something new.
"""

import hashlib
import secrets
from contextlib import suppress
from pathlib import Path

from cli.folders import state_folder, write_private


class Run:
    """One push of one content to one feed in one name, over as many starts as it takes."""

    def __init__(self, *parts: str) -> None:
        name = hashlib.sha256("\n".join(parts).encode()).hexdigest()
        self._file: Path = state_folder() / "pushes" / name
        self.resumed = self._file.exists()
        try:
            if not self.resumed:
                write_private(self._file, secrets.token_urlsafe(18))
            self.token = self._file.read_text(encoding="utf-8")
        except OSError:
            # Without a place to remember, a restart is a new push: the feed knows duplicates.
            self.token = secrets.token_urlsafe(18)

    def end(self) -> None:
        """Forget it: the next push of the same content is a new one."""
        with suppress(OSError):
            self._file.unlink(missing_ok=True)
