"""`wengang successions`: enterprises that go on as others."""

from collections.abc import Mapping
from typing import Annotated, Final
from urllib.parse import quote

import typer

from cli.codes import code_of
from cli.gateway import connect
from cli.groups import group
from cli.lists import Wanted, listing
from cli.output import Column, Output, OutputOption, Words, show_one
from cli.texts import examples, text

_COLUMNS: Final = (
    Column("predecessor"),
    Column("successor"),
    Column("kind", "succession_kind"),
    Column("effective_on"),
    Column("reference"),
)
_WORDS: Final[Mapping[str, Words]] = {"kind": "succession_kind"}
_Uscc = Annotated[str, typer.Argument(help=text("options.uscc"))]
_Successor = Annotated[str, typer.Argument(help=text("successions.successor"))]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    successions = group(app, "successions", text("commands.successions"))
    successions.command("list", help=text("successions.list"))(list_successions)
    successions.command(
        "record",
        help=text("successions.record"),
        epilog=examples(
            "wengang successions record 91350100M000100Y43 91110105MA01234567"
            " --kind merger --on 2020-08-01"
        ),
    )(record_succession)
    successions.command("withdraw", help=text("successions.withdraw"))(withdraw_succession)


@listing(_COLUMNS)
def list_successions(uscc: _Uscc) -> Wanted:
    """List from whom an enterprise came and as whom it went on."""
    return Wanted(f"/v1/enterprises/{quote(uscc, safe='')}/successions", paged=False)


def record_succession(
    ctx: typer.Context,
    uscc: _Uscc,
    successor: _Successor,
    kind: Annotated[
        str,
        typer.Option(
            parser=code_of("succession_kind"), metavar="KIND", help=text("successions.kind")
        ),
    ],
    effective_on: Annotated[str, typer.Option("--on", help=text("successions.effective_on"))],
    reference: Annotated[str | None, typer.Option(help=text("successions.reference"))] = None,
    output: OutputOption = Output.TABLE,
) -> None:
    """Record that an enterprise went on as another."""
    body = {"kind": kind, "effective_on": effective_on, "reference": reference}
    told = connect(ctx).write("PUT", _pair(uscc, successor), body).json()
    show_one(told, output, words=_WORDS)


def withdraw_succession(
    ctx: typer.Context,
    uscc: _Uscc,
    successor: _Successor,
    output: OutputOption = Output.TABLE,
) -> None:
    """Take back that an enterprise went on as another."""
    told = connect(ctx).write("POST", f"{_pair(uscc, successor)}/withdrawal", {}).json()
    show_one(told, output, words=_WORDS)


def _pair(uscc: str, successor: str) -> str:
    return f"/v1/enterprises/{quote(uscc, safe='')}/successors/{quote(successor, safe='')}"
