"""Rendered manifests as the rules see them: workloads, their pods, and what these refer to."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tests.architecture.deployables import ROOT
from tests.contract.deploy.kustomize import Manifest

K8S: Final[Path] = ROOT / "deploy" / "k8s"
OVERLAYS: Final = ("dev", "prod")
WORKLOADS: Final = frozenset({"Deployment", "StatefulSet", "Job"})


@dataclass(frozen=True)
class Workload:
    """Something that runs pods."""

    manifest: Manifest

    @property
    def kind(self) -> str:
        """Deployment, StatefulSet or Job."""
        return str(self.manifest["kind"])

    @property
    def name(self) -> str:
        """Its name."""
        return str(self.manifest["metadata"]["name"])

    @property
    def spec(self) -> dict[str, Any]:
        """The workload's own spec."""
        found: dict[str, Any] = self.manifest["spec"]
        return found

    @property
    def pod(self) -> dict[str, Any]:
        """The spec of its pods."""
        found: dict[str, Any] = self.spec["template"]["spec"]
        return found

    @property
    def labels(self) -> dict[str, str]:
        """The labels of its pods."""
        found: dict[str, str] = self.spec["template"]["metadata"]["labels"]
        return found

    @property
    def containers(self) -> list[dict[str, Any]]:
        """Every container of a pod."""
        found: list[dict[str, Any]] = [*self.pod.get("initContainers", []), *self.pod["containers"]]
        return found

    @property
    def is_ours(self) -> bool:
        """Whether it runs a program of this repository."""
        return self.labels.get("app.kubernetes.io/part-of") == "wengang" and self.kind != (
            "StatefulSet"
        )


def workloads(manifests: Sequence[Manifest]) -> list[Workload]:
    """List everything that runs pods."""
    return [Workload(each) for each in manifests if each["kind"] in WORKLOADS]


def of_kind(manifests: Sequence[Manifest], kind: str) -> dict[str, Manifest]:
    """Map the names of a kind to its manifests."""
    return {each["metadata"]["name"]: each for each in manifests if each["kind"] == kind}


def selects(selector: Mapping[str, Any], labels: Mapping[str, str]) -> bool:
    """Say whether a label selector takes these labels."""
    for key, value in selector.get("matchLabels", {}).items():
        if labels.get(key) != value:
            return False
    for each in selector.get("matchExpressions", []):
        assert each["operator"] == "In", f"{each['operator']} is not understood here"
        if labels.get(each["key"]) not in each["values"]:
            return False
    return True


def environment(workload: Workload, manifests: Sequence[Manifest]) -> dict[str, str | None]:
    """Return what the first container is told: values, or None where a secret gives one."""
    [container] = workload.containers
    told: dict[str, str | None] = {}
    for source in container.get("envFrom", []):
        if "configMapRef" in source:
            told |= of_kind(manifests, "ConfigMap")[source["configMapRef"]["name"]]["data"]
    for variable in container.get("env", []):
        told[variable["name"]] = variable.get("value")
    return told


def references(workload: Workload) -> Iterator[tuple[str, str, str | None]]:
    """Name every (kind, name, key) that pods refer to; no key where the whole is taken."""
    for container in workload.containers:
        yield from _of_environment(container)
    for volume in workload.pod.get("volumes", []):
        if "secret" in volume:
            yield from _of_volume("Secret", volume["secret"]["secretName"], volume["secret"])
        if "configMap" in volume:
            yield from _of_volume("ConfigMap", volume["configMap"]["name"], volume["configMap"])
        if "persistentVolumeClaim" in volume:
            yield "PersistentVolumeClaim", volume["persistentVolumeClaim"]["claimName"], None


def _of_environment(container: Mapping[str, Any]) -> Iterator[tuple[str, str, str | None]]:
    for source in container.get("envFrom", []):
        for kind, word in (("Secret", "secretRef"), ("ConfigMap", "configMapRef")):
            if word in source:
                yield kind, source[word]["name"], None
    for variable in container.get("env", []):
        origin = variable.get("valueFrom", {})
        for kind, word in (("Secret", "secretKeyRef"), ("ConfigMap", "configMapKeyRef")):
            if word in origin:
                yield kind, origin[word]["name"], origin[word]["key"]


def _of_volume(
    kind: str, name: str, volume: Mapping[str, Any]
) -> Iterator[tuple[str, str, str | None]]:
    items = volume.get("items")
    if items is None:
        yield kind, name, None
    for item in items or ():
        yield kind, name, item["key"]
