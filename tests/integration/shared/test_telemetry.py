"""One trace through every hop; spans in the file or at the collector; logs without secrets."""

import gzip
import io
import json
import logging
import os
import subprocess
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import structlog
from fastapi import APIRouter, FastAPI
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.trace import NonRecordingSpan, SpanContext, TraceFlags, use_span
from starlette.testclient import TestClient

from shared.problems import install
from shared.settings import TelemetrySettings
from shared.telemetry import inject, span_from, trace_id
from shared.telemetry.logs import configure_logs
from shared.telemetry.setup import FASTAPI, tracer_provider

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
PARENT = "00f067aa0ba902b7"
TRACEPARENT = f"00-{TRACE}-{PARENT}-01"


def _records(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def _file_provider(file: Path, **settings: Any) -> TracerProvider:
    return tracer_provider(TelemetrySettings(traces_file=file, **settings), service="cases-api")


def _app(provider: TracerProvider) -> FastAPI:
    app = FastAPI(telemetry={**FASTAPI, "tracer_provider": provider})
    install(app)
    router = APIRouter(prefix="/v1")

    @router.get("/cases/{case_id}")
    async def case(case_id: str, token: str = "") -> str:
        return case_id + token

    @router.get("/traceparent")
    async def carried() -> dict[str, str]:
        headers: dict[str, str] = {}
        inject(headers)
        return headers

    @router.get("/bug")
    async def bug() -> None:
        raise RuntimeError("password=hunter2")

    app.include_router(router)
    return app


def test_a_request_continues_the_trace_that_came_in(tmp_path: Path) -> None:
    provider = _file_provider(tmp_path / "spans.jsonl")
    client = TestClient(_app(provider))
    carried = client.get("/v1/traceparent", headers={"traceparent": TRACEPARENT}).json()
    provider.shutdown()
    [span] = _records(tmp_path / "spans.jsonl")
    assert (span["trace_id"], span["parent_id"], span["kind"]) == (TRACE, PARENT, "server")
    assert (span["name"], span["service"]) == ("GET /v1/traceparent", "cases-api")
    assert span["attributes"]["http.response.status_code"] == 200
    assert carried["traceparent"] == f"00-{TRACE}-{span['span_id']}-01"


def test_a_span_holds_neither_secrets_of_the_query_nor_texts_of_exceptions(tmp_path: Path) -> None:
    provider = _file_provider(tmp_path / "spans.jsonl")
    client = TestClient(_app(provider), raise_server_exceptions=False)
    client.get("/v1/cases/7?token=hunter2&code=c0de&q=13800138000")
    client.get("/v1/bug")
    provider.shutdown()
    named, broken = _records(tmp_path / "spans.jsonl")
    assert named["name"] == "GET /v1/cases/{case_id}"
    assert named["attributes"]["url.query"] == "token=***&code=***&q=138****8000"
    assert (broken["status"], broken["attributes"]["error.type"]) == ("error", "RuntimeError")
    assert "hunter2" not in (tmp_path / "spans.jsonl").read_text()


def test_problems_name_the_trace_even_a_500(tmp_path: Path) -> None:
    provider = _file_provider(tmp_path / "spans.jsonl")
    client = TestClient(_app(provider), raise_server_exceptions=False)
    for path in ("/v1/bug", "/v1/cases/7?x=1", "/nothing"):
        problem = client.get(path, headers={"traceparent": TRACEPARENT}).json()
        assert problem["trace_id"] == TRACE
    provider.shutdown()


def test_a_message_continues_the_trace_of_its_sender() -> None:
    with _remote_parent():
        headers = {"Ce-Id": "7"}
        inject(headers)
    assert headers == {"Ce-Id": "7", "traceparent": TRACEPARENT}
    with span_from({"Traceparent": TRACEPARENT}, "process cases-open"):
        assert trace_id() == TRACE
    assert trace_id() is None


@pytest.mark.parametrize("headers", [None, {}, {"traceparent": "nonsense"}])
def test_a_message_without_a_trace_is_processed_all_the_same(
    headers: dict[str, str] | None,
) -> None:
    with span_from(headers, "process cases-open"):
        pass


def test_a_failure_passes_through_its_span() -> None:
    with pytest.raises(LookupError), span_from({}, "process cases-open"):
        raise LookupError


@contextmanager
def _remote_parent() -> Iterator[None]:
    context = SpanContext(int(TRACE, 16), int(PARENT, 16), True, TraceFlags(TraceFlags.SAMPLED))
    with use_span(NonRecordingSpan(context)):
        yield


def test_a_full_file_is_begun_anew_and_one_old_file_is_kept(tmp_path: Path) -> None:
    file = tmp_path / "spans.jsonl"
    for _ in range(4):
        provider = _file_provider(file, traces_file_max_bytes=64 * 1024)
        tracer = provider.get_tracer("test")
        for number in range(200):
            tracer.start_span(f"span {number}").end()
        provider.shutdown()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["spans.jsonl", "spans.jsonl.1"]
    assert len(_records(file.with_name("spans.jsonl.1"))) >= 200
    assert file.stat().st_size < 200 * 1024


WRITER = """
import sys
from pathlib import Path
from shared.settings import TelemetrySettings
from shared.telemetry.setup import tracer_provider
settings = TelemetrySettings(traces_file=Path(sys.argv[1]), traces_file_max_bytes=64 * 1024 * 1024)
provider = tracer_provider(settings, service=sys.argv[2])
tracer = provider.get_tracer("test")
for number in range(500):
    tracer.start_span(f"{number} " + "稳岗" * 40).end()
provider.shutdown()
"""


def test_several_processes_share_a_file_and_no_line_is_torn(tmp_path: Path) -> None:
    file = tmp_path / "spans.jsonl"
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, str(file), f"service-{number}"])
        for number in range(3)
    ]
    assert [writer.wait(timeout=60) for writer in writers] == [0, 0, 0]
    names = [record["service"] for record in _records(file)]
    assert {name: names.count(name) for name in names} == {
        "service-0": 500,
        "service-1": 500,
        "service-2": 500,
    }


