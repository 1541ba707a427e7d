"""`wengang rejudgements`: have every enterprise of the city judged anew, and see how far it is."""

from collections.abc import Mapping
from typing import Annotated, Any, Final
from urllib.parse import quote

import typer

from cli.gateway import connect
from cli.groups import group
from cli.lists import Wanted, listing
from cli.output import Column, Output, OutputOption, show_one
from cli.texts import examples, text

_WORDS: Final = {"state": "rejudgement_state"}
_COLUMNS: Final = (
    Column("id"),
    Column("state", "rejudgement_state"),
    Column("as_of"),
    Column("because", label="rejudgement_because"),
    Column("parts_done"),
    Column("parts"),
    Column("moved"),
    Column("asked_by"),
    Column("asked_at"),
)
_LABELS: Final = {
    "cancelled": "rejudgement_cancelled",
    "models": "rejudgement_models",
    "because": "rejudgement_because",
    "standing": "rejudgement_standing",
    "enterprises": "rejudgement_enterprises",
}

Id = Annotated[str, typer.Argument(metavar="ID", help=text("rejudgements.id"))]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    rejudgements = group(app, "rejudgements", text("commands.rejudgements"))
    rejudgements.command(
        "start",
        help=text("rejudgements.start"),
        epilog=examples('wengang rejudgements start "rules-2021.1 in force"'),
    )(start)
    rejudgements.command("list", help=text("rejudgements.list"))(list_rejudgements)
    rejudgements.command("show", help=text("rejudgements.show"))(show)
    rejudgements.command("cancel", help=text("rejudgements.cancel"))(cancel)


def start(
    ctx: typer.Context,
    because: Annotated[str, typer.Argument(help=text("rejudgements.because"))],
    output: OutputOption = Output.TABLE,
) -> None:
    """Have everyone judged anew as of today."""
    _show(connect(ctx).write("POST", "/v1/rejudgements", {"because": because}).json(), output)


@listing(_COLUMNS)
def list_rejudgements() -> Wanted:
    """List the full judgements, the last asked first."""
    return Wanted("/v1/rejudgements")


def show(
    ctx: typer.Context,
    rejudgement: Id,
    output: OutputOption = Output.TABLE,
) -> None:
    """Show how far a full judgement is."""
    _show(connect(ctx).get(_one(rejudgement)).json(), output)


def cancel(ctx: typer.Context, rejudgement: Id, output: OutputOption = Output.TABLE) -> None:
    """Call a full judgement off."""
    told = connect(ctx).write("POST", f"{_one(rejudgement)}/cancellation", {}).json()
    _show(told, output)


def _one(rejudgement: str) -> str:
    return f"/v1/rejudgements/{quote(rejudgement, safe='')}"


def _show(told: Mapping[str, Any], output: Output) -> None:
    if output is Output.TABLE:
        told = {
            **told,
            "failure": told["failure"] and told["failure"]["sentence"],
            "cancelled": told["cancelled"] and told["cancelled"]["by"],
        }
    show_one(told, output, words=_WORDS, labels=_LABELS)
