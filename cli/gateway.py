"""Speaks to the gateway: patient with a busy one, plain about what it refuses."""

import json
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final
from uuid import uuid4

import typer

from cli.asked import asked
from cli.credentials import Credentials, credentials
from cli.identity.provider import open_client
from cli.problems import refusal
from cli.refusals import NotNow, Refused
from cli.texts import text
from shared.http import Response, TimedOut, Unreachable, patience
from shared.messages import spoken

# These say "not now"; the same request may be sent again.
_BUSY: Final = frozenset({429, 502, 503, 504})
_UNAUTHORIZED: Final = 401
_FIRST_PAUSE: Final = 0.5
_LONGEST_PAUSE: Final = 60.0
_PAGE: Final = 200
JSON: Final = "application/json"

Query = Mapping[str, str | int | bool | list[str] | None]


@dataclass(frozen=True)
class Patience:
    """How often a request is sent before the command gives up, and how long one may take."""

    tries: int
    within: timedelta = timedelta(seconds=30)


HURRIED: Final = Patience(3)
PATIENT: Final = Patience(8)
# The gateway gives up a little sooner, and says so.
AT_LENGTH: Final = Patience(3, within=timedelta(minutes=16))


class Gateway:
    """One gateway, in one name."""

    def __init__(self, credentials: Credentials, *, patient: Patience = HURRIED) -> None:
        self.credentials = credentials
        self._patience = patient
        self._client = open_client(credentials.gateway)

    def close(self) -> None:
        """Give the connections back."""
        self._client.close()

    def get(self, path: str, query: Query | None = None) -> Response:
        """Read; raises Refused."""
        return self._send("GET", path, query=query)

    def write(
        self,
        method: str,
        path: str,
        body: object,
        *,
        query: Query | None = None,
        key: str | None = None,
        if_match: str | None = None,
        more: Mapping[str, str] | None = None,
    ) -> Response:
        """Change something; the same `key` takes effect once. `body`: JSON, or its bytes.

        `more` are further headers. Raises Refused.
        """
        headers = {"Idempotency-Key": key or str(uuid4()), "Content-Type": JSON, **(more or {})}
        if if_match is not None:
            headers["If-Match"] = if_match
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self._send(method, path, query=query, headers=headers, content=content)

    def send(
        self, path: str, query: Query, blocks: Callable[[], Iterator[bytes]], *, size: int, key: str
    ) -> Response:
        """Send a file of `size` bytes block by block; `blocks` begins anew at each try.

        Raises Refused.
        """
        headers = {
            "Idempotency-Key": key,
            "Content-Type": "application/octet-stream",
            "Content-Length": str(size),
        }
        return self._send("POST", path, query=query, headers=headers, content=blocks)

    def propose(self, path: str, query: Query, content: bytes) -> Response:
        """Ask what some bytes may be; nothing is changed. Raises Refused."""
        headers = {"Idempotency-Key": str(uuid4()), "Content-Type": "application/octet-stream"}
        return self._send("POST", path, query=query, headers=headers, content=content)

    def rows(
        self, path: str, query: Query | None = None, *, paged: bool = True
    ) -> Iterator[dict[str, Any]]:
        """Read a list, page by page, as far as it is consumed; or one that has no pages."""
        cursor: str | None = None
        size = {"limit": _PAGE} if paged else {}
        while True:
            page = self.get(path, {**size, **(query or {}), "cursor": cursor}).json()
            yield from page["data"]
            cursor = page["next_cursor"]
            if cursor is None:
                return

    def _send(
        self,
        method: str,
        path: str,
        *,
        query: Query | None = None,
        headers: Mapping[str, str] | None = None,
        content: bytes | Callable[[], Iterator[bytes]] | None = None,
    ) -> Response:
        renewed = False
        attempt = 1
        while True:
            last = attempt >= self._patience.tries
            try:
                answer = self._client.request(
                    method,
                    self.credentials.gateway + path,
                    params=_said(query),
                    headers={**self._headers(renew=renewed), **(headers or {})},
                    content=content() if callable(content) else content,
                    timeout=patience(self._patience.within),
                )
            except Unreachable as fault:
                if last:
                    raise _unanswered(fault, self.credentials.gateway) from fault
                answer = None
            if answer is not None:
                if answer.is_success:
                    return answer
                if answer.status_code == _UNAUTHORIZED and not renewed:
                    renewed = True  # it may have been revoked, or its signer have changed
                    continue
                if last or answer.status_code not in _BUSY:
                    refused = refusal(answer, profile=self.credentials.profile)
                    if answer.status_code in _BUSY:
                        raise NotNow(refused.sentence, *refused.details)
                    raise refused
            time.sleep(_pause(attempt, answer))
            attempt += 1

    def _headers(self, *, renew: bool) -> dict[str, str]:
        return {
            "Authorization": f"Bearer {self.credentials.token(renew=renew)}",
            "Accept": f"{JSON}, application/problem+json",
            "Accept-Language": spoken(),
        }


def connect(ctx: typer.Context, *, patient: Patience = HURRIED) -> Gateway:
    """Return the gateway that the command line asks for, in the name that it asks for."""
    gateway = Gateway(credentials(asked(ctx)), patient=patient)
    ctx.call_on_close(gateway.close)
    return gateway


def _said(query: Query | None) -> dict[str, Any]:
    return {name: value for name, value in (query or {}).items() if value not in (None, [])}


def _pause(attempt: int, answer: Response | None) -> float:
    """Return how long to wait: what the gateway says, else twice as long each time."""
    said = answer.headers.get("Retry-After", "") if answer is not None else ""
    wished = float(said) if said.isascii() and said.isdigit() else _FIRST_PAUSE * 2 ** (attempt - 1)
    return min(wished, _LONGEST_PAUSE)


def _unanswered(fault: Unreachable, gateway: str) -> Refused:
    if isinstance(fault, TimedOut):
        return NotNow(text("gateway.timed_out", gateway=gateway), text("gateway.what_to_do"))
    return NotNow(text("gateway.unreachable", gateway=gateway), text("gateway.what_to_do"))
