"""The schema `cases`, made by its own migration, and its API with callers of every kind."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest
from pydantic import SecretStr
from starlette.types import ASGIApp, Receive, Scope, Send

from services.cases.main import build
from services.cases.settings import CasesSettings
from shared import migrations
from shared.auth.identity import CITY_WIDE, Caller, CallerKind, Role
from shared.clock import set_replay
from shared.codes.divisions import DISTRICTS
from shared.db import Sessions
from shared.ids import uuid7
from shared.settings import ClockSettings, DatabaseSettings, KeySettings
from tests.integration.database import KEYS, TRUST, PlatformDatabase, provisioned, signed
from tests.servers import fresh_database
from tests.unit.cases.made import at

CITY_CODES = frozenset(district.code for district in DISTRICTS)


@pytest.fixture(scope="session")
def cases_database(postgres_admin_url: str, roles_lock: Path) -> Iterator[PlatformDatabase]:
    """A database with the schema `cases`."""
    with fresh_database(postgres_admin_url, prefix="cases") as admin_url:
        database = provisioned(admin_url, roles_lock)
        history = migrations.history("services.cases", database.url("cases", "migrate"))
        migrations.upgrade(history)
        yield database


@pytest.fixture
async def sessions(cases_database: PlatformDatabase) -> AsyncIterator[Sessions]:
    """Sessions of the worker, in an empty schema."""
    cases_database.empty("cases")
    async with cases_database.sessions("cases", "worker") as opened:
        yield opened


def officer(subject: str, role: Role, *districts: str) -> Caller:
    """Return an officer as the gateway signs them: city-wide roles hold every district."""
    codes = CITY_CODES if role in CITY_WIDE else frozenset(districts)
    return Caller(subject, CallerKind.OFFICER, subject, frozenset({role}), codes)


OFFICER = officer("zhang", Role.DISTRICT_OFFICER, "110105")
LEAD = officer("li", Role.DISTRICT_LEAD, "110105")
ELSEWHERE = officer("zhou", Role.DISTRICT_LEAD, "110108")
CITY = officer("wang", Role.CITY_ADMIN)
ANALYST = officer("zhao", Role.CITY_ANALYST)
AUDITOR = officer("qian", Role.AUDITOR)
BANK = Caller("bank-a", CallerKind.BANK, "甲银行")
AGENCY = Caller("agency-hrss", CallerKind.AGENCY, "人社局", feeds=frozenset({"insured_headcount"}))


@dataclass
class Api:
    """The API, called as the gateway calls it."""

    client: httpx2.AsyncClient
    clock: Path

    def set_clock(self, text: str) -> None:
        """Let it be this time in Beijing."""
        set_replay(self.clock, at(text))

    async def call(self, caller: Caller, method: str, path: str, **more: Any) -> httpx2.Response:
        """Send a request with the gateway's token for it, and a fresh key for a write."""
        token = signed(caller, "cases", method, path)
        headers = {"Authorization": f"Bearer {token}", "Accept-Language": "en"}
        if method != "GET":
            headers["Idempotency-Key"] = str(uuid7())
        headers |= more.pop("headers", {})
        return await self.client.request(method, path, headers=headers, **more)

    async def step(
        self, caller: Caller, case_id: object, step: str, **said: object
    ) -> httpx2.Response:
        """Take a step with a case."""
        body = {"step": step, **said}
        return await self.call(caller, "POST", f"/v1/cases/{case_id}/transitions", json=body)

    async def do(
        self, caller: Caller, case_id: object, what: str, **said: object
    ) -> httpx2.Response:
        """Record something in a case."""
        return await self.call(caller, "POST", f"/v1/cases/{case_id}/{what}", json=said)

    async def file(self, caller: Caller, case_id: object, kind: str) -> None:
        """Put a piece of evidence on file."""
        answer = await self.do(caller, case_id, "evidence", kind=kind, reference="档案 2020-18")
        assert answer.status_code == 201

    async def carry(self, case_id: object, *, until: str) -> None:
        """Carry a case that was dispatched to a status before its outcome."""
        steps = {"accept": OFFICER, "verify": OFFICER, "plan": OFFICER, "start": LEAD}
        statuses = ("accepted", "verifying", "planned", "in_disposition")
        for (step, caller), status in zip(steps.items(), statuses, strict=True):
            said = {"note": "转岗培训"} if step == "plan" else {}
            answer = await self.step(caller, case_id, step, **said)
            assert answer.json()["status"] == status
            if status == until:
                return


@pytest.fixture
async def api(
    cases_database: PlatformDatabase, sessions: Sessions, tmp_path: Path
) -> AsyncIterator[Api]:
    """The API process's app as its own role, at 10:00 on Monday 3 August 2020."""
    assert sessions is not None  # the schema is empty
    settings = CasesSettings(
        database=cases_database.settings("cases", "api"),
        keys=key_files(tmp_path),
        clock=ClockSettings(replay_file=tmp_path / "now"),
    )
    set_replay(tmp_path / "now", at("2020-08-03 10:00"))
    app = build(settings)
    async with app.router.lifespan_context(app) as state:
        transport = httpx2.ASGITransport(_with_state(app, dict(state or {})))
        async with httpx2.AsyncClient(transport=transport, base_url="http://cases") as client:
            yield Api(client, tmp_path / "now")


def key_files(folder: Path) -> KeySettings:
    """Write the service's key and the bundle that it trusts."""
    private, trust = folder / "cases.jwk", folder / "trust.json"
    private.write_text(KEYS["cases"].private_json())
    trust.write_text(TRUST.public_json())
    return KeySettings(private_key_file=private, trust_file=trust)


def environment(database: PlatformDatabase, folder: Path) -> dict[str, str]:
    """Return the settings of a command of the service, as its environment."""
    keys = key_files(folder)
    settings = DatabaseSettings(url=SecretStr(database.url("cases", "api")))
    return {
        "CASES_DATABASE__URL": settings.url.get_secret_value(),
        "CASES_KEYS__PRIVATE_KEY_FILE": str(keys.private_key_file),
        "CASES_KEYS__TRUST_FILE": str(keys.trust_file),
    }


def _with_state(app: ASGIApp, state: dict[str, Any]) -> ASGIApp:
    """Give requests the lifespan's state, as a server would."""

    async def served(scope: Scope, receive: Receive, send: Send) -> None:
        await app({**scope, "state": state}, receive, send)

    return served
