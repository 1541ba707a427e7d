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
from cli.texts import examples, text, word

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

_COUNTED: Final = {"by_level": "level", "by_state": "warning_state", "lifted": "leaving"}


def register(app: typer.Typer) -> None:
    """Add the commands."""
    warnings = group(app, "warnings", text("commands.warnings"))
    warnings.command(
        "list",
        help=text("warnings.list"),
        epilog=examples("wengang warnings list --level red --district 110105"),
    )(list_warnings)
    warnings.command(
        "stats",
        help=text("warnings.stats"),
        epilog=examples("wengang warnings stats --since 2020-07-31 --until 2020-09-30"),
    )(count_warnings)
    warnings.command("show", help=text("warnings.show"))(show_warning)


@listing(_COLUMNS)
def list_warnings(
    level: Level = None,
    state: Annotated[
        str | None,
        typer.Option(parser=code_of("warning_state"), metavar="STATE", help=text("warnings.state")),
    ] = None,
    district: District = None,
    since: Annotated[str | None, typer.Option(help=text("warnings.raised_since"))] = None,
) -> Wanted:
    """List warnings, the last raised first."""
    query = {"level": level, "state": state, "district": district, "since": since}
    return Wanted("/v1/warnings", query)


def count_warnings(
    ctx: typer.Context,
    since: Annotated[str | None, typer.Option(help=text("warnings.since"))] = None,
    until: Annotated[str | None, typer.Option(help=text("warnings.until"))] = None,
    district: District = None,
    output: OutputOption = Output.TABLE,
) -> None:
    """Count the enterprises that were noticed and warned in a period."""
    query = {"since": since, "until": until, "district": district}
    counted = connect(ctx).get("/v1/statistics/warnings", query).json()
    if output is Output.TABLE:
        counted = {**counted, **{name: _by(counted[name], of) for name, of in _COUNTED.items()}}
    show_one(counted, output)


def _by(counts: Mapping[str, int], words: str) -> list[str]:
    """Say how many there are of each."""
    return [f"{word(words, code)} {count}" for code, count in counts.items()]


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