def test_a_file_that_cannot_be_written_stops_nothing(tmp_path: Path) -> None:
    provider = _file_provider(tmp_path / "folder" / "spans.jsonl")
    (tmp_path / "folder").rmdir()
    provider.get_tracer("test").start_span("lost").end()
    provider.shutdown()
    assert not (tmp_path / "folder").exists()


class _Collector(BaseHTTPRequestHandler):
    """Keeps what exporters post to it."""

    received: list[tuple[str, bytes]]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        encoding = self.headers.get("content-encoding")
        if encoding == "gzip":
            body = gzip.decompress(body)
        elif encoding == "deflate":
            body = zlib.decompress(body)
        self.received.append((self.path, body))
        self.send_response(200)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_arguments: Any) -> None:
        return


@contextmanager
def _collector() -> Iterator[tuple[str, list[tuple[str, bytes]]]]:
    received: list[tuple[str, bytes]] = []
    handler = type("Handler", (_Collector,), {"received": received})
    with HTTPServer(("127.0.0.1", 0), handler) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", received
        finally:
            server.shutdown()
            thread.join()


def test_spans_reach_a_collector_before_the_process_ends() -> None:
    with _collector() as (endpoint, received):
        provider = tracer_provider(
            TelemetrySettings(otlp_endpoint=f"{endpoint}/"), service="gateway"
        )
        TestClient(_app(provider)).get("/v1/cases/7", headers={"traceparent": TRACEPARENT})
        provider.shutdown()
    [(path, body)] = received
    sent = ExportTraceServiceRequest.FromString(body).resource_spans[0]
    attributes = {item.key: item.value.string_value for item in sent.resource.attributes}
    [span] = sent.scope_spans[0].spans
    assert path == "/v1/traces"
    assert (attributes["service.name"], attributes["service.namespace"]) == ("gateway", "wengang")
    assert (span.trace_id.hex(), span.parent_span_id.hex()) == (TRACE, PARENT)


