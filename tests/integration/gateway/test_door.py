"""Through the door: what goes on to a service, what comes back, what stays outside."""

import json
import re
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import httpx2
import pytest

from gateway.routes import ROUTES, Route
from gateway.settings import LimitSettings
from shared.auth.identity import Caller, CallerKind, Role
from tests.integration.database import PlatformDatabase
from tests.integration.gateway.conftest import Platform, running

KEY = {"Idempotency-Key": "k-1"}
UUID_V7 = "019ab000-0000-7000-8000-000000000000"
EVERY_DISTRICT = {
    "110101", "110102", "110105", "110106", "110107", "110108", "110109", "110111", "110112",
    "110113", "110114", "110115", "110116", "110117", "110118", "110119", "1101K1",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _fresh(platform: Platform) -> None:
    platform.ingest.seen.clear()
    platform.cases.seen.clear()


def test_a_service_learns_who_calls(platform: Platform) -> None:
    with platform.client("officer-110105") as client:
        assert client.get("/v1/cases").json() == {"service": "cases"}
    assert platform.last_caller(platform.cases) == Caller(
        subject="officer-110105",
        kind=CallerKind.OFFICER,
        name="黄强",
        roles=frozenset({Role.DISTRICT_OFFICER}),
        districts=frozenset({"110105"}),
    )
    with platform.client("agency-hrss") as client:
        client.get("/v1/feeds")
    assert platform.last_caller(platform.ingest) == Caller(
        subject="agency-hrss",
        kind=CallerKind.AGENCY,
        name="人力资源和社会保障局",
        feeds=frozenset({"insured_headcount"}),
    )
    with platform.client("analyst") as client:
        client.get("/v1/cases")
    assert platform.last_caller(platform.cases).districts == EVERY_DISTRICT


def test_headers_of_the_outside_stay_outside(platform: Platform) -> None:
    sent = {
        "X-Internal-Role": "city_admin",
        "X-Forwarded-For": "10.0.0.1",
        "X-Original-URL": "/v1/officers",
        "Cookie": "session=secret",
        "Proxy-Authorization": "Basic xxx",
        "Forwarded": "for=10.0.0.1",
        "Accept-Language": "en",
        "If-None-Match": '"1"',
        "If-Match": '"2"',
        "X-Request-Id": "from-outside.1",
    }
    with platform.client("officer-110105", **sent) as client:
        answer = client.post(
            f"/v1/cases/{UUID_V7}/transitions", json={"step": "accept"}, headers=KEY
        )
    (seen,) = platform.cases.seen
    inside = seen.headers
    assert inside.keys() & {
        "cookie", "x-internal-role", "x-forwarded-for", "x-original-url", "forwarded",
        "proxy-authorization",
    } == set()  # fmt: skip
    assert platform.signed("officer-110105")["Authorization"] != inside["authorization"]
    assert inside["accept-language"] == "en"
    assert (inside["if-none-match"], inside["if-match"]) == ('"1"', '"2"')
    assert inside["idempotency-key"] == "k-1"
    assert inside["content-type"] == "application/json"
    assert inside["x-request-id"] == "from-outside.1"
    assert json.loads(seen.body) == {"step": "accept"}
    assert answer.status_code == 201
    assert answer.headers["x-request-id"] == "from-outside.1"


def test_headers_of_the_inside_stay_inside(platform: Platform) -> None:
    with platform.client("officer-110105") as client:
        answer = client.get("/v1/cases")
    assert answer.headers["etag"] == '"1"'
    assert answer.headers.keys() & {"set-cookie", "server", "x-hop", "date"} == set()
    shown = {
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
        "referrer-policy": "no-referrer",
        "cross-origin-resource-policy": "same-origin",
        "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
        "cache-control": "no-store",
        "ratelimit-policy": '"default";q=10000;w=1',
    }
    assert {name: answer.headers[name] for name in shown} == shown
    assert len(answer.headers["x-request-id"]) == 36


def test_a_strange_request_id_is_replaced(platform: Platform) -> None:
    with platform.client("officer-110105", **{"X-Request-Id": "x" * 65}) as client:
        assert len(client.get("/v1/cases").headers["x-request-id"]) == 36


def test_the_query_goes_on_untouched(platform: Platform) -> None:
    query = b"q=%E7%A7%91%E6%8A%80&x=a+b&x=%2F..%2Fv1&empty=&y[]=1&z='"
    with platform.client("officer-110105") as client:
        _raw(platform, "GET", b"/v1/enterprises?" + query, client.headers["authorization"])
    assert platform.ingest.seen[-1].query == query


def test_a_body_in_parts_arrives_whole_and_a_long_answer_is_streamed(platform: Platform) -> None:
    with platform.client("agency-hrss") as client:
        taken = client.post(
            "/v1/feeds/insured_headcount/batches",
            content=iter((b"x" * 40_000, b"y" * 40_000)),
            headers={**KEY, "Content-Type": "application/json"},
        )
        assert taken.status_code == 201
        (seen,) = platform.ingest.seen
        assert seen.body == b"x" * 40_000 + b"y" * 40_000
        long = client.get("/v1/feeds/long")
        assert len(long.content) == 2_000_000
        assert long.headers["x-kept"] == "yes"


def test_a_body_that_never_ends_takes_nothing_from_others(platform: Platform) -> None:
    """The service is not even called before the body is there; after its time it is a 408."""
    platform.ingest.began.clear()
    told = threading.Event()

    def parts() -> Iterator[bytes]:
        yield b"x"
        told.wait(10)
        yield b"y"

    def push() -> int:
        with platform.client("agency-hrss") as client:
            answer = client.post(
                "/v1/feeds/insured_headcount/batches", content=parts(), headers=KEY
            )
            return answer.status_code

    with ThreadPoolExecutor(1) as pool:
        stalled = pool.submit(push)
        time.sleep(3.0)  # past body_within
        assert not platform.ingest.began.is_set()
        told.set()
        with suppress(httpx2.TransportError):  # the door may have closed the connection
            assert stalled.result(10) == 408
    assert not platform.ingest.began.is_set()


def test_a_header_that_cannot_be_passed_on_is_named(platform: Platform) -> None:
    with platform.client("officer-110105") as client:
        answer = client.get("/v1/cases", headers={b"If-Match": b"\xe9"})
    assert (answer.status_code, answer.json()["code"]) == (400, "header_unreadable")


@pytest.mark.parametrize("told", [True, False])
def test_too_large_a_body_is_refused(platform: Platform, told: bool) -> None:
    body = b"x" * 100_001
    with platform.client("agency-hrss") as client:
        answer = client.post(
            "/v1/feeds/insured_headcount/batches",
            content=body if told else iter((body[:50_000], body[50_000:])),
            headers=KEY,
        )
    assert answer.status_code == 413
    assert answer.json()["code"] == "body_too_large"
    assert platform.ingest.seen == []
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_a_write_needs_a_key(platform: Platform, method: str) -> None:
    path = "/v1/officers/x" if method == "PUT" else f"/v1/cases/{UUID_V7}/transitions"
    with platform.client("admin") as client:
        answer = client.request(method, path, json={})
    assert (answer.status_code, answer.json()["code"]) == (400, "idempotency_key_missing")
    assert platform.cases.seen == []


@pytest.mark.parametrize(
    ("who", "method", "path", "status", "code"),
    [
        (None, "GET", "/v1/cases", 401, "unauthenticated"),
        (None, "GET", "/v1/nowhere", 401, "unauthenticated"),
        (None, "GET", "/v1", 401, "unauthenticated"),
        (None, "GET", "/nowhere", 404, "not_found"),
        ("officer-110105", "GET", "/v1/nowhere", 404, "not_found"),
        ("officer-110105", "GET", "/v1/officers", 403, "forbidden"),
        ("officer-110105", "PUT", "/v1/officers/officer-110105", 403, "forbidden"),
        ("officer-110105", "GET", "/v1/audit", 403, "forbidden"),
        ("officer-110105", "GET", "/v1/partners", 403, "forbidden"),
        ("officer-110105", "GET", "/v1/operations/cases/outbox", 403, "forbidden"),
        ("officer-110105", "POST", "/v1/feeds/insured_headcount/batches", 403, "forbidden"),
        ("officer-110105", "DELETE", "/v1/cases", 405, "method_not_allowed"),
        ("auditor", "GET", "/v1/cases", 403, "forbidden"),
        # What is not for partners does not exist for them.
        ("bank-a", "GET", "/v1/warnings", 404, "not_found"),
        ("bank-a", "GET", "/v1/cases", 404, "not_found"),
        ("bank-a", "GET", "/v1/enterprises/91110105MA00000004/assessments", 404, "not_found"),
        ("bank-a", "DELETE", "/v1/cases", 404, "not_found"),
        ("bank-a", "GET", "/v1/nowhere", 404, "not_found"),
        ("bank-a", "DELETE", "/v1/products/x", 405, "method_not_allowed"),
        ("agency-hrss", "GET", "/v1/cases", 404, "not_found"),
        ("agency-hrss", "GET", "/v1/products", 404, "not_found"),
        ("agency-hrss", "GET", "/v1/partners", 404, "not_found"),
        ("agency-hrss", "GET", "/v1/operations/ingest/outbox", 404, "not_found"),
        ("stranger", "GET", "/v1/cases", 403, "principal_unknown"),
        ("stranger", "GET", "/v1/nowhere", 403, "principal_unknown"),
        ("retired", "GET", "/v1/cases", 403, "principal_unknown"),
        ("bank-gone", "GET", "/v1/products", 403, "principal_unknown"),
        ("bank-unheard-of", "GET", "/v1/products", 403, "principal_unknown"),
    ],
)
def test_who_is_kept_out_and_how(
    platform: Platform, who: str | None, method: str, path: str, status: int, code: str
) -> None:
    with platform.client(who, **KEY) as client:
        answer = client.request(method, path)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.headers["content-type"] == "application/problem+json"
    assert platform.ingest.seen == platform.cases.seen == []


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.template}")
def test_no_route_is_open_or_for_strangers(platform: Platform, route: Route) -> None:
    path = re.sub(r"\{[a-z_]+\}", "x", route.template)
    with platform.client(None, **KEY) as client:
        answer = client.request(route.method, path)
    # What answers HEAD has no body that could say why.
    said = route.method != "HEAD"
    assert answer.status_code == 401
    assert not said or answer.json()["code"] == "unauthenticated"
    assert answer.headers["www-authenticate"] == "Bearer"
    with platform.client("stranger", **KEY) as client:
        refused = client.request(route.method, path)
    assert refused.status_code == 403
    assert not said or refused.json()["code"] == "principal_unknown"
    assert platform.ingest.seen == platform.cases.seen == []


