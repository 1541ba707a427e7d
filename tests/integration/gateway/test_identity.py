"""Who is who: what cases says of officers and the provider of tokens, also while it is away."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from pydantic import SecretStr
from sqlalchemy import create_engine

from gateway import handlers
from gateway.auth.principals import Principals, PrincipalUnknown
from gateway.auth.tokens import Identity
from gateway.consumers import CONSUMERS
from gateway.main import IdentityMissing, build
from gateway.tables import KERNEL
from shared.auth.identity import Caller, CallerKind, Role
from shared.bus import outbox
from shared.bus.connection import Bus, connect
from shared.bus.migration import kernel_up_v1
from shared.bus.pull import Pull
from shared.bus.relay import Relay
from shared.bus.streams import DURABLES, PRODUCERS, stream_of
from shared.bus.tables import KernelTables
from shared.clock import SystemClock
from shared.db import service_metadata, transaction
from shared.events.cases import OfficerChanged
from shared.settings import BusSettings
from tests.integration.database import TRUST, PlatformDatabase
from tests.integration.gateway.around import serving, unused_address
from tests.integration.gateway.conftest import Platform, running, settings

DURABLE = next(durable for durable in DURABLES if durable.name == "gateway-officers")
CHANGED = OfficerChanged(
    officer="officer-110119",
    version=2,
    name="邓鹏",
    roles=("district_officer", "a role of tomorrow"),
    districts=("110119",),
    active=True,
)
IDENTITY = Identity("officer-110119", is_machine=False, expires_at=2e9)


@pytest.fixture(scope="session")
def cases_kernel(gateway_database: PlatformDatabase) -> KernelTables:
    """The kernel's tables in the schema of cases, who states the facts."""
    engine = create_engine(gateway_database.url("cases", "migrate"))
    with (
        engine.begin() as connection,
        Operations.context(MigrationContext.configure(connection)),
    ):
        kernel_up_v1("cases")
    engine.dispose()
    return KernelTables(service_metadata("cases"))


@pytest.fixture
async def bus(nats_url: str) -> AsyncIterator[Bus]:
    """A bus without streams."""
    bus = await connect(BusSettings(url=SecretStr(nats_url)), name="test")
    for info in await bus.js.streams_info():
        if info.config.name in {stream_of(producer) for producer in PRODUCERS}:
            await bus.js.delete_stream(str(info.config.name))
    yield bus
    await bus.close()


@pytest.fixture
def _without_them(gateway_database: PlatformDatabase) -> Iterator[None]:
    yield
    with psycopg.connect(gateway_database.admin_url) as connection:
        connection.execute("DELETE FROM gateway.officers WHERE subject = 'officer-110119'")


@pytest.mark.usefixtures("_without_them")
async def test_what_cases_says_of_an_officer_arrives(
    gateway_database: PlatformDatabase, cases_kernel: KernelTables, bus: Bus
) -> None:
    async with (
        gateway_database.sessions("cases", kernel=cases_kernel) as cases,
        gateway_database.sessions("gateway", kernel=KERNEL) as sessions,
    ):
        pull = Pull(CONSUMERS[0], DURABLE, sessions, bus, TRUST, SystemClock())
        subscription = await pull._bind()
        async with transaction(cases, actor="officer:admin") as session:
            await outbox.put(session, CHANGED)
        relay = Relay("cases", cases, cases_kernel, bus)
        for _ in range(200):
            if (await relay.once()).published:
                break
            await asyncio.sleep(0.02)  # a transaction elsewhere on the server may still precede
        await pull._work_off(await pull._fetch(subscription))
        assert await Principals(sessions).caller(IDENTITY) == Caller(
            subject="officer-110119",
            kind=CallerKind.OFFICER,
            name="邓鹏",
            roles=frozenset({Role.DISTRICT_OFFICER}),
            districts=frozenset({"110119"}),
        )


@pytest.mark.usefixtures("_without_them")
async def test_facts_in_any_order_end_in_the_newest(gateway_database: PlatformDatabase) -> None:
    gone = CHANGED.model_copy(update={"version": 3, "active": False})
    async with gateway_database.sessions("gateway", kernel=KERNEL) as sessions:
        for said in (gone, CHANGED, gone):
            async with transaction(sessions, actor="service:gateway") as session:
                await handlers.note_officer(session, said)
        with pytest.raises(PrincipalUnknown):
            await Principals(sessions).caller(IDENTITY)


