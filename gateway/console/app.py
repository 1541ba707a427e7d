"""The console in front of the door: its addresses, and what it says when it cannot show a page."""

from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import quote

import structlog
from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from gateway.auth.provider import IssuerUnavailable
from gateway.console import (
    areas,
    assistance,
    backtests,
    cases,
    enterprises,
    entrance,
    foreseen,
    freshness,
    lists,
    models,
    rule_sets,
    tickets,
    work_lists,
)
from gateway.console.attempts import HOME
from gateway.console.desk import CALLBACK, SIGNED_OUT
from gateway.console.entrance import SIGN_IN
from gateway.console.lists import unknown_filters
from gateway.console.pages import FOLDER, STATIC, Assets, page
from gateway.console.visits import NotForThem, NotSignedIn, Refused, speech_of, visit_if_any
from gateway.schemas import ProblemTypeRead
from shared.messages import choose
from shared.telemetry.propagation import trace_id

log = structlog.get_logger(__name__)

_Handler = Callable[[Request, Exception], Awaitable[Response]]
_BARE: Final = HOME.rstrip("/")
_PROBLEMS: Final = "/problems/"


class Console:
    """The middleware that serves the pages; all else goes on to the door, and so do its calls."""

    def __init__(self, app: ASGIApp) -> None:
        self._door = app
        self._pages = Starlette(routes=_routes(), exception_handlers=_HANDLERS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "")
        if scope["type"] != "http" or not (
            path in {"/", _BARE} or path.startswith(HOME) or _is_explained(scope)
        ):
            await self._door(scope, receive, send)
            return
        # The pages' application writes into its scope; the door must see it as it came.
        inside = {**scope, "console.door": self._door, "console.outside": scope}
        await self._pages(inside, receive, send)


def _routes() -> list[Route | Mount]:
    case = "/console/cases/{case_id:uuid}"
    backtest = f"{backtests.BACKTESTS}/{{backtest_id:uuid}}"
    return [
        Route("/", _home),
        Route(f"{_PROBLEMS}{{code}}", _explain),
        Route(_BARE, _home),
        Route(HOME, lists.work),
        Route("/console/warnings", lists.warnings),
        Route("/console/warnings/{warning_id:uuid}/model", foreseen.show),
        Route(enterprises.ENTERPRISES, enterprises.find),
        Route(f"{enterprises.ENTERPRISES}/{{uscc}}", enterprises.show),
        Route("/console/freshness", freshness.show),
        Route(work_lists.WORK_LISTS, work_lists.show),
        Route(areas.AREA_ALERTS, areas.show_all),
        Route(f"{areas.AREA_ALERTS}/{{alert_id:uuid}}", areas.show),
        Route(rule_sets.RULE_SETS, rule_sets.show_all),
        Route(f"{rule_sets.RULE_SETS}/{{version}}", rule_sets.show),
        Route(f"{rule_sets.RULE_SETS}/{{version}}/steps", rule_sets.take_step, methods=["POST"]),
        Route(f"{rule_sets.RULE_SETS}/{{version}}/steps", rule_sets.back),
        Route(
            f"{rule_sets.RULE_SETS}/{{version}}/trials/{{trial_id:uuid}}/cancellation",
            rule_sets.cancel_trial,
            methods=["POST"],
        ),
        Route(
            f"{rule_sets.RULE_SETS}/{{version}}/trials/{{trial_id:uuid}}/cancellation",
            rule_sets.back,
        ),
        Route(backtests.BACKTESTS, backtests.ask, methods=["POST"]),
        Route(backtests.BACKTESTS, backtests.show_all),
        Route(backtest, backtests.show),
        Route(f"{backtest}/cancellation", backtests.cancel, methods=["POST"]),
        Route(f"{backtest}/cancellation", backtests.back),
        Route(models.MODELS, models.show_all),
        Route(models.MODELS, models.train, methods=["POST"]),
        Route(f"{models.MODELS}/{{model_id:uuid}}", models.show),
        Route(f"{models.MODELS}/{{model_id:uuid}}/steps", models.take_step, methods=["POST"]),
        Route(f"{models.MODELS}/{{model_id:uuid}}/steps", models.back),
        Route(lists.REQUESTS, assistance.show),
        Route(f"{lists.REQUESTS}/{{request_id:uuid}}", assistance.take_step, methods=["POST"]),
        Route(f"{lists.REQUESTS}/{{request_id:uuid}}", assistance.back_to_list),
        Route(case, cases.show),
        Route(f"{case}/steps", cases.take_step, methods=["POST"]),
        Route(f"{case}/steps", cases.back_to_case),
        Route(f"{case}/tickets", tickets.open_ticket, methods=["POST"]),
        Route(f"{case}/tickets", cases.back_to_case),
        Route("/console/cases/{number}", cases.by_number),
        Route(SIGN_IN, entrance.sign_in),
        Route(CALLBACK, entrance.callback),
        Route("/console/sign-out", entrance.sign_out, methods=["POST"]),
        Route(SIGNED_OUT, entrance.signed_out),
        Mount(STATIC, Assets(directory=FOLDER / "static")),
    ]


