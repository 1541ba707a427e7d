"""PostgreSQL and NATS alone, started for a benchmark and ended with it."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from pydantic import SecretStr

from benchmarks.measurement import BenchmarkFailed
from shared.settings import BusSettings, DatabaseSettings

_END_SECONDS = 60


@dataclass(frozen=True)
class Servers:
    """Where each deployable's logins reach PostgreSQL, and its user the bus."""

    database_urls: Mapping[str, Mapping[str, str]]
    bus_urls: Mapping[str, str]

    def database(self, service: str, login: str) -> DatabaseSettings:
        """Return the settings of one login: migrate, api or worker."""
        return DatabaseSettings(url=SecretStr(self.database_urls[service][login]))

    def bus(self, service: str) -> BusSettings:
        """Return the settings of a service's user."""
        return BusSettings(url=SecretStr(self.bus_urls[service]))


@contextmanager
def bare_servers() -> Iterator[Servers]:
    """Start both with the launcher's own settings, durable as in use, on an empty folder.

    Raises BenchmarkFailed when they do not start.
    """
    with tempfile.TemporaryDirectory(prefix="wengang-bench-") as folder:
        process = subprocess.Popen(  # noqa: S603  our own interpreter and module
            [sys.executable, "-P", "-m", "launcher.bare", folder],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,  # a Ctrl-C is for us; the end of its input ends it
        )
        try:
            told = process.stdout.readline() if process.stdout is not None else ""
            if not told:
                raise BenchmarkFailed("python -m launcher.bare: PostgreSQL, NATS")
            yield Servers(**json.loads(told))
        finally:
            # Closes its input, which it takes for the order to end.
            process.communicate(timeout=_END_SECONDS)
