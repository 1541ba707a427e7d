"""The schema of matchmaking, its API in this process, and callers with the gateway's token."""

from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from httpx2 import ASGITransport, AsyncClient, Response
from starlette.types import Receive, Scope, Send

from services.matchmaking.main import build
from services.matchmaking.settings import MatchmakingSettings
from shared import migrations
from shared.auth.identity import Caller, CallerKind, Role
from shared.calendar import SHANGHAI
from shared.clock import set_replay
from shared.db import Sessions
from shared.settings import ClockSettings, KeySettings
from tests.integration.database import KEYS, TRUST, PlatformDatabase, provisioned, signed
from tests.servers import fresh_database

BANK_A = Caller("bank-a", CallerKind.BANK, "甲银行")
BANK_B = Caller("bank-b", CallerKind.BANK, "乙银行")
AGENCY = Caller("agency-hrss", CallerKind.AGENCY, "人社局", feeds=frozenset({"insured_headcount"}))
ALL_DISTRICTS = frozenset({"110101", "110105", "1101K1"})


def officer(*roles: Role, districts: frozenset[str] = ALL_DISTRICTS) -> Caller:
    """Return an officer with roles and districts."""
    return Caller(
        "someone", CallerKind.OFFICER, "某人", roles=frozenset(roles), districts=districts
    )


ANALYST = officer(Role.CITY_ANALYST)


@pytest.fixture(scope="session")
def matchmaking_database(postgres_admin_url: str, roles_lock: Path) -> Iterator[PlatformDatabase]:
    """A database with matchmaking's schema, made by its own migrations."""
    with fresh_database(postgres_admin_url, prefix="matchmaking") as admin_url:
        database = provisioned(admin_url, roles_lock)
        history = migrations.history("services.matchmaking", database.url("matchmaking", "migrate"))
        migrations.upgrade(history)
        yield database


@pytest.fixture
async def worker(matchmaking_database: PlatformDatabase) -> AsyncIterator[Sessions]:
    """Sessions of the worker, over empty tables."""
    matchmaking_database.empty("matchmaking")
    async with matchmaking_database.sessions("matchmaking") as sessions:
        yield sessions


@dataclass
class Api:
    """The API as the gateway reaches it."""

    client: AsyncClient

    async def ask(
        self,
        caller: Caller,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str] | None = None,
        **more: Any,
    ) -> Response:
        """Send a request of `caller` with a token for it; writes get a key of their own."""
        token = signed(caller, "matchmaking", method, path)
        own = {"Authorization": f"Bearer {token}", "Idempotency-Key": str(uuid4())}
        return await self.client.request(method, path, headers=own | dict(headers or {}), **more)


@asynccontextmanager
async def served(settings: MatchmakingSettings) -> AsyncIterator[Api]:
    """Run the application's life around a client that calls it directly."""
    app = build(settings)
    async with app.router.lifespan_context(app) as state:

        async def with_state(scope: Scope, receive: Receive, send: Send) -> None:
            await app({**scope, "state": dict(state or {})}, receive, send)

        transport = ASGITransport(app=with_state)
        async with AsyncClient(transport=transport, base_url="http://matchmaking") as client:
            yield Api(client)


@pytest.fixture
async def api(
    matchmaking_database: PlatformDatabase,
    worker: Sessions,  # noqa: ARG001  empties the tables first
    tmp_path: Path,
) -> AsyncIterator[Api]:
    """The API over empty tables."""
    private, trust = tmp_path / "private.json", tmp_path / "trust.json"
    private.write_text(KEYS["matchmaking"].private_json())
    trust.write_text(TRUST.public_json())
    settings = MatchmakingSettings(
        database=matchmaking_database.settings("matchmaking", "api"),
        keys=KeySettings(private_key_file=private, trust_file=trust),
    )
    async with served(settings) as running:
        yield running


@pytest.fixture
async def timed(
    matchmaking_database: PlatformDatabase, worker: Sessions, tmp_path: Path
) -> AsyncIterator[tuple[Api, Sessions, Path]]:
    """The API over empty tables on a clock that the test sets, with the worker's sessions."""
    private, trust, clock = (tmp_path / name for name in ("private.json", "trust.json", "clock"))
    private.write_text(KEYS["matchmaking"].private_json())
    trust.write_text(TRUST.public_json())
    set_replay(clock, datetime(2020, 8, 6, 9, 0, tzinfo=SHANGHAI))
    settings = MatchmakingSettings(
        database=matchmaking_database.settings("matchmaking", "api"),
        keys=KeySettings(private_key_file=private, trust_file=trust),
        clock=ClockSettings(replay_file=clock),
    )
    async with served(settings) as running:
        yield running, worker, clock
