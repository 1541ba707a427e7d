"""`wengang representatives`: who acts for which enterprises."""

from typing import Annotated, Final

import typer

from cli import directory
from cli.gateway import connect
from cli.groups import group
from cli.lists import Wanted, listing
from cli.output import Column, Output, OutputOption, show_one
from cli.texts import examples, text

_COLUMNS: Final = (Column("subject"), Column("name"), Column("usccs"), Column("active"))


def register(app: typer.Typer) -> None:
    """Add the commands."""
    representatives = group(app, "representatives", text("commands.representatives"))
    representatives.command("list", help=text("representatives.list"))(list_representatives)
    representatives.command(
        "set",
        help=text("representatives.set"),
        epilog=examples(
            "wengang representatives set firm-1 --uscc 91350100M000100Y43",
            "wengang representatives set firm-1 --inactive",
        ),
    )(set_representative)


@listing(_COLUMNS)
def list_representatives() -> Wanted:
    """List who acts for enterprises."""
    return Wanted("/v1/representatives")


def set_representative(
    ctx: typer.Context,
    subject: Annotated[str, typer.Argument(help=text("representatives.subject"))],
    name: Annotated[str | None, typer.Option(help=text("representatives.name"))] = None,
    uscc: Annotated[list[str] | None, typer.Option(help=text("representatives.uscc"))] = None,
    active: directory.Active = None,
    output: OutputOption = Output.TABLE,
) -> None:
    """Say for which enterprises somebody may act; what is not named stays as it was."""
    entry = directory.put(
        connect(ctx),
        "/v1/representatives",
        key="subject",
        name=subject,
        changes={"name": name, "usccs": uscc, "active": active},
        defaults={"usccs": [], "active": True},
    )
    show_one(entry, output)
