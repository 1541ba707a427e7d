"""One PostgreSQL and one NATS for a whole test session, shared by its workers, ended with it.

They run under a keeper process (`python -m tests.servers FOLDER PID`) that lives as long as the
test session's first process does: no worker has to be the last, and a killed session leaves none.
"""

import asyncio
import fcntl
import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import AsyncExitStack, closing, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit
from urllib.request import urlopen

import psycopg
from psycopg import sql

from launcher import jetstream, ports, postgres
from launcher.files import private_folder, write_private

# Servers that tests may empty say this of themselves: PostgreSQL in `cluster_name`, NATS in
# `server_name`. A server given by TEST_POSTGRES_URL or TEST_NATS_URL has to say it as well.
OURS = "wengang-test"

STARTED_WITHIN = 60.0  # seconds

# Nothing here survives the session, so nothing waits for the disk.
CARELESS = {
    "fsync": "off",
    "full_page_writes": "off",
    "cluster_name": OURS,
    "shared_buffers": "96MB",
}


@dataclass(frozen=True)
class Servers:
    """Where the servers listen: an administrator of PostgreSQL, an unrestricted user of NATS."""

    postgres_admin_url: str
    nats_url: str


class NotOurServer(Exception):
    """The server does not say that tests may empty it."""


def servers_of_session(root: Path) -> Servers:
    """Return the session's servers, started by whichever worker comes first."""
    given = os.environ.get("TEST_POSTGRES_URL"), os.environ.get("TEST_NATS_URL")
    if given[0] and given[1]:
        return Servers(given[0], given[1])
    kept = root / "servers.json"
    with (root / "servers.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not kept.exists():
            _start_keeper(root, kept)
    started = Servers(**json.loads(kept.read_text()))
    return Servers(given[0] or started.postgres_admin_url, given[1] or started.nats_url)


def prove_ours(servers: Servers) -> None:
    """Raise NotOurServer unless both servers say that they are for tests."""
    with psycopg.connect(servers.postgres_admin_url) as connection:
        row = connection.execute("SELECT current_setting('cluster_name')").fetchone()
    if row is None or not row[0].startswith(OURS):
        raise NotOurServer(f"PostgreSQL's cluster_name is not {OURS}: {row}")
    address = urlsplit(servers.nats_url)
    where = (address.hostname or "", address.port or 0)
    with closing(socket.create_connection(where, timeout=5)) as link, link.makefile("rb") as lines:
        greeting = json.loads(lines.readline().removeprefix(b"INFO "))
    if not greeting["server_name"].startswith(OURS):
        raise NotOurServer(f"NATS's server_name is not {OURS}: {greeting['server_name']}")


@contextmanager
def fresh_database(admin_url: str, *, prefix: str = "test") -> Iterator[str]:
    """Make an empty database, give its administrator's address, and drop it (and only it) after."""
    name = f"{prefix}_{secrets.token_hex(6)}"
    with psycopg.connect(admin_url, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    try:
        yield urlunsplit(urlsplit(admin_url)._replace(path=f"/{name}"))
    finally:
        with psycopg.connect(admin_url, autocommit=True) as connection:
            connection.execute(
                sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
            )


def _start_keeper(root: Path, kept: Path) -> None:
    # Under xdist the workers are children of the session's first process.
    owner = os.getppid() if "PYTEST_XDIST_WORKER" in os.environ else os.getpid()
    log = root / "servers.log"
    with log.open("w") as out:
        keeper = subprocess.Popen(
            [sys.executable, "-m", "tests.servers", str(root), str(owner)],
            cwd=Path(__file__).parent.parent,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            start_new_session=True,
        )
    until = time.monotonic() + STARTED_WITHIN
    while not kept.exists():
        if keeper.poll() is not None or time.monotonic() > until:
            keeper.terminate()
            raise RuntimeError(f"the test servers did not start:\n{log.read_text()}")
        time.sleep(0.02)
    # The keeper outlives this process on purpose; it is not waited for.
    keeper.returncode = 0


async def _keep(root: Path, owner: int) -> None:
    """Run both servers until the owner is gone."""
    watched = os.pidfd_open(owner)
    folder = _folder()
    async with AsyncExitStack() as ending:
        ending.callback(shutil.rmtree, folder, ignore_errors=True)
        ending.callback((root / "servers.json").unlink, missing_ok=True)
        postgres_url, nats_url = await asyncio.gather(
            _postgres(folder, ending), _nats(folder, ending)
        )
        started = Servers(postgres_url, nats_url)
        write_private(root / "servers.json", json.dumps(asdict(started)))
        gone = asyncio.Event()
        asyncio.get_running_loop().add_reader(watched, gone.set)
        await gone.wait()


def _folder() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="wengang-test-"))
    folder.chmod(0o711)  # PostgreSQL may run as another user, who has to pass through
    return folder


async def _postgres(folder: Path, ending: AsyncExitStack) -> str:
    sockets = private_folder(folder / "s")
    password = secrets.token_urlsafe(16)
    cluster = await postgres.cluster_in(
        folder, sockets, admin_password=password, settings={**postgres.SETTINGS, **CARELESS}
    )
    server = await asyncio.create_subprocess_exec(*cluster.command)
    ending.push_async_callback(_end, server, postgres.STOP_SIGNAL)
    while not await cluster.accepts():
        await _still_starting(server)
    return cluster.url(postgres.ADMIN, password, "postgres")


async def _nats(folder: Path, ending: AsyncExitStack) -> str:
    user = jetstream.BusUser("test", secrets.token_urlsafe(16))
    port, monitoring = ports.hold(), ports.hold()
    ending.callback(port.release)
    ending.callback(monitoring.release)
    bus = jetstream.BusServer(
        folder / "nats", port.number, monitoring.number, (user,), name=f"{OURS}-{os.getpid()}"
    )
    bus.configure()
    server = await asyncio.create_subprocess_exec(*bus.command)
    ending.push_async_callback(_end, server, 15)
    while not await asyncio.to_thread(_healthy, bus.health_url):
        await _still_starting(server)
    return bus.url(user)


async def _end(server: asyncio.subprocess.Process, stop_signal: int) -> None:
    if server.returncode is None:
        server.send_signal(stop_signal)
    await server.wait()


async def _still_starting(server: asyncio.subprocess.Process) -> None:
    if server.returncode is not None:
        raise RuntimeError("a test server ended before it was ready")
    await asyncio.sleep(0.02)


def _healthy(url: str) -> bool:
    try:
        with urlopen(url, timeout=1) as answer:  # noqa: S310  our own loopback address
            return bool(answer.status == 200)
    except OSError:
        return False


if __name__ == "__main__":
    asyncio.run(_keep(Path(sys.argv[1]), int(sys.argv[2])))
