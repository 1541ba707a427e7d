"""The door: every call below /v1 is known, counted, permitted and noted before it goes on."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from opentelemetry import trace
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway import paths, policy, routes
from gateway.auth.bearers import Bearers
from gateway.auth.principals import Principals
from gateway.limits import Buckets, Quota, TooFast
from gateway.paths import Target
from gateway.routes import Match
from gateway.store.audit import Access
from gateway.trail import Trail
from gateway.upstream import Upstreams
from shared.auth.caller import NotPermitted
from shared.auth.hop import Unauthenticated
from shared.auth.identity import Caller, CallerKind
from shared.idempotency import IdempotencyKeyMissing
from shared.ids import uuid7
from shared.masking import mask_text
from shared.telemetry.propagation import trace_id

_SAFE: Final = frozenset({"GET", "HEAD"})
_HUNG_UP: Final = 499  # as nginx has it: nobody was left to be answered
_NOT_FOUND: Final = 404
_NOT_ALLOWED: Final = 405
_UNFORESEEN: Final = 500
_UNKNOWN: Final = "unknown"


@dataclass(frozen=True)
class Keepers:
    """Whom the door asks; found in the app's state as `keepers`."""

    bearers: Bearers
    principals: Principals
    buckets: Buckets
    upstreams: Upstreams
    trail: Trail


@dataclass
class _Call:
    """What becomes known of a call on its way."""

    request: Request
    target: Target
    actor: str | None = None
    kind: str = _UNKNOWN
    action: str | None = None
    status: int = _HUNG_UP
    started: bool = False
    headers: dict[str, str] = field(default_factory=dict)


class Door:
    """The middleware through which all calls come; below /v1 nobody passes unknown."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        target = paths.read(scope.get("raw_path", b""))
        if target is None:
            response = await _refusal(Request(scope), HTTPException(_NOT_FOUND))
            await response(scope, receive, send)
            return
        # From here on everybody sees the path as the door has read it.
        scope = {**scope, "path": target.path, "raw_path": target.raw.encode("ascii")}
        if target.segments[:1] != (routes.PROTECTED,):
            await self._app(scope, receive, send)
            return
        await self._through(_Call(Request(scope, receive), target), receive, send)

    async def _through(self, call: _Call, receive: Receive, send: Send) -> None:
        async def noted(message: Message) -> None:
            if message["type"] == "http.response.start":
                call.status, call.started = message["status"], True
                MutableHeaders(scope=message).update(call.headers)
            await send(message)

        keepers: Keepers = call.request.state.keepers
        with _audited(call, keepers.trail):
            try:
                caller, match = await self._admit(call, keepers)
                if match.route.service == "gateway":
                    await self._app(_behind(call.request.scope, match), receive, noted)
                else:
                    await keepers.upstreams.hand_on(call.request, match, caller, noted)
            except ClientDisconnect:
                return
            except Exception as error:
                if call.started:
                    raise
                call.status = _UNFORESEEN
                response = await _refusal(call.request, error)
                await response(call.request.scope, receive, noted)

    async def _admit(self, call: _Call, keepers: Keepers) -> tuple[Caller, Match]:
        """Return who calls what; raise why they may not."""
        keepers.trail.check()
        identity = await keepers.bearers.identify(_bearer(call.request))
        # Known to the provider: from here on the call is noted, whoever they are to us.
        call.actor = f"{_UNKNOWN}:{identity.name}"
        caller = await keepers.principals.caller(identity)
        call.actor, call.kind = caller.actor, caller.kind
        call.headers = _counted(call, keepers.buckets).headers()
        match = _chosen(call, caller)
        call.action = match.route.action
        _name_span(match)
        if call.request.method not in _SAFE and not call.request.headers.get("idempotency-key"):
            raise IdempotencyKeyMissing
        call.request.state.caller = caller
        return caller, match


def admitted(request: Request, _token: str | None) -> Caller:
    """Tell the gateway's own endpoints whom the door let in (shared.auth.caller.Verifier)."""
    caller: Caller | None = getattr(request.state, "caller", None)
    if caller is None:
        raise Unauthenticated("did not come through the door")
    return caller


def _bearer(request: Request) -> str:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise Unauthenticated("no bearer token")
    return token.strip()


def _counted(call: _Call, buckets: Buckets) -> Quota:
    try:
        return buckets.take(str(call.actor))
    except TooFast as refused:
        call.headers = refused.quota.headers()
        raise


def _chosen(call: _Call, caller: Caller) -> Match:
    """Return the operation; what a partner may not do does not exist for them.

    Officers, who know the platform, are told that something is not for them.
    """
    found = routes.find(call.target)
    permitted = {
        method: match
        for method, match in found.items()
        if policy.permits(caller, match.route.action, match.route.service)
    }
    method = call.request.method
    if method in permitted:
        return permitted[method]
    shown: Mapping[str, Match] = found if caller.kind is CallerKind.OFFICER else permitted
    if not shown:
        raise HTTPException(_NOT_FOUND)
    if method not in shown:
        raise HTTPException(_NOT_ALLOWED, headers={"Allow": ", ".join(sorted(shown))})
    call.action = shown[method].route.action
    raise NotPermitted


@contextmanager
def _audited(call: _Call, trail: Trail) -> Iterator[None]:
    """Note the call however it ends, once the provider has vouched for somebody."""
    try:
        yield
    finally:
        if call.actor is not None:
            trail.note(
                Access(
                    id=uuid7(),
                    at=datetime.now(UTC),
                    actor=call.actor,
                    kind=call.kind,
                    action=call.action,
                    method=call.request.method,
                    path=mask_text(call.target.path),
                    status=call.status,
                    trace_id=trace_id(),
                    request_id=call.request.state.request_id,
                )
            )


def _behind(scope: Scope, match: Match) -> Scope:
    target = match.behind()
    return {**scope, "path": target.path, "raw_path": target.raw.encode("ascii")}


def _name_span(match: Match) -> None:
    span = trace.get_current_span()
    span.update_name(f"{match.route.method} {match.route.template}")
    span.set_attribute("http.route", match.route.template)


async def _refusal(request: Request, error: Exception) -> Response:
    """Answer a refusal as the app's own endpoints would: by its table of problems."""
    handlers = request.app.exception_handlers
    for kind in type(error).__mro__:
        if kind is not Exception and kind in handlers:
            response: Response = await handlers[kind](request, error)
            return response
    raise error
