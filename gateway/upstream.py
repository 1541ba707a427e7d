"""Handing a call on to the service that it is for, as streams, in the caller's verified name."""

import asyncio
from collections.abc import AsyncIterable, Mapping
from datetime import timedelta
from functools import partial
from http import HTTPStatus
from typing import Final

import structlog
from starlette.requests import Request
from starlette.types import Send

from gateway.bodies import BodyTooSlow, Places, Uploads
from gateway.routes import Match
from shared.auth import hop
from shared.auth.identity import Caller
from shared.auth.keys import SigningKey
from shared.http import AsyncClient, Response, TimedOut, Unreachable, end_to_end, forward

log = structlog.get_logger(__name__)

# Only these go in: what a service does not expect from outside cannot mislead it.
_INWARDS: Final = frozenset(
    {
        *("accept", "accept-encoding", "accept-language", "content-encoding", "content-length"),
        *("content-type", "idempotency-key", "if-match", "if-modified-since", "if-none-match"),
        *("last-event-id", "tus-resumable", "upload-length", "upload-offset"),
        *("prefer", "range", "user-agent", "x-purpose"),
    }
)
_NOT_OUTWARDS: Final = ("date", "server", "set-cookie", "x-request-id")


class HopRefused(Exception):
    """A service did not believe our own signature: a fault of the platform, not of the caller."""


class QueryUnreadable(Exception):
    """The query holds bytes that no address may hold unencoded."""


class HeaderUnreadable(Exception):
    """A header that is passed on holds something else than printable ASCII."""

    def __init__(self, name: str) -> None:
        self.values = {"name": name}


class Upstreams:
    """The services behind the door, one client each."""

    def __init__(
        self,
        clients: Mapping[str, AsyncClient],
        key: SigningKey,
        *,
        body_within: timedelta,
        patience: timedelta,
        uploads: Uploads,
        streams: Places,
    ) -> None:
        self._clients = clients
        self._key = key
        self._body_within = body_within
        self._patience = patience
        self._uploads = uploads
        self._streams = streams

    async def hand_on(self, request: Request, match: Match, caller: Caller, send: Send) -> None:
        """Pass the request on and stream the answer back.

        Raises Unreachable, TimedOut, HopRefused, QueryUnreadable, HeaderUnreadable, BodyTooSlow or
        UploadsBusy or StreamsBusy before anything was answered.
        """
        if match.route.stream:
            with self._streams.place(caller.actor):
                response = await self._answer(request, match, caller, None)
                await self._return(request, match, response, send)
            return
        if match.route.upload:
            with self._uploads.place(caller.actor):
                body = self._uploads.paced(request.stream())
                response = await self._answer(request, match, caller, body)
        else:
            response = await self._answer(request, match, caller, await self._body(request))
        await self._return(request, match, response, send)

    async def _return(self, request: Request, match: Match, response: Response, send: Send) -> None:
        try:
            if response.status_code == HTTPStatus.UNAUTHORIZED:
                log.error("upstream.refuses_us", service=match.route.service)
                raise HopRefused
            headers = end_to_end(response.headers.multi_items(), without=_NOT_OUTWARDS)
            outside, inside = request.scope["path"], match.behind().path
            await send(
                {
                    "type": "http.response.start",
                    "status": response.status_code,
                    "headers": [
                        (name.encode("latin-1"), _seen_outside(name, value, inside, outside))
                        for name, value in headers
                    ],
                }
            )
            async for chunk in response.aiter_raw():
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        finally:
            await response.aclose()

    async def ask(self, service: str, path: str, query: str, caller: Caller) -> Response:
        """Ask a service for something in the caller's name; return its whole answer.

        Raises Unreachable, TimedOut.
        """
        token = hop.mint(self._key, caller, audience=service, method="GET", path=path, query=query)
        headers = [("authorization", f"Bearer {token}"), ("accept", "application/json")]
        response = await forward(
            self._clients[service], "GET", f"{path}?{query}", headers=headers, content=None
        )
        try:
            await response.aread()
        finally:
            await response.aclose()
        return response

    async def _answer(
        self,
        request: Request,
        match: Match,
        caller: Caller,
        body: AsyncIterable[bytes] | bytes | None,
    ) -> Response:
        target = match.behind()
        service = match.route.service
        query = _query(request)
        headers = _inwards(request)
        token = hop.mint(
            self._key,
            caller,
            audience=service,
            method=request.method,
            path=target.path,
            query=query,
        )
        headers += [
            ("authorization", f"Bearer {token}"),
            ("x-request-id", request.state.request_id),
        ]
        path = f"{target.raw}?{query}" if query else target.raw
        within = self._patience if match.route.patient else None
        send = partial(
            forward, self._clients[service], request.method, path, headers=headers, within=within
        )
        if body is not None:
            return await send(content=body)
        try:
            return await send(content=None)
        except TimedOut:
            raise
        except Unreachable:
            if request.method != "GET":
                raise
            # A kept connection may have ended just now; a read without body can be asked again.
            return await send(content=None)

    async def _body(self, request: Request) -> bytes | None:
        """Return the body whole, before a connection to the service is taken.

        Callers who never end their bodies would otherwise hold all of them. The door has bounded
        its size; what may be longer is an upload, of which there are few at a time.
        """
        if not {"content-length", "transfer-encoding"} & set(request.headers):
            return None
        try:
            async with asyncio.timeout(self._body_within.total_seconds()):
                return await request.body()
        except TimeoutError as error:
            raise BodyTooSlow from error


def _inwards(request: Request) -> list[tuple[str, str]]:
    headers = [(name, value) for name, value in request.headers.items() if name in _INWARDS]
    for name, value in headers:
        if not value.isascii():
            raise HeaderUnreadable(name)
    return headers


def _query(request: Request) -> str:
    query: bytes = request.scope["query_string"]
    if not query.isascii():
        raise QueryUnreadable
    return query.decode("ascii")


def _seen_outside(name: str, value: str, inside: str, outside: str) -> bytes:
    """Let links of a list (RFC 8288) lead through the door again."""
    if name == "link" and inside != outside:
        value = value.replace(f"<{inside}?", f"<{outside}?")
    return value.encode("latin-1")
