"""What alerts, scalers and the page ask Prometheus for is what processes tell."""

import re
from collections.abc import Sequence

from tests.architecture.deployables import ROOT
from tests.contract.deploy.kustomize import Manifest
from tests.contract.deploy.objects import of_kind

_GAUGE = re.compile(r'create_gauge\(\s*"([\w.]+)", "([^"]+)"')


def _told() -> set[str]:
    """Name the metrics as the exporter does: dots as underscores, the unit at the end."""
    source = (ROOT / "shared" / "service" / "metrics.py").read_text(encoding="utf-8")
    return {
        name.replace(".", "_") + ("_seconds" if unit == "s" else "")
        for name, unit in _GAUGE.findall(source)
    }


def _asked(manifests: Sequence[Manifest]) -> set[str]:
    queries = [
        rule["expr"]
        for each in of_kind(manifests, "PrometheusRule").values()
        for group in each["spec"]["groups"]
        for rule in group["rules"]
    ]
    queries += [
        trigger["metadata"]["query"]
        for each in of_kind(manifests, "ScaledObject").values()
        for trigger in each["spec"]["triggers"]
    ]
    return {name for query in queries for name in re.findall(r"wengang_\w+", query)}


def test_everything_that_is_asked_for_is_told(overlays: dict[str, list[Manifest]]) -> None:
    asked = _asked(overlays["prod"])
    assert len(asked) == 3
    assert asked <= _told()


def test_the_page_names_every_metric() -> None:
    page = (ROOT / "docs" / "deployment.md").read_text(encoding="utf-8")
    assert set(re.findall(r"`(wengang_\w+)`", page)) == _told()
