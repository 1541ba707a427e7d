"""Calls of the platform's API as any client makes them: through the door, in the caller's name."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import quote, urlencode

from opentelemetry import trace
from starlette.types import ASGIApp, Message, Scope

from shared.messages import Language

Query = Sequence[tuple[str, str]]

_TRACER: Final = trace.get_tracer("wengang.console")
_NEEDED: Final = ("type", "asgi", "http_version", "scheme", "client", "server", "app")


@dataclass(frozen=True)
class Answer:
    """What the API said: a status and a JSON object, or a problem."""

    status: int
    body: Mapping[str, Any]

    @property
    def good(self) -> bool:
        """Tell whether it is no refusal."""
        return self.status < HTTPStatus.BAD_REQUEST

    @property
    def code(self) -> str:
        """Return the code of the problem; empty for a good answer."""
        return str(self.body.get("code", ""))


@dataclass(frozen=True)
class Api:
    """The API behind the door, for one page, one signed-in person and one language."""

    door: ASGIApp
    scope: Scope
    token: str
    language: Language

    async def get(self, *path: str, query: Query = ()) -> Answer:
        """Ask for `path`, segment by segment."""
        return await self._call("GET", path, query=query)

    async def post(
        self, *path: str, body: Mapping[str, object], headers: Mapping[str, str]
    ) -> Answer:
        """Send a JSON object."""
        return await self._call("POST", path, body=json.dumps(body).encode(), headers=headers)

    async def _call(
        self,
        method: str,
        path: Sequence[str],
        *,
        query: Query = (),
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        sent = {"accept": "application/json", **(headers or {})}
        if body:
            sent |= {"content-type": "application/json", "content-length": str(len(body))}
        sent |= {"accept-language": self.language, "authorization": f"Bearer {self.token}"}
        raw = "/" + "/".join(quote(segment, safe="") for segment in path)
        scope = {
            **{name: self.scope[name] for name in _NEEDED if name in self.scope},
            "method": method,
            "path": "/" + "/".join(path),
            "raw_path": raw.encode("ascii"),
            "query_string": urlencode(query).encode("ascii"),
            "root_path": "",
            "headers": [
                (name.lower().encode("ascii"), value.encode("utf-8"))
                for name, value in sent.items()
            ],
            # The request's id goes along; whom the door let in must not.
            "state": dict(self.scope["state"]),
        }
        heard = _Heard(body)
        # The door names the span of its call; that of the page keeps its own name.
        with _TRACER.start_as_current_span(method):
            await self.door(scope, heard.receive, heard.send)
        return heard.answer()


@dataclass
class _Heard:
    """One exchange with an ASGI application."""

    body: bytes
    asked: bool = False
    status: int = HTTPStatus.INTERNAL_SERVER_ERROR
    chunks: list[bytes] = field(default_factory=list)

    async def receive(self) -> Message:
        if self.asked:
            await asyncio.Event().wait()  # we do not hang up before the answer
        self.asked = True
        return {"type": "http.request", "body": self.body, "more_body": False}

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
        else:
            self.chunks.append(message.get("body", b""))

    def answer(self) -> Answer:
        read = json.loads(b"".join(self.chunks) or b"{}")
        return Answer(self.status, read if isinstance(read, dict) else {})
