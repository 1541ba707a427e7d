"""As much of kustomize as deploy/k8s uses; anything else is refused rather than passed over."""

import copy
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import yaml

Manifest = dict[str, Any]

_UNDERSTOOD: Final = {
    "apiVersion",
    "kind",
    "namespace",
    "resources",
    "components",
    "configMapGenerator",
    "images",
    "patches",
}
_NO_NAMESPACE: Final = frozenset({"Namespace"})
# Lists of Kubernetes' own kinds that a strategic merge joins by a key (its OpenAPI extensions say
# so); all other lists, and all lists of custom kinds, are replaced.
_MERGE_KEYS: Final = {
    "containers": "name",
    "initContainers": "name",
    "volumes": "name",
    "env": "name",
    "volumeMounts": "mountPath",
    "ports": "containerPort",
    "topologySpreadConstraints": "topologyKey",
}
_BUILT_IN: Final = re.compile(r"v1$|(apps|batch|policy|autoscaling|networking\.k8s\.io)/")


class NotRendered(Exception):
    """A kustomization names what is not there, or uses what is not understood here."""


def documents(file: Path) -> list[Manifest]:
    """Read a YAML file of manifests."""
    found = list(yaml.safe_load_all(file.read_text(encoding="utf-8")))
    if not all(isinstance(each, dict) and each.get("kind") for each in found):
        raise NotRendered(f"{file} holds something that is no manifest")
    return found


def render(folder: Path) -> list[Manifest]:
    """Return what `kubectl kustomize` makes of a folder, but for the hashes in names."""
    return _apply(folder, [])


def _apply(folder: Path, given: list[Manifest]) -> list[Manifest]:
    [what] = documents(folder / "kustomization.yaml")
    if strange := set(what) - _UNDERSTOOD:
        raise NotRendered(f"{folder}: {', '.join(sorted(strange))}")
    made = [*given, *_resources(folder, what.get("resources", []))]
    for generator in what.get("configMapGenerator", []):
        _generate(folder, generator, made)
    for name in what.get("components", []):
        made = _apply(folder / name, made)
    for patch in what.get("patches", []):
        _patch(folder, patch, made)
    for image in what.get("images", []):
        _set_image(image, made)
    for each in made if "namespace" in what else ():
        if each["kind"] not in _NO_NAMESPACE:
            each["metadata"]["namespace"] = what["namespace"]
    _refuse_doubles(folder, made)
    return made


def _resources(folder: Path, names: Sequence[str]) -> Iterator[Manifest]:
    for name in names:
        place = folder / name
        if not place.exists():
            raise NotRendered(f"{folder}: {name} is not there")
        yield from render(place) if place.is_dir() else documents(place)


def _generate(folder: Path, generator: Mapping[str, Any], made: list[Manifest]) -> None:
    data: dict[str, str] = {}
    for name in generator.get("files", []):
        data[Path(name).name] = (folder / name).read_text(encoding="utf-8")
    for name in generator.get("envs", []):
        lines = (folder / name).read_text(encoding="utf-8").splitlines()
        data |= _pairs(line for line in lines if line and not line.startswith("#"))
    data |= _pairs(generator.get("literals", []))
    known = [
        each
        for each in made
        if each["kind"] == "ConfigMap" and each["metadata"]["name"] == generator["name"]
    ]
    if generator.get("behavior") == "merge":
        if not known:
            raise NotRendered(f"{folder}: there is no ConfigMap {generator['name']} to merge with")
        known[0]["data"] |= data
        return
    made.append(
        {
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {"name": generator["name"]},
            "data": data,
        }
    )


def _pairs(lines: Iterable[str]) -> dict[str, str]:
    return dict(line.split("=", 1) for line in lines)


