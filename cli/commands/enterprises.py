"""`wengang enterprises`: the register, within one's districts."""

from typing import Annotated, Final
from urllib.parse import quote

import typer

from cli.codes import code_of, district_name
from cli.gateway import connect
from cli.groups import group
from cli.lists import District, Wanted, listing
from cli.output import Column, Output, OutputOption, show_one
from cli.texts import examples, text

_COLUMNS: Final = (
    Column("uscc"),
    Column("name"),
    Column("district_name"),
    Column("industry"),
    Column("status", "enterprise_status"),
)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    enterprises = group(app, "enterprises", text("commands.enterprises"))
    enterprises.command(
        "list",
        help=text("enterprises.list"),
        epilog=examples("wengang enterprises list --name 食品 --district 110105"),
    )(list_enterprises)
    enterprises.command("show", help=text("enterprises.show"))(show_enterprise)


@listing(_COLUMNS)
def list_enterprises(
    name: Annotated[str | None, typer.Option(help=text("enterprises.name"))] = None,
    district: District = None,
    status: Annotated[
        str | None,
        typer.Option(
            parser=code_of("enterprise_status"), metavar="STATUS", help=text("enterprises.status")
        ),
    ] = None,
) -> Wanted:
    """List enterprises of the register."""
    return Wanted("/v1/enterprises", {"q": name, "district": district, "status": status})


def show_enterprise(
    ctx: typer.Context,
    uscc: Annotated[str, typer.Argument(help=text("options.uscc"))],
    output: OutputOption = Output.TABLE,
) -> None:
    """Show an enterprise as the register has it."""
    enterprise = connect(ctx).get(f"/v1/enterprises/{quote(uscc, safe='')}").json()
    show_one(enterprise, output, words={"status": "enterprise_status", "district": district_name})
