"""`wengang traces`: where the time of one request went, across the processes of this machine."""

from pathlib import Path
from typing import Annotated, Any, Final

import typer
from rich import box
from rich.table import Table
from rich.text import Text

from cli import waterfall
from cli.folders import platform_folder
from cli.groups import group
from cli.output import Column, Output, OutputOption, show_rows
from cli.refusals import Refused
from cli.terminal import console, plain
from cli.texts import examples, text

_WIDTH: Final = 40  # characters of the time axis
_COLUMNS: Final = tuple(
    Column(name) for name in ("service", "name", "depth", "offset_ms", "duration_ms", "failed")
)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    traces = group(app, "traces", text("commands.traces"))
    traces.command(
        "show",
        help=text("traces.show"),
        epilog=examples("wengang traces show 4bf92f3577b34da6a3ce929d0e0e4736"),
    )(show)


def show(
    trace: Annotated[str, typer.Argument(metavar="TRACE_ID", help=text("traces.id"))],
    data: Annotated[Path | None, typer.Option("--data", help=text("traces.data"))] = None,
    output: OutputOption = Output.TABLE,
) -> None:
    """Show the waterfall of a trace."""
    folder = data or platform_folder()
    rows = waterfall.rows(waterfall.spans(folder, trace.lower()))
    if not rows:
        raise Refused(text("traces.none", id=trace, folder=folder))
    if output is Output.TABLE:
        _draw(rows)
    else:
        show_rows(rows, _COLUMNS, output)


def _draw(rows: list[dict[str, Any]]) -> None:
    whole = max(row["offset_ms"] + row["duration_ms"] for row in rows) or 1.0
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for name in ("service", "name", "offset_ms", "duration_ms"):
        table.add_column(Text(Column(name).title), justify="right" if "_ms" in name else "left")
    table.add_column("", no_wrap=True)
    for row in rows:
        table.add_row(
            Text(plain(row["service"])),
            Text(
                f"{'  ' * row['depth']}{plain(row['name'])}", style="red" if row["failed"] else ""
            ),
            f"{row['offset_ms']:.1f}",
            f"{row['duration_ms']:.1f}",
            bar(row["offset_ms"] / whole, row["duration_ms"] / whole),
        )
    console().print(table)


def bar(offset: float, share: float) -> str:
    """Draw a span on the time axis, from its offset and share of the whole; never nothing."""
    start = min(int(offset * _WIDTH), _WIDTH - 1)
    length = max(1, min(round(share * _WIDTH), _WIDTH - start))
    return " " * start + "█" * length
