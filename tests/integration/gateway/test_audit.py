"""The audit: every call of somebody known, and nothing that does not belong there."""

import asyncio
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from psycopg.errors import InsufficientPrivilege

from gateway import handlers
from gateway.store.audit import Access
from gateway.tables import KERNEL
from gateway.trail import Trail, TrailFull
from shared.db import Sessions, transaction
from shared.ids import uuid7
from tests.integration.database import PlatformDatabase, count
from tests.integration.gateway.conftest import Platform

# Those of these tests; the running gateway writes its own.
OURS = "SELECT count(*) FROM gateway.access_audit WHERE actor = 'officer:wang'"


@pytest.fixture
async def sessions(gateway_database: PlatformDatabase) -> AsyncIterator[Sessions]:
    """Sessions as the API's own role, with no lines of the audit."""
    with psycopg.connect(gateway_database.admin_url) as connection:
        connection.execute("DELETE FROM gateway.access_audit")
    async with gateway_database.sessions("gateway", part="api", kernel=KERNEL) as sessions:
        yield sessions


def _access(**changed: Any) -> Access:
    return Access(
        **{
            "id": uuid7(),
            "at": datetime.now(UTC),
            "actor": "officer:wang",
            "kind": "officer",
            "action": "cases.list",
            "method": "GET",
            "path": "/v1/cases",
            "status": 200,
            "trace_id": None,
            "request_id": "r",
            **changed,
        }
    )


def _lines(platform: Platform, request_id: str, expected: int) -> list[tuple[Any, ...]]:
    """Wait until the lines of a request are written."""
    query = (
        "SELECT actor, kind, action, method, path, status FROM gateway.access_audit "
        "WHERE request_id = %s ORDER BY id"
    )
    until = time.monotonic() + 60
    while len(lines := platform.rows(query, request_id)) < expected:
        assert time.monotonic() < until, lines
        time.sleep(0.05)
    return lines


def test_every_call_of_somebody_known_is_noted(platform: Platform) -> None:
    asked = {"X-Request-Id": "noted-1", "Idempotency-Key": "k"}
    with platform.client("officer-110105", **asked) as client:
        client.get("/v1/cases?q=secret")
        client.get("/v1/officers")
        client.get("/v1/nowhere/110105199003071234")
        client.delete("/v1/cases")
    with platform.client("bank-a", **asked) as client:
        client.get("/v1/warnings")
        client.get("/v1/products")
    with platform.client("stranger", **asked) as client:
        client.get("/v1/cases")
    with platform.client(None, **asked) as client:
        client.get("/v1/cases")
    expected = [
        ("officer:officer-110105", "officer", "cases.list", "GET", "/v1/cases", 200),
        ("officer:officer-110105", "officer", "officers.list", "GET", "/v1/officers", 403),
        ("officer:officer-110105", "officer", None, "GET", "/v1/nowhere/110***************", 404),
        ("officer:officer-110105", "officer", None, "DELETE", "/v1/cases", 405),
        ("bank:bank-a", "bank", None, "GET", "/v1/warnings", 404),
        ("bank:bank-a", "bank", "products.list", "GET", "/v1/products", 503),
        ("unknown:stranger", "unknown", None, "GET", "/v1/cases", 403),
    ]
    # Calls of one millisecond have no order.
    assert sorted(_lines(platform, "noted-1", 7), key=str) == sorted(expected, key=str)


def test_the_audit_holds_no_token_and_no_name(platform: Platform) -> None:
    with platform.client("agency-hrss", **{"X-Request-Id": "noted-2"}) as client:
        client.get("/v1/me")
    _lines(platform, "noted-2", 1)
    held = str(platform.rows("SELECT a::text FROM gateway.access_audit a"))
    assert "opaque-token" not in held
    assert "eyJ" not in held
    assert "人力资源" not in held


