"""The small renderer: equal to kubectl's where there is one, and strict."""

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.contract.deploy.kustomize import Manifest, NotRendered, render
from tests.contract.deploy.objects import K8S, OVERLAYS

_HASH = re.compile(r"(-settings|-door|-configuration|-realm)-[a-z0-9]{10}$")


def _kubectl() -> str:
    """Return a kubectl whose kustomize understands what we use, or skip."""
    found = shutil.which("kubectl")
    if found is None:
        pytest.skip("there is no kubectl here")
    told = subprocess.run(
        [found, "version", "--client", "-o", "json"], capture_output=True, text=True, check=False
    )
    version = re.search(r'"kustomizeVersion": "v(\d+)\.', told.stdout)
    if version is None or int(version[1]) < 5:
        pytest.skip("kubectl's kustomize is older than 5")
    return found


def _without_hashes(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_hashes(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_without_hashes(each) for each in value]
    return _HASH.sub(r"\1", value) if isinstance(value, str) else value


def _by_name(manifests: list[Manifest]) -> dict[str, str]:
    """Map each object to its content; lists that Kubernetes joins by key have no order of ours."""
    return {
        f"{each['kind']} {each['metadata']['name']}": _text(_sorted(each)) for each in manifests
    }


def _text(value: Any) -> str:
    return json.dumps(value, sort_keys=True)


def _sorted(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _sorted(each) for key, each in value.items()}
    if isinstance(value, list):
        return sorted((_sorted(each) for each in value), key=_text)
    return value


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_it_renders_what_kubectl_renders(overlay: str, overlays: dict[str, list[Manifest]]) -> None:
    told = subprocess.run(
        [_kubectl(), "kustomize", str(K8S / "overlays" / overlay)],
        capture_output=True,
        text=True,
        check=True,
    )
    theirs = [_without_hashes(each) for each in yaml.safe_load_all(told.stdout)]
    assert _by_name(overlays[overlay]) == _by_name(theirs)


REMOVE = "patch: '[{op: remove, path: /spec}]'"
NAMESPACE = "apiVersion: v1\nkind: Namespace\nmetadata: {name: a}\n"


@pytest.mark.parametrize(
    ("kustomization", "told"),
    [
        ("resources: [b.yaml]", r"b\.yaml is not there"),
        ("resources: [a.yaml]\nnamePrefix: x-", "namePrefix"),
        ("resources: [a.yaml, a.yaml]", "doubled"),
        (
            f"resources: [a.yaml]\npatches: [{{target: {{kind: Namespace, name: b}}, {REMOVE}}}]",
            "no object is the target",
        ),
        (
            f"resources: [a.yaml]\npatches: [{{target: {{kind: Namespace}}, {REMOVE}}}]",
            "finds no spec",
        ),
        ("resources: [a.yaml]\nimages: [{name: x, newName: y, newTag: z}]", "nobody runs"),
        (
            "configMapGenerator: [{name: x, behavior: merge, literals: [a=b]}]",
            "no ConfigMap x to merge with",
        ),
    ],
)
def test_what_would_be_passed_over_is_refused(
    kustomization: str, told: str, tmp_path: Path
) -> None:
    (tmp_path / "a.yaml").write_text(NAMESPACE)
    (tmp_path / "kustomization.yaml").write_text(f"kind: Kustomization\n{kustomization}\n")
    with pytest.raises(NotRendered, match=told):
        render(tmp_path)


def test_every_file_is_part_of_something() -> None:
    """A manifest that no kustomization names is a manifest that nobody applies."""
    named = set()
    for file in K8S.rglob("kustomization.yaml"):
        named.add(file)
        what = yaml.safe_load(file.read_text(encoding="utf-8"))
        paths = [*what.get("resources", []), *what.get("components", [])]
        paths += [patch["path"] for patch in what.get("patches", []) if "path" in patch]
        for generator in what.get("configMapGenerator", []):
            paths += [*generator.get("files", []), *generator.get("envs", [])]
        named |= {(file.parent / path).resolve() for path in paths}
    files = {path for path in K8S.rglob("*") if path.is_file()}
    assert sorted(str(path.relative_to(K8S)) for path in files - named) == []