def test_forbidden_and_unknown_look_the_same_to_a_partner(platform: Platform) -> None:
    with platform.client("bank-a") as client:
        forbidden, unknown = client.get("/v1/warnings"), client.get("/v1/nothing")
    for each in (forbidden, unknown):
        each.headers.pop("x-request-id")
        each.headers.pop("ratelimit")
    told = [answer.json() | {"instance": "", "trace_id": ""} for answer in (forbidden, unknown)]
    assert told[0] == told[1]
    lengths = [each.headers.pop("content-length") for each in (forbidden, unknown)]
    assert lengths == ["365", "364"] or int(lengths[0]) - int(lengths[1]) == 1
    assert forbidden.headers == unknown.headers


@pytest.mark.parametrize(
    "path",
    [
        b"/v1/feeds/..%2fcases",
        b"/v1/feeds/../cases",
        b"/v1/feeds/%2e%2e/cases",
        b"/v1//cases",
        b"//v1/cases",
        b"/v1/cases/",
        b"/v1/feeds/x%2fbatches",
        b"/v1/cases%00",
        b"/v1/cases;x",
        b"/v1/cases%3f",
        b"/v1/feeds/%252e%252e/cases",
        b"/./v1/cases",
        b"/livez/../v1/cases",
        b"/V1/cases",
    ],
)
def test_no_spelling_of_a_path_leads_elsewhere(platform: Platform, path: bytes) -> None:
    authorization = platform.signed("admin")["Authorization"]
    status, _ = _raw(platform, "GET", path, authorization)
    assert status == 404
    assert platform.ingest.seen == platform.cases.seen == []


