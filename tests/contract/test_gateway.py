"""The gateway and the services agree: on every route, on who may call it, on one document."""

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI
from pydantic import SecretStr
from starlette.testclient import TestClient
from structlog.testing import capture_logs

from gateway.document import FILE, merge
from gateway.main import build
from gateway.policy import permits
from gateway.routes import OPEN, ROUTES, Route
from gateway.settings import GatewaySettings
from shared.auth import hop
from shared.auth.identity import Caller, CallerKind, Role
from shared.auth.keys import SigningKey, TrustBundle
from shared.settings import DatabaseSettings
from tests.architecture.deployables import SERVICES, service_app

KEY = SigningKey.generate("gateway")
WHO = (*Role, CallerKind.AGENCY, CallerKind.BANK, CallerKind.ENTERPRISE)
# Where a service lets more in than the door: auditors read the audit and nothing else.
NARROWER = {
    ("cases.list", Role.AUDITOR),
    ("cases.show", Role.AUDITOR),
    ("cases.timeline", Role.AUDITOR),
}


def _gateway() -> FastAPI:
    nowhere = DatabaseSettings(url=SecretStr("postgresql+psycopg://nobody@127.0.0.1:1/none"))
    return build(GatewaySettings(database=nowhere))


@pytest.fixture(scope="module")
def documents(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, dict[str, Any]]:
    """What each deployable says of its own API."""
    folder = tmp_path_factory.mktemp("keys")
    described = {name: service_app(name, folder).openapi() for name in SERVICES}
    return {**described, "gateway": _gateway().openapi()}


@pytest.mark.parametrize("service", [*SERVICES, "gateway"])
def test_every_route_of_a_service_has_its_row_and_every_row_its_route(
    service: str, documents: Mapping[str, dict[str, Any]]
) -> None:
    described = {
        (method.upper(), path)
        for path, methods in documents[service]["paths"].items()
        for method in methods
    }
    opened = {("GET", path) for path in OPEN}
    routed = {(route.method, route.upstream) for route in ROUTES if route.service == service}
    assert described - opened == routed
    assert len(routed) >= 4


def test_the_document_of_the_platform_is_current(
    documents: Mapping[str, dict[str, Any]],
) -> None:
    kept = json.loads(FILE.read_text(encoding="utf-8"))
    assert kept == merge(documents), "run: wengang openapi build gateway/openapi.json"


def test_the_document_holds_together() -> None:
    kept = json.loads(FILE.read_text(encoding="utf-8"))
    operations = [each for path in kept["paths"].values() for each in path.values()]
    named = [each["operationId"] for each in operations]
    assert len(set(named)) == len(named)
    for reference in _references(kept):
        found: Any = kept
        for part in reference.removeprefix("#/").split("/"):
            found = found[part]
        assert found
    for path, methods in kept["paths"].items():
        for method, operation in methods.items():
            is_open = path in OPEN
            assert ("security" in operation) is not is_open, path
            keys = [each for each in operation.get("parameters", []) if _is_key(each)]
            assert len(keys) == (method not in {"get", "head"}), path
            assert all(each["required"] for each in keys), path


def _code(answer: httpx2.Response) -> object:
    """Return the code of a refusal; what answers HEAD has none."""
    code: object = answer.json()["code"] if answer.content else None
    return code


def _is_key(parameter: Mapping[str, Any]) -> bool:
    return bool(parameter["name"] == "Idempotency-Key")


def _references(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        for held in value.values():
            yield from _references(held)
    elif isinstance(value, list):
        for held in value:
            yield from _references(held)


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[str, TestClient]]:
    """The services, without a database: only who may call is asked of them here."""
    clients = {}
    for name in SERVICES:
        folder = tmp_path_factory.mktemp(name)
        app = service_app(name, folder)
        (folder / "trust.json").write_text(TrustBundle.of([KEY]).public_json())
        clients[name] = TestClient(app, raise_server_exceptions=False).__enter__()
    # Every call that gets in fails at the database: its traceback is not worth writing.
    with capture_logs():
        yield clients
    for client in clients.values():
        client.__exit__(None, None, None)


@cache
def _caller(who: Role | CallerKind) -> Caller:
    if isinstance(who, CallerKind):
        return Caller("x", who, "X", feeds=frozenset({"insured_headcount"}))
    return Caller("x", CallerKind.OFFICER, "X", roles=frozenset({who}))


@pytest.mark.parametrize("who", WHO)
def test_the_door_and_the_service_let_the_same_people_in(
    who: Role | CallerKind, services: Mapping[str, TestClient]
) -> None:
    behind = [route for route in ROUTES if route.service != "gateway"]
    caller = _caller(who)
    let_in = {route for route in behind if _is_let_in(route, caller, services)}
    expected = {
        route
        for route in behind
        if permits(caller, route.action, route.service) or (route.action, who) in NARROWER
    }
    assert let_in == expected


def _is_let_in(route: Route, caller: Caller, services: Mapping[str, TestClient]) -> bool:
    path = re.sub(r"\{[a-z_]+\}", "019ab000-0000-7000-8000-000000000000", route.upstream)
    token = hop.mint(KEY, caller, audience=route.service, method=route.method, path=path)
    answer = services[route.service].request(
        route.method,
        path,
        headers={
            "Authorization": f"Bearer {token}",
            "Idempotency-Key": "k",
            "Content-Type": "application/json",
        },
        content=b"{}" if route.method != "GET" else None,
    )
    assert answer.status_code != 401
    # That an agency does not hold this feed is said to those who were let in.
    return answer.status_code != 403 or _code(answer) == "feed_not_held"
