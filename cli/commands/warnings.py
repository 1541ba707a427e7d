"""`wengang warnings`: the warning list, with the reasons of each entry."""

from collections.abc import Mapping
from typing import Annotated, Final
from urllib.parse import quote

import typer

from cli.codes import code_of, district_name
from cli.gateway import connect
from cli.groups import group
from cli.lists import District, Level, Wanted, listing
from cli.output import Column, Output, OutputOption, Words, show_one
from cli.texts import examples, text

_COLUMNS: Final = (
    Column("raised_at"),
    Column("level", "level"),
    Column("state", "warning_state"),
    Column("enterprise.name"),
    Column("enterprise.district", district_name),
    Column("headcount"),
    Column("jobs_at_risk"),
    Column("likelihood"),
    Column("id"),
)
_WORDS: Final[Mapping[str, Words]] = {
    "district": district_name,
    "level": "level",
    "state": "warning_state",
    "because": "leaving",
    "status": "enterprise_status",
}


def register(app: typer.Typer) -> None:
    """Add the commands."""
    warnings = group(app, "warnings", text("commands.warnings"))
    warnings.command(
        "list",
        help=text("warnings.list"),
        epilog=examples("wengang warnings list --level red --district 110105"),
    )(list_warnings)
    warnings.command("show", help=text("warnings.show"))(show_warning)


@listing(_COLUMNS)
def list_warnings(
    level: Level = None,
    state: Annotated[
        str | None,
        typer.Option(parser=code_of("warning_state"), metavar="STATE", help=text("warnings.state")),
    ] = None,
    district: District = None,
) -> Wanted:
    """List warnings, the last raised first."""
    return Wanted("/v1/warnings", {"level": level, "state": state, "district": district})


def show_warning(
    ctx: typer.Context,
    warning_id: Annotated[str, typer.Argument(metavar="ID", help=text("warnings.id"))],
    output: OutputOption = Output.TABLE,
) -> None:
    """Show a warning with its reasons."""
    warning = connect(ctx).get(f"/v1/warnings/{quote(warning_id, safe='')}").json()
    if output is Output.TABLE:
        warning = {**warning.pop("enterprise"), **warning}
    show_one(warning, output, words=_WORDS)
