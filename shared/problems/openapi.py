"""How the OpenAPI document tells of problems: one schema, one media type, on every operation."""

from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI
from pydantic import BaseModel, ConfigDict, Field

from shared.problems.problem import MEDIA_TYPE, Problem

_REFERENCE = "#/components/schemas/Problem"
_SHARED_RESPONSE = "#/components/responses/Problem"
# What any operation may answer beside what its endpoint declares.
_ALWAYS = (400, 401, 403, 404, 405, 409, 412, 413, 415, 422, 500)
_FASTAPI_OWN = ("HTTPValidationError", "ValidationError")


class ProblemError(BaseModel):
    """One fault: its place, its stable code, and its text in the language of the request."""

    model_config = ConfigDict(extra="allow")

    pointer: str | None = Field(default=None, description="JSON pointer (RFC 6901) into the body.")
    parameter: str | None = Field(default=None, description="Name of the parameter.")
    row: int | None = Field(default=None, description="Row of a file, from 1.")
    column: str | None = Field(default=None, description="Column of a file.")
    value: str | None = Field(default=None, description="What was sent, cut short and masked.")
    code: str
    message: str


class ProblemRead(BaseModel):
    """Why a request was refused (RFC 9457)."""

    model_config = ConfigDict(title="Problem")

    type: str = Field(description="/problems/<code>")
    title: str
    status: int
    detail: str
    instance: str = Field(description="Path of the request.")
    code: str = Field(description="Stable, English, snake_case.")
    trace_id: str | None = Field(default=None, description="To tell the administrator.")
    errors: list[ProblemError] | None = None


def responses(
    problems: Mapping[type[Exception], Problem], *errors: type[Exception]
) -> dict[int | str, dict[str, Any]]:
    """Document the refusals of an endpoint: `responses=responses(PROBLEMS, CaseNotFound)`."""
    codes: dict[int, list[str]] = {}
    for error in errors:
        problem = problems[error]
        codes.setdefault(problem.status, []).append(problem.code)
    return {status: _response(", ".join(of_status)) for status, of_status in codes.items()}


def document(app: FastAPI) -> None:
    """Let the app's OpenAPI document tell what `install` makes it answer."""
    plain = app.openapi

    def openapi() -> dict[str, Any]:
        # FastAPI keeps the document, so it is amended once.
        if app.openapi_schema is None:
            _amend(plain())
        return plain()

    app.openapi = openapi  # type: ignore[method-assign]  # FastAPI's documented way to extend


def _amend(schema: dict[str, Any]) -> None:
    for path in schema.get("paths", {}).values():
        for operation in path.values():
            told = operation.setdefault("responses", {})
            if "application/json" in told.get("422", {}).get("content", {}):
                del told["422"]
            for status in _ALWAYS:
                told.setdefault(str(status), {"$ref": _SHARED_RESPONSE})
    components = schema.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    for name in _FASTAPI_OWN:
        schemas.pop(name, None)
    body = ProblemRead.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas.update(body.pop("$defs"))
    schemas["Problem"] = body
    components.setdefault("responses", {})["Problem"] = _response("Refused; see code.")


def _response(description: str) -> dict[str, Any]:
    content = {MEDIA_TYPE: {"schema": {"$ref": _REFERENCE}}}
    return {"description": description, "content": content}
