"""What tests of all kinds share: real servers, started once for the session."""

import os
import sys

import pytest
import structlog
from hypothesis import settings
from xdist.remote import Producer

from tests.scheduling import ByServer, order_of, scheduler
from tests.servers import Servers, prove_ours, servers_of_session

# Containers often forbid it for the sake of small images: each worker and each of the hundreds of
# processes that the tests start would compile all our sources anew.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# How long an example takes says something of the machine, and nothing of the code. What lands is
# tried with the same examples each time; new ones are sought where somebody can look at them.
settings.register_profile("untimed", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("untimed")

# Drawn with rich, each traceback takes seconds: it tells every local variable of every frame.
structlog.configure(
    processors=[
        *structlog.get_config()["processors"][:-1],
        structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback),
    ]
)


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


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest, so that no worker ends long before the other."""
    items.sort(key=lambda item: order_of(item.nodeid))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> ByServer:
    """Keep together what shares a server."""
    return scheduler(config, log)
