"""`wengang opinions`: texts that mention enterprises of one's districts, and what they allege."""

from typing import Annotated, Final
from urllib.parse import quote

import typer

from cli.codes import code_of, district_name
from cli.gateway import connect
from cli.groups import group
from cli.lists import Wanted, listing
from cli.output import Column, Output, OutputOption, show_one, show_rows
from cli.texts import examples, text

_COLUMNS: Final = (
    Column("published_at"),
    Column("source"),
    Column("title"),
    Column("text"),
    Column("enterprises"),
    Column("id"),
)
_ENTERPRISES: Final = (
    Column("uscc"),
    Column("name"),
    Column("district", district_name, "district_name"),
    Column("negative"),
    Column("kinds", "opinion_kind"),
    Column("announced"),
    Column("announced_share"),
    Column("confidence"),
)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    opinions = group(app, "opinions", text("commands.opinions"))
    opinions.command(
        "list",
        help=text("opinions.list"),
        epilog=examples("wengang opinions list --kind layoff --since 2020-08-01"),
    )(list_opinions)
    opinions.command("show", help=text("opinions.show"))(show_opinion)


@listing(_COLUMNS)
def list_opinions(
    uscc: Annotated[str | None, typer.Option(help=text("options.uscc"))] = None,
    kind: Annotated[
        str | None,
        typer.Option(parser=code_of("opinion_kind"), metavar="KIND", help=text("opinions.kind")),
    ] = None,
    negative: Annotated[bool | None, typer.Option(help=text("opinions.negative"))] = None,
    since: Annotated[str | None, typer.Option(help=text("opinions.since"))] = None,
) -> Wanted:
    """List texts that mention enterprises."""
    asked = None if negative is None else str(negative).lower()
    return Wanted("/v1/opinions", {"uscc": uscc, "kind": kind, "negative": asked, "since": since})


def show_opinion(
    ctx: typer.Context,
    opinion_id: Annotated[str, typer.Argument(metavar="ID", help=text("opinions.id"))],
    output: OutputOption = Output.TABLE,
) -> None:
    """Show a text whole, and what it says of each enterprise."""
    opinion = connect(ctx).get(f"/v1/opinions/{quote(opinion_id, safe='')}").json()
    if output is not Output.TABLE:
        show_one(opinion, output)
        return
    show_one({name: value for name, value in opinion.items() if name != "enterprises"}, output)
    show_rows(opinion["enterprises"], _ENTERPRISES, output)
