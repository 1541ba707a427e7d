"""The HTTP client: traced, bounded, and honest about who did not answer."""

import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any

import pytest
from opentelemetry.trace import NonRecordingSpan, SpanContext, TraceFlags, use_span

from shared.http import TimedOut, Unreachable, client, end_to_end, forward, sync_client

TRACE = 0x4BF92F3577B34DA6A3CE929D0E0E4736
PARENT = 0x00F067AA0BA902B7


class _Upstream(BaseHTTPRequestHandler):
    """Tells what it was sent; /slow waits, /cut breaks off."""

    protocol_version = "HTTP/1.1"
    released: Event
    seen: list[tuple[str, str, dict[str, str], bytes]]

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def _answer(self) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.seen.append((self.command, self.path, headers, self._body(headers)))
        if self.path == "/slow":
            self.released.wait(30)
        if self.path == "/cut":
            self.close_connection = True
            return
        self.send_response(307 if self.path == "/moved" else 200)
        self.send_header("Location", "/elsewhere")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for chunk in (b"first,", b"second"):
            self.wfile.write(b"%x\r\n%s\r\n" % (len(chunk), chunk))
        self.wfile.write(b"0\r\n\r\n")

    def _body(self, headers: dict[str, str]) -> bytes:
        if headers.get("transfer-encoding") != "chunked":
            return self.rfile.read(int(headers.get("content-length", 0)))
        body = b""
        while size := int(self.rfile.readline(), 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return body

    def log_message(self, *_arguments: Any) -> None:
        return


@contextmanager
def _serving() -> Iterator[tuple[str, list[tuple[str, str, dict[str, str], bytes]]]]:
    seen: list[tuple[str, str, dict[str, str], bytes]] = []
    released = Event()
    handler = type("Handler", (_Upstream,), {"seen": seen, "released": released})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", seen
        finally:
            released.set()
            server.shutdown()
            thread.join()


@contextmanager
def _trace_under_way() -> Iterator[None]:
    context = SpanContext(TRACE, PARENT, False, TraceFlags(TraceFlags.SAMPLED))
    with use_span(NonRecordingSpan(context)):
        yield


def _free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


async def test_a_request_carries_the_trace() -> None:
    with _serving() as (url, seen), _trace_under_way():
        async with client(url) as upstream:
            assert (await upstream.get("/v1/cases")).text == "first,second"
        with sync_client(url) as upstream_of_cli:
            assert upstream_of_cli.get("/v1/cases").text == "first,second"
    traceparents = [headers["traceparent"] for _, _, headers, _ in seen]
    assert traceparents == ["00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"] * 2


async def test_redirects_are_told_not_followed() -> None:
    with _serving() as (url, seen):
        async with client(url) as upstream:
            assert (await upstream.get("/moved")).status_code == 307
    assert [path for _, path, _, _ in seen] == ["/moved"]


async def test_nobody_there_is_unreachable() -> None:
    url = f"http://127.0.0.1:{_free_port()}"
    async with client(url) as upstream:
        with pytest.raises(Unreachable) as failure:
            await upstream.get("/v1/cases?token=hunter2")
    assert (failure.value.code, failure.value.url) == ("unreachable", f"{url}/v1/cases")
    with sync_client(url) as upstream_of_cli, pytest.raises(Unreachable):
        upstream_of_cli.get("/v1/cases")


async def test_a_broken_connection_is_unreachable() -> None:
    with _serving() as (url, _):
        async with client(url) as upstream:
            with pytest.raises(Unreachable):
                await upstream.get("/cut")


async def test_an_answer_that_does_not_come_is_a_time_out() -> None:
    with _serving() as (url, _):
        async with client(url, timeout=timedelta(milliseconds=200)) as upstream:
            with pytest.raises(TimedOut):
                await upstream.get("/slow")
        with (
            sync_client(url, timeout=timedelta(milliseconds=200)) as upstream_of_cli,
            pytest.raises(TimedOut),
        ):
            upstream_of_cli.get("/slow")


async def _pieces() -> AsyncIterator[bytes]:
    yield b"one "
    yield b"two"


async def test_a_request_is_passed_on_as_it_came() -> None:
    with _serving() as (url, seen):
        async with client(url) as upstream:
            response = await forward(
                upstream,
                "POST",
                "/v1/feeds/%E7%A8%B3%2F/imports?x=%20a&x=b",
                headers=[("content-type", "text/csv"), ("x-many", "1"), ("x-many", "2")],
                content=_pieces(),
            )
            assert [chunk async for chunk in response.aiter_raw()] == [b"first,", b"second"]
            await response.aclose()
    [(method, path, headers, body)] = seen
    assert (method, path, body) == ("POST", "/v1/feeds/%E7%A8%B3%2F/imports?x=%20a&x=b", b"one two")
    assert headers["content-type"] == "text/csv"
    assert headers["accept-encoding"] == "identity"


async def test_a_request_of_known_length_keeps_it() -> None:
    with _serving() as (url, seen):
        async with client(url) as upstream:
            headers = [("content-length", "7"), ("accept-encoding", "br")]
            response = await forward(upstream, "POST", "/x", headers=headers, content=_pieces())
            await response.aread()
    [(_, _, sent, body)] = seen
    assert (sent["content-length"], sent["accept-encoding"], body) == ("7", "br", b"one two")
    assert "transfer-encoding" not in sent


def test_only_end_to_end_headers_are_passed_on() -> None:
    assert end_to_end(
        [
            ("Host", "gateway"),
            ("Connection", "close, X-Private"),
            ("X-Private", "1"),
            ("Keep-Alive", "timeout=5"),
            ("TE", "trailers"),
            ("Transfer-Encoding", "chunked"),
            ("Upgrade", "h2c"),
            ("Authorization", "Bearer outside"),
            ("Accept", "text/csv"),
            ("Accept", "application/json"),
        ],
        without=("host", "AUTHORIZATION"),
    ) == [("accept", "text/csv"), ("accept", "application/json")]
