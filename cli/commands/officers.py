"""`wengang officers`: who the officers are, and their roles and districts."""

from typing import Annotated, Final

import typer

from cli import directory
from cli.gateway import connect
from cli.output import MOST, All, Column, Limit, Output, OutputOption, show_list, show_one
from cli.texts import examples, text

_COLUMNS: Final = (
    Column("subject"),
    Column("name"),
    Column("roles", "role"),
    Column("districts"),
    Column("active"),
)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    officers = typer.Typer(help=text("commands.officers"), no_args_is_help=True)
    officers.command("list", help=text("officers.list"))(list_officers)
    officers.command(
        "set",
        help=text("officers.set"),
        epilog=examples(
            "wengang officers set wang --name 王伟 --role district_officer --district 110105",
            "wengang officers set wang --inactive",
        ),
    )(set_officer)
    app.add_typer(officers, name="officers")


def list_officers(
    ctx: typer.Context,
    limit: Limit = MOST,
    everything: All = False,
    output: OutputOption = Output.TABLE,
) -> None:
    """List the directory of officers."""
    show_list(connect(ctx), "/v1/officers", _COLUMNS, output, limit=limit, everything=everything)


def set_officer(
    ctx: typer.Context,
    subject: Annotated[str, typer.Argument(help=text("officers.subject"))],
    name: Annotated[str | None, typer.Option(help=text("officers.name"))] = None,
    role: Annotated[list[str] | None, typer.Option(help=text("officers.role"))] = None,
    district: Annotated[list[str] | None, typer.Option(help=text("officers.district"))] = None,
    active: Annotated[
        bool | None, typer.Option("--active/--inactive", help=text("options.active"))
    ] = None,
    output: OutputOption = Output.TABLE,
) -> None:
    """Say who an officer is; what is not named stays as it was."""
    entry = directory.put(
        connect(ctx),
        "/v1/officers",
        key="subject",
        name=subject,
        changes={
            "name": name,
            "roles": role or None,
            "districts": district or None,
            "active": active,
        },
        defaults={"districts": [], "active": True},
    )
    show_one(entry, output, words={"roles": "role"})
