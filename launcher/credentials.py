"""Passwords and secrets of one data folder: made at random once, readable by its owner alone."""

import json
import secrets
from pathlib import Path

from launcher.files import write_private


class Credentials:
    """The folder's secrets by name; a name that is asked for the first time gets a new one."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._known: dict[str, str] = {}
        if file.exists():
            self._known = json.loads(file.read_text(encoding="utf-8"))
        self._saved = len(self._known)

    def has(self, name: str) -> bool:
        """Say whether the secret was made before."""
        return name in self._known

    def of(self, name: str) -> str:
        """Return a secret, such as of "officer/city-admin"; `save` before anyone relies on it."""
        return self._known.setdefault(name, secrets.token_urlsafe(18))

    def save(self) -> None:
        """Keep what is new."""
        if len(self._known) != self._saved:
            write_private(self._file, json.dumps(self._known, indent=1, sort_keys=True))
            self._saved = len(self._known)