@pytest.mark.parametrize("path", [b"/%76%31/cases", b"/v1/c%61ses", b"/%761/%63ases"])
def test_no_spelling_of_a_path_passes_the_door_unseen(platform: Platform, path: bytes) -> None:
    status, _ = _raw(platform, "GET", path, None)
    assert status == 401
    status, _ = _raw(platform, "GET", path, platform.signed("bank-a")["Authorization"])
    assert status == 404
    assert platform.cases.seen == []
    status, _ = _raw(platform, "GET", path, platform.signed("officer-110105")["Authorization"])
    assert (status, platform.cases.seen[-1].path) == (200, "/v1/cases")


@pytest.mark.parametrize(
    "authorization", ["Bearer", "Bearer ", "Basic b2ZmaWNlcjp4", "opaque", "bearer x y", "Bearer é"]
)
def test_other_credentials_are_none(platform: Platform, authorization: str) -> None:
    status, answer = _raw(platform, "GET", b"/v1/cases", authorization)
    assert status == 401
    assert b"www-authenticate: Bearer" in answer


def test_an_id_token_or_one_for_others_opens_nothing(platform: Platform) -> None:
    issuer = platform.issuer
    for token in (
        issuer.officer("admin", nonce="n", at_hash="h"),
        issuer.officer("admin", aud="console"),
        issuer.officer("admin", exp=1),
    ):
        with platform.client(None, Authorization=f"Bearer {token}") as client:
            assert client.get("/v1/me").status_code == 401


