"""The overlays, rendered once."""

import pytest

from tests.contract.deploy.kustomize import Manifest, render
from tests.contract.deploy.objects import K8S, OVERLAYS


@pytest.fixture(scope="session")
def overlays() -> dict[str, list[Manifest]]:
    """What each overlay makes."""
    return {name: render(K8S / "overlays" / name) for name in OVERLAYS}


@pytest.fixture(params=OVERLAYS)
def manifests(
    request: pytest.FixtureRequest, overlays: dict[str, list[Manifest]]
) -> list[Manifest]:
    """What one overlay makes; a test looks at both."""
    return overlays[request.param]
