"""Nobody gets in without a token: every route of every service, called without one."""

from pathlib import Path

import pytest
from starlette.testclient import TestClient

from shared.service.probes import OPEN_PATHS
from tests.architecture.deployables import SERVICES, service_app


@pytest.mark.parametrize("service", SERVICES)
def test_every_route_demands_a_caller(service: str, tmp_path: Path) -> None:
    app = service_app(service, tmp_path)
    operations = [
        (method, path) for path, methods in app.openapi()["paths"].items() for method in methods
    ]
    assert len(operations) >= 4
    with TestClient(app, raise_server_exceptions=False) as client:
        for method, path in operations:
            answer = client.request(method, path, headers={"Idempotency-Key": "k"})
            assert answer.status_code == 401, f"{method} {path}: {answer.text}"
            assert method == "head" or answer.json()["code"] == "unauthenticated"


@pytest.mark.parametrize("service", SERVICES)
def test_only_the_probes_are_open(service: str, tmp_path: Path) -> None:
    app = service_app(service, tmp_path)
    documented = set(app.openapi()["paths"])
    hidden = {route.path for route in app.routes if hasattr(route, "path")} - documented
    assert hidden <= {*OPEN_PATHS, "/openapi.json"}