@pytest.mark.usefixtures("_without_them")
async def test_a_role_taken_away_ends_within_a_second(gateway_database: PlatformDatabase) -> None:
    async with gateway_database.sessions("gateway", kernel=KERNEL) as sessions:
        principals = Principals(sessions)
        with pytest.raises(PrincipalUnknown):
            await principals.caller(IDENTITY)
        async with transaction(sessions, actor="service:gateway") as session:
            await handlers.note_officer(session, CHANGED)
        with pytest.raises(PrincipalUnknown):  # remembered
            await principals.caller(IDENTITY)
        [(key, (until, caller))] = principals._known.items()
        principals._known[key] = (until - 1.0, caller)
        assert (await principals.caller(IDENTITY)).name == "邓鹏"


async def test_a_machine_is_no_person_of_the_same_name(gateway_database: PlatformDatabase) -> None:
    async with gateway_database.sessions("gateway", part="api", kernel=KERNEL) as sessions:
        principals = Principals(sessions)
        bank = Identity("bank-a", is_machine=True, expires_at=2e9)
        assert (await principals.caller(bank)).kind is CallerKind.BANK
        with pytest.raises(PrincipalUnknown):
            await principals.caller(replace(bank, is_machine=False))
        with pytest.raises(PrincipalUnknown):
            await principals.caller(Identity("admin", is_machine=True, expires_at=2e9))


def test_who_am_i(platform: Platform) -> None:
    with platform.client("lead-1101K1") as client:
        assert client.get("/v1/me").json() == {
            "subject": "lead-1101K1",
            "kind": "officer",
            "name": "沈雪梅",
            "roles": ["district_lead"],
            "districts": [{"code": "1101K1", "name": "北京经济技术开发区"}],
            "feeds": [],
            "usccs": [],
        }
    with platform.client("agency-hrss", **{"Accept-Language": "en"}) as client:
        assert client.get("/v1/me").json() == {
            "subject": "agency-hrss",
            "kind": "agency",
            "name": "人力资源和社会保障局",
            "roles": [],
            "districts": [],
            "feeds": ["insured_headcount"],
            "usccs": [],
        }
    with platform.client("auditor", **{"Accept-Language": "en"}) as client:
        districts = client.get("/v1/me").json()["districts"]
    assert len(districts) == 17
    assert districts[2] == {"code": "110105", "name": "Chaoyang"}


def test_who_is_unknown_is_told_what_to_do(platform: Platform) -> None:
    with platform.client("stranger", **{"Accept-Language": "en"}) as client:
        problem = client.get("/v1/me").json()
    assert problem["code"] == "principal_unknown"
    assert "Ask a city administrator" in problem["detail"]
    assert "stranger" not in str(problem)


def test_the_gateway_starts_without_the_provider_and_says_who_is_missing(
    gateway_database: PlatformDatabase, tmp_path: Path
) -> None:
    chosen = settings(gateway_database, tmp_path, issuer=unused_address())
    with serving(build(chosen)) as url, Platform.plain(url) as client:
        assert client.get("/readyz").json() == {"status": "ok"}
        for token in ("opaque", "eyJhbGciOiJSUzI1NiIsImtpZCI6IngifQ.e30.AAAA"):
            answer = client.get("/v1/me", headers={"Authorization": f"Bearer {token}"})
            assert (answer.status_code, answer.json()["code"]) == (503, "issuer_unavailable")
            assert answer.headers["retry-after"] == "5"
        assert client.get("/v1/me").status_code == 401


def test_tokens_that_were_good_stay_so_while_the_provider_is_away(
    gateway_database: PlatformDatabase, tmp_path: Path
) -> None:
    with running(gateway_database, tmp_path) as platform:
        with platform.client("officer-110105") as client:
            assert client.get("/v1/me").status_code == 200
        platform.end_issuer()
        with platform.client("admin") as client:  # a token that was never seen, known keys
            assert client.get("/v1/me").status_code == 200
        with platform.client("bank-a") as client:  # an opaque one that was never seen
            assert client.get("/v1/me").status_code == 503


async def test_without_a_provider_in_the_settings_nothing_starts(
    gateway_database: PlatformDatabase, tmp_path: Path
) -> None:
    app = build(settings(gateway_database, tmp_path, issuer="http://x", identity=None))
    with pytest.raises(IdentityMissing, match="GATEWAY_IDENTITY__ISSUER"):
        async with app.router.lifespan_context(app):
            pass
