"""The gateway as it is run: `python -m gateway api`, its trace, its end, its schema's history."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx2
import psycopg
import pytest

from gateway.settings import UpstreamSettings
from shared import migrations
from tests.integration.database import KEYS, TRUST, PlatformDatabase, provisioned
from tests.integration.gateway.around import Issuer, Upstream, serving, unused_address
from tests.integration.gateway.conftest import Platform
from tests.servers import fresh_database

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


@contextmanager
def _process(
    database: PlatformDatabase, folder: Path, *, issuer: str, cases: str
) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    (folder / "key.json").write_text(KEYS["gateway"].private_json())
    (folder / "trust.json").write_text(TRUST.public_json())
    url = unused_address()
    given = {
        "DATABASE__URL": database.url("gateway", "api"),
        "KEYS__PRIVATE_KEY_FILE": str(folder / "key.json"),
        "KEYS__TRUST_FILE": str(folder / "trust.json"),
        "TELEMETRY__TRACES_FILE": str(folder / "traces.jsonl"),
        "LISTEN__PORT": url.rpartition(":")[2],
        "IDENTITY__ISSUER": issuer,
        "IDENTITY__CLIENT_SECRET": "s",
        "UPSTREAMS__CASES": cases,
    }
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "gateway", "api"],
            env={**os.environ, **{f"GATEWAY_{name}": value for name, value in given.items()}},
            stdout=log,
            stderr=log,
        )
    try:
        _wait_until_ready(process, url, folder / "log")
        yield process, url
    finally:
        process.kill()
        process.wait()


def _wait_until_ready(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    until = time.monotonic() + 60
    while True:
        assert process.poll() is None, log.read_text()
        assert time.monotonic() < until, log.read_text()
        try:
            if httpx2.get(f"{url}/readyz").status_code == 200:
                return
        except httpx2.TransportError:
            time.sleep(0.05)


def test_one_trace_leads_through_and_a_normal_end_loses_no_line(
    gateway_database: PlatformDatabase, tmp_path: Path
) -> None:
    issuer, cases = Issuer(), Upstream("cases")
    with ExitStack() as ending:
        issuer.address = ending.enter_context(serving(issuer.app()))
        address = ending.enter_context(serving(cases.app()))
        process, url = ending.enter_context(
            _process(gateway_database, tmp_path, issuer=issuer.address, cases=address)
        )
        token = issuer.officer("officer-110105")
        with httpx2.Client(
            base_url=url,
            headers={
                "Authorization": f"Bearer {token}",
                "X-Request-Id": "ended",
                "traceparent": f"00-{TRACE}-00f067aa0ba902b7-01",
            },
        ) as client:
            statuses = [client.get("/v1/cases").status_code for _ in range(50)]
            problem = client.get("/v1/nowhere").json()
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 143
    assert statuses == [200] * 50
    assert problem["trace_id"] == TRACE
    went = cases.seen[-1].headers["traceparent"].split("-")
    assert went[1] == TRACE
    with psycopg.connect(gateway_database.admin_url) as connection:
        lines = connection.execute(
            "SELECT status, trace_id, count(*) FROM gateway.access_audit"
            " WHERE request_id = 'ended' GROUP BY 1, 2 ORDER BY 1"
        ).fetchall()
    assert lines == [(200, TRACE, 50), (404, TRACE, 1)]
    spans = [json.loads(line) for line in (tmp_path / "traces.jsonl").read_text().splitlines()]
    served = [span for span in spans if span["name"] == "GET /v1/cases"]
    assert len(served) == 50
    assert served[0]["attributes"]["http.route"] == "/v1/cases"
    assert served[0]["parent_id"] == "00f067aa0ba902b7"
    # What went to the service is a child of what was served.
    (asked,) = [span for span in spans if span["span_id"] == went[2]]
    assert asked["parent_id"] in {span["span_id"] for span in served}
    assert token not in (tmp_path / "log").read_text()


def test_the_history_goes_up_down_and_up_again(postgres_admin_url: str, roles_lock: Path) -> None:
    with fresh_database(postgres_admin_url, prefix="history") as admin_url:
        database = provisioned(admin_url, roles_lock)
        history = migrations.history("gateway", database.url("gateway", "migrate"))
        migrations.upgrade(history)
        migrations.check(history)
        migrations.downgrade(history, "base")
        with psycopg.connect(admin_url) as connection:
            left = connection.execute(
                "SELECT tablename FROM pg_tables WHERE schemaname = 'gateway'"
            ).fetchall()
        assert left == [("alembic_version",)]
        migrations.upgrade(history)


def test_upstreams_have_addresses_by_default() -> None:
    assert UpstreamSettings().addresses() == {
        "ingest": "http://ingest:8000",
        "scoring": "http://scoring:8000",
        "cases": "http://cases:8000",
        "matchmaking": "http://matchmaking:8000",
    }


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/livez", 200),
        ("/readyz", 200),
        ("/version", 200),
        ("/sign-in", 200),
        ("/openapi.json", 200),
        ("/", 404),
    ],
)
def test_what_anybody_may_read(platform: Platform, path: str, status: int) -> None:
    with platform.client() as client:
        answer = client.get(path)
    assert answer.status_code == status
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_the_document_is_served_as_it_is_kept(platform: Platform) -> None:
    with platform.client() as client:
        answer = client.get("/openapi.json")
    assert answer.headers["cache-control"] == "public, max-age=300"
    assert answer.json()["openapi"] == "3.1.0"
    assert "/v1/cases/{case_id}/transitions" in answer.json()["paths"]


def test_a_problem_is_explained_in_the_readers_language(platform: Platform) -> None:
    with platform.client() as client:
        chinese = client.get("/problems/body_too_large")
        english = client.get("/problems/body_too_large", headers={"Accept-Language": "en"})
        unknown = client.get("/problems/nonsense")
    assert chinese.json() == {
        "code": "body_too_large",
        "title": "请求内容过大",
        "detail": "请求内容超过上限 … 字节，请分批提交。",
    }
    assert english.json()["title"] == "The body is too large"
    assert english.headers["content-language"] == "en"
    assert unknown.status_code == 404