def test_auditors_read_it(platform: Platform) -> None:
    asked = {"X-Request-Id": "noted-3"}
    before = datetime.now(UTC)
    with platform.client("lead-1101K1", **asked) as client:
        for _ in range(3):
            client.get("/v1/cases")
        client.get("/v1/me")
    _lines(platform, "noted-3", 4)
    with platform.client("auditor") as client:

        def read(**query: Any) -> list[dict[str, Any]]:
            wanted = {"actor": "officer:lead-1101K1", "since": before.isoformat(), **query}
            data: list[dict[str, Any]] = client.get("/v1/audit", params=wanted).json()["data"]
            return data

        lines = read()
        assert sorted(line["action"] for line in lines) == [*["cases.list"] * 3, "me.show"]
        (mine,) = read(action="me.show")
        assert mine == {
            "id": mine["id"],
            "at": mine["at"],
            "actor": "officer:lead-1101K1",
            "kind": "officer",
            "action": "me.show",
            "method": "GET",
            "path": "/v1/me",
            "status": 200,
            "trace_id": None,
            "request_id": "noted-3",
        }
        assert mine["at"].endswith("+08:00")
        assert len(read(action="cases.list")) == 3
        assert read(until=(before - timedelta(hours=1)).isoformat()) == []
        assert read(since=(before + timedelta(hours=1)).isoformat()) == []
        page = client.get("/v1/audit", params={"actor": "officer:lead-1101K1", "limit": 2}).json()
        rest = client.get(
            "/v1/audit", params={"actor": "officer:lead-1101K1", "cursor": page["next_cursor"]}
        ).json()
        assert [line["id"] for line in page["data"]] == [line["id"] for line in lines[:2]]
        assert [line["id"] for line in rest["data"]][:2] == [line["id"] for line in lines[2:]]
        assert client.get("/v1/audit?since=2026-11-23").status_code == 400
    with platform.client("admin") as client:
        assert client.get("/v1/audit").status_code == 403


@pytest.mark.parametrize("part", ["api", "worker"])
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE gateway.access_audit SET actor = 'x'",
        "DELETE FROM gateway.access_audit",
        "TRUNCATE gateway.access_audit",
        "DROP TABLE gateway.access_audit",
    ],
)
def test_no_role_can_change_a_line(
    gateway_database: PlatformDatabase, part: str, statement: str
) -> None:
    url = gateway_database.url("gateway", part).replace("postgresql+psycopg", "postgresql")
    with psycopg.connect(url) as connection, pytest.raises(InsufficientPrivilege):
        connection.execute(statement.encode())


async def test_nothing_is_lost_at_a_normal_end(sessions: Sessions) -> None:
    trail = Trail(sessions)
    writing = asyncio.create_task(trail.run())
    await asyncio.sleep(0)
    for _ in range(1_234):
        trail.note(_access())
    writing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await writing
    assert await count(sessions, OURS) == 1_234


async def test_lines_wait_for_the_database_and_are_written_once(
    sessions: Sessions, gateway_database: PlatformDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateway.trail._RETRY_SECONDS", 0.05)
    trail = Trail(sessions)
    first, second = _access(), _access()
    # As if an earlier try had committed without our learning of it.
    async with transaction(sessions, actor="service:gateway") as session:
        await handlers.append_accesses(session, [first])
    trail.note(first)
    trail.note(second)
    with psycopg.connect(gateway_database.admin_url, autocommit=True) as connection:
        connection.execute("REVOKE INSERT ON gateway.access_audit FROM wengang_gateway_api")
        writing = asyncio.create_task(trail.run())
        await asyncio.sleep(0.6)
        assert len(trail._waiting) == 2
        connection.execute("GRANT INSERT ON gateway.access_audit TO wengang_gateway_api")
    until = time.monotonic() + 60
    while trail._waiting:
        assert time.monotonic() < until
        await asyncio.sleep(0.02)
    writing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await writing
    assert await count(sessions, OURS) == 2


async def test_what_cannot_be_noted_is_not_done(
    sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateway.trail._MOST_WAITING", 2)
    trail = Trail(sessions)
    trail.note(_access())
    trail.check()
    trail.note(_access())
    with pytest.raises(TrailFull):
        trail.check()
