"""Operators see every service, and one that is down hides no other."""

import json
from pathlib import Path
from typing import Any

import pytest

from cli.commands.traces import bar
from tests.integration.cli.conftest import Wengang
from tests.integration.cli.door import Door, Said

SERVICES = ("ingest", "scoring", "cases", "matchmaking", "gateway")
DOWN = Said(503, {"title": "Temporarily unavailable", "status": 503}, {"retry-after": "0"})


def _letter(event: str, consumer: str) -> dict[str, Any]:
    return {
        "event_id": event,
        "consumer": consumer,
        "subject": "scoring.warning.raised.v1",
        "reason": "StepRefused",
        "deliveries": 8,
        "at": "2026-11-23T08:00:00+08:00",
        "resolved_at": None,
        "resolved_by": None,
    }


@pytest.fixture
def letters(signed_in: Door) -> Door:
    """Two dead letters at cases, none elsewhere."""
    for service in SERVICES:
        rows = [_letter("e1", "cases-a"), _letter("e2", "cases-b")] if service == "cases" else []
        page = Said(200, {"data": rows, "next_cursor": None})
        signed_in.on("GET", f"/v1/operations/{service}/dead-letters", page)
        outbox = {"waiting": 0, "oldest_at": None, "stated": 12, "dead": len(rows)}
        signed_in.on("GET", f"/v1/operations/{service}/outbox", Said(200, outbox))
    return signed_in


def _replay(event: str, consumer: str) -> str:
    return f"/v1/operations/cases/dead-letters/{event}/{consumer}/replay"


@pytest.mark.usefixtures("letters")
def test_the_outbox_of_every_service_is_shown(wengang: Wengang) -> None:
    code, out, _ = wengang("outbox", "status", "-o", "json")

    assert code == 0
    told = [(row["service"], row["stated"], row["dead"]) for row in json.loads(out)]
    assert told == [
        ("ingest", 12, 0),
        ("scoring", 12, 0),
        ("cases", 12, 2),
        ("matchmaking", 12, 0),
        ("gateway", 12, 0),
    ]


def test_a_service_that_is_down_is_told_and_the_others_are_shown(
    letters: Door, wengang: Wengang
) -> None:
    letters.on("GET", "/v1/operations/scoring/outbox", DOWN)

    code, out, error = wengang("outbox", "status", "-o", "json")

    assert code == 3
    assert [row["service"] for row in json.loads(out)] == [s for s in SERVICES if s != "scoring"]
    assert "scoring: Temporarily unavailable" in error


def test_no_service_at_all_is_a_failure(letters: Door, wengang: Wengang) -> None:
    for service in SERVICES:
        letters.on("GET", f"/v1/operations/{service}/outbox", DOWN)

    assert wengang("outbox", "status")[0] == 1


@pytest.mark.usefixtures("letters")
def test_dead_letters_are_found_and_shown(wengang: Wengang) -> None:
    _, out, _ = wengang("dlq", "list", "-o", "json")
    assert [(row["service"], row["event_id"]) for row in json.loads(out)] == [
        ("cases", "e1"),
        ("cases", "e2"),
    ]

    code, out, _ = wengang("dlq", "show", "e2")
    assert code == 0
    assert "cases-b" in out
    assert wengang("dlq", "show", "e9")[0] == 1


def test_one_letter_is_replayed(letters: Door, wengang: Wengang) -> None:
    letters.on("POST", _replay("e1", "cases-a"), Said(200, _letter("e1", "cases-a")))

    code, _, error = wengang("dlq", "replay", "e1")

    assert code == 0
    assert "1 replayed, 0 failed" in error
    posts = [seen.path for seen in letters.seen if seen.method == "POST"]
    assert posts == [_replay("e1", "cases-a")]


def test_a_replay_that_fails_does_not_end_the_others(letters: Door, wengang: Wengang) -> None:
    failed = {"title": "The replay failed", "detail": "StepRefused", "status": 409}
    letters.on("POST", _replay("e1", "cases-a"), Said(409, failed))
    letters.on("POST", _replay("e2", "cases-b"), Said(200, _letter("e2", "cases-b")))

    code, _, error = wengang("dlq", "replay", "--all")

    assert code == 3
    assert "e1 → cases-a: The replay failed" in error
    assert "1 replayed, 1 failed" in error


