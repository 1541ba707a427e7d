"""Whether a document is what its reader takes: strict JSON Schemas, kept beside this module."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml
from jsonschema import Draft202012Validator
from jsonschema.protocols import Validator

FOLDER: Final = Path(__file__).parent / "schemas"


class NoSchema(Exception):
    """A kind that nobody described here; describe it, rather than apply it unchecked."""


def faults(manifest: Mapping[str, Any]) -> list[str]:
    """Name what Kubernetes, or the operator of a custom kind, would refuse or silently drop."""
    return _told(_validator(str(manifest.get("apiVersion")), str(manifest.get("kind"))), manifest)


def compose_faults(file: Mapping[str, Any]) -> list[str]:
    """Name what is no part of the Compose specification."""
    return _told(Draft202012Validator(_read("compose.json")), file)


def _told(validator: Validator, document: Mapping[str, Any]) -> list[str]:
    return sorted(f"{each.json_path}: {each.message}" for each in validator.iter_errors(document))


@cache
def _validator(version: str, kind: str) -> Validator:
    built_in, custom = _read("kubernetes.json"), _read("custom.yaml")
    if (name := f"{version}/{kind}") in custom["kinds"]:
        schema = {
            "type": "object",
            "additionalProperties": False,
            "required": ["apiVersion", "kind", "metadata", "spec"],
            "properties": {
                "apiVersion": {"const": version},
                "kind": {"const": kind},
                "metadata": {"$ref": "#/definitions/metadata"},
                "spec": custom["kinds"][name],
            },
            "definitions": custom["definitions"],
        }
        return Draft202012Validator(schema)
    if kind not in built_in["kinds"]:
        raise NoSchema(name)
    return Draft202012Validator(
        {"$ref": built_in["kinds"][kind], "definitions": built_in["definitions"]}
    )


@cache
def _read(name: str) -> dict[str, Any]:
    text = (FOLDER / name).read_text(encoding="utf-8")
    found: dict[str, Any] = yaml.safe_load(text) if name.endswith(".yaml") else json.loads(text)
    return found
