"""`wengang facts`: what is on record of an enterprise, as known on a day, and taken back."""

from typing import Annotated, Final
from urllib.parse import quote

import typer

from cli.gateway import AT_LENGTH, connect
from cli.groups import group
from cli.lists import Wanted, listing
from cli.output import Column, Output, OutputOption, show_one
from cli.terminal import note
from cli.texts import examples, text

_COLUMNS: Final = (
    Column("period"),
    Column("version"),
    Column("withdrawn"),
    Column("values"),
    Column("received_at"),
    Column("agency"),
    Column("import_kind", "import_kind", "kind"),
    Column("import_id"),
)
_Feed = Annotated[str, typer.Argument(help=text("facts.feed"))]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    facts = group(app, "facts", text("commands.facts"))
    facts.command(
        "show",
        help=text("facts.show"),
        epilog=examples(
            "wengang facts show insured_headcount 91350100M000100Y43 --known-on 2020-08-31",
            "wengang facts show insured_headcount 91350100M000100Y43 --period 2020-07 --history",
        ),
    )(show)
    facts.command(
        "withdraw",
        help=text("facts.withdraw"),
        epilog=examples(
            'wengang facts withdraw insured_headcount 2020-07 --reason "重复报送" --dry-run'
        ),
    )(withdraw)


@listing(_COLUMNS)
def show(
    feed: _Feed,
    uscc: Annotated[str, typer.Argument(help=text("options.uscc"))],
    period: Annotated[str | None, typer.Option(help=text("facts.period"))] = None,
    known_on: Annotated[
        str | None, typer.Option(metavar="YYYY-MM-DD", help=text("facts.known_on"))
    ] = None,
    history: Annotated[bool, typer.Option("--history", help=text("facts.history"))] = False,
) -> Wanted:
    """Show what a feed says of an enterprise."""
    query = {"feed": feed, "uscc": uscc, "period": period, "known_on": known_on}
    return Wanted("/v1/observations", {**query, "history": str(history).lower()}, paged=False)


def withdraw(
    ctx: typer.Context,
    feed: _Feed,
    period: Annotated[str, typer.Argument(help=text("facts.period"))],
    *,
    reason: Annotated[str, typer.Option(help=text("facts.reason"))],
    reference: Annotated[str | None, typer.Option(help=text("facts.reference"))] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help=text("facts.dry_run"))] = False,
    output: OutputOption = Output.TABLE,
) -> None:
    """Take back all that the agency has said of a period."""
    path = f"/v1/feeds/{quote(feed, safe='')}/periods/{quote(period, safe='')}/withdrawals"
    asked = {"reason": reason, "dry_run": dry_run, "reference": reference}
    if not dry_run:
        note(text("facts.withdrawing"))
    told = connect(ctx, patient=AT_LENGTH).write("POST", path, asked).json()
    show_one(told, output)
