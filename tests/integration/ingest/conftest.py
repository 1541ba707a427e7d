"""Ingest's own schema, its API in this process, and callers with tokens as the gateway signs."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.rows import dict_row
from starlette.testclient import TestClient

from services.ingest.domain import feeds as declared
from services.ingest.main import build
from services.ingest.settings import IngestSettings
from shared import migrations
from shared.auth.identity import Caller, CallerKind, Role
from shared.calendar import SHANGHAI
from shared.clock import set_replay
from shared.ids import uuid7
from shared.settings import BlobSettings, ClockSettings, KeySettings
from tests.integration.database import KEYS, TRUST, PlatformDatabase, provisioned, signed
from tests.servers import fresh_database

NOW = datetime(2020, 8, 3, 9, 0, tzinfo=SHANGHAI)
FEEDS = frozenset(declared.FEEDS)

BUREAU = Caller("agency-hrss", CallerKind.AGENCY, "社保中心", feeds=FEEDS)
OTHER_BUREAU = Caller("agency-tax", CallerKind.AGENCY, "税务局", feeds=FEEDS)
REGISTRAR = Caller(
    "agency-samr", CallerKind.AGENCY, "市场监管局", feeds=frozenset({"enterprise_register"})
)
BANK = Caller("bank-1", CallerKind.BANK, "银行")
ANALYST = Caller(
    "li",
    CallerKind.OFFICER,
    "李分析",
    frozenset({Role.CITY_ANALYST}),
    frozenset({"110105", "110108"}),
)
CHAOYANG = Caller(
    "wang",
    CallerKind.OFFICER,
    "王专员",
    frozenset({Role.DISTRICT_OFFICER}),
    frozenset({"110105"}),
)
AUDITOR = Caller("zhao", CallerKind.OFFICER, "赵审计", frozenset({Role.AUDITOR}))


@dataclass
class Door:
    """The API of ingest, as one caller after the other comes to it."""

    client: TestClient
    database: PlatformDatabase
    blobs: Path
    language: str = field(default="en")

    def get(self, path: str, caller: Caller) -> Any:
        """Ask for something; return the response."""
        return self.client.get(path, headers=self._headers(caller, "GET", path))

    def put(self, path: str, body: dict[str, Any], caller: Caller) -> Any:
        """Write something; return the response."""
        headers = {**self._headers(caller, "PUT", path), "Idempotency-Key": str(uuid7())}
        return self.client.put(path, json=body, headers=headers)

    def post(self, path: str, body: dict[str, Any], caller: Caller) -> Any:
        """Ask for something to be done; return the response."""
        headers = {**self._headers(caller, "POST", path), "Idempotency-Key": str(uuid7())}
        return self.client.post(path, json=body, headers=headers)

    def push(
        self,
        feed: str,
        body: bytes | list[dict[str, Any]],
        *,
        caller: Caller = BUREAU,
        key: str | None = None,
    ) -> Any:
        """Push a batch; return the response."""
        path = f"/v1/feeds/{feed}/batches"
        headers = {
            **self._headers(caller, "POST", path),
            "Idempotency-Key": key or str(uuid7()),
            "Content-Type": "application/json",
        }
        if isinstance(body, bytes):
            return self.client.post(path, content=body, headers=headers)
        return self.client.post(path, json={"records": body}, headers=headers)

    def rows(self, query: str, **values: object) -> list[dict[str, Any]]:
        """Look at the rows as an administrator."""
        with psycopg.connect(self.database.admin_url, row_factory=dict_row) as connection:
            return connection.execute(query.encode(), values).fetchall()

    def administrator(self) -> psycopg.Connection:
        """Sign in as an administrator of the database."""
        return psycopg.connect(self.database.admin_url)

    def _headers(self, caller: Caller, method: str, path: str) -> dict[str, str]:
        token = signed(caller, "ingest", method, path)
        return {"Authorization": f"Bearer {token}", "Accept-Language": self.language}


@pytest.fixture(scope="session")
def ingest_database(postgres_admin_url: str, roles_lock: Path) -> Iterator[PlatformDatabase]:
    """A database with the schema of ingest."""
    with fresh_database(postgres_admin_url, prefix="ingest") as admin_url:
        database = provisioned(admin_url, roles_lock)
        url = database.url("ingest", "migrate")
        migrations.upgrade(migrations.history("services.ingest", url))
        yield database


@pytest.fixture(scope="session")
def api(
    ingest_database: PlatformDatabase, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Door]:
    """The API process of ingest, signed in as its API role, on the morning of 3 August 2020."""
    folder = tmp_path_factory.mktemp("ingest")
    (folder / "key.json").write_text(KEYS["ingest"].private_json())
    (folder / "trust.json").write_text(TRUST.public_json())
    set_replay(folder / "now", NOW)
    settings = IngestSettings(
        database=ingest_database.settings("ingest", "api"),
        keys=KeySettings(private_key_file=folder / "key.json", trust_file=folder / "trust.json"),
        blobs=BlobSettings(root=folder / "blobs"),
        clock=ClockSettings(replay_file=folder / "now"),
    )
    with TestClient(build(settings), raise_server_exceptions=False) as client:
        yield Door(client, ingest_database, folder / "blobs")


@pytest.fixture
def door(api: Door) -> Door:
    """The API before an empty schema, on its first morning."""
    set_replay(api.blobs.parent / "now", NOW)
    api.database.empty("ingest")
    return api
