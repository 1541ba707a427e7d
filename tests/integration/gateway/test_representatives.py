"""Representatives of enterprises: entered by administrators, known at the door, loaded offline."""

import json
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import typer
from typer.testing import CliRunner

from gateway.commands import register
from tests.integration.database import KEYS, TRUST, PlatformDatabase
from tests.integration.gateway.conftest import Platform

USCC, OTHER = "91350100M000100Y43", "91110105MA01A00012"
ENTRY = {"name": "孙晓梅", "usccs": [USCC]}
READ = {"subject": "firm-1", "name": "孙晓梅", "usccs": [USCC], "active": True, "version": 1}


@pytest.fixture(autouse=True)
def _clean(gateway_database: PlatformDatabase) -> Iterator[None]:
    yield
    with psycopg.connect(gateway_database.admin_url) as connection:
        connection.execute("TRUNCATE gateway.representatives")
        connection.execute("TRUNCATE gateway.event_log, gateway.outbox, gateway.idempotency")


def test_a_representative_is_entered_changed_and_told(platform: Platform) -> None:
    path = "/v1/representatives/firm-1"
    with platform.client("admin") as client:
        put = client.put(path, json=ENTRY, headers={"Idempotency-Key": "a"})
        more = {**ENTRY, "usccs": [USCC, OTHER]}
        fresh = {"Idempotency-Key": "b", "If-Match": put.headers["etag"]}
        changed = client.put(path, json=more, headers=fresh)
        late = client.put(path, json=ENTRY, headers={**fresh, "Idempotency-Key": "c"})
        shown = client.get(path)
        listed = client.get("/v1/representatives").json()["data"]
        missing = client.get("/v1/representatives/firm-9")
    assert (put.status_code, put.json()) == (200, READ)
    assert changed.json() == {**READ, "usccs": [OTHER, USCC], "version": 2}
    assert (late.status_code, late.json()["code"]) == (412, "representative_changed_meanwhile")
    assert (shown.json(), shown.headers["etag"]) == (changed.json(), '"2"')
    assert listed == [changed.json()]
    assert (missing.status_code, missing.json()["code"]) == (404, "representative_not_found")
    rows = platform.rows("SELECT subject, actor, payload FROM gateway.event_log ORDER BY event_id")
    assert [(subject, actor, json.loads(payload)["usccs"]) for subject, actor, payload in rows] == [
        ("gateway.representative.changed.v1", "officer:admin", [USCC]),
        ("gateway.representative.changed.v1", "officer:admin", [OTHER, USCC]),
    ]


def test_at_the_door_they_are_their_enterprises_and_nothing_else(platform: Platform) -> None:
    with platform.client("admin") as admin:
        admin.put(
            "/v1/representatives/firm-1", json=ENTRY, headers={"Idempotency-Key": "a"}
        ).raise_for_status()
    with platform.client("firm-1") as client:
        assert client.get("/v1/me").json() == {
            "subject": "firm-1",
            "kind": "enterprise",
            "name": "孙晓梅",
            "roles": [],
            "districts": [],
            "feeds": [],
            "usccs": [USCC],
        }
        for path in ("/v1/warnings", "/v1/cases", "/v1/partners", "/v1/representatives"):
            assert client.get(path).status_code == 404, path
    with platform.client("stranger") as client:
        assert client.get("/v1/me").json()["code"] == "principal_unknown"


def test_whoever_judges_enterprises_does_not_act_for_one(platform: Platform) -> None:
    with platform.client("admin", **{"Idempotency-Key": "a", "Accept-Language": "en"}) as client:
        answer = client.put("/v1/representatives/officer-110105", json=ENTRY)
    assert (answer.status_code, answer.json()["code"]) == (422, "validation_failed")
    assert "cannot act for an enterprise" in answer.json()["errors"][0]["message"]


def test_whoever_became_an_officer_is_let_go_as_a_representative(platform: Platform) -> None:
    with psycopg.connect(platform.database.admin_url) as connection:
        connection.execute(
            "INSERT INTO gateway.representatives VALUES (%s, '黄强', %s, true, 3)",
            ("officer-110105", [USCC]),
        )
    path = "/v1/representatives/officer-110105"
    with platform.client("admin") as client:
        listed = client.get("/v1/representatives").json()["data"]
        entry = {"name": "黄强", "usccs": [USCC], "active": False}
        let_go = client.put(path, json=entry, headers={"Idempotency-Key": "a"})
        back = client.put(path, json={**entry, "active": True}, headers={"Idempotency-Key": "b"})
    assert [(one["subject"], one["active"]) for one in listed] == [("officer-110105", True)]
    assert (let_go.status_code, let_go.json()["active"], let_go.json()["version"]) == (
        200,
        False,
        4,
    )
    assert (back.status_code, back.json()["errors"][0]["code"]) == (
        422,
        "representative_is_officer",
    )
    told = platform.rows("SELECT payload FROM gateway.event_log")
    assert [json.loads(payload)["active"] for (payload,) in told] == [False]


def test_loading_a_file_enters_whom_it_lacks_and_leaves_what_the_city_said(
    platform: Platform, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "key.json").write_text(KEYS["gateway"].private_json())
    (tmp_path / "trust.json").write_text(TRUST.public_json())
    monkeypatch.setenv("GATEWAY_DATABASE__URL", platform.database.url("gateway", "worker"))
    monkeypatch.setenv("GATEWAY_KEYS__PRIVATE_KEY_FILE", str(tmp_path / "key.json"))
    monkeypatch.setenv("GATEWAY_KEYS__TRUST_FILE", str(tmp_path / "trust.json"))
    file = tmp_path / "principals.toml"
    file.write_text(
        '[[representatives]]\nlogin = "firm-1"\nfamily_name = "孙"\ngiven_name = "晓梅"\n',
        encoding="utf-8",
    )
    app = typer.Typer()
    register(app)
    path = "/v1/representatives/firm-1"
    assert CliRunner().invoke(app, ["partners", "load", str(file)]).exit_code == 0
    with platform.client("admin") as client:
        assert client.get(path).json() == {**READ, "usccs": []}
        client.put(path, json=ENTRY, headers={"Idempotency-Key": "a"}).raise_for_status()
        assert CliRunner().invoke(app, ["partners", "load", str(file)]).exit_code == 0
        assert client.get(path).json() == {**READ, "version": 2}
