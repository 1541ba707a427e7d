"""`wengang officers`: who the officers are, and their roles and districts."""

from collections.abc import Mapping
from typing import Annotated, Final

import typer

from cli import directory
from cli.codes import code_of, district_code, district_name
from cli.gateway import connect
from cli.groups import group
from cli.lists import Wanted, listing
from cli.output import Column, Output, OutputOption, Words, show_one
from cli.texts import examples, text

_COLUMNS: Final = (
    Column("subject"),
    Column("name"),
    Column("roles", "role"),
    Column("districts", district_name),
    Column("department", "department"),
    Column("active"),
)
_WORDS: Final[Mapping[str, Words]] = {
    "roles": "role",
    "districts": district_name,
    "department": "department",
}


def register(app: typer.Typer) -> None:
    """Add the commands."""
    officers = group(app, "officers", text("commands.officers"))
    officers.command("list", help=text("officers.list"))(list_officers)
    officers.command(
        "set",
        help=text("officers.set"),
        epilog=examples(
            "wengang officers set wang --name 王伟 --role district_officer --district 110105",
            "wengang officers set wang --inactive",
            "wengang officers set peng --name 彭海 --role assisting_department "
            "--department taxation",
        ),
    )(set_officer)


@listing(_COLUMNS)
def list_officers() -> Wanted:
    """List the directory of officers."""
    return Wanted("/v1/officers")


def set_officer(
    ctx: typer.Context,
    subject: Annotated[str, typer.Argument(help=text("officers.subject"))],
    name: Annotated[str | None, typer.Option(help=text("officers.name"))] = None,
    role: Annotated[
        list[str] | None,
        typer.Option(parser=code_of("role"), metavar="ROLE", help=text("officers.role")),
    ] = None,
    district: Annotated[
        list[str] | None,
        typer.Option(parser=district_code, metavar="DISTRICT", help=text("officers.district")),
    ] = None,
    department: Annotated[
        str | None,
        typer.Option(
            parser=code_of("department"), metavar="DEPARTMENT", help=text("officers.department")
        ),
    ] = None,
    active: directory.Active = None,
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
            "roles": role,
            "districts": district,
            "active": active,
            "department": department,
        },
        defaults={"districts": [], "active": True, "department": None},
    )
    show_one(entry, output, words=_WORDS)