def test_a_service_that_is_down_is_said_to_be(platform: Platform) -> None:
    with platform.client("bank-a", **{"Accept-Language": "en"}) as client:
        answer = client.get("/v1/products")
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "2"
    assert answer.json()["code"] == "service_unreachable"
    assert "127.0.0.1" not in answer.text


def test_a_service_that_is_slow_is_given_up(platform: Platform) -> None:
    with platform.client("agency-hrss") as client:
        answer = client.get("/v1/feeds/slow")
    assert (answer.status_code, answer.json()["code"]) == (504, "service_timed_out")


def test_what_concerns_millions_of_rows_is_waited_for(platform: Platform) -> None:
    path = "/v1/feeds/insured_headcount/periods/2020-07/withdrawals"
    with platform.client("agency-hrss") as client:
        answer = client.post(path, json={"reason": "x"}, headers={"Idempotency-Key": "a-long-one"})
    assert answer.status_code == 201
    assert platform.ingest.seen[-1].path == path


def test_a_service_that_does_not_believe_us_is_our_trouble(platform: Platform) -> None:
    with platform.client("analyst") as client:
        answer = client.get("/v1/warnings")
    assert (answer.status_code, answer.json()["code"]) == (502, "service_refused")
    assert "www-authenticate" not in answer.headers


def test_operations_are_told_apart_by_service(platform: Platform) -> None:
    with platform.client("admin") as client:
        answer = client.get("/v1/operations/cases/dead-letters?limit=1")
        assert client.get("/v1/operations/gateway/outbox").json()["waiting"] == 0
    assert platform.cases.seen[-1].path == "/v1/operations/dead-letters"
    assert answer.headers["link"] == ('</v1/operations/cases/dead-letters?cursor=abc>; rel="next"')


def test_who_asks_too_fast_is_slowed_down(
    gateway_database: PlatformDatabase, tmp_path: Path
) -> None:
    limits = LimitSettings(per_second=0.01, burst=2)
    with running(gateway_database, tmp_path, limits=limits) as platform:
        with platform.client("officer-110105") as client:
            left = [client.get("/v1/me").headers["ratelimit"] for _ in range(2)]
            refused = client.get("/v1/me")
        assert left == ['"default";r=1;t=0', '"default";r=0;t=100']
        assert (refused.status_code, refused.json()["code"]) == (429, "too_many_requests")
        assert refused.headers["retry-after"] == "100"
        assert refused.headers["ratelimit-policy"] == '"default";q=2;w=200'
        with platform.client("admin") as other:
            assert other.get("/v1/me").status_code == 200


def _raw(
    platform: Platform, method: str, path: bytes, authorization: str | None
) -> tuple[int, bytes]:
    """Send a request line that no client library would."""
    where = urlsplit(platform.url)
    signed = f"Authorization: {authorization}\r\n".encode() if authorization else b""
    with socket.create_connection((where.hostname or "", where.port or 0), timeout=10) as link:
        link.sendall(
            method.encode() + b" " + path + b" HTTP/1.1\r\nHost: x\r\n" + signed
            + b"Connection: close\r\n\r\n"
        )  # fmt: skip
        answer = b""
        while chunk := link.recv(65_536):
            answer += chunk
    return int(answer.split(b" ", 2)[1]), answer
