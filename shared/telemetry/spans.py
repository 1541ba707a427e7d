"""Spans as JSON Lines in a file, for a platform without a collector; and what they may not hold."""

import fcntl
import json
import os
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO
from urllib.parse import parse_qsl, urlencode

from opentelemetry.context import Context
from opentelemetry.sdk.trace import ReadableSpan, Span, SpanProcessor
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult
from opentelemetry.trace import format_span_id, format_trace_id

from shared.masking import HIDDEN, is_sensitive, mask_text

_QUERY = "url.query"
# What an OpenID provider sends back in the address: `code` alone opens a session (RFC 6749 §4.1.2).
# Elsewhere a code is a plain word, so this holds for queries only.
_SIGN_IN = frozenset({"code", "state", "id_token_hint"})
_NANOSECONDS = 1_000_000_000


class QueryMasking(SpanProcessor):
    """Hide secrets and personal data in the query of a request before any exporter sees it."""

    def on_start(self, span: Span, parent_context: Context | None = None) -> None:  # noqa: ARG002
        query = (span.attributes or {}).get(_QUERY)
        if isinstance(query, str):
            pairs = parse_qsl(query, keep_blank_values=True)
            shown = [
                (name, HIDDEN if name in _SIGN_IN or is_sensitive(name) else mask_text(value))
                for name, value in pairs
            ]
            span.set_attribute(_QUERY, urlencode(shown, safe="*"))


class SpanFile(SpanExporter):
    """Append spans to a file that several processes may share; when full it becomes `*.1`."""

    def __init__(self, file: Path, *, max_bytes: int) -> None:
        self._file = file
        self._max_bytes = max_bytes
        file.parent.mkdir(parents=True, exist_ok=True)

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        lines = "".join(_line(span) for span in spans).encode()
        try:
            with self._locked() as file:
                file.write(lines)
        except OSError:
            return SpanExportResult.FAILURE
        return SpanExportResult.SUCCESS

    def _locked(self) -> BinaryIO:
        """Open the file for this process alone, after renaming it if it is full."""
        while True:
            file = self._file.open("ab")
            fcntl.flock(file, fcntl.LOCK_EX)
            if not self._is_current(file):
                file.close()  # another process renamed it while we waited
                continue
            if file.tell() < self._max_bytes:
                return file
            self._file.replace(self._file.with_name(self._file.name + ".1"))
            file.close()

    def _is_current(self, file: BinaryIO) -> bool:
        try:
            return os.fstat(file.fileno()).st_ino == self._file.stat().st_ino
        except FileNotFoundError:
            return False


def _line(span: ReadableSpan) -> str:
    context, started, ended = span.get_span_context(), span.start_time or 0, span.end_time or 0
    record = {
        "trace_id": format_trace_id(context.trace_id) if context else None,
        "span_id": format_span_id(context.span_id) if context else None,
        "parent_id": format_span_id(span.parent.span_id) if span.parent else None,
        "service": span.resource.attributes.get("service.name"),
        "name": span.name,
        "kind": span.kind.name.lower(),
        "started_at": datetime.fromtimestamp(started / _NANOSECONDS, UTC).isoformat(),
        "duration_ms": round((ended - started) / 1_000_000, 3),
        "status": span.status.status_code.name.lower(),
        "attributes": dict(span.attributes or {}),
    }
    return json.dumps(record, ensure_ascii=False, default=str) + "\n"
