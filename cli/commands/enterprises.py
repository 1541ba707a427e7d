"""`wengang enterprises`: the register, within one's districts."""

from typing import Annotated, Final
from urllib.parse import quote

import typer

from cli.gateway import connect
from cli.output import MOST, All, Column, Limit, Output, OutputOption, show_list, show_one
from cli.texts import examples, text

_COLUMNS: Final = (
    Column("uscc"),
    Column("name"),
    Column("district_name"),
    Column("industry"),
    Column("status"),
)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    enterprises = typer.Typer(help=text("commands.enterprises"), no_args_is_help=True)
    enterprises.command(
        "list",
        help=text("enterprises.list"),
        epilog=examples("wengang enterprises list --name 食品 --district 110105"),
    )(list_enterprises)
    enterprises.command("show", help=text("enterprises.show"))(show_enterprise)
    app.add_typer(enterprises, name="enterprises")


def list_enterprises(
    ctx: typer.Context,
    name: Annotated[str | None, typer.Option(help=text("enterprises.name"))] = None,
    district: Annotated[str | None, typer.Option(help=text("options.district"))] = None,
    status: Annotated[str | None, typer.Option(help=text("enterprises.status"))] = None,
    limit: Limit = MOST,
    everything: All = False,
    output: OutputOption = Output.TABLE,
) -> None:
    """List enterprises of the register."""
    show_list(
        connect(ctx),
        "/v1/enterprises",
        _COLUMNS,
        output,
        query={"q": name, "district": district, "status": status},
        limit=limit,
        everything=everything,
    )


def show_enterprise(
    ctx: typer.Context,
    uscc: Annotated[str, typer.Argument(help=text("options.uscc"))],
    output: OutputOption = Output.TABLE,
) -> None:
    """Show an enterprise as the register has it."""
    show_one(connect(ctx).get(f"/v1/enterprises/{quote(uscc, safe='')}").json(), output)
