"""`wengang rejudgements`: have every enterprise of the city judged anew, and see how far it is."""

from collections.abc import Mapping
from typing import Annotated, Any, Final
from urllib.parse import quote

import typer

from cli.gateway import connect
from cli.groups import group
from cli.output import Output, OutputOption, show_one
from cli.texts import examples, text

_WORDS: Final = {"state": "rejudgement_state"}
_LABELS: Final = {
    "because": "rejudgement_because",
    "standing": "rejudgement_standing",
    "enterprises": "rejudgement_enterprises",
}


def register(app: typer.Typer) -> None:
    """Add the commands."""
    rejudgements = group(app, "rejudgements", text("commands.rejudgements"))
    rejudgements.command(
        "start",
        help=text("rejudgements.start"),
        epilog=examples('wengang rejudgements start "rules-2021.1 in force"'),
    )(start)
    rejudgements.command("show", help=text("rejudgements.show"))(show)


def start(
    ctx: typer.Context,
    because: Annotated[str, typer.Argument(help=text("rejudgements.because"))],
    output: OutputOption = Output.TABLE,
) -> None:
    """Have everyone judged anew as of today."""
    _show(connect(ctx).write("POST", "/v1/rejudgements", {"because": because}).json(), output)


def show(
    ctx: typer.Context,
    rejudgement: Annotated[str, typer.Argument(help=text("rejudgements.id"))],
    output: OutputOption = Output.TABLE,
) -> None:
    """Show how far a full judgement is."""
    _show(connect(ctx).get(f"/v1/rejudgements/{quote(rejudgement, safe='')}").json(), output)


def _show(told: Mapping[str, Any], output: Output) -> None:
    if output is Output.TABLE:
        told = {**told, "failure": told["failure"] and told["failure"]["sentence"]}
    show_one(told, output, words=_WORDS, labels=_LABELS)
