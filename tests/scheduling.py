"""Which test goes to which worker: what shares a server stays together, the longest first."""

from typing import Final

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

# Tests of one group share the whole platform, or the streams of the bus, which have the
# platform's own names. The order is that of their beginning.
GROUPS: Final = {
    "tests/e2e/": "platform",
    "tests/browser/": "platform",
    "tests/integration/kernel/": "bus",
    "tests/integration/gateway/test_identity.py": "bus",
}


class ByServer(LoadScopeScheduling):  # type: ignore[misc]  # xdist has no types
    """Sends a group to one worker; everything else goes file by file."""

    def _split_scope(self, nodeid: str) -> str:
        return group_of(nodeid) or nodeid.split("::", maxsplit=1)[0]


def group_of(nodeid: str) -> str | None:
    """Name the group of a test, if it has one."""
    return next((group for start, group in GROUPS.items() if nodeid.startswith(start)), None)


def order_of(nodeid: str) -> int:
    """Place a test: groups first, then the other tests that start servers, then the quick ones."""
    places = [*GROUPS, "tests/integration/launcher/", "tests/integration/", "tests/"]
    return next(place for place, start in enumerate(places) if nodeid.startswith(start))


def scheduler(config: pytest.Config, log: Producer) -> ByServer:
    """Return the scheduler of a run on several workers."""
    return ByServer(config, log)
