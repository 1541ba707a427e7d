"""Which benchmarks there are, and how they are found by the beginning of their names."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Final

from benchmarks.measurement import Measurement

Measure = Callable[..., Awaitable[Sequence[Measurement]]]


@dataclass(frozen=True)
class Benchmark:
    """One run and the names of what it measures; `place` is `module:function`, imported on use.

    One that `scales` can run at its full size, which takes long.
    """

    names: tuple[str, ...]
    place: str
    scales: bool = False

    def load(self) -> Measure:
        """Import the function that measures."""
        module, _, name = self.place.partition(":")
        measure: Measure = getattr(import_module(module), name)
        return measure


BENCHMARKS: Final = (
    Benchmark(("bus/events",), "benchmarks.bus_events:measure"),
    Benchmark(
        ("latency/push-to-warning/p50", "latency/push-to-warning/p99"),
        "benchmarks.push_to_warning:measure",
    ),
    Benchmark(
        (
            "ingest/csv",
            "ingest/ndjson",
            "ingest/parquet",
            "ingest/resend-5pct",
            "ingest/replace",
            "ingest/withdraw",
            "ingest/peak-memory",
        ),
        "benchmarks.ingest:measure",
        scales=True,
    ),
    Benchmark(
        (
            "scoring/city",
            "scoring/city/seconds",
            "scoring/city/peak-memory",
            "scoring/changed",
        ),
        "benchmarks.scoring:measure",
    ),
    Benchmark(
        ("scoring/latency/p50", "scoring/latency/p99"),
        "benchmarks.scoring_latency:measure",
    ),
    Benchmark(
        (
            "accuracy/orange-and-red/precision",
            "accuracy/recall-30-days-ahead",
            "accuracy/calibration-error",
        ),
        "benchmarks.accuracy:measure",
        scales=True,
    ),
    Benchmark(
        tuple(
            f"sources/{group}/{figure}"
            for group in ("employment", "social_insurance", "register", "opinion", "casework")
            for figure in (
                "recall-30-days-ahead",
                "orange-and-red/precision",
                "orange-and-red/recall",
            )
        ),
        "benchmarks.ablation:measure",
        scales=True,
    ),
)


@dataclass(frozen=True)
class Chosen:
    """A benchmark and those of its names that are wanted."""

    benchmark: Benchmark
    names: tuple[str, ...]


def choose(beginning: str, benchmarks: Sequence[Benchmark] = BENCHMARKS) -> Sequence[Chosen]:
    """Return the benchmarks that measure something whose name begins so; "" means all."""
    found = (
        Chosen(one, tuple(name for name in one.names if name.startswith(beginning)))
        for one in benchmarks
    )
    return [chosen for chosen in found if chosen.names]