def _patch(folder: Path, patch: Mapping[str, Any], made: list[Manifest]) -> None:
    text = patch.get("patch") or (folder / patch["path"]).read_text(encoding="utf-8")
    change = yaml.safe_load(text)
    target = patch.get("target")
    if target is None:
        target = {"kind": change["kind"], "name": re.escape(change["metadata"]["name"])}
    matching = [each for each in made if _is_target(each, target)]
    if not matching:
        raise NotRendered(f"{folder}: no object is the target {dict(target)}")
    for each in matching:
        if isinstance(change, list):
            for operation in change:
                _operate(each, copy.deepcopy(operation))
        else:
            own = {key: value for key, value in change.items() if key != "metadata"}
            merged = _merge(
                each, copy.deepcopy(own), is_ours=not _BUILT_IN.match(each["apiVersion"])
            )
            each.update(merged)


def _is_target(manifest: Manifest, target: Mapping[str, str]) -> bool:
    if manifest["kind"] != target["kind"]:
        return False
    name = target.get("name")
    if name is not None and not re.fullmatch(name, manifest["metadata"]["name"]):
        return False
    labels = manifest["metadata"].get("labels", {})
    wanted = _pairs(target["labelSelector"].split(",")) if "labelSelector" in target else {}
    return all(labels.get(key) == value for key, value in wanted.items())


def _merge(old: Any, new: Any, *, is_ours: bool, key: str = "") -> Any:
    """Merge strategically; a custom kind (`is_ours`) has no lists that are joined."""
    if isinstance(old, dict) and isinstance(new, dict):
        joined = {
            name: _merge(old[name], value, is_ours=is_ours, key=name) if name in old else value
            for name, value in new.items()
        }
        return {**old, **joined}
    by = None if is_ours else _MERGE_KEYS.get(key)
    if isinstance(old, list) and isinstance(new, list) and by is not None:
        places = {each[by]: each for each in old}
        fresh = [each for each in new if each[by] not in places]
        changed = {each[by]: each for each in new if each[by] in places}
        kept = [
            _merge(each, changed[each[by]], is_ours=is_ours) if each[by] in changed else each
            for each in old
        ]
        return fresh + kept
    return new


def _operate(manifest: Manifest, operation: Mapping[str, Any]) -> None:
    """Do one step of a JSON patch (RFC 6902): replace or remove what is there."""
    *way, last = operation["path"].removeprefix("/").split("/")
    place: Any = manifest
    for step in way:
        place = place[_index(place, step)]
    at = _index(place, last)
    if operation["op"] == "remove":
        del place[at]
    elif operation["op"] == "replace":
        place[at] = operation["value"]
    else:
        raise NotRendered(f"{operation['op']} is not understood")


def _index(place: Any, step: str) -> Any:
    index = int(step) if isinstance(place, list) else step.replace("~1", "/").replace("~0", "~")
    try:
        place[index]
    except (KeyError, IndexError) as error:
        raise NotRendered(f"a patch finds no {step}") from error
    return index


def _set_image(image: Mapping[str, str], made: list[Manifest]) -> None:
    used = False
    for manifest in made:
        for container in containers(manifest):
            if container["image"] == image["name"]:
                used = True
                version = f"@{image['digest']}" if "digest" in image else f":{image['newTag']}"
                container["image"] = image["newName"] + version
    if not used:
        raise NotRendered(f"nobody runs the image {image['name']}")


def containers(manifest: Manifest) -> Iterator[dict[str, Any]]:
    """List the containers of whatever has a pod template."""
    template = manifest.get("spec", {}).get("template", {})
    spec = template.get("spec", {}) if isinstance(template, dict) else {}
    yield from spec.get("initContainers", [])
    yield from spec.get("containers", [])


def _refuse_doubles(folder: Path, made: list[Manifest]) -> None:
    names = [(each["kind"], each["metadata"]["name"]) for each in made]
    if doubled := {name for name in names if names.count(name) > 1}:
        raise NotRendered(f"{folder}: doubled: {sorted(doubled)}")
