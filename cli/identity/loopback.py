"""Waits on this machine for the browser to come back from the provider (RFC 8252 §7.3)."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from cli.identity.authorization import Authorization
from cli.refusals import Refused
from cli.texts import text

# Providers that compare addresses letter by letter know these; the first free one is taken.
PORTS: Final = (18151, 18152, 18153, 18154)
HOST: Final = "127.0.0.1"
PATH: Final = "/callback"
_POLL_SECONDS: Final = 0.5


class Loopback(HTTPServer):
    """One address that the browser is sent back to."""

    # A connection of the sign-in before may still linger on the port.
    allow_reuse_address = True
    answer: dict[str, str] | None = None
    awaited: Authorization | None = None

    @property
    def redirect_uri(self) -> str:
        """The address, as the provider has to know it."""
        return f"http://{HOST}:{self.server_port}{PATH}"

    def wait_for(self, awaited: Authorization, *, seconds: float) -> dict[str, str]:
        """Return the parameters with which the browser comes back; Refused after `seconds`."""
        self.awaited = awaited
        self.timeout = _POLL_SECONDS
        until = time.monotonic() + seconds
        while self.answer is None:
            if time.monotonic() > until:
                raise Refused(text("login.nobody_came", minutes=round(seconds / 60)))
            self.handle_request()
        return self.answer


class _Page(BaseHTTPRequestHandler):
    server: Loopback

    def do_GET(self) -> None:
        """Take the answer if it is the awaited one; anything else changes nothing."""
        address = urlsplit(self.path)
        answer = dict(parse_qsl(address.query, keep_blank_values=True))
        awaited = self.server.awaited
        if address.path != PATH:
            self._say(HTTPStatus.NOT_FOUND, text("login.page_other"))
        elif awaited is None or not awaited.is_answered_by(answer):
            self._say(HTTPStatus.BAD_REQUEST, text("login.forged"))
        else:
            self.server.answer = answer
            self._say(
                HTTPStatus.OK, text("login.page_done" if "code" in answer else "login.page_no")
            )

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 as the base class has it
        """Stay silent: the address holds the code."""

    def _say(self, status: HTTPStatus, sentence: str) -> None:
        page = f"<!doctype html><meta charset=utf-8><title>稳岗</title><p>{escape(sentence)}</p>"
        body = page.encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("Referrer-Policy", "no-referrer")
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def listening() -> Iterator[Loopback]:
    """Listen on the first free address of PORTS. Raises Refused when there is none."""
    for port in PORTS:
        try:
            server = Loopback((HOST, port), _Page)
        except OSError:
            continue
        with server:
            yield server
        return
    raise Refused(text("login.ports_taken", ports=", ".join(str(port) for port in PORTS)))
