"""`wengang enterprises`: the register, within one's districts."""

from collections.abc import Mapping
from typing import Annotated, Final
from urllib.parse import quote

import typer

from cli.codes import code_of, district_name
from cli.gateway import connect
from cli.groups import group
from cli.lists import District, Wanted, listing
from cli.output import Column, Output, OutputOption, Words, show_one
from cli.texts import examples, text

_Uscc = Annotated[str, typer.Argument(help=text("options.uscc"))]
_WORDS: Final[Mapping[str, Words]] = {"status": "enterprise_status", "district": district_name}
_VERSIONS: Final = (
    Column("version"),
    Column("received_at"),
    Column("agency"),
    Column("name"),
    Column("district_name"),
    Column("status", "enterprise_status"),
)
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
    enterprises.command("versions", help=text("enterprises.versions"))(list_versions)
    enterprises.command(
        "alias",
        help=text("enterprises.alias"),
        epilog=examples(
            "wengang enterprises alias 91350100M000100Y43 鹿鸣科技 小鹿",
            "wengang enterprises alias 91350100M000100Y43",
        ),
    )(put_aliases)


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
    uscc: _Uscc,
    output: OutputOption = Output.TABLE,
) -> None:
    """Show an enterprise as the register has it, and its other names."""
    show_one(connect(ctx).get(_entry(uscc)).json(), output, words=_WORDS)


@listing(_VERSIONS)
def list_versions(uscc: _Uscc) -> Wanted:
    """List what the register has said of an enterprise."""
    return Wanted(f"{_entry(uscc)}/versions")


def put_aliases(
    ctx: typer.Context,
    uscc: _Uscc,
    alias: Annotated[list[str] | None, typer.Argument(help=text("enterprises.aliases"))] = None,
    output: OutputOption = Output.TABLE,
) -> None:
    """Say by which other names people call an enterprise."""
    told = connect(ctx).write("PUT", f"{_entry(uscc)}/aliases", {"aliases": alias or []}).json()
    show_one(told, output, words=_WORDS)


def _entry(uscc: str) -> str:
    return f"/v1/enterprises/{quote(uscc, safe='')}"
