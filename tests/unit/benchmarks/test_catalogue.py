"""Benchmarks are found by the beginning of their names."""

import pytest

from benchmarks.catalogue import BENCHMARKS, choose

INGEST = (
    *("ingest/csv", "ingest/ndjson", "ingest/parquet"),
    *("ingest/resend-5pct", "ingest/replace", "ingest/withdraw", "ingest/peak-memory"),
)
P50, P99 = "latency/push-to-warning/p50", "latency/push-to-warning/p99"

JUDGED = ("scoring/city", "scoring/city/seconds", "scoring/city/peak-memory", "scoring/changed")
VISIBLE = ("scoring/latency/p50", "scoring/latency/p99")
RIGHT = (
    "accuracy/orange-and-red/precision",
    "accuracy/recall-30-days-ahead",
    "accuracy/calibration-error",
)

ADDED = tuple(
    f"sources/{group}/{figure}"
    for group in ("employment", "social_insurance", "register", "opinion", "casework")
    for figure in ("recall-30-days-ahead", "orange-and-red/precision", "orange-and-red/recall")
)


@pytest.mark.parametrize(
    ("beginning", "expected"),
    [
        ("", [("bus/events",), (P50, P99), INGEST, JUDGED, VISIBLE, RIGHT, ADDED]),
        ("ingest/n", [("ingest/ndjson",)]),
        ("bus", [("bus/events",)]),
        ("latency/", [(P50, P99)]),
        (P99, [(P99,)]),
        ("events", []),
    ],
)
def test_a_beginning_chooses(beginning: str, expected: list[tuple[str, ...]]) -> None:
    assert [chosen.names for chosen in choose(beginning)] == expected


@pytest.mark.parametrize("benchmark", BENCHMARKS, ids=lambda one: one.place)
def test_every_benchmark_is_there(benchmark: object) -> None:
    (found,) = [one for one in BENCHMARKS if one is benchmark]

    assert callable(found.load())
