"""`wengang audit`: who asked for what, and how it ended."""

from typing import Annotated, Final

import typer

from cli.gateway import connect
from cli.output import MOST, All, Column, Limit, Output, OutputOption, show_list
from cli.texts import examples, text

_COLUMNS: Final = (
    Column("at"),
    Column("actor"),
    Column("action"),
    Column("method"),
    Column("path"),
    Column("status"),
    Column("trace_id"),
)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    audit = typer.Typer(help=text("commands.audit"), no_args_is_help=True)
    audit.callback()(_audit)
    audit.command(
        "list",
        help=text("audit.list"),
        epilog=examples("wengang --as auditor audit list --action cases.show"),
    )(list_accesses)
    app.add_typer(audit, name="audit")


def _audit() -> None:
    """Keep `list` a command of its own: typer would fold a lone one into the group."""


def list_accesses(
    ctx: typer.Context,
    actor: Annotated[str | None, typer.Option(help=text("audit.actor"))] = None,
    action: Annotated[str | None, typer.Option(help=text("audit.action"))] = None,
    since: Annotated[str | None, typer.Option(help=text("audit.since"))] = None,
    until: Annotated[str | None, typer.Option(help=text("audit.until"))] = None,
    limit: Limit = MOST,
    everything: All = False,
    output: OutputOption = Output.TABLE,
) -> None:
    """List accesses, the latest first."""
    show_list(
        connect(ctx),
        "/v1/audit",
        _COLUMNS,
        output,
        query={"actor": actor, "action": action, "since": since, "until": until},
        limit=limit,
        everything=everything,
    )
