"""`wengang warnings`: the warning list, with the reasons of each entry."""

from collections.abc import Mapping
from typing import Annotated, Final
from urllib.parse import quote

import typer

from cli.codes import code_of, district_name
from cli.explained import show_learned, show_parts
from cli.gateway import connect
from cli.groups import group
from cli.lists import District, Level, Wanted, listing
from cli.output import (
    Column,
    Output,
    OutputOption,
    Words,
    show_one,
    write_json,
)
from cli.refusals import Refused
from cli.terminal import note
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

_DAYS: Final = (
    Column("as_of"),
    Column("points_to", "place"),
    Column("level", "level"),
    Column("likelihood"),
    Column("jobs_at_risk"),
    Column("rules"),
    Column("reasons"),
)
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
    warnings.command(
        "explain",
        help=text("warnings.explain"),
        epilog=examples("wengang warnings explain 91110105MA01234567 --on 2020-08-20"),
    )(explain)
    warnings.command("history", help=text("warnings.history"))(history)


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
    """Show a warning with its reasons, and those of the model beside them."""
    gateway = connect(ctx)
    warning = gateway.get(f"/v1/warnings/{quote(warning_id, safe='')}").json()
    if warning["learned"] is not None:
        judged = f"{_judged(warning['enterprise']['uscc'])}/{quote(warning['as_of'], safe='')}"
        why = gateway.get(f"{judged}/explanation").json()
        # The same, with what it comes from.
        warning["learned"] = why["learned"]
    if output is not Output.TABLE:
        show_one(warning, output, words=_WORDS)
        return
    learned, held = warning.pop("learned"), warning.pop("held")
    show_one({**warning.pop("enterprise"), **warning}, output, words=_WORDS)
    if held is not None:
        typer.echo(held["sentence"])
    show_learned(learned)


def _judged(uscc: str) -> str:
    return f"/v1/enterprises/{quote(uscc, safe='')}/assessments"


def explain(
    ctx: typer.Context,
    uscc: Annotated[str, typer.Argument(help=text("options.uscc"))],
    day: Annotated[str | None, typer.Option("--on", help=text("warnings.on"))] = None,
    output: OutputOption = Output.TABLE,
) -> None:
    """Say what each fact adds, what speaks against, and what would lower the level."""
    gateway = connect(ctx)
    judged = _judged(uscc)
    if day is None:
        newest = next(gateway.rows(judged), None)
        if newest is None:
            raise Refused(text("warnings.never_judged", uscc=uscc))
        day = str(newest["as_of"])
    found = gateway.get(f"{judged}/{quote(day, safe='')}/explanation").json()
    if output is Output.JSON:
        write_json(found)
        return
    show_parts(found["contributions"], output)
    if output is Output.TABLE:
        for name in ("against", "lowering"):
            for told in found[name]:
                note(told["sentence"])
        if found["held"] is not None:
            note(found["held"]["sentence"])
        show_learned(found["learned"])


@listing(_DAYS)
def history(uscc: Annotated[str, typer.Argument(help=text("options.uscc"))]) -> Wanted:
    """List how an enterprise was judged, day by day, with the reasons."""
    return Wanted(_judged(uscc))
