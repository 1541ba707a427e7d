"""A PostgreSQL as deploy/compose makes it: its owner is no superuser, and it is empty."""

import asyncio
import os
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from launcher import postgres
from launcher.installation.secrets import ADMINISTRATOR

PASSWORD = "of-a-test"
COMPOSE = Path(__file__).parents[3] / "deploy" / "compose"
ROLES = COMPOSE / "postgres" / "roles.sql"


@contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="wengang-") as made:
        Path(made).chmod(0o711)  # PostgreSQL may run as another user, who has to pass through
        (Path(made) / "s").mkdir()
        yield Path(made)


async def _run(*command: str, **variables: str) -> None:
    process = await asyncio.create_subprocess_exec(*command, env={**os.environ, **variables})
    assert await process.wait() == 0


@asynccontextmanager
async def empty_database() -> AsyncIterator[str]:
    """A new server as deploy/compose makes it, and the address of its database's owner."""
    # Roles belong to a whole server, and those of the session's were made by a superuser.
    with _folder() as folder:
        cluster = await postgres.cluster_in(folder, folder / "s", admin_password=PASSWORD)
        server = await asyncio.create_subprocess_exec(
            *cluster.command, stderr=asyncio.subprocess.DEVNULL
        )
        for _ in range(500):
            if await cluster.accepts():
                break
            await asyncio.sleep(0.02)
        admin = cluster.url(postgres.ADMIN, PASSWORD, "postgres")
        await _run(
            *(str(cluster.programs / "psql"), admin, "--no-psqlrc", "--quiet"),
            *("--set", "ON_ERROR_STOP=1", "--file", str(ROLES)),
            POSTGRES_PASSWORD=PASSWORD,
            IDENTITY_PASSWORD="another",
        )
        yield cluster.url(ADMINISTRATOR, PASSWORD, "wengang")
        server.send_signal(postgres.STOP_SIGNAL)
        await server.wait()
