"""`wengang candidates`: enterprises on their way to a loan."""

from collections.abc import Mapping
from typing import Annotated, Any, Final
from urllib.parse import quote

import typer

from cli.codes import code_of, district_name, told
from cli.gateway import connect
from cli.groups import group
from cli.lists import District, Wanted, listing
from cli.output import Column, Output, OutputOption, Words, show_one, show_rows, write_json
from cli.texts import examples, text

_COLUMNS: Final = (
    Column("selected_on"),
    Column("state", "candidate_state"),
    Column("name"),
    Column("district", district_name),
    Column("uscc"),
    Column("finding", "finding"),
    Column("id"),
)
_MATCHES: Final = (
    Column("bank_name"),
    Column("product"),
    Column("name"),
    Column("fit"),
    Column("annual_rate_percent"),
    Column("amount_max"),
    Column("reasons", label="reasons"),
)
_WORDS: Final[Mapping[str, Words]] = {
    "district": district_name,
    "state": "candidate_state",
    "finding": "finding",
    "guarantees": "guarantee",
    "lists": "protection_list",
}
_TESTS: Final = (
    "operates_lawfully",
    "has_premises",
    "needs_financing",
    "has_good_credit",
    "purpose_is_lawful",
)

CandidateId = Annotated[str, typer.Argument(metavar="ID", help=text("candidates.id"))]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    candidates = group(app, "candidates", text("commands.candidates"))
    candidates.command(
        "list",
        help=text("candidates.list"),
        epilog=examples("wengang candidates list --state candidate --district 110105"),
    )(list_candidates)
    candidates.command("show", help=text("candidates.show"))(show_candidate)
    candidates.command(
        "review",
        help=text("candidates.review"),
        epilog=examples(
            "wengang candidates review ID viable_short_of_cash --note 订单充足，回款慢",
            "wengang candidates review ID not_viable --failed operates_lawfully --note 已停业",
        )
        + "\n".join(["\n", *told("finding"), "", *told("exclusion")]),
    )(review)
    candidates.command(
        "need",
        help=text("candidates.need"),
        epilog=examples(
            "wengang candidates need ID --amount 3000000 --months 12 --purpose 发工资 "
            "--by 2020-09-30 --jobs 120 --guarantee credit"
        ),
    )(put_need)
    candidates.command("matches", help=text("candidates.matches"))(matches)
    candidates.command(
        "refer",
        help=text("candidates.refer"),
        epilog=examples("wengang candidates refer ID --bank bank-a --product steady-loan"),
    )(refer)
    candidates.command(
        "count",
        help=text("candidates.count"),
        epilog=examples("wengang candidates count --since 2020-07-31 --until 2020-09-30"),
    )(count)


@listing(_COLUMNS)
def list_candidates(
    *,
    state: Annotated[
        list[str] | None,
        typer.Option(
            parser=code_of("candidate_state"), metavar="STATE", help=text("candidates.state")
        ),
    ] = None,
    district: District = None,
    uscc: Annotated[str | None, typer.Option(help=text("options.uscc"))] = None,
    round_id: Annotated[str | None, typer.Option("--round", help=text("candidates.round"))] = None,
) -> Wanted:
    """List candidates, the last selected first."""
    query = {"state": state, "district": district, "uscc": uscc, "round": round_id}
    return Wanted("/v1/candidates", query)


def show_candidate(
    ctx: typer.Context, candidate_id: CandidateId, output: OutputOption = Output.TABLE
) -> None:
    """Show a candidate."""
    _show(connect(ctx).get(path(candidate_id)).json(), output)


