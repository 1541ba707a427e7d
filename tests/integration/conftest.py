"""Real PostgreSQL with every schema, and sessions as each service's own roles."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.database import PlatformDatabase, migrated
from tests.servers import fresh_database


@pytest.fixture(scope="session")
def roles_lock(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A file that serialises what concerns the whole server, such as roles."""
    base = tmp_path_factory.getbasetemp()
    return (base if worker_id == "master" else base.parent) / "roles.lock"


@pytest.fixture(scope="session")
def platform_database(postgres_admin_url: str, roles_lock: Path) -> Iterator[PlatformDatabase]:
    """One migrated database for a test worker; tests empty the schemas that they wrote to."""
    with fresh_database(postgres_admin_url) as admin_url:
        yield migrated(admin_url, roles_lock)
