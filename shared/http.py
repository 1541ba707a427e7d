"""The one module that knows the HTTP client: who calls a service or the gateway calls this."""

from collections.abc import AsyncIterable, Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import cache
from http.cookiejar import CookieJar, DefaultCookiePolicy
from ssl import SSLContext
from typing import Any

import httpx
from opentelemetry import trace
from opentelemetry.trace import Span, SpanKind, Status, StatusCode

from shared.telemetry.propagation import inject

__all__ = [
    "AsyncClient",
    "Response",
    "SyncClient",
    "TimedOut",
    "Unreachable",
    "client",
    "end_to_end",
    "forward",
    "patience",
    "sync_client",
]

Response = httpx.Response
Headers = Iterable[tuple[str, str]]

_CONNECT = timedelta(seconds=5)
_REQUEST = timedelta(seconds=30)
_TRACER = trace.get_tracer("wengang.http")
# RFC 9110 §7.6.1: these belong to one connection, a proxy never hands them on.
_HOP_BY_HOP = frozenset(
    {
        *("connection", "keep-alive", "proxy-authenticate", "proxy-authorization"),
        *("proxy-connection", "te", "trailer", "transfer-encoding", "upgrade"),
    }
)


class Unreachable(Exception):
    """Nothing answered at the address, or the connection broke before the answer."""

    code = "unreachable"

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.url = url


class TimedOut(Unreachable):
    """The address was reached, but the answer did not come in time."""

    code = "timed_out"


class AsyncClient(httpx.AsyncClient):
    """A client that continues the trace and fails with `Unreachable` or `TimedOut`."""

    async def send(self, request: httpx.Request, **kwargs: Any) -> httpx.Response:  # noqa: ANN401 as httpx has it
        with _sending(request) as span:
            response = await super().send(request, **kwargs)
            _answered(span, response)
            return response


class SyncClient(httpx.Client):
    """The same for the command line."""

    def send(self, request: httpx.Request, **kwargs: Any) -> httpx.Response:  # noqa: ANN401 as httpx has it
        with _sending(request) as span:
            response = super().send(request, **kwargs)
            _answered(span, response)
            return response


def client(
    base_url: str = "",
    *,
    timeout: timedelta = _REQUEST,
    connections: int = 100,
    proxied: bool = False,
) -> AsyncClient:
    """Make a client for one upstream; it keeps connections, so make one per process.

    Redirects are not followed. `proxied` honours HTTP(S)_PROXY, for addresses outside.
    """
    return AsyncClient(
        base_url=base_url,
        timeout=patience(timeout),
        limits=httpx.Limits(
            max_connections=connections, max_keepalive_connections=connections, keepalive_expiry=30
        ),
        follow_redirects=False,
        trust_env=proxied,
        verify=_trusted(proxied),
        # One client serves many callers: what one is given must not be sent for another.
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
    )


def sync_client(
    base_url: str, *, timeout: timedelta = _REQUEST, proxied: bool = False
) -> SyncClient:
    """Make a client for the command line."""
    return SyncClient(
        base_url=base_url,
        timeout=patience(timeout),
        follow_redirects=False,
        trust_env=proxied,
        verify=_trusted(proxied),
    )


async def forward(
    upstream: AsyncClient,
    method: str,
    path: str,
    *,
    headers: Headers,
    content: AsyncIterable[bytes] | bytes | None,
    within: timedelta | None = None,
) -> Response:
    """Pass a request on; return once the answer's head is there.

    It is waited for as long as the client waits, or `within` another time. The body is still to
    come: stream it with `aiter_raw()`, then `aclose()`. `path` is the raw path with its query;
    `headers` have passed `end_to_end`. Raises Unreachable, TimedOut.
    """
    sent = httpx.Headers(list(headers))
    # httpx would ask for gzip in the name of a client that may not know it.
    sent.setdefault("accept-encoding", "identity")
    url = upstream.base_url.copy_with(raw_path=path.encode("ascii"))
    timeout = upstream.timeout if within is None else patience(within)
    request = upstream.build_request(method, url, headers=sent, content=content, timeout=timeout)
    return await upstream.send(request, stream=True)


def end_to_end(headers: Headers, *, without: Iterable[str] = ()) -> list[tuple[str, str]]:
    """Keep the headers that a proxy hands on, but for those named in `without`."""
    pairs = [(name.lower(), value) for name, value in headers]
    named = {
        token.strip().lower()
        for name, value in pairs
        if name == "connection"
        for token in value.split(",")
    }
    dropped = _HOP_BY_HOP | named | {name.lower() for name in without}
    return [(name, value) for name, value in pairs if name not in dropped]


@cache
def _trusted(environment: bool) -> SSLContext:
    """Whom clients trust; read once, for reading it takes longer than a request."""
    return httpx.create_ssl_context(trust_env=environment)


def patience(whole: timedelta) -> httpx.Timeout:
    """Wait so long for an answer; whether anybody is there is known far sooner."""
    connect = min(whole, _CONNECT).total_seconds()
    return httpx.Timeout(whole.total_seconds(), connect=connect, pool=connect)


@contextmanager
def _sending(request: httpx.Request) -> Iterator[Span]:
    address = str(request.url.copy_with(query=None, userinfo=b""))
    attributes = {"http.request.method": request.method, "url.full": address}
    with _TRACER.start_as_current_span(
        request.method,
        kind=SpanKind.CLIENT,
        attributes=attributes,
        record_exception=False,
        set_status_on_exception=False,
    ) as span:
        inject(request.headers)
        try:
            yield span
        except httpx.TransportError as error:
            span.set_attribute("error.type", type(error).__qualname__)
            span.set_status(Status(StatusCode.ERROR))
            # A connection that cannot be made in time is as good as none.
            slow = isinstance(error, httpx.ReadTimeout | httpx.WriteTimeout)
            raise (TimedOut if slow else Unreachable)(address) from error


def _answered(span: Span, response: httpx.Response) -> None:
    span.set_attribute("http.response.status_code", response.status_code)
