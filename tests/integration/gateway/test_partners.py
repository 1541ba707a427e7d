"""Partners: admitted and changed by administrators, told to others, loaded offline."""

import json
import time
from collections.abc import Iterator
from pathlib import Path

import httpx2
import psycopg
import pytest
import typer
from typer.testing import CliRunner

from gateway.commands import register
from tests.integration.database import KEYS, TRUST, PlatformDatabase
from tests.integration.gateway.conftest import Platform

BUREAU = {"kind": "agency", "name": "税务局", "feeds": ["tax_arrears"]}
READ = {
    "client_id": "agency-tax",
    "kind": "agency",
    "name": "税务局",
    "feeds": ["tax_arrears"],
    "active": True,
    "version": 1,
}


@pytest.fixture(autouse=True)
def _clean(gateway_database: PlatformDatabase) -> Iterator[None]:
    yield
    with psycopg.connect(gateway_database.admin_url) as connection:
        connection.execute("DELETE FROM gateway.partners WHERE client_id LIKE '%-tax'")
        connection.execute("TRUNCATE gateway.event_log, gateway.outbox, gateway.idempotency")


def _told(platform: Platform) -> list[tuple[str, str, dict[str, object]]]:
    rows = platform.rows("SELECT subject, actor, payload FROM gateway.event_log ORDER BY event_id")
    return [(subject, actor, json.loads(payload)) for subject, actor, payload in rows]


def test_a_partner_is_admitted_changed_and_told(platform: Platform) -> None:
    with platform.client("admin") as client:
        put = client.put("/v1/partners/agency-tax", json=BUREAU, headers={"Idempotency-Key": "a"})
        again = client.put("/v1/partners/agency-tax", json=BUREAU, headers={"Idempotency-Key": "a"})
        same = client.put("/v1/partners/agency-tax", json=BUREAU, headers={"Idempotency-Key": "b"})
        closed = client.put(
            "/v1/partners/agency-tax",
            json={**BUREAU, "active": False},
            headers={"Idempotency-Key": "c", "If-Match": put.headers["etag"]},
        )
        late = client.put(
            "/v1/partners/agency-tax",
            json=BUREAU,
            headers={"Idempotency-Key": "d", "If-Match": put.headers["etag"]},
        )
        shown = client.get("/v1/partners/agency-tax")
    assert (put.status_code, put.json()) == (200, READ)
    assert (again.json(), again.headers["idempotent-replayed"]) == (READ, "true")
    assert same.json() == READ
    assert closed.json() == {**READ, "active": False, "version": 2}
    assert (late.status_code, late.json()["code"]) == (412, "partner_changed_meanwhile")
    assert (shown.json()["version"], shown.headers["etag"]) == (2, '"2"')
    fact = {name: value for name, value in READ.items() if name != "version"}
    assert _told(platform) == [
        ("gateway.partner.changed.v1", "officer:admin", {**fact, "version": 1}),
        ("gateway.partner.changed.v1", "officer:admin", {**fact, "version": 2, "active": False}),
    ]


def test_a_partner_that_was_shut_out_is_out(platform: Platform) -> None:
    with platform.client("admin") as admin:
        admin.put("/v1/partners/agency-tax", json=BUREAU, headers={"Idempotency-Key": "a"})
        with platform.client("agency-tax") as client:
            assert client.get("/v1/me").json()["feeds"] == ["tax_arrears"]
            closing = {**BUREAU, "active": False}
            admin.put("/v1/partners/agency-tax", json=closing, headers={"Idempotency-Key": "b"})
            _wait_until_refused(client)


def _wait_until_refused(client: httpx2.Client) -> None:
    """Ask until the answer is no: callers are remembered for a second."""
    until = time.monotonic() + 60
    while client.get("/v1/me").status_code != 403:
        assert time.monotonic() < until
        time.sleep(0.05)


@pytest.mark.parametrize(
    ("body", "status", "where"),
    [
        ({"kind": "bank", "name": "乙", "feeds": ["x"]}, 422, "/feeds"),
        ({"kind": "agency", "name": "乙"}, 422, "/feeds"),
        ({"kind": "court", "name": "乙"}, 422, "/kind"),
        ({"kind": "bank", "name": " "}, 422, "/name"),
        ({"kind": "bank", "name": "乙", "role": "city_admin"}, 422, "/role"),
        ({"kind": "agency", "name": "乙", "feeds": ["DROP TABLE"]}, 422, "/feeds/0"),
    ],
)
def test_what_cannot_be_is_pointed_at(
    platform: Platform, body: dict[str, object], status: int, where: str
) -> None:
    with platform.client("admin", **{"Idempotency-Key": "a"}) as client:
        answer = client.put("/v1/partners/any-tax", json=body)
    assert (answer.status_code, answer.json()["code"]) == (status, "validation_failed")
    assert [error["pointer"] for error in answer.json()["errors"]] == [where]


def test_partners_are_listed_page_by_page(platform: Platform) -> None:
    with platform.client("admin") as client:
        first = client.get("/v1/partners", params={"limit": 2}).json()
        rest = client.get("/v1/partners", params={"cursor": first["next_cursor"]}).json()
        missing = client.get("/v1/partners/nobody")
    names = [partner["client_id"] for partner in (*first["data"], *rest["data"])]
    assert names == ["agency-hrss", "bank-a", "bank-gone"]
    assert (missing.status_code, missing.json()["code"]) == (404, "partner_not_found")


def test_partners_are_loaded_from_a_file(
    platform: Platform, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "key.json").write_text(KEYS["gateway"].private_json())
    (tmp_path / "trust.json").write_text(TRUST.public_json())
    monkeypatch.setenv("GATEWAY_DATABASE__URL", platform.database.url("gateway", "worker"))
    monkeypatch.setenv("GATEWAY_KEYS__PRIVATE_KEY_FILE", str(tmp_path / "key.json"))
    monkeypatch.setenv("GATEWAY_KEYS__TRUST_FILE", str(tmp_path / "trust.json"))
    file = tmp_path / "principals.toml"
    file.write_text(
        '[[officers]]\nlogin = "x"\n[[agencies]]\nclient_id = "agency-tax"\nname = "税务局"\n'
        'feeds = ["tax_arrears"]\n[[banks]]\nclient_id = "bank-tax"\nname = "税银行"\n',
        encoding="utf-8",
    )
    app = typer.Typer()
    register(app)
    first = CliRunner().invoke(app, ["partners", "load", str(file)])
    again = CliRunner().invoke(app, ["partners", "load", str(file)])
    assert (first.exit_code, first.stderr) == (0, "2 partners, 2 changed\n")
    assert (again.exit_code, again.stderr) == (0, "2 partners, 0 changed\n")
    assert [told["client_id"] for _, _, told in _told(platform)] == ["agency-tax", "bank-tax"]
    file.write_text('[[banks]]\nclient_id = "bank-tax"\nname = "x"\nfeeds = ["y"]\n')
    refused = CliRunner().invoke(app, ["partners", "load", str(file)])
    assert (refused.exit_code, refused.stderr) == (1, "a bank has no feeds to push\n")
