"""`wengang authorizations`: what enterprises permit banks to read; `wengang receipts`: who did."""

from typing import Annotated, Final
from urllib.parse import quote

import typer

from cli.codes import code_of, told
from cli.commands.candidates import CandidateId, path
from cli.gateway import connect
from cli.groups import group
from cli.lists import Wanted, listing
from cli.output import Column, Output, OutputOption, show_one
from cli.texts import examples, text

_COLUMNS: Final = (
    Column("standing", "authorization_standing"),
    Column("uscc"),
    Column("items", "data_item"),
    Column("banks"),
    Column("valid_until"),
    Column("given_by"),
    Column("confirmed_by"),
    Column("id"),
)
_RECEIPTS: Final = (
    Column("at"),
    Column("bank_name"),
    Column("uscc"),
    Column("items", "data_item"),
    Column("purpose"),
    Column("id"),
)
_WORDS: Final = {"standing": "authorization_standing", "items": "data_item"}

AuthorizationId = Annotated[str, typer.Argument(metavar="ID", help=text("authorizations.id"))]
Uscc = Annotated[str | None, typer.Option(help=text("options.uscc"))]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    authorizations = group(app, "authorizations", text("commands.authorizations"))
    authorizations.command("list", help=text("authorizations.list"))(list_authorizations)
    authorizations.command(
        "give",
        help=text("authorizations.give"),
        epilog=examples(
            "wengang --as firm-1 authorizations give CANDIDATE --item registration "
            "--item insured_headcount --purpose 稳岗贷款 --until 2020-10-31",
            "wengang authorizations give CANDIDATE --item registration --bank bank-a "
            "--purpose 稳岗贷款 --until 2020-10-31 --paper 京朝授2020-17",
        )
        + "\n".join(["\n", *told("data_item")]),
    )(give)
    authorizations.command("confirm", help=text("authorizations.confirm"))(confirm)
    authorizations.command("withdraw", help=text("authorizations.withdraw"))(withdraw)
    receipts = group(app, "receipts", text("commands.receipts"))
    receipts.command("list", help=text("receipts.list"))(list_receipts)


@listing(_COLUMNS)
def list_authorizations(
    standing: Annotated[
        str | None,
        typer.Option(
            parser=code_of("authorization_standing"),
            metavar="STANDING",
            help=text("authorizations.standing"),
        ),
    ] = None,
    uscc: Uscc = None,
) -> Wanted:
    """List authorisations, the last given first."""
    return Wanted("/v1/authorizations", {"standing": standing, "uscc": uscc})


def give(
    ctx: typer.Context,
    *,
    candidate_id: CandidateId,
    item: Annotated[
        list[str],
        typer.Option(parser=code_of("data_item"), metavar="ITEM", help=text("authorizations.item")),
    ],
    purpose: Annotated[str, typer.Option(help=text("authorizations.purpose"))],
    until: Annotated[str, typer.Option(help=text("authorizations.until"))],
    bank: Annotated[list[str] | None, typer.Option(help=text("authorizations.bank"))] = None,
    paper: Annotated[str | None, typer.Option(help=text("authorizations.paper"))] = None,
    output: OutputOption = Output.TABLE,
) -> None:
    """Authorise banks to read."""
    body = {
        "items": item,
        "banks": bank or "all",
        "purpose": purpose,
        "valid_until": until,
        "paper_reference": paper,
    }
    given = connect(ctx).write("POST", path(candidate_id, "authorizations"), body).json()
    show_one(given, output, words=_WORDS)


def confirm(
    ctx: typer.Context, authorization_id: AuthorizationId, output: OutputOption = Output.TABLE
) -> None:
    """Confirm a signed paper as a second person."""
    _write(ctx, authorization_id, "confirm", output)


def withdraw(
    ctx: typer.Context, authorization_id: AuthorizationId, output: OutputOption = Output.TABLE
) -> None:
    """Take an authorisation back."""
    _write(ctx, authorization_id, "withdraw", output)


@listing(_RECEIPTS)
def list_receipts(uscc: Uscc = None) -> Wanted:
    """List which bank read what, the last reading first."""
    return Wanted("/v1/receipts", {"uscc": uscc})


def _write(ctx: typer.Context, authorization_id: str, what: str, output: Output) -> None:
    where = f"/v1/authorizations/{quote(authorization_id, safe='')}/{what}"
    show_one(connect(ctx).write("POST", where, {}).json(), output, words=_WORDS)