@pytest.fixture
def log_lines() -> Iterator[io.StringIO]:
    """Logs as a process writes them; the test session's own logging is put back."""
    root, stream = logging.getLogger(), io.StringIO()
    handlers, level = root.handlers, root.level
    configure_logs(service="cases-api", level="INFO", to=stream)
    yield stream
    root.handlers = handlers
    root.setLevel(level)
    logging.captureWarnings(capture=False)
    structlog.reset_defaults()


def _lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_log_line_names_service_level_and_trace(log_lines: io.StringIO) -> None:
    with _remote_parent():
        structlog.get_logger("services.cases").warning("late", case="稳岗-7", count=3)
    [line] = _lines(log_lines)
    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "service": "cases-api",
        "event": "late",
        "case": "稳岗-7",
        "count": 3,
        "level": "warning",
        "logger": "services.cases",
        "trace_id": TRACE,
        "span_id": PARENT,
    }
    assert "稳岗" in log_lines.getvalue()


def test_the_standard_library_logs_through_the_same_pipe(log_lines: io.StringIO) -> None:
    logging.getLogger("uvicorn.error").info("Started %s", "here", extra={"phone": "13800138000"})
    logging.getLogger("uvicorn.error").debug("too fine")
    [line] = _lines(log_lines)
    assert (line["event"], line["logger"], line["phone"]) == (
        "Started here",
        "uvicorn.error",
        "***",
    )


def test_log_lines_hold_no_secrets_not_even_in_tracebacks(log_lines: io.StringIO) -> None:
    log = structlog.get_logger("services.cases")
    log.info("signed in", password="hunter2", headers={"Authorization": "Bearer hunter2"})
    log.info("of 110101199003070134 at postgresql+psycopg://cases:hunter2@db/w")
    try:
        int("postgresql+psycopg://cases:hunter2@db/w of 13800138000")
    except ValueError:
        log.exception("failed")
    assert "hunter2" not in log_lines.getvalue()
    assert "110101199003070134" not in log_lines.getvalue()
    assert "13800138000" not in log_lines.getvalue()
    assert "ValueError" in _lines(log_lines)[2]["exception"]


def test_a_line_that_json_cannot_hold_is_still_written(log_lines: io.StringIO) -> None:
    structlog.get_logger("x").info("odd", value=object(), number=10**30, folder=Path("a/b"))
    [line] = _lines(log_lines)
    assert (line["number"], line["folder"]) == (10**30, "a/b")


PROCESS = """
import sys
from pathlib import Path
import structlog
from shared.settings import TelemetrySettings
from shared.telemetry import span_from, trace_id
from shared.telemetry.setup import start_telemetry
traceparent, *file = sys.argv[1:]
settings = TelemetrySettings(traces_file=Path(file[0]) if file else None)
stop = start_telemetry(settings, service="cases-worker")
with span_from({"traceparent": traceparent}, "process cases-open"):
    structlog.get_logger("worker").info("opened", trace=trace_id())
with span_from({}, "process cases-open"):
    assert len(trace_id() or "") == 32
stop()
"""


@pytest.mark.parametrize("with_file", [True, False])
def test_a_process_from_its_start_to_its_end(tmp_path: Path, with_file: bool) -> None:
    file = tmp_path / "traces" / "spans.jsonl"
    done = subprocess.run(
        [
            *(sys.executable, "-W", "error", "-c", PROCESS, TRACEPARENT),
            *([str(file)] if with_file else []),
        ],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
        env={**os.environ, "PYTHONUTF8": "1"},
    )
    [line] = [json.loads(text) for text in done.stderr.splitlines()]
    assert (line["event"], line["trace"], line["trace_id"]) == ("opened", TRACE, TRACE)
    assert file.exists() is with_file
    if with_file:
        first, second = _records(file)
        assert (first["trace_id"], first["parent_id"], first["kind"]) == (TRACE, PARENT, "consumer")
        assert (second["parent_id"], second["service"]) == (None, "cases-worker")
