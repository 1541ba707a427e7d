"""Who is signed in on this machine: sessions by profile name, in a file of their owner's."""

import fcntl
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

from cli.folders import config_folder, write_private
from cli.refusals import Refused
from cli.texts import text


@dataclass(frozen=True)
class Session:
    """A way in to one gateway; `expires_at` in seconds since 1970."""

    gateway: str
    issuer: str
    client_id: str
    access_token: str
    expires_at: float
    refresh_token: str | None = None
    secret_file: str | None = None
    """Where a partner's secret can be read again; the secret itself is never kept here."""
    local: bool = False
    """Belongs to the platform on this machine, which keeps the password or secret."""


@dataclass(frozen=True)
class Sessions:
    """All sessions, and the profile that is meant when none is named."""

    profiles: Mapping[str, Session] = field(default_factory=dict)
    current: str | None = None


def read() -> Sessions:
    """Return the sessions of this user. Raises Refused when the file is damaged."""
    try:
        content = json.loads(_file().read_text(encoding="utf-8"))
        profiles = {name: Session(**entry) for name, entry in content["profiles"].items()}
        return Sessions(profiles, content["current"])
    except FileNotFoundError:
        return Sessions()
    except (ValueError, TypeError, KeyError, AttributeError) as fault:
        raise Refused(text("sessions.damaged", file=_file())) from fault


def keep(name: str, session: Session, *, current: bool) -> None:
    """Keep a session under a name; `current` makes it the one that is meant by default."""
    with _alone():
        before = read()
        profiles = {**before.profiles, name: session}
        _write(Sessions(profiles, name if current else before.current))


def forget(name: str | None) -> list[str]:
    """Forget a session, or all of them; return the names of those there were."""
    with _alone():
        before = read()
        gone = [known for known in before.profiles if name in {None, known}]
        left = {known: held for known, held in before.profiles.items() if known not in gone}
        _write(Sessions(left, before.current if before.current in left else None))
    return gone


def _write(sessions: Sessions) -> None:
    profiles = {name: asdict(session) for name, session in sessions.profiles.items()}
    content = {"profiles": profiles, "current": sessions.current}
    write_private(_file(), json.dumps(content, indent=1, ensure_ascii=False))


@contextmanager
def _alone() -> Iterator[None]:
    """Hold the file: several commands may sign in at once."""
    _file().parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _file().with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _file() -> Path:
    return config_folder() / "session.json"
