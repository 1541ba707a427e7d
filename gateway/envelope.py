"""What every answer carries, whoever gives it: a request id and headers that keep browsers safe."""

import re
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.ids import uuid7

_REQUEST_ID: Final = re.compile(r"[A-Za-z0-9._-]{1,64}")
_ALWAYS: Final = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
}
# Pages of the gateway state their own.
_BY_DEFAULT: Final = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
}
_OVER_TLS: Final = {"Strict-Transport-Security": "max-age=31536000; includeSubDomains"}


class Envelope:
    """The outermost middleware; also answers what nobody foresaw, so that it has these headers."""

    def __init__(self, app: ASGIApp, *, over_tls: bool) -> None:
        self._app = app
        self._always = {**_ALWAYS, **(_OVER_TLS if over_tls else {})}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        came = Headers(scope=scope).get("x-request-id", "")
        request_id = came if _REQUEST_ID.fullmatch(came) else str(uuid7())
        scope.setdefault("state", {})["request_id"] = request_id
        started = False

        async def with_headers(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                headers = MutableHeaders(scope=message)
                headers["X-Request-Id"] = request_id
                headers.update(self._always)
                for name, value in _BY_DEFAULT.items():
                    headers.setdefault(name, value)
            await send(message)

        try:
            await self._app(scope, receive, with_headers)
        except Exception as error:
            if started:
                raise
            unexpected = scope["app"].exception_handlers[Exception]
            response = await unexpected(Request(scope), error)
            await response(scope, receive, with_headers)
