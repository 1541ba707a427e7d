"""`wengang protection-lists`: editions of the city's three lists, and who is on them."""

from typing import Annotated, Final
from urllib.parse import quote

import typer

from cli.codes import code_of, district_name
from cli.groups import group
from cli.lists import Wanted, listing
from cli.output import Column
from cli.texts import examples, text

_EDITIONS: Final = (
    Column("list_kind", "protection_list"),
    Column("edition"),
    Column("entries"),
    Column("valid_from"),
    Column("valid_until"),
    Column("received_at"),
)
_ENTRIES: Final = (
    Column("uscc"),
    Column("name"),
    Column("district", district_name, "district_name"),
    Column("edition"),
    Column("valid_from"),
    Column("valid_until"),
    Column("reason"),
)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    lists = group(app, "protection-lists", text("commands.protection_lists"))
    lists.command("list", help=text("protection_lists.list"))(list_editions)
    lists.command(
        "show",
        help=text("protection_lists.show"),
        epilog=examples("wengang protection-lists show key --edition 2020-Q3"),
    )(show_list)


@listing(_EDITIONS)
def list_editions() -> Wanted:
    """List editions."""
    return Wanted("/v1/protection-lists")


@listing(_ENTRIES)
def show_list(
    kind: Annotated[
        str,
        typer.Argument(
            parser=code_of("protection_list"), metavar="KIND", help=text("protection_lists.kind")
        ),
    ],
    edition: Annotated[str | None, typer.Option(help=text("protection_lists.edition"))] = None,
) -> Wanted:
    """List who is on a list."""
    return Wanted(f"/v1/protection-lists/{quote(kind, safe='')}/entries", {"edition": edition})
