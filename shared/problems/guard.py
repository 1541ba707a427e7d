"""What no endpoint takes: unknown parameters, JSON that would break later, too large a body."""

import json
import re
from collections.abc import Callable, Iterator
from math import isinf

import pydantic_core
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from pydantic import BaseModel
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.problems.problem import MAX_ERRORS, Errors, Problem, answer

BODY_TOO_LARGE = Problem(413, "body_too_large")
_MAX_DIGITS = 18
_JSON = re.compile(r"application/([\w.+-]+\+)?json\s*(;.*)?", re.IGNORECASE | re.DOTALL)
# Cheap signs, found in the raw bytes, that the parsed body must be looked through: a null
# character, which PostgreSQL cannot store, or a number that becomes infinite.
_SUSPECT = re.compile(rb"\\u0000|[0-9.][eE]\+?[0-9]{3}")


class BodyUnreadable(Exception):
    """The body is no JSON, or nested deeper than any of ours, or has numbers without end."""

    code = "body_unreadable"


class UnsupportedMediaType(Exception):
    """The endpoint reads JSON and was sent something else."""

    code = "unsupported_media_type"


class BodyRefused(Exception):
    """The JSON is well-formed, but no endpoint could keep it."""

    code = "validation_failed"

    def __init__(self, errors: Errors) -> None:
        self.errors = errors
        self.values = {"count": len(errors)}


class ParametersRefused(Exception):
    """The query has parameters that the endpoint does not know, or with a null character."""

    code = "parameters_refused"

    def __init__(self, errors: Errors) -> None:
        self.errors = errors
        self.values = {"count": len(errors)}


async def guard(request: Request) -> None:
    """Refuse before any work: a misspelt filter would silently return everything."""
    # A route of an included router has its whole set of dependencies only in the context.
    context = request.scope.get("fastapi", {}).get("effective_route_context")
    route: APIRoute = context or request.scope["route"]
    if errors := _parameter_errors(request, route.dependant):
        raise ParametersRefused(errors)
    field = route.body_field
    # Only JSON that FastAPI has read already: a streamed body must stay a stream.
    if field is None or getattr(field.field_info, "media_type", None) != "application/json":
        return
    body = await request.body()
    if body and not _JSON.fullmatch(request.headers.get("content-type", "")):
        raise UnsupportedMediaType
    if body:
        _check_json(body)


def _check_json(body: bytes) -> None:
    try:
        parsed = pydantic_core.from_json(body, allow_inf_nan=False)
    except ValueError as error:
        raise BodyUnreadable from error
    try:
        # Of two members of one name the last would count: what was checked first may be the other.
        json.loads(body, object_pairs_hook=_once_each)
    except (ValueError, RecursionError) as error:
        raise BodyUnreadable from error
    if _SUSPECT.search(body) and (errors := list(_json_errors(parsed, ""))[:MAX_ERRORS]):
        raise BodyRefused(errors)


def _once_each(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a name stands twice in one object")
    return members


def _json_errors(value: object, pointer: str) -> Iterator[dict[str, object]]:
    if isinstance(value, str) and "\x00" in value:
        yield {"pointer": pointer, "code": "unsafe_character"}
    elif isinstance(value, float) and isinf(value):
        yield {"pointer": pointer, "code": "not_finite"}
    elif isinstance(value, list):
        for index, held in enumerate(value):
            yield from _json_errors(held, f"{pointer}/{index}")
    elif isinstance(value, dict):
        for key, held in value.items():
            if "\x00" in key:
                yield {"pointer": pointer, "code": "unsafe_character"}
            yield from _json_errors(held, f"{pointer}/{key.replace('~', '~0').replace('/', '~1')}")


def _parameter_errors(request: Request, dependant: Dependant) -> list[dict[str, object]]:
    known = frozenset(_query_names(dependant)) if request.query_params else frozenset()
    errors: list[dict[str, object]] = [
        {"parameter": name[:80], "in": "query", "code": "unknown_parameter"}
        for name in dict.fromkeys(request.query_params)
        if name not in known
    ]
    sent = [("path", name, str(value)) for name, value in request.path_params.items()]
    sent += [("query", name, value) for name, value in request.query_params.multi_items()]
    errors += [
        {"parameter": name[:80], "in": place, "code": "unsafe_character"}
        for place, name, value in sent
        if "\x00" in value
    ]
    return errors[:MAX_ERRORS]


def _query_names(dependant: Dependant) -> Iterator[str]:
    for field in dependant.query_params:
        annotation = field.field_info.annotation
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            for name, part in annotation.model_fields.items():
                yield part.alias or name
        else:
            yield field.alias
    for inner in dependant.dependencies:
        yield from _query_names(inner)


# Bytes of a body at most: of every request, or as the request says.
MaxBytes = int | Callable[[Scope], int]


class BodyLimit:
    """Answer 413, as a problem, before a body over the limit is read or while it is.

    FastAPI's own limit answers in plain text.
    """

    def __init__(self, app: ASGIApp, *, max_bytes: MaxBytes) -> None:
        self._app = app
        self._of = max_bytes if callable(max_bytes) else lambda _scope: max_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = self._of(scope)
        length = Headers(scope=scope).get("content-length", "")
        if length.isascii() and length.isdigit() and _exceeds(length, limit):
            response = answer(Request(scope), BODY_TOO_LARGE, values={"limit": limit})
            await response(scope, receive, send)
            return
        seen = 0

        async def counted() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > limit:
                # FastAPI hands an HTTPException on as it is, anything else becomes its 400.
                raise HTTPException(BODY_TOO_LARGE.status, detail=str(limit))
            return message

        await self._app(scope, counted, send)


def _exceeds(length: str, limit: int) -> bool:
    # As text first: a header of ten thousand digits is no number to convert.
    return len(length) > _MAX_DIGITS or int(length) > limit
