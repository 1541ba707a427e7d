"""`wengang outbox`: how far the facts of each service have got."""

from typing import Final

import typer

from cli.gateway import connect
from cli.groups import group
from cli.operations import gather, services
from cli.output import Column, Output, OutputOption, show_rows
from cli.texts import text

_COLUMNS: Final = (
    Column("service"),
    Column("waiting"),
    Column("oldest_at"),
    Column("stated"),
    Column("dead"),
)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    outbox = group(app, "outbox", text("commands.outbox"))
    outbox.command("status", help=text("outbox.status"))(status)


def status(ctx: typer.Context, output: OutputOption = Output.TABLE) -> None:
    """Show what waits, what was stated and what died, by service."""
    gateway = connect(ctx)
    rows, ended = gather(
        services(None), lambda name: [gateway.get(f"/v1/operations/{name}/outbox").json()]
    )
    show_rows(rows, _COLUMNS, output)
    raise typer.Exit(ended)
