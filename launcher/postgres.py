"""The embedded PostgreSQL: its cluster on disk, and how it is started."""

import asyncio
import shutil
import signal
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from launcher.binaries import postgres_programs
from launcher.leftovers import Recorded, birth_of, end
from launcher.privileges import RunAs, run_as
from launcher.refusals import CannotRun

ADMIN = "wengang_admin"

# For a small machine that also runs everything else; about 25 connections for each process.
SETTINGS: Mapping[str, str] = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    "shared_buffers": "192MB",
    "effective_cache_size": "1GB",
    "maintenance_work_mem": "64MB",
    "max_wal_size": "1GB",
    "min_wal_size": "80MB",
    "random_page_cost": "1.1",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_min_duration_statement": "1s",
    "log_lock_waits": "on",
    "log_line_prefix": "%m [%p] %q%u@%d ",
}

STOP_SIGNAL = signal.SIGINT  # fast shutdown: sessions are ended, nothing is lost
# A socket's path is limited to 107 bytes; ".s.PGSQL.5432" and its lock file need these.
LONGEST_SOCKET_FOLDER = 107 - len("/.s.PGSQL.5432.lock")


@dataclass(frozen=True)
class Cluster:
    """A PostgreSQL data folder, its socket's folder, and the user who runs it."""

    data: Path
    sockets: Path
    programs: Path
    user: RunAs
    settings: Mapping[str, str] = field(default_factory=lambda: SETTINGS)

    @property
    def command(self) -> tuple[str, ...]:
        """The command that runs the server in the foreground."""
        options = (f"-c{name}={value}" for name, value in self.settings.items())
        postgres = str(self.programs / "postgres")
        return (
            *self.user.prefix,
            postgres,
            "-D",
            str(self.data),
            "-k",
            str(self.sockets),
            *options,
        )

    def url(self, user: str, password: str, database: str) -> str:
        """Return the address of a database for libpq and psycopg."""
        who = f"{quote(user, safe='')}:{quote(password, safe='')}"
        return f"postgresql://{who}@/{database}?host={quote(str(self.sockets), safe='')}"

    async def accepts(self) -> bool:
        """Say whether the server takes connections."""
        process = await asyncio.create_subprocess_exec(
            str(self.programs / "pg_isready"),
            "-q",
            f"-h{self.sockets}",
            stdin=asyncio.subprocess.DEVNULL,
        )
        return await process.wait() == 0


def has_cluster(data: Path) -> bool:
    """Say whether a cluster was made in the data folder before."""
    return _place(data).exists()


def _place(data: Path) -> Path:
    return data / "postgres" / "18"


async def cluster_in(
    data: Path, sockets: Path, *, admin_password: str, settings: Mapping[str, str] = SETTINGS
) -> Cluster:
    """Return the cluster in `data`/postgres, made by initdb if it is not there yet.

    `sockets` is a private folder with a short path, which is given to the server's user.
    """
    if len(str(sockets)) > LONGEST_SOCKET_FOLDER:
        raise CannotRun("launcher.socket_path_too_long", folder=sockets)
    programs = postgres_programs()
    place = _place(data)
    home = place.parent
    home.mkdir(mode=0o700, exist_ok=True)
    # pg_config looks for itself in the way that the server does.
    user = await run_as(programs / "pg_config", home, sockets, death_signal="INT")
    cluster = Cluster(place, sockets, programs, user, settings)
    if has_cluster(data):
        await _clear_stale(cluster)
    else:
        await _initdb(cluster, admin_password)
    return cluster


async def _clear_stale(cluster: Cluster) -> None:
    """End a server that an earlier platform left on this data, and remove a dead one's mark.

    PostgreSQL would refuse to start when the marked process id now belongs to somebody else's
    process of the same user.
    """
    mark = cluster.data / "postmaster.pid"
    try:
        pid = int(mark.read_text(encoding="utf-8").split("\n", 1)[0])
    except (FileNotFoundError, ValueError):
        return
    birth = birth_of(pid)
    if birth is not None and _works_in(pid, cluster.data):
        await end((Recorded("postgres", pid, birth),))
    mark.unlink(missing_ok=True)


def _works_in(pid: int, folder: Path) -> bool:
    """Say whether the process is a server on the folder: PostgreSQL works inside its data."""
    try:
        return Path(f"/proc/{pid}/cwd").readlink() == folder.resolve()
    except OSError:
        return False


async def _initdb(cluster: Cluster, admin_password: str) -> None:
    """Make the cluster beside its place and move it there: half of one is never taken for one."""
    unfinished = cluster.data.with_name("unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    password = cluster.sockets / "password"
    password.touch(mode=0o600)
    password.write_text(admin_password)
    cluster.user.own(password)
    try:
        process = await asyncio.create_subprocess_exec(
            *cluster.user.prefix,
            str(cluster.programs / "initdb"),
            f"--pgdata={unfinished}",
            f"--username={ADMIN}",
            f"--pwfile={password}",
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--locale=C",
            # Unicode rules of PostgreSQL's own: the same on every system, whatever its C library.
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            "--data-checksums",
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        said, _ = await process.communicate()
    finally:
        password.unlink(missing_ok=True)
    if process.returncode != 0:
        with suppress(OSError):
            shutil.rmtree(unfinished)
        raise CannotRun("launcher.initdb_failed", reason=said.decode(errors="replace").strip())
    unfinished.rename(cluster.data)
