"""The one OpenAPI document of the platform, put together from those of the services by the routes.

It is a file, so that it is there when a service is down; a contract test keeps it current.
"""

import json
from collections.abc import Iterator, Mapping
from importlib.resources import files
from typing import Any, Final

from gateway.routes import OPEN, ROUTES, Route

Document = dict[str, Any]

FILE: Final = files("gateway") / "openapi.json"

_SCHEMAS: Final = "#/components/schemas/"
_HEAD: Final[Document] = {
    "openapi": "3.1.0",
    "info": {
        "title": "Wengang 稳岗",
        "version": "1",
        "description": "Every request below /v1 carries an access token of the identity provider; "
        "every write an Idempotency-Key. Refusals are problems (RFC 9457).",
    },
    "servers": [{"url": "/"}],
}
_BEARER: Final[Document] = {
    "type": "http",
    "scheme": "bearer",
    "description": "An access token of the identity provider: a JWT, or an opaque one.",
}
# What the door itself may answer, beside what a service does.
_AT_THE_DOOR: Final = ("429", "502", "503", "504")


def merge(documents: Mapping[str, Document]) -> Document:
    """Return the platform's document; `documents` has one for each service, by its name.

    Raises KeyError if a route leads to an operation that the service does not describe.
    """
    clashing = _clashing(documents)
    renamed = {
        service: _with_names(document, service, clashing) for service, document in documents.items()
    }
    merged: Document = {**_HEAD, "paths": {}}
    schemas: Document = {}
    for service, document in renamed.items():
        for name, schema in document["components"]["schemas"].items():
            schemas[_name(name, service, clashing)] = schema
    for path in OPEN:
        if path in renamed["gateway"]["paths"]:
            merged["paths"][path] = renamed["gateway"]["paths"][path]
    for route in ROUTES:
        method = route.method.lower()
        operation = renamed[route.service]["paths"][route.upstream][method]
        merged["paths"].setdefault(route.template, {})[method] = _outside(operation, route)
    merged["components"] = {
        "schemas": dict(sorted(schemas.items())),
        "responses": renamed["gateway"]["components"]["responses"],
        "securitySchemes": {"bearer": _BEARER},
    }
    return merged


def written(document: Document) -> str:
    """Return the document as the file holds it."""
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def _outside(operation: Document, route: Route) -> Document:
    """Return an operation as it is at the door: its name, its token, its key."""
    shown: Document = json.loads(json.dumps(operation))
    again = sum(other.action == route.action for other in ROUTES) > 1
    shown["operationId"] = f"{route.action}.{route.service}" if again else route.action
    shown["security"] = [{"bearer": []}]
    for parameter in shown.get("parameters", ()):
        if parameter["name"] == "Idempotency-Key":
            parameter["required"] = True
            parameter["schema"] = {"type": "string", "maxLength": 200}
    for status in _AT_THE_DOOR:
        shown["responses"].setdefault(status, {"$ref": "#/components/responses/Problem"})
    return shown


def _name(name: str, service: str, clashing: frozenset[str]) -> str:
    return f"{service}.{name}" if name in clashing else name


def _clashing(documents: Mapping[str, Document]) -> frozenset[str]:
    """Name the schemas that services understand differently, by themselves or by what they hold."""
    held: dict[str, list[Document]] = {}
    for document in documents.values():
        for name, schema in document["components"]["schemas"].items():
            held.setdefault(name, []).append(schema)
    clashing = {
        name for name, schemas in held.items() if any(other != schemas[0] for other in schemas)
    }
    while True:
        more = {
            name
            for name, schemas in held.items()
            if name not in clashing
            and len(schemas) > 1
            and clashing & {reference.removeprefix(_SCHEMAS) for reference in _references(schemas)}
        }
        if not more:
            return frozenset(clashing)
        clashing |= more


def _references(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        value = list(value.values())
    if isinstance(value, list):
        for held in value:
            yield from _references(held)


def _with_names(value: Any, service: str, clashing: frozenset[str]) -> Any:  # noqa: ANN401 JSON
    """Let the references of a service's document lead to the schemas' names in the merged one."""
    if isinstance(value, dict):
        changed = {name: _with_names(held, service, clashing) for name, held in value.items()}
        reference = value.get("$ref")
        if isinstance(reference, str) and reference.startswith(_SCHEMAS):
            changed["$ref"] = _SCHEMAS + _name(reference[len(_SCHEMAS) :], service, clashing)
        return changed
    if isinstance(value, list):
        return [_with_names(held, service, clashing) for held in value]
    return value
