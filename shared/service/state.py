"""What every process of a service holds open while it lives."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncEngine

from shared.auth.keys import SigningKey, TrustBundle
from shared.bus.tables import KernelTables
from shared.clock import Clock, clock_from
from shared.db import Kernel, Sessions, open_engine, open_sessions
from shared.settings import ServiceSettings


class KeysMissing(Exception):
    """The settings name no key to sign with, or no bundle to trust."""


@dataclass(frozen=True)
class Resources:
    """Engine, sessions, keys and clock of one process."""

    service: str
    engine: AsyncEngine
    sessions: Sessions
    key: SigningKey
    trust: TrustBundle
    clock: Clock

    @property
    def actor(self) -> str:
        """Who causes what the process does of itself."""
        return f"service:{self.service}"


@asynccontextmanager
async def opened(
    service: str, settings: ServiceSettings, *, kernel: KernelTables, part: str
) -> AsyncGenerator[Resources, None]:
    """Open what a process needs; close it when it ends.

    Raises:
        KeysMissing: KEYS__PRIVATE_KEY_FILE or KEYS__TRUST_FILE is not set.
    """
    if settings.keys.private_key_file is None or settings.keys.trust_file is None:
        raise KeysMissing("set KEYS__PRIVATE_KEY_FILE and KEYS__TRUST_FILE")
    key = SigningKey.load(settings.keys.private_key_file)
    trust = TrustBundle.load(settings.keys.trust_file)
    engine = open_engine(settings.database, name=f"{service}-{part}")
    try:
        yield Resources(
            service=service,
            engine=engine,
            sessions=open_sessions(engine, Kernel(service, kernel, key)),
            key=key,
            trust=trust,
            clock=clock_from(settings.clock),
        )
    finally:
        await engine.dispose()
