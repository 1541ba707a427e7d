"""The schema `scoring`, made by its own migration, and its API with callers of every kind."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import httpx2
import pytest
from starlette.types import ASGIApp, Receive, Scope, Send

from services.scoring.main import build
from services.scoring.settings import ScoringSettings
from shared import migrations
from shared.auth.identity import Caller
from shared.clock import set_replay
from shared.db import Sessions
from shared.ids import uuid7
from shared.settings import ClockSettings, KeySettings
from tests.integration.database import KEYS, TRUST, PlatformDatabase, provisioned, signed
from tests.integration.scoring.saying import at
from tests.servers import fresh_database


@pytest.fixture(scope="session")
def scoring_database(postgres_admin_url: str, roles_lock: Path) -> Iterator[PlatformDatabase]:
    """A database with the schema `scoring`."""
    with fresh_database(postgres_admin_url, prefix="scoring") as admin_url:
        database = provisioned(admin_url, roles_lock)
        migrations.upgrade(
            migrations.history("services.scoring", database.url("scoring", "migrate"))
        )
        yield database


@pytest.fixture
async def sessions(scoring_database: PlatformDatabase) -> AsyncIterator[Sessions]:
    """Sessions of the worker, in an empty schema."""
    scoring_database.empty("scoring")
    async with scoring_database.sessions("scoring", "worker") as opened:
        yield opened


@dataclass
class Api:
    """The API, called as the gateway calls it."""

    client: httpx2.AsyncClient
    clock: Path

    def set_clock(self, day: date) -> None:
        """Let it be the morning of this day in Beijing."""
        set_replay(self.clock, at(day))

    async def get(
        self, caller: Caller, path: str, *, language: str = "en", **query: str
    ) -> httpx2.Response:
        """Ask with the gateway's token for this request."""
        url = httpx2.URL(path, params=query)
        token = signed(caller, "scoring", "GET", url)
        headers = {"Authorization": f"Bearer {token}", "Accept-Language": language}
        return await self.client.get(url, headers=headers)

    async def send(
        self,
        method: str,
        caller: Caller,
        path: str,
        body: dict[str, Any],
        *,
        if_match: str | None = None,
        day: date | None = None,
    ) -> httpx2.Response:
        """Write something with a fresh key; on `day`, if one is given."""
        if day is not None:
            self.set_clock(day)
        headers = {
            "Authorization": f"Bearer {signed(caller, 'scoring', method, path)}",
            "Accept-Language": "en",
            "Idempotency-Key": str(uuid7()),
            **({} if if_match is None else {"If-Match": if_match}),
        }
        return await self.client.request(method, path, headers=headers, json=body)


@pytest.fixture
async def api(
    scoring_database: PlatformDatabase, sessions: Sessions, tmp_path: Path
) -> AsyncIterator[Api]:
    """The API process's app as its own role."""
    assert sessions is not None  # the schema is empty
    private, trust = tmp_path / "scoring.jwk", tmp_path / "trust.json"
    private.write_text(KEYS["scoring"].private_json())
    trust.write_text(TRUST.public_json())
    clock = tmp_path / "now"
    set_replay(clock, at(date(2026, 10, 15)))
    app = build(
        ScoringSettings(
            database=scoring_database.settings("scoring", "api"),
            keys=KeySettings(private_key_file=private, trust_file=trust),
            clock=ClockSettings(replay_file=clock),
        )
    )
    async with app.router.lifespan_context(app) as state:
        transport = httpx2.ASGITransport(_with_state(app, dict(state or {})))
        async with httpx2.AsyncClient(transport=transport, base_url="http://scoring") as client:
            yield Api(client, clock)


def _with_state(app: ASGIApp, state: dict[str, Any]) -> ASGIApp:
    """Give requests the lifespan's state, as a server would."""

    async def served(scope: Scope, receive: Receive, send: Send) -> None:
        await app({**scope, "state": state}, receive, send)

    return served
