"""`wengang referrals`: enterprises that were referred to banks, and what the banks say."""

from collections.abc import Mapping
from typing import Annotated, Final
from urllib.parse import quote

import typer

from cli.codes import code_of, told
from cli.gateway import connect
from cli.groups import group
from cli.lists import Wanted, listing
from cli.output import Column, Output, OutputOption, show_one
from cli.texts import examples, text

_COLUMNS: Final = (
    Column("sent_at"),
    Column("state", "referral_state"),
    Column("name"),
    Column("bank_name"),
    Column("product"),
    Column("amount"),
    Column("answer_due"),
    Column("decision_due"),
    Column("code", "decline_code", label="why"),
    Column("id"),
)
_WORDS: Final = {"state": "referral_state", "code": "decline_code"}

ReferralId = Annotated[str, typer.Argument(metavar="ID", help=text("referrals.id"))]
Yes = Annotated[bool, typer.Option("--yes/--no", help=text("referrals.yes"))]
Why = Annotated[
    str | None,
    typer.Option(
        "--code", parser=code_of("decline_code"), metavar="CODE", help=text("referrals.code")
    ),
]
Note = Annotated[str | None, typer.Option("--note", help=text("referrals.note"))]
Amount = Annotated[str | None, typer.Option(help=text("referrals.amount"))]
Rate = Annotated[str | None, typer.Option(help=text("referrals.rate"))]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    referrals = group(app, "referrals", text("commands.referrals"))
    codes = "\n".join(["\n", text("referrals.codes"), *told("decline_code")])
    referrals.command("list", help=text("referrals.list"))(list_referrals)
    referrals.command("show", help=text("referrals.show"))(show_referral)
    referrals.command(
        "answer",
        help=text("referrals.answer"),
        epilog=examples(
            "wengang --as bank-a referrals answer ID --yes",
            "wengang --as bank-a referrals answer ID --no --code capacity_full",
        )
        + codes,
    )(answer)
    referrals.command(
        "decide",
        help=text("referrals.decide"),
        epilog=examples("wengang --as bank-a referrals decide ID --yes --amount 3000000 --rate 3.6")
        + codes,
    )(decide)
    referrals.command(
        "contract",
        help=text("referrals.contract"),
        epilog=examples(
            "wengang --as bank-a referrals contract ID --amount 3000000 --months 12 --rate 3.6 "
            "--on 2020-09-01 --jobs 120"
        ),
    )(contract)


@listing(_COLUMNS)
def list_referrals(
    state: Annotated[
        list[str] | None,
        typer.Option(
            parser=code_of("referral_state"), metavar="STATE", help=text("referrals.state")
        ),
    ] = None,
    candidate: Annotated[str | None, typer.Option(help=text("referrals.candidate"))] = None,
    uscc: Annotated[str | None, typer.Option(help=text("options.uscc"))] = None,
    bank: Annotated[str | None, typer.Option(help=text("products.bank"))] = None,
    late: Annotated[bool, typer.Option("--late", help=text("referrals.late"))] = False,
) -> Wanted:
    """List referrals, the last sent first."""
    query = {
        "state": state,
        "candidate": candidate,
        "uscc": uscc,
        "bank": bank,
        "late": "true" if late else None,
    }
    return Wanted("/v1/referrals", query)


def show_referral(
    ctx: typer.Context, referral_id: ReferralId, output: OutputOption = Output.TABLE
) -> None:
    """Show a referral, for its bank with the pack that it may read."""
    show_one(connect(ctx).get(_path(referral_id)).json(), output, words=_WORDS)


def answer(
    ctx: typer.Context,
    referral_id: ReferralId,
    yes: Yes,
    code: Why = None,
    note: Note = None,
    output: OutputOption = Output.TABLE,
) -> None:
    """Take a referral up, or decline it."""
    _write(ctx, referral_id, "answer", {"accept": yes, "code": code, "note": note}, output)


def decide(
    ctx: typer.Context,
    *,
    referral_id: ReferralId,
    yes: Yes,
    amount: Amount = None,
    rate: Rate = None,
    code: Why = None,
    note: Note = None,
    output: OutputOption = Output.TABLE,
) -> None:
    """Grant credit, or refuse it."""
    body = {
        "approved": yes,
        "amount": amount,
        "annual_rate_percent": rate,
        "code": code,
        "note": note,
    }
    _write(ctx, referral_id, "decision", body, output)


def contract(
    ctx: typer.Context,
    *,
    referral_id: ReferralId,
    amount: Annotated[str, typer.Option(help=text("referrals.amount"))],
    months: Annotated[int, typer.Option(help=text("candidates.months"))],
    rate: Annotated[str, typer.Option(help=text("referrals.rate"))],
    signed_on: Annotated[str, typer.Option("--on", help=text("referrals.signed_on"))],
    jobs: Annotated[int, typer.Option(help=text("candidates.jobs"))],
    output: OutputOption = Output.TABLE,
) -> None:
    """Tell that a contract was signed."""
    body = {
        "amount": amount,
        "tenor_months": months,
        "annual_rate_percent": rate,
        "signed_on": signed_on,
        "jobs_committed": jobs,
    }
    _write(ctx, referral_id, "contract", body, output)


def _write(
    ctx: typer.Context, referral_id: str, what: str, body: Mapping[str, object], output: Output
) -> None:
    where = f"{_path(referral_id)}/{what}"
    show_one(connect(ctx).write("POST", where, body).json(), output, words=_WORDS)


def _path(referral_id: str) -> str:
    return f"/v1/referrals/{quote(referral_id, safe='')}"
