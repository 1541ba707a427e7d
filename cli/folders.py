"""Where the command line keeps and finds files, by the XDG convention."""

import os
from pathlib import Path


def config_folder() -> Path:
    """Return the folder of sessions."""
    return _home("XDG_CONFIG_HOME", ".config") / "wengang"


def state_folder() -> Path:
    """Return the folder of what has been begun and not ended."""
    return _home("XDG_STATE_HOME", ".local/state") / "wengang"


def platform_folder() -> Path:
    """Return the folder of this machine's platform, as `wengang up` chooses it."""
    if chosen := os.environ.get("WENGANG_DATA_DIR"):
        return Path(chosen).expanduser()
    return _home("XDG_DATA_HOME", ".local/share") / "wengang"


def write_private(path: Path, content: str) -> None:
    """Replace a file at once, readable by its owner alone."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    unfinished = path.with_name(f"{path.name}.{os.getpid()}")
    unfinished.unlink(missing_ok=True)
    unfinished.touch(mode=0o600)
    unfinished.write_text(content, encoding="utf-8")
    unfinished.replace(path)


def _home(variable: str, default: str) -> Path:
    # The convention: a relative path there is not valid.
    chosen = Path(os.environ.get(variable, ""))
    return chosen if chosen.is_absolute() else Path.home() / default
