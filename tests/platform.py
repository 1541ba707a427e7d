"""The whole platform as a user starts it, for tests: `wengang up` on a folder of its own."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, Final, TypeVar
from uuid import uuid4

import httpx2
import psycopg
from psycopg import sql

from launcher import postgres
from launcher.database import DATABASE
from shared.bus.streams import DURABLES
from shared.calendar import SHANGHAI

ROOT: Final = Path(__file__).parent.parent
STARTS_WITHIN: Final = 120.0  # seconds; also on a machine that does something else
ENDS_WITHIN: Final = 60.0
T = TypeVar("T")


class Platform:
    """One platform, its command line and its API."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self.folder = folder
        self.data = folder / "data"
        self.environment = {
            **os.environ,
            "WENGANG_DATA_DIR": str(self.data),
            "XDG_CONFIG_HOME": str(folder / "config"),
            "XDG_STATE_HOME": str(folder / "state"),
            "WENGANG_LANG": "en",
            "NO_COLOR": "1",
            **settings,
        }
        self._up: subprocess.Popen[bytes] | None = None
        self._http = httpx2.Client(timeout=30, trust_env=False)

    def start(self) -> None:
        """Start it and wait until everything serves."""

        with self.log.open("ab") as log:
            self._up = subprocess.Popen(
                [sys.executable, "-P", "-m", "cli", "up"],
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.wait(lambda: self.status().get("ready"), within=STARTS_WITHIN)

    def stop(self) -> int:
        """End it as Ctrl-C does; return its exit code."""
        assert self._up is not None
        self._up.terminate()
        code = self._up.wait(ENDS_WITHIN)
        self._http.close()
        return code

    @property
    def log(self) -> Path:
        """What the launcher itself has said."""
        return self.folder / "up.log"

    def alive(self) -> bool:
        """Tell whether the launcher still runs."""
        return self._up is not None and self._up.poll() is None

    def status(self) -> dict[str, Any]:
        """Return what the platform says of itself; empty when it does not run."""
        try:
            told: dict[str, Any] = json.loads((self.data / "platform.json").read_text())
        except (FileNotFoundError, ValueError):
            return {}
        return told

    def pids(self) -> Mapping[str, int]:
        """Return the processes that run by name."""
        return {each["name"]: each["pid"] for each in self.status()["processes"]}

    def wait(self, what: Callable[[], T], *, within: float = 120.0) -> T:
        """Wait until `what` is true, and return it; fail with the launcher's words."""
        until = time.monotonic() + within
        while time.monotonic() < until:
            if not self.alive():
                raise AssertionError(f"the platform has ended:\n{self.log.read_text()}")
            if found := what():
                return found
            time.sleep(0.1)
        raise AssertionError(f"not within {within} s; the platform says:\n{self.log.read_text()}")

    def command(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """Run a command as a user would, however it ends."""
        return subprocess.run(
            [sys.executable, "-P", "-m", "cli", *arguments],
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
        )

    def cli(self, *arguments: str, code: int = 0) -> str:
        """Run a command as a user would; return what it wrote."""
        done = self.command(*arguments)
        assert done.returncode == code, (
            f"{arguments}: {done.returncode}\n{done.stdout}{done.stderr}"
        )
        return done.stdout if code == 0 else done.stdout + done.stderr

    def token(self, name: str) -> str:
        """Return an access token of a local principal, as its command line holds it."""
        sessions = Path(self.environment["XDG_CONFIG_HOME"]) / "wengang" / "session.json"
        held: dict[str, Any] = {}
        if sessions.exists():
            held = json.loads(sessions.read_text())["profiles"].get(name, {})
        if held.get("expires_at", 0) < time.time() + 60:
            self.cli("login", "--local", name)
            held = json.loads(sessions.read_text())["profiles"][name]
        return str(held["access_token"])

    def call(
        self,
        name: str | None,
        method: str,
        path: str,
        *,
        key: str | None = None,
        headers: Mapping[str, str] | None = None,
        **content: Any,
    ) -> httpx2.Response:
        """Call the gateway as somebody, or as nobody."""
        sent = {"Accept-Language": "en", **(headers or {})}
        if name is not None:
            sent["Authorization"] = f"Bearer {self.token(name)}"
        if method not in {"GET", "HEAD"}:
            sent.setdefault("Idempotency-Key", key or str(uuid4()))
        return self._http.request(method, self.status()["gateway"] + path, headers=sent, **content)

    def get(self, name: str, path: str) -> Any:
        """Return what the gateway answers with 200."""
        answer = self.call(name, "GET", path)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def every(self, name: str, path: str) -> list[Any]:
        """Return all rows of a list, page by page."""
        rows: list[Any] = []
        cursor: str | None = ""
        while cursor is not None:
            glue = "&" if "?" in path else "?"
            page = self.get(
                name, f"{path}{glue}limit=200" + (f"&cursor={cursor}" if cursor else "")
            )
            rows += page["data"]
            cursor = page["next_cursor"]
        return rows

    def rows(self, query: str | sql.Composed) -> list[tuple[Any, ...]]:
        """Look at the database as its administrator, past every service."""
        with self._administrator() as connection:
            return connection.execute(
                query.encode() if isinstance(query, str) else query
            ).fetchall()

    def change(self, statements: sql.Composed) -> None:
        """Change the database as its administrator, past every service."""
        with self._administrator() as connection:
            connection.execute(statements)

    def _administrator(self) -> psycopg.Connection[Any]:
        secrets = json.loads((self.data / "secrets.json").read_text())
        return psycopg.connect(
            host=self.status()["sockets"],
            user=postgres.ADMIN,
            password=secrets["postgres/admin"],
            dbname=DATABASE,
        )

    def unapplied(self) -> dict[str, int]:
        """Count, for each consumer, the facts that it should apply and has not yet."""
        counted = [
            sql.SQL(
                "SELECT {consumer}, count(*) FROM {producer}.event_log AS stated"
                " WHERE subject = {subject} AND NOT EXISTS (SELECT 1 FROM {service}.inbox AS seen"
                " WHERE seen.event_id = stated.event_id AND consumer = {consumer})"
            ).format(
                producer=sql.Identifier(durable.producer),
                subject=sql.Literal(durable.subject),
                service=sql.Identifier(durable.service),
                consumer=sql.Literal(durable.name),
            )
            for durable in DURABLES
        ]
        # In one query: who waits for this asks many times a minute, and each has its connection.
        counts = self.rows(sql.SQL(" UNION ALL ").join(counted))
        return {name: missing for name, missing in counts if missing}


# A Monday morning: two days after the newest month of the tests' headcounts.
NOW: Final = datetime(2026, 11, 2, 9, 0, tzinfo=SHANGHAI)


@contextmanager
def running(folder: Path, **settings: str) -> Iterator[Platform]:
    """Run a platform for a while, on a business clock that stands still at NOW."""
    folder.mkdir(parents=True, exist_ok=True)
    platform = Platform(folder, WENGANG_AT=NOW.isoformat(), **settings)
    platform.start()
    try:
        yield platform
    finally:
        platform.stop()
