"""A home of its own for every test, and doors in the place of gateway and provider."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cli import sessions
from cli.main import run
from cli.sessions import Session
from tests.integration.cli.door import Door

Wengang = Callable[..., tuple[int, str, str]]


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home; texts in English."""
    for name in ("WENGANG_PROFILE", "WENGANG_GATEWAY_URL", "WENGANG_DEBUG"):
        monkeypatch.delenv(name, raising=False)
    for name in ("XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_DATA_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name))
    monkeypatch.setenv("WENGANG_DATA_DIR", str(tmp_path / "platform"))
    monkeypatch.setenv("WENGANG_LANG", "en")
    return tmp_path


@pytest.fixture
def door() -> Iterator[Door]:
    """A gateway."""
    with Door() as open_door:
        yield open_door


@pytest.fixture
def wengang(capsys: pytest.CaptureFixture[str]) -> Wengang:
    """Run a command; return its exit code, and what it wrote on output and error."""

    def called(*arguments: str) -> tuple[int, str, str]:
        capsys.readouterr()
        code = run(arguments)
        written = capsys.readouterr()
        return code, written.out, written.err

    return called


@pytest.fixture
def signed_in(door: Door) -> Door:
    """The gateway, with a session there as the profile that is meant by default."""
    keep_session("agency-hrss", gateway=door.url)
    return door


def keep_session(name: str, *, gateway: str, issuer: str = "http://127.0.0.1:9") -> None:
    """Keep a session that holds for an hour."""
    session = Session(
        gateway=gateway,
        issuer=issuer,
        client_id=name,
        access_token=f"token-of-{name}",
        expires_at=time.time() + 3600,
    )
    sessions.keep(name, session, current=True)
