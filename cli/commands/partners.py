"""`wengang partners`: agencies and banks, and the feeds that an agency may push."""

from typing import Annotated, Final

import typer

from cli import directory
from cli.gateway import connect
from cli.groups import group
from cli.lists import Wanted, listing
from cli.output import Column, Output, OutputOption, show_one
from cli.texts import examples, text

_COLUMNS: Final = (
    Column("client_id"),
    Column("kind", "kind"),
    Column("name"),
    Column("feeds"),
    Column("active"),
)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    partners = group(app, "partners", text("commands.partners"))
    partners.command("list", help=text("partners.list"))(list_partners)
    partners.command(
        "set",
        help=text("partners.set"),
        epilog=examples(
            "wengang partners set agency-hrss --kind agency --name 人社局 --feed insured_headcount",
            "wengang partners set bank-a --inactive",
        ),
    )(set_partner)


@listing(_COLUMNS)
def list_partners() -> Wanted:
    """List the partners."""
    return Wanted("/v1/partners")


def set_partner(
    ctx: typer.Context,
    client_id: Annotated[str, typer.Argument(help=text("partners.client_id"))],
    kind: Annotated[str | None, typer.Option(help=text("partners.kind"))] = None,
    name: Annotated[str | None, typer.Option(help=text("partners.name"))] = None,
    feed: Annotated[list[str] | None, typer.Option(help=text("partners.feed"))] = None,
    active: directory.Active = None,
    output: OutputOption = Output.TABLE,
) -> None:
    """Admit a partner, change it, or shut it out; what is not named stays as it was."""
    entry = directory.put(
        connect(ctx),
        "/v1/partners",
        key="client_id",
        name=client_id,
        changes={"kind": kind, "name": name, "feeds": feed, "active": active},
        defaults={"feeds": [], "active": True},
    )
    show_one(entry, output, words={"kind": "kind"})
