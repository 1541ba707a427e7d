"""What tests of all kinds share: real servers, started once for the session."""

import pytest

from tests.servers import Servers, prove_ours, servers_of_session


@pytest.fixture(scope="session")
def servers(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Servers:
    """One PostgreSQL and one NATS for the session, proved to be for tests."""
    base = tmp_path_factory.getbasetemp()
    found = servers_of_session(base if worker_id == "master" else base.parent)
    prove_ours(found)
    return found


@pytest.fixture(scope="session")
def postgres_admin_url(servers: Servers) -> str:
    """An administrator's address at a PostgreSQL that tests may empty."""
    return servers.postgres_admin_url


@pytest.fixture(scope="session")
def nats_url(servers: Servers) -> str:
    """An unrestricted user's address at a NATS with JetStream that tests may empty."""
    return servers.nats_url


@pytest.hookimpl(tryfirst=True)  # before xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep what uses the shared bus on one worker: its streams have the platform's own names."""
    for item in items:
        if "nats_url" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.xdist_group("bus"))