def _is_explained(scope: Scope) -> bool:
    """Tell a browser that follows a problem's `type`: its person would not read JSON."""
    accepted = Headers(scope=scope).get("accept", "")
    return str(scope["path"]).startswith(_PROBLEMS) and "text/html" in accepted


async def _explain(request: Request) -> Response:
    language = speech_of(request, choose(request.headers.get("accept-language"))).language
    problem = ProblemTypeRead.of(request.path_params["code"], language)
    if problem is None:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    shown = await page(request, "problem.html", language=language, problem=problem)
    shown.headers["Vary"] = "Accept, Accept-Language"
    return shown


async def _home(_request: Request) -> Response:
    return RedirectResponse(HOME, HTTPStatus.SEE_OTHER)


async def _not_signed_in(request: Request, _error: Exception) -> Response:
    wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return RedirectResponse(f"{SIGN_IN}?to={quote(wanted)}", HTTPStatus.SEE_OTHER)


async def _not_for_them(request: Request, error: Exception) -> Response:
    """Say so, and let them sign out: as somebody else they may come in."""
    if not isinstance(error, NotForThem):
        raise error
    return await page(
        request,
        "notice.html",
        status=HTTPStatus.FORBIDDEN,
        notice=error.why,
        name=error.name,
        csrf=error.signed_in.csrf,
    )


async def _refused(request: Request, error: Exception) -> Response:
    """Show a problem of the API; what is not there for them looks like any wrong address."""
    if not isinstance(error, Refused):
        raise error
    status = error.answer.status
    if status == HTTPStatus.NOT_FOUND:
        return await _no_such_page(request, HTTPException(status))
    if status == HTTPStatus.UNAUTHORIZED:
        # Not sent to the provider at once: it would send them back, and so on for ever.
        return await page(
            request, "notice.html", status=status, notice="entrance.expired", again=HOME
        )
    problem = error.answer.body
    who = await visit_if_any(request)
    unread = [] if who is None else unknown_filters(who, problem)
    return await _notice(request, "entrance.failure", status, problem=problem, unread=unread)


async def _issuer_away(request: Request, _error: Exception) -> Response:
    return await _notice(request, "entrance.issuer_away", HTTPStatus.SERVICE_UNAVAILABLE)


async def _no_such_page(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else HTTPStatus.NOT_FOUND
    return await _notice(request, "entrance.not_found", status)


async def _unexpected(request: Request, error: Exception) -> Response:
    log.error("console.unexpected", path=request.url.path, exc_info=error)
    failed = HTTPStatus.INTERNAL_SERVER_ERROR
    return await _notice(request, "entrance.failure", failed, trace=trace_id())


async def _notice(request: Request, notice: str, status: int, **content: Any) -> Response:  # noqa: ANN401  for a template
    who = await visit_if_any(request)
    return await page(
        request, "notice.html", visit=who, status=status, notice=notice, again=HOME, **content
    )


_HANDLERS: Final[Mapping[type[Exception], _Handler]] = {
    NotSignedIn: _not_signed_in,
    NotForThem: _not_for_them,
    Refused: _refused,
    IssuerUnavailable: _issuer_away,
    HTTPException: _no_such_page,
    Exception: _unexpected,
}
