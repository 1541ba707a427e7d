"""A migrated schema `gateway`, and a running gateway between a provider and services."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx2
import psycopg
import pytest
from pydantic import SecretStr
from structlog.testing import capture_logs

from gateway.main import build
from gateway.settings import GatewaySettings, IdentitySettings, LimitSettings, UpstreamSettings
from shared import migrations
from shared.auth.identity import Caller
from shared.settings import KeySettings
from tests.integration.database import KEYS, TRUST, PlatformDatabase, provisioned
from tests.integration.gateway.around import Issuer, Upstream, serving, unused_address
from tests.servers import fresh_database

OFFICERS: tuple[tuple[Any, ...], ...] = (
    ("admin", "王伟", ["city_admin"], [], True),
    ("analyst", "李芳", ["city_analyst"], [], True),
    ("auditor", "张建国", ["auditor"], [], True),
    ("officer-110105", "黄强", ["district_officer"], ["110105"], True),
    ("lead-1101K1", "沈雪梅", ["district_lead"], ["1101K1"], True),
    ("retired", "何明", ["city_admin"], [], False),
)
PARTNERS: tuple[tuple[Any, ...], ...] = (
    ("agency-hrss", "agency", "人力资源和社会保障局", ["insured_headcount"], True),
    ("bank-a", "bank", "甲银行", [], True),
    ("bank-gone", "bank", "旧银行", [], False),
)


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """Do not write what is logged of failures that a test plans: tracebacks take their time."""
    with capture_logs():
        yield


@pytest.fixture(scope="session")
def gateway_database(postgres_admin_url: str, roles_lock: Path) -> Iterator[PlatformDatabase]:
    """The schema `gateway`, made by its own migrations, with some people in it."""
    with fresh_database(postgres_admin_url, prefix="gateway") as admin_url:
        database = provisioned(admin_url, roles_lock)
        migrations.upgrade(migrations.history("gateway", database.url("gateway", "migrate")))
        with psycopg.connect(admin_url) as connection:
            for subject, name, roles, districts, active in OFFICERS:
                connection.execute(
                    "INSERT INTO gateway.officers VALUES (%s, %s, %s, %s, %s, 1)",
                    (subject, name, roles, districts, active),
                )
            for client_id, kind, name, feeds, active in PARTNERS:
                connection.execute(
                    "INSERT INTO gateway.partners VALUES (%s, %s, %s, %s, %s, 1)",
                    (client_id, kind, name, feeds, active),
                )
        yield database


@dataclass
class Platform:
    """A running gateway and what stands around it."""

    url: str
    database: PlatformDatabase
    issuer: Issuer
    ingest: Upstream
    cases: Upstream
    end_issuer: Callable[[], object]

    @staticmethod
    def plain(url: str) -> httpx2.Client:
        """Return a client in nobody's name."""
        return httpx2.Client(base_url=url)

    def client(self, who: str | None = None, **headers: str) -> httpx2.Client:
        """Return a client in the name of an officer or partner, or of nobody."""
        return httpx2.Client(base_url=self.url, headers={**self.signed(who), **headers})

    def signed(self, who: str | None) -> dict[str, str]:
        """Return the header by which somebody is known."""
        if who is None:
            return {}
        is_machine = who.startswith(("agency", "bank"))
        token = self.issuer.machine(who) if is_machine else self.issuer.officer(who)
        return {"Authorization": f"Bearer {token}"}

    def rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """Look at the database as its administrator."""
        with psycopg.connect(self.database.admin_url) as connection:
            return connection.execute(query.encode(), values).fetchall()

    def last_caller(self, upstream: Upstream) -> Caller:
        """Return whom the service was last told to have been called by."""
        caller: Caller = upstream.seen[-1].caller
        return caller


def settings(
    database: PlatformDatabase, folder: Path, *, issuer: str, **changed: Any
) -> GatewaySettings:
    """Return settings of a gateway at this database, with the keys of these tests."""
    private, trust = folder / "gateway.json", folder / "trust.json"
    private.write_text(KEYS["gateway"].private_json())
    trust.write_text(TRUST.public_json())
    given: dict[str, Any] = {
        "database": database.settings("gateway", "api"),
        "keys": KeySettings(private_key_file=private, trust_file=trust),
        "identity": IdentitySettings(
            issuer=issuer, client_secret=SecretStr("s"), timeout=timedelta(seconds=2)
        ),
        "limits": LimitSettings(
            per_second=10_000, burst=10_000, body_bytes=100_000, body_within=timedelta(seconds=2)
        ),
    }
    return GatewaySettings(**{**given, **changed})


@contextmanager
def running(database: PlatformDatabase, folder: Path, **changed: Any) -> Iterator[Platform]:
    """Run a gateway; matchmaking is down, and scoring is one that takes no token of ours."""
    issuer, ingest, cases = Issuer(), Upstream("ingest"), Upstream("cases")
    with ExitStack() as ending, ExitStack() as provider:
        issuer.address = provider.enter_context(serving(issuer.app()))
        ingest_url = ending.enter_context(serving(ingest.app()))
        upstreams = UpstreamSettings(
            ingest=ingest_url,
            scoring=ingest_url,
            cases=ending.enter_context(serving(cases.app())),
            matchmaking=unused_address(),
            timeout=timedelta(seconds=1),
        )
        chosen = settings(
            database, folder, **{"issuer": issuer.address, "upstreams": upstreams, **changed}
        )
        url = ending.enter_context(serving(build(chosen)))
        yield Platform(url, database, issuer, ingest, cases, provider.close)


@pytest.fixture(scope="session")
def platform(
    gateway_database: PlatformDatabase, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Platform]:
    """One running gateway for these tests."""
    with running(gateway_database, tmp_path_factory.mktemp("gateway")) as platform:
        yield platform
