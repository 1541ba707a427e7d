"""`wengang progress`: whether everything that was stated has been applied, in all services."""

import time
from typing import Annotated, Any, Final

import typer

from cli.gateway import Gateway, connect
from cli.output import Column, Output, OutputOption, show_rows, write_json
from cli.refusals import ExitCode
from cli.terminal import note
from cli.texts import examples, text

_EVERY: Final = 0.5  # seconds
_COLUMNS: Final = (
    Column("service"),
    Column("outbox"),
    Column("waiting"),
    Column("chores"),
    Column("pending"),
    Column("idle"),
)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        "progress",
        help=text("progress.help"),
        epilog=examples("wengang progress", "wengang progress --wait 60"),
    )(progress)


def progress(
    ctx: typer.Context,
    wait: Annotated[float, typer.Option(min=0, help=text("progress.wait"))] = 0.0,
    output: OutputOption = Output.TABLE,
) -> None:
    """Show how far every service has got; end with 1 if there is something left to do."""
    told = _read(connect(ctx), wait)
    if output is Output.JSON:
        write_json(told)
    else:
        show_rows([_row(name, told) for name in told["services"]], _COLUMNS, output)
        note(text("progress.idle" if told["idle"] else "progress.busy"))
    raise typer.Exit(ExitCode.DONE if told["idle"] else ExitCode.FAILED)


def _read(gateway: Gateway, wait: float) -> dict[str, Any]:
    until = time.monotonic() + wait
    while True:
        told: dict[str, Any] = gateway.get("/v1/progress").json()
        if told["idle"] or time.monotonic() >= until:
            return told
        time.sleep(_EVERY)


def _row(name: str, told: dict[str, Any]) -> dict[str, Any]:
    """Put what a service said into a row; of one that did not answer nothing is known."""
    said = told["services"][name] or {}
    waiting = [each["waiting"] for each in told["consumers"] if each["service"] == name]
    return {
        "service": name,
        "outbox": said.get("outbox"),
        "waiting": None if None in waiting else sum(waiting),
        "chores": [chore["name"] for chore in said.get("chores", []) if not chore["done"]],
        "pending": sum(said["pending"].values()) if said else None,
        "idle": said.get("idle"),
    }
