"""`wengang audit`: who asked for what, and how it ended."""

from typing import Annotated, Final

import typer

from cli.groups import group
from cli.lists import Wanted, listing
from cli.output import Column
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
    audit = group(app, "audit", text("commands.audit"))
    audit.command(
        "list",
        help=text("audit.list"),
        epilog=examples("wengang --as auditor audit list --action cases.show"),
    )(list_accesses)


@listing(_COLUMNS)
def list_accesses(
    actor: Annotated[str | None, typer.Option(help=text("audit.actor"))] = None,
    action: Annotated[str | None, typer.Option(help=text("audit.action"))] = None,
    since: Annotated[str | None, typer.Option(help=text("audit.since"))] = None,
    until: Annotated[str | None, typer.Option(help=text("audit.until"))] = None,
) -> Wanted:
    """List accesses, the latest first."""
    return Wanted("/v1/audit", {"actor": actor, "action": action, "since": since, "until": until})
