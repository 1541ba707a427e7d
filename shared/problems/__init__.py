"""Refusals over HTTP as RFC 9457 problems: each service has a table, this renders it.

A domain error may have `values` (fields of the text; its attributes otherwise) and `errors`
(faults by row or pointer). Nothing that an exception says is ever sent.
"""

from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus

import structlog
from fastapi import Depends, FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from shared.pagination import CursorRefused
from shared.problems.guard import (
    BODY_TOO_LARGE,
    BodyLimit,
    BodyRefused,
    BodyUnreadable,
    MaxBytes,
    ParametersRefused,
    UnsupportedMediaType,
    guard,
)
from shared.problems.openapi import document, responses
from shared.problems.problem import MEDIA_TYPE, Problem, answer
from shared.problems.validation import faults, is_about_body

__all__ = ["MEDIA_TYPE", "Problem", "Problems", "answer", "install", "responses"]

Problems = Mapping[type[Exception], Problem]
_Handler = Callable[[Request, Exception], Awaitable[Response]]

DEFAULT_MAX_BODY_BYTES = 16 * 1024 * 1024

_UNREADABLE = Problem(422, "body_unreadable")
_INVALID_BODY = Problem(422, "validation_failed")
_INVALID_PARAMETERS = Problem(400, "parameters_refused")
_INTERNAL = Problem(500, "internal")
_KERNEL: Problems = {
    BodyUnreadable: _UNREADABLE,
    BodyRefused: _INVALID_BODY,
    ParametersRefused: _INVALID_PARAMETERS,
    UnsupportedMediaType: Problem(415, "unsupported_media_type"),
    CursorRefused: Problem(400, "cursor_refused"),
}
# What Starlette and FastAPI raise by status; their 400 is a body that they could not parse.
_BY_STATUS: Mapping[int, Problem] = {
    400: _UNREADABLE,
    401: Problem(401, "unauthenticated"),
    403: Problem(403, "forbidden"),
    404: Problem(404, "not_found"),
    405: Problem(405, "method_not_allowed"),
    406: Problem(406, "not_acceptable"),
    413: BODY_TOO_LARGE,
    415: Problem(415, "unsupported_media_type"),
    428: Problem(428, "precondition_required"),
    429: Problem(429, "too_many_requests"),
    503: Problem(503, "unavailable"),
}
_log = structlog.get_logger(__name__)


def install(
    app: FastAPI, *tables: Problems, max_body_bytes: MaxBytes = DEFAULT_MAX_BODY_BYTES
) -> None:
    """Make `app` answer every refusal as a problem; call it before the routers are included.

    `tables` map error classes to problems; of two that fit, the class nearer to the error holds.
    """
    for table in (_KERNEL, *tables):
        for error, problem in table.items():
            app.add_exception_handler(error, _says(problem))
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _by_status)
    app.add_exception_handler(Exception, _unexpected)
    app.router.dependencies.append(Depends(guard))
    app.add_middleware(BodyLimit, max_bytes=max_body_bytes)
    document(app)


def _says(problem: Problem) -> _Handler:
    async def handler(request: Request, error: Exception) -> Response:
        if problem.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            _log.error("problem", code=problem.code, exc_info=error)
        values = getattr(error, "values", None)
        errors = getattr(error, "errors", ())
        return answer(
            request,
            problem,
            values=values if isinstance(values, Mapping) else vars(error),
            errors=errors if isinstance(errors, list | tuple) else (),
        )

    return handler


async def _invalid(request: Request, error: Exception) -> Response:
    refused = error if isinstance(error, RequestValidationError) else RequestValidationError([])
    raw = refused.errors()
    if any(not is_about_body(one) for one in raw):
        problem = _INVALID_PARAMETERS
    elif any(one["type"] == "json_invalid" for one in raw):
        problem = _UNREADABLE
    else:
        problem = _INVALID_BODY
    found = faults(raw, refused.body)
    return answer(request, problem, values={"count": len(raw)}, errors=found)


async def _by_status(request: Request, error: Exception) -> Response:
    refused = error if isinstance(error, HTTPException) else HTTPException(500)
    if refused.status_code < HTTPStatus.BAD_REQUEST:
        return Response(status_code=refused.status_code, headers=refused.headers)
    ours = refused.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR
    problem = _BY_STATUS.get(refused.status_code) or Problem(
        refused.status_code, "internal" if ours else "request_refused"
    )
    values = {"limit": refused.detail}
    return answer(request, problem, values=values, headers=refused.headers)


async def _unexpected(request: Request, error: Exception) -> Response:
    # The text may hold data of persons: it goes to the masked log, never to the client.
    _log.error("unexpected", path=request.url.path, exc_info=error)
    return answer(request, _INTERNAL)