@pytest.mark.usefixtures("letters")
def test_nothing_to_replay_is_no_failure(wengang: Wengang) -> None:
    code, _, error = wengang("dlq", "replay", "--service", "ingest")

    assert code == 0
    assert "no dead letters" in error


def test_audit_filters_are_passed_on(signed_in: Door, wengang: Wengang) -> None:
    signed_in.on("GET", "/v1/audit", Said(200, {"data": [], "next_cursor": None}))

    wengang("audit", "list", "--actor", "officer:wang", "--action", "cases.show")

    assert signed_in.seen[0].query[1:] == [("actor", "officer:wang"), ("action", "cases.show")]


def _span(trace: str, span: str, parent: str | None, at: str, took: float, name: str) -> str:
    record: dict[str, object] = {
        "trace_id": trace,
        "span_id": span,
        "parent_id": parent,
        "service": name.partition(" ")[0],
        "name": name,
        "kind": "server",
        "started_at": f"2026-11-23T00:00:{at}+00:00",
        "duration_ms": took,
        "status": "unset",
        "attributes": {},
    }
    return json.dumps(record) + "\n"


def test_a_trace_is_put_together_across_processes(tmp_path: Path, wengang: Wengang) -> None:
    trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    logs = tmp_path / "platform" / "logs"
    logs.mkdir(parents=True)
    (logs / "gateway-api.traces.jsonl").write_text(
        _span(trace, "a", "the-client", "00.000", 40, "gateway POST")
        + _span("0" * 32, "x", None, "00.000", 1, "gateway other"),
        encoding="utf-8",
    )
    (logs / "ingest-api.traces.jsonl").write_text(
        _span(trace, "c", "b", "00.020", 5, "ingest commit")
        + _span(trace, "b", "a", "00.010", 25, "ingest POST")
        + '{"half a line',
        encoding="utf-8",
    )
    (logs / "scoring-worker.traces.jsonl.1").write_text(
        _span(trace, "d", "c", "00.100", 50, "scoring consume"), encoding="utf-8"
    )

    code, out, _ = wengang("traces", "show", trace, "-o", "json")

    assert code == 0
    told = [(row["name"], row["depth"], row["offset_ms"]) for row in json.loads(out)]
    assert told == [
        ("gateway POST", 0, 0.0),
        ("ingest POST", 1, 10.0),
        ("ingest commit", 2, 20.0),
        ("scoring consume", 3, 100.0),
    ]
    assert "    ingest commit" in wengang("traces", "show", trace)[1]
    assert wengang("traces", "show", "f" * 32)[0] == 1


@pytest.mark.parametrize(
    ("offset", "share", "drawn"),
    [
        (0.0, 1.0, "█" * 40),
        (0.5, 0.25, " " * 20 + "█" * 10),
        (0.0, 0.0, "█"),
        (1.0, 0.0, " " * 39 + "█"),
    ],
)
def test_a_span_is_drawn_where_and_as_long_as_it_was(
    offset: float, share: float, drawn: str
) -> None:
    assert bar(offset, share) == drawn


def _progress(*, idle: bool) -> Said:
    said = {
        "outbox": 0 if idle else 2,
        "stated": {},
        "applied": {},
        "chores": [{"name": "sweep", "ran_for": None, "done": idle}],
        "pending": {"imports": 0 if idle else 1},
        "idle": idle,
    }
    waiting = 0 if idle else 3
    consumer = {"name": "cases-warning-raised", "service": "cases", "waiting": waiting}
    return Said(200, {"services": {"cases": said}, "consumers": [consumer], "idle": idle})


def test_progress_shows_what_is_left_and_ends_accordingly(
    signed_in: Door, wengang: Wengang
) -> None:
    signed_in.on("GET", "/v1/progress", _progress(idle=False))
    code, out, err = wengang("progress", "-o", "csv")
    assert code == 1
    assert out.splitlines()[1] == 'cases,2,3,"[""sweep""]",1,False'
    assert "something left" in err

    signed_in.on("GET", "/v1/progress", _progress(idle=False), _progress(idle=True))
    code, out, _ = wengang("progress", "--wait", "20", "-o", "json")
    assert code == 0
    assert json.loads(out)["idle"] is True
