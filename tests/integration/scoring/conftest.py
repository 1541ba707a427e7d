"""The schema `scoring`, made by its own migration, and its API with callers of every kind."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest
from starlette.types import ASGIApp, Receive, Scope, Send

from services.scoring.main import build
from services.scoring.settings import ScoringSettings
from shared import migrations
from shared.auth.identity import Caller
from shared.db import Sessions
from shared.settings import KeySettings
from tests.integration.database import KEYS, TRUST, PlatformDatabase, provisioned, signed
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

    async def get(
        self, caller: Caller, path: str, *, language: str = "en", **query: str
    ) -> httpx2.Response:
        """Ask with the gateway's token for this request."""
        url = httpx2.URL(path, params=query)
        token = signed(caller, "scoring", "GET", url)
        headers = {"Authorization": f"Bearer {token}", "Accept-Language": language}
        return await self.client.get(url, headers=headers)


@pytest.fixture
async def api(
    scoring_database: PlatformDatabase, sessions: Sessions, tmp_path: Path
) -> AsyncIterator[Api]:
    """The API process's app as its own role."""
    assert sessions is not None  # the schema is empty
    private, trust = tmp_path / "scoring.jwk", tmp_path / "trust.json"
    private.write_text(KEYS["scoring"].private_json())
    trust.write_text(TRUST.public_json())
    app = build(
        ScoringSettings(
            database=scoring_database.settings("scoring", "api"),
            keys=KeySettings(private_key_file=private, trust_file=trust),
        )
    )
    async with app.router.lifespan_context(app) as state:
        transport = httpx2.ASGITransport(_with_state(app, dict(state or {})))
        async with httpx2.AsyncClient(transport=transport, base_url="http://scoring") as client:
            yield Api(client)


def _with_state(app: ASGIApp, state: dict[str, Any]) -> ASGIApp:
    """Give requests the lifespan's state, as a server would."""

    async def served(scope: Scope, receive: Receive, send: Send) -> None:
        await app({**scope, "state": state}, receive, send)

    return served