def review(
    ctx: typer.Context,
    *,
    candidate_id: CandidateId,
    finding: Annotated[
        str,
        typer.Argument(
            parser=code_of("finding"), metavar="FINDING", help=text("candidates.finding")
        ),
    ],
    said: Annotated[str, typer.Option("--note", help=text("candidates.note"))],
    failed: Annotated[list[str] | None, typer.Option(help=text("candidates.failed"))] = None,
    exclusion: Annotated[
        list[str] | None,
        typer.Option(
            parser=code_of("exclusion"), metavar="EXCLUSION", help=text("candidates.exclusion")
        ),
    ] = None,
    waiver: Annotated[str | None, typer.Option(help=text("candidates.waiver"))] = None,
    output: OutputOption = Output.TABLE,
) -> None:
    """Say whether a candidate is worth a loan; a test that is not named as failed was passed."""
    tests = dict.fromkeys(_TESTS, True) | dict.fromkeys(failed or (), False)
    body = {
        "finding": finding,
        "tests": tests,
        "exclusions": exclusion or [],
        "waiver": waiver,
        "note": said,
    }
    _show(connect(ctx).write("POST", path(candidate_id, "review"), body).json(), output)


def put_need(
    ctx: typer.Context,
    *,
    candidate_id: CandidateId,
    amount: Annotated[str, typer.Option(help=text("candidates.amount"))],
    months: Annotated[int, typer.Option(help=text("candidates.months"))],
    purpose: Annotated[str, typer.Option(help=text("candidates.purpose"))],
    needed_by: Annotated[str, typer.Option("--by", help=text("candidates.needed_by"))],
    jobs: Annotated[int, typer.Option(help=text("candidates.jobs"))],
    guarantee: Annotated[
        list[str] | None,
        typer.Option(
            parser=code_of("guarantee"), metavar="GUARANTEE", help=text("candidates.guarantee")
        ),
    ] = None,
    has_loans: Annotated[
        bool, typer.Option("--has-loans/--first-loan", help=text("candidates.has_loans"))
    ] = True,
    output: OutputOption = Output.TABLE,
) -> None:
    """Say what the enterprise wants to borrow."""
    body = {
        "amount": amount,
        "tenor_months": months,
        "purpose": purpose,
        "needed_by": needed_by,
        "jobs_to_keep": jobs,
        "guarantees": guarantee or [],
        "has_loans": has_loans,
    }
    _show(connect(ctx).write("PUT", path(candidate_id, "need"), body).json(), output)


def matches(
    ctx: typer.Context, candidate_id: CandidateId, output: OutputOption = Output.TABLE
) -> None:
    """Show the products that are for the enterprise, and what would make the others so."""
    found = connect(ctx).get(path(candidate_id, "matches")).json()
    if output is Output.JSON:
        write_json(found)
        return
    rows = [{**one, "reasons": one["parts"]} for one in found["matches"]]
    rows += [
        {**one, "reasons": [{"sentence": each["change"]} for each in one["failures"]]}
        for one in found["others"]
    ]
    show_rows(rows, _MATCHES, output)


def refer(
    ctx: typer.Context,
    *,
    candidate_id: CandidateId,
    bank: Annotated[str, typer.Option(help=text("products.bank"))],
    product: Annotated[str, typer.Option(help=text("products.code"))],
    output: OutputOption = Output.TABLE,
) -> None:
    """Refer the enterprise to the bank of a product."""
    body = {"bank": bank, "product": product}
    sent = connect(ctx).write("POST", path(candidate_id, "referrals"), body).json()
    show_one(sent, output, words={"state": "referral_state"})


def count(
    ctx: typer.Context,
    since: Annotated[str | None, typer.Option(help=text("candidates.since"))] = None,
    until: Annotated[str | None, typer.Option(help=text("candidates.until"))] = None,
    output: OutputOption = Output.TABLE,
) -> None:
    """Count what happened in a period."""
    found = connect(ctx).get("/v1/statistics/matchmaking", {"since": since, "until": until}).json()
    if output is Output.TABLE:
        del found["definitions"]
    show_one(found, output)


def path(candidate_id: str, *more: str) -> str:
    """Return the path of a candidate, or of something below it."""
    return "/".join(["/v1/candidates", quote(candidate_id, safe=""), *more])


def _show(candidate: dict[str, Any], output: Output) -> None:
    if output is Output.TABLE:
        candidate = {
            **{name: candidate[name] for name in candidate if name not in {"reviews", "lines"}},
            "lists": [each["kind"] for each in candidate["lists"]],
            "authorizations": [each["id"] for each in candidate["authorizations"]],
        }
    show_one(candidate, output, words=_WORDS)
