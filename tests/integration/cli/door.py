"""A real small HTTP server that stands for a gateway or a provider: answers as told, notes all."""

import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Self

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]


@dataclass(frozen=True)
class Seen:
    """A request as it came."""

    method: str
    path: str
    query: list[tuple[str, str]]
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)

    @property
    def key(self) -> str:
        """The idempotency key."""
        return self.headers["idempotency-key"]


@dataclass(frozen=True)
class Said:
    """An answer."""

    status: int = 200
    body: object = None
    headers: Mapping[str, str] = field(default_factory=dict)

    def response(self) -> Response:
        """The answer on the wire; text stays text, anything else is JSON."""
        kind = "application/problem+json" if self.status >= 400 else "application/json"
        if isinstance(self.body, str):
            return Response(self.body, self.status, {"content-type": "text/html", **self.headers})
        content = json.dumps(self.body, ensure_ascii=False)
        return Response(content, self.status, {"content-type": kind, **self.headers})


class Door:
    """The server. `on` says what a path answers: each answer once, the last for ever."""

    def __init__(self) -> None:
        self.seen: list[Seen] = []
        self._answers: dict[tuple[str, str], list[Said | Callable[[Seen], Said]]] = {}
        app = Starlette(routes=[Route("/{path:path}", self._answer, methods=METHODS)])
        config = uvicorn.Config(app, port=0, log_config=None, lifespan="off", ws="none")
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run)
        self.url = ""

    def on(self, method: str, path: str, *answers: Said | Callable[[Seen], Said]) -> None:
        """Say what is answered there from now on."""
        self._answers[method, path] = list(answers)

    def at(self, method: str, path: str) -> list[Seen]:
        """Return the requests that came there."""
        return [seen for seen in self.seen if (seen.method, seen.path) == (method, path)]

    def __enter__(self) -> Self:
        self._thread.start()
        while not self._server.started:
            if not self._thread.is_alive():
                raise RuntimeError("the server did not start")
        port = self._server.servers[0].sockets[0].getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        return self

    def __exit__(self, *_error: object) -> None:
        self._server.should_exit = True
        self._thread.join()

    async def _answer(self, request: Request) -> Response:
        seen = Seen(
            request.method,
            request.scope["raw_path"].decode(),
            request.query_params.multi_items(),
            dict(request.headers),
            await request.body(),
        )
        self.seen.append(seen)
        answers = self._answers.get((seen.method, seen.path))
        if answers is None:
            return Said(404, {"title": "Not found", "status": 404}).response()
        said = answers.pop(0) if len(answers) > 1 else answers[0]
        return (said if isinstance(said, Said) else said(seen)).response()
