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


# First who has a platform of their own, while there is no other that lives beside it; then who
# leaves a platform other than they found it, one after the other; then all the others.
_FIRST: Final = (
    "tests/e2e/test_demo.py",
    "tests/e2e/test_kills.py",
    "tests/e2e/changed/test_matchmaking.py",
    # Counts whose October is withdrawn: nobody's but its own.
    "tests/e2e/changed/test_withdrawals.py",
    "tests/e2e/changed/test_models.py",
    # Its clock goes on by half a year.
    "tests/e2e/changed/test_evolution.py",
)
_LAST_AT_THE_CONSOLE: Final = "tests/browser/test_judging.py"


class ByServer(LoadScopeScheduling):  # type: ignore[misc]  # xdist has no types
    """Sends a group to one worker; everything else goes file by file."""

    def _split_scope(self, nodeid: str) -> str:
        return group_of(nodeid) or nodeid.split("::", maxsplit=1)[0]


def group_of(nodeid: str) -> str | None:
    """Name the group of a test, if it has one."""
    return next((group for start, group in GROUPS.items() if nodeid.startswith(start)), None)


def order_of(nodeid: str) -> tuple[int, bool]:
    """Place a test: groups first, then the other tests that start servers, then the quick ones."""
    places = [*_FIRST, *GROUPS, "tests/integration/launcher/", "tests/integration/", "tests/"]
    found = next(place for place, start in enumerate(places) if nodeid.startswith(start))
    return found, nodeid.startswith(_LAST_AT_THE_CONSOLE)


def scheduler(config: pytest.Config, log: Producer) -> ByServer:
    """Return the scheduler of a run on several workers."""
    return ByServer(config, log)
