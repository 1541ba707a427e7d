"""A trace from the files of spans that processes leave on this machine, as a tree in time."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Span:
    """One piece of work of one process."""

    span_id: str
    parent_id: str | None
    service: str
    name: str
    started_at: datetime
    milliseconds: float
    failed: bool

    def as_row(self, *, depth: int, first: datetime) -> dict[str, Any]:
        """Return the span as plain values; `offset_ms` counts from the trace's beginning."""
        return {
            "service": self.service,
            "name": self.name,
            "depth": depth,
            "offset_ms": round((self.started_at - first).total_seconds() * 1000, 3),
            "duration_ms": self.milliseconds,
            "failed": self.failed,
            "span_id": self.span_id,
            "parent_id": self.parent_id,
        }


def spans(folder: Path, trace: str) -> list[Span]:
    """Find the spans of a trace under a platform's folder, each once."""
    found: dict[str, Span] = {}
    for file in sorted({*folder.glob("*/*.jsonl"), *folder.glob("*/*.jsonl.1")}):
        for span in _read(file, trace):
            found[span.span_id] = span
    return list(found.values())


def rows(found: Iterable[Span]) -> list[dict[str, Any]]:
    """Put the spans in the order of the tree, earliest first; one without its parent is a root."""
    ordered = sorted(found, key=lambda span: span.started_at)
    known = {span.span_id for span in ordered}
    children: dict[str | None, list[Span]] = {}
    for span in ordered:
        parent = span.parent_id if span.parent_id in known else None
        children.setdefault(parent, []).append(span)
    told: list[dict[str, Any]] = []
    waiting = [(0, span) for span in reversed(children.get(None, []))]
    while waiting:
        depth, span = waiting.pop()
        told.append(span.as_row(depth=depth, first=ordered[0].started_at))
        waiting += [(depth + 1, child) for child in reversed(children.get(span.span_id, []))]
    return told


def _read(file: Path, trace: str) -> Iterator[Span]:
    try:
        with file.open(encoding="utf-8", errors="replace") as lines:
            for line in lines:
                # Parsing is what takes time: most lines are of other traces.
                if trace in line and (span := _span(line, trace)) is not None:
                    yield span
    except OSError:
        return


def _span(line: str, trace: str) -> Span | None:
    try:
        record = json.loads(line)
        if record["trace_id"] != trace:
            return None
        return Span(
            span_id=record["span_id"],
            parent_id=record["parent_id"],
            service=record["service"],
            name=record["name"],
            started_at=datetime.fromisoformat(record["started_at"]),
            milliseconds=float(record["duration_ms"]),
            failed=record["status"] == "error",
        )
    except (ValueError, KeyError, TypeError):
        return None  # a line that is being written, or of another program
