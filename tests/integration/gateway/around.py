"""What stands around the gateway in these tests: an OpenID provider and a service, both real."""

import asyncio
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import ASGIApp

from shared.auth import hop
from shared.auth.hop import Unauthenticated
from tests.integration.database import TRUST
from tests.unit.gateway.issuer import RSA, claims, signed

STARTED_WITHIN = 60.0


@contextmanager
def serving(app: ASGIApp) -> Iterator[str]:
    """Run an app by the product's web server in a thread; give its address."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = uvicorn.Server(
            uvicorn.Config(
                app,
                log_config=None,
                access_log=False,
                lifespan="on",
                server_header=False,
                date_header=False,
                timeout_graceful_shutdown=5,
            )
        )
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        until = time.monotonic() + STARTED_WITHIN
        while not server.started:
            assert thread.is_alive(), "the server did not start"
            assert time.monotonic() < until, "the server is not ready"
            time.sleep(0.01)
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(20)


def unused_address() -> str:
    """Return an address where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return f"http://127.0.0.1:{listening.getsockname()[1]}"


@dataclass
class Issuer:
    """An OpenID provider that introspects what it was told to."""

    address: str = ""
    opaque: dict[str, dict[str, Any]] = field(default_factory=dict)

    def app(self) -> Starlette:
        """Return its endpoints."""
        return Starlette(
            routes=[
                Route("/.well-known/openid-configuration", self._document),
                Route("/jwks", self._jwks),
                Route("/introspect", self._introspect, methods=["POST"]),
            ]
        )

    def officer(self, subject: str, **changed: Any) -> str:
        """Return an access token of a person."""
        return signed(claims(iss=self.address, sub=subject, **changed))

    def machine(self, client_id: str) -> str:
        """Return an opaque access token of a partner."""
        token = f"opaque-token-of-{client_id}"
        self.opaque[token] = {
            "active": True,
            "aud": [client_id, "gateway"],
            "client_id": client_id,
            "exp": time.time() + 900.5,
            "iss": self.address,
            "token_type": "Bearer",
        }
        return token

    async def _document(self, _request: Request) -> Response:
        return JSONResponse(
            {
                "issuer": self.address,
                "jwks_uri": f"{self.address}/jwks",
                "introspection_endpoint": f"{self.address}/introspect",
            }
        )

    async def _jwks(self, _request: Request) -> Response:
        return JSONResponse({"keys": [RSA.as_dict(private=False)]})

    async def _introspect(self, request: Request) -> Response:
        async with request.form() as form:
            token = str(form["token"])
        return JSONResponse(self.opaque.get(token, {"active": False}))


@dataclass
class Seen:
    """A request as it reached the service."""

    method: str
    path: str
    query: bytes
    headers: dict[str, str]
    body: bytes
    caller: Any


@dataclass
class Upstream:
    """A service behind the gateway that verifies its caller and remembers what it saw."""

    service: str
    seen: list[Seen] = field(default_factory=list)
    began: threading.Event = field(default_factory=threading.Event)
    """Set when the first part of a body is there."""

    def app(self) -> Starlette:
        """Return one endpoint for everything."""
        methods = ["GET", "POST", "PUT", "PATCH", "DELETE"]
        return Starlette(routes=[Route("/{path:path}", self._answer, methods=methods)])

    async def _answer(self, request: Request) -> Response:
        body = b""
        async for chunk in request.stream():
            body += chunk
            self.began.set()
        try:
            caller = hop.verify(
                request.headers["authorization"].removeprefix("Bearer "),
                trust=TRUST,
                audience=self.service,
                method=request.method,
                path=request.scope["path"],
                query=request.scope["query_string"].decode("ascii"),
            )
        except Unauthenticated:
            return JSONResponse({"code": "unauthenticated"}, 401, {"WWW-Authenticate": "Bearer"})
        self.seen.append(
            Seen(
                request.method,
                request.scope["path"],
                request.scope["query_string"],
                dict(request.headers),
                body,
                caller,
            )
        )
        return await self._told(request)

    async def _told(self, request: Request) -> Response:
        path = request.scope["path"]
        if path == "/v1/feeds/slow":
            with suppress(asyncio.CancelledError):
                await asyncio.sleep(5)
        if path.endswith("/withdrawals"):
            await asyncio.sleep(1.5)
        if path == "/v1/feeds/long":
            return StreamingResponse(_long(), headers={"X-Kept": "yes"})
        if path == "/v1/operations/dead-letters":
            link = '</v1/operations/dead-letters?cursor=abc>; rel="next"'
            return JSONResponse({"data": [], "next_cursor": "abc"}, headers={"Link": link})
        headers = {
            "ETag": '"1"',
            "Set-Cookie": "session=of-the-service",
            "Server": "hidden",
            "Connection": "X-Hop",
            "X-Hop": "by-hop",
        }
        status = 201 if request.method == "POST" else 200
        return JSONResponse({"service": self.service}, status, headers)


async def _long() -> Any:
    for number in range(2_000):
        yield f"{number:0999d}\n".encode()
