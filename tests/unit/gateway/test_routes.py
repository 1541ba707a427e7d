"""The table of routes leads where it says, and nowhere else."""

from itertools import combinations

import pytest

from gateway.paths import Target
from gateway.routes import ROUTES, SERVICES, find


def _target(path: str) -> Target:
    return Target(tuple(path.strip("/").split("/")))


@pytest.mark.parametrize(
    ("method", "path", "service", "action", "behind"),
    [
        ("GET", "/v1/feeds", "ingest", "feeds.list", "/v1/feeds"),
        ("POST", "/v1/feeds/f/batches", "ingest", "feeds.push", "/v1/feeds/f/batches"),
        ("GET", "/v1/enterprises/U", "ingest", "enterprises.show", "/v1/enterprises/U"),
        (
            "GET",
            "/v1/enterprises/U/assessments",
            "scoring",
            "assessments.list",
            "/v1/enterprises/U/assessments",
        ),
        ("POST", "/v1/cases/c/transitions", "cases", "cases.step", "/v1/cases/c/transitions"),
        ("PUT", "/v1/products/loan-1", "matchmaking", "products.put", "/v1/products/loan-1"),
        ("GET", "/v1/me", "gateway", "me.show", "/v1/me"),
        (
            "GET",
            "/v1/operations/scoring/outbox",
            "scoring",
            "operations.outbox",
            "/v1/operations/outbox",
        ),
        (
            "POST",
            "/v1/operations/cases/dead-letters/e1/cases-warning-raised/replay",
            "cases",
            "operations.replay",
            "/v1/operations/dead-letters/e1/cases-warning-raised/replay",
        ),
    ],
)
def test_a_path_leads_to_its_operation(
    method: str, path: str, service: str, action: str, behind: str
) -> None:
    match = find(_target(path))[method]
    assert (match.route.service, match.route.action) == (service, action)
    assert match.behind().path == behind


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/v1",
        "/v1/unknown",
        "/v1/cases/c/unknown",
        "/v1/cases/c/timeline/x",
        "/v1/operations/outbox",
        "/v1/operations/unknown/outbox",
        "/v1/operations/cases/outbox/x",
        "/v2/cases",
        "/livez",
    ],
)
def test_other_paths_lead_nowhere(path: str) -> None:
    assert find(_target(path)) == {}


def test_the_methods_of_a_path_are_those_of_its_rows() -> None:
    assert set(find(_target("/v1/products/x"))) == {"GET", "PUT"}
    assert set(find(_target("/v1/cases/c/transitions"))) == {"POST"}


def test_no_path_is_of_two_templates() -> None:
    templates = sorted({route.template for route in ROUTES})
    for one, other in combinations(templates, 2):
        pairs = list(zip(one.split("/"), other.split("/"), strict=False))
        apart = one.count("/") != other.count("/") or any(
            left != right and not left.startswith("{") and not right.startswith("{")
            for left, right in pairs
        )
        assert apart, f"{one} and {other}"


def test_rows_are_unique_and_of_known_services() -> None:
    rows = [(route.method, route.template) for route in ROUTES]
    assert len(set(rows)) == len(rows)
    assert {route.service for route in ROUTES} == set(SERVICES)
    assert all(route.template.startswith("/v1/") for route in ROUTES)
