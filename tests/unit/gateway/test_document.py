"""One document out of several: names stay apart where services mean different things by them."""

from typing import Any

from gateway.document import merge
from gateway.routes import ROUTES, SERVICES


def _document(service: str, **schemas: Any) -> dict[str, Any]:
    paths: dict[str, Any] = {}
    for route in ROUTES:
        if route.service == service:
            content = {"schema": {"$ref": "#/components/schemas/Page"}}
            paths.setdefault(route.upstream, {})[route.method.lower()] = {
                "operationId": f"{service}-{route.action}",
                "parameters": [
                    {"name": "Idempotency-Key", "in": "header", "schema": {"type": "string"}}
                ],
                "responses": {"200": {"content": {"application/json": content}}},
            }
    return {
        "paths": paths,
        "components": {
            "schemas": {
                "Page": {"items": {"$ref": "#/components/schemas/Row"}},
                "Problem": {"type": "object"},
                **schemas,
            },
            "responses": {"Problem": {"description": "Refused."}},
        },
    }


def test_schemas_that_differ_are_told_apart_and_so_is_what_holds_them() -> None:
    documents = {
        service: _document(service, Row={"type": "object" if service == "cases" else "string"})
        for service in SERVICES
    }
    merged = merge(documents)
    schemas = merged["components"]["schemas"]
    assert schemas["Problem"] == {"type": "object"}
    assert schemas["cases.Row"] == {"type": "object"}
    assert schemas["ingest.Row"] == {"type": "string"}
    assert "Page" not in schemas
    assert schemas["cases.Page"] == {"items": {"$ref": "#/components/schemas/cases.Row"}}
    shown = merged["paths"]["/v1/cases"]["get"]["responses"]["200"]["content"]
    assert shown["application/json"]["schema"] == {"$ref": "#/components/schemas/cases.Page"}


def test_schemas_that_agree_are_one() -> None:
    documents = {service: _document(service, Row={"type": "object"}) for service in SERVICES}
    assert set(merge(documents)["components"]["schemas"]) == {"Page", "Problem", "Row"}


def test_operations_are_as_they_are_at_the_door() -> None:
    documents = {service: _document(service, Row={}) for service in SERVICES}
    merged = merge(documents)
    listed = merged["paths"]["/v1/cases"]["get"]
    assert listed["operationId"] == "cases.list"
    assert listed["security"] == [{"bearer": []}]
    assert listed["parameters"][0]["required"] is True
    assert set(listed["responses"]) == {"200", "429", "502", "503", "504"}
    outbox = merged["paths"]["/v1/operations/scoring/outbox"]["get"]
    assert outbox["operationId"] == "operations.outbox.scoring"
    assert len(merged["paths"]) == len({route.template for route in ROUTES})
    assert merged["openapi"] == "3.1.0"
