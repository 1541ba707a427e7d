"""`wengang bench`: runs the benchmarks and tells figures, limits and ratios."""

import asyncio
import logging
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Final, NoReturn

import structlog
import typer
from rich.console import Console

from benchmarks import report
from benchmarks.catalogue import BENCHMARKS, Chosen, choose
from benchmarks.measurement import BenchmarkFailed, Measurement
from shared.http import Unreachable
from shared.messages import say, spoken

EXIT_FAILED: Final = 1
EXIT_USAGE: Final = 2
EXIT_PARTLY: Final = 3
_TERMINATED: Final = 128 + signal.SIGTERM
_STANDARD_OUTPUT: Final = "-"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("bench")(bench)


def bench(
    name: Annotated[
        str, typer.Argument(help="名称的开头 | Beginning of a name, such as bus or latency/.")
    ] = "",
    json: Annotated[
        str | None,
        typer.Option("--json", metavar="FILE", help="写入 JSON | Write JSON; - prints it."),
    ] = None,
    full: Annotated[
        bool, typer.Option("--full", help="以全部规模运行 | At full size where there is one.")
    ] = False,
) -> None:
    """运行基准测试，同时测出极限并给出比值 | Run the benchmarks, each beside its limit.

    Examples: wengang bench · wengang bench bus · wengang bench latency/ --json latency.json
    """
    chosen = choose(name)
    if not chosen:
        known = ", ".join(known for one in BENCHMARKS for known in one.names)
        typer.echo(say("bench.unknown", spoken(), name=name, known=known), err=True)
        raise typer.Exit(EXIT_USAGE)
    # Standard output is for the result.
    structlog.configure(
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        # That a server went away at the end of its benchmark is no news to who reads figures.
        wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR),
    )
    # Without this a SIGTERM would leave the servers of a benchmark behind.
    signal.signal(signal.SIGTERM, _end)
    raise typer.Exit(run(chosen, json, full=full))


def run(chosen: Sequence[Chosen], json: str | None, *, full: bool = False) -> int:
    """Measure one after another and report; return the exit code. `json`: a file, or -."""
    language = spoken()
    errors = Console(stderr=True, highlight=False)
    measured: list[Measurement] = []
    failures = 0
    for one in chosen:
        names = ", ".join(one.names)
        errors.print(say("bench.running", language, names=names), markup=False)
        try:
            measured += asyncio.run(_wanted(one, full=full))
        except (BenchmarkFailed, Unreachable) as reason:
            failures += 1
            said = say("bench.failed", language, names=names, reason=reason)
            errors.print(said, markup=False)
    if measured:
        report.show(measured, errors if json == _STANDARD_OUTPUT else Console(highlight=False))
    if json == _STANDARD_OUTPUT:
        sys.stdout.write(report.as_json(measured))
    elif json is not None:
        Path(json).write_text(report.as_json(measured), encoding="utf-8")
    if failures:
        return EXIT_PARTLY if measured else EXIT_FAILED
    return 0


async def _wanted(chosen: Chosen, *, full: bool) -> list[Measurement]:
    measure = chosen.benchmark.load()
    measured = await (measure(full=full) if chosen.benchmark.scales else measure())
    return [one for one in measured if one.name in chosen.names]


def _end(_number: int, _frame: object) -> NoReturn:
    raise SystemExit(_TERMINATED)
