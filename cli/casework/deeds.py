"""Visits, services and their delivery, evidence, financing: what officers record in a case."""

from collections.abc import Mapping
from typing import Annotated, Any, Final
from urllib.parse import quote

import typer

from cli.casework.found import CaseId, Note, case_id, case_path
from cli.casework.written import write
from cli.codes import code_of, told
from cli.gateway import connect
from cli.output import Column, Output, OutputOption, Words, show_one, show_rows
from cli.texts import examples, text

_VISITS: Final = (
    Column("visited_on"),
    Column("on_site"),
    Column("operating"),
    Column("owner_reachable"),
    Column("staff_present"),
    Column("planned_layoffs"),
    Column("layoff_on"),
    Column("wages_owed_months"),
    Column("done_by_name"),
    Column("note"),
)
_SERVICES: Final = (
    Column("code"),
    Column("name"),
    Column("eligible", "verdict"),
    Column("because"),
    Column("delivered"),
)
_EVIDENCE: Final = (
    Column("kind", "evidence_kind", "evidence_kind"),
    Column("reference"),
    Column("done_by_name"),
    Column("done_at"),
    Column("note"),
)
_WORDS: Final[Mapping[str, Words]] = {"kind": "evidence_kind", "service": "service"}

Day = Annotated[str | None, typer.Option(metavar="YYYY-MM-DD", help=text("cases.day"))]
YesNo = bool | None
Count = int | None


def register(cases: typer.Typer) -> None:
    """Add the commands to `wengang cases`."""
    cases.command(
        "visit",
        help=text("cases.visit"),
        epilog=examples(
            "wengang cases visit ID --on-site --operating --staff-present 180",
            "wengang cases visit ID --call --planned-layoffs 40 --layoff-on 2026-12-15",
        ),
    )(visit)
    cases.command("visits", help=text("cases.visits"))(visits)
    cases.command(
        "deed",
        help=text("cases.deed"),
        epilog=examples("wengang cases deed 01a21e54-8a96-7dd4-8173-d07d8b5dc773"),
    )(deed)
    cases.command("services", help=text("cases.services"))(services)
    cases.command(
        "deliver",
        help=text("cases.deliver"),
        epilog=examples("wengang cases deliver ID retention_training --persons 60 --note 转岗培训")
        + "\n".join(["\n", *told("service")]),
    )(deliver)
    cases.command("evidence", help=text("cases.list_evidence"))(evidence)
    cases.command(
        "add-evidence",
        help=text("cases.add_evidence"),
        epilog=examples("wengang cases add-evidence ID insurance_list 2026年11月参保名单")
        + "\n".join(["\n", *told("evidence_kind"), "", text("cases.proofs"), *told("proof")]),
    )(add_evidence)
    cases.command(
        "request-financing",
        help=text("cases.request_financing"),
        epilog=examples(
            "wengang cases request-financing ID --amount 3000000 --months 12 "
            "--purpose 支付工资 --jobs 180"
        ),
    )(request_financing)


def visit(
    ctx: typer.Context,
    *,
    asked: CaseId,
    on_site: Annotated[bool, typer.Option("--on-site/--call", help=text("cases.on_site"))],
    visited_on: Day = None,
    operating: Annotated[YesNo, typer.Option(help=text("cases.operating"))] = None,
    owner_reachable: Annotated[YesNo, typer.Option(help=text("cases.owner_reachable"))] = None,
    equipment_moved: Annotated[YesNo, typer.Option(help=text("cases.equipment_moved"))] = None,
    gathering: Annotated[YesNo, typer.Option(help=text("cases.gathering"))] = None,
    staff_present: Annotated[Count, typer.Option(help=text("cases.staff_present"))] = None,
    planned_layoffs: Annotated[Count, typer.Option(help=text("cases.planned_layoffs"))] = None,
    layoff_on: Annotated[
        str | None, typer.Option(metavar="YYYY-MM-DD", help=text("cases.layoff_on"))
    ] = None,
    wages_owed_months: Annotated[Count, typer.Option(help=text("cases.wages_owed_months"))] = None,
    note: Note = None,
    output: OutputOption = Output.TABLE,
) -> None:
    """Record a visit or a call."""
    said = {
        "visited_on": visited_on,
        "on_site": on_site,
        "operating": operating,
        "owner_reachable": owner_reachable,
        "equipment_moved": equipment_moved,
        "gathering": gathering,
        "staff_present": staff_present,
        "planned_layoffs": planned_layoffs,
        "layoff_on": layoff_on,
        "wages_owed_months": wages_owed_months,
        "note": note,
    }
    write(ctx, asked, "visits", said, output, words=_WORDS)


def visits(ctx: typer.Context, asked: CaseId, output: OutputOption = Output.TABLE) -> None:
    """List what officers saw or heard."""
    show_rows(_rows(ctx, asked, "visits"), _VISITS, output)


def deed(
    ctx: typer.Context,
    deed_id: Annotated[str, typer.Argument(metavar="ID", help=text("cases.deed_id"))],
    output: OutputOption = Output.TABLE,
) -> None:
    """Show in which case something was done that a reason names."""
    found = connect(ctx).get(f"/v1/deeds/{quote(deed_id, safe='')}").json()
    show_one(found, output, words={"kind": "deed"}, labels={"kind": "deed"})


def services(ctx: typer.Context, asked: CaseId, output: OutputOption = Output.TABLE) -> None:
    """List which services the enterprise may have, why, and which it got."""
    gateway = connect(ctx)
    rows = gateway.get(f"{case_path(case_id(gateway, asked))}/services").json()["data"]
    if output is not Output.JSON:
        rows = [
            {**row, "because": _reasons(row), "delivered": len(row["deliveries"])} for row in rows
        ]
    show_rows(rows, _SERVICES, output)


def deliver(
    ctx: typer.Context,
    *,
    asked: CaseId,
    service: Annotated[
        str,
        typer.Argument(parser=code_of("service"), metavar="SERVICE", help=text("cases.service")),
    ],
    note: Annotated[str, typer.Option(help=text("cases.delivery_note"))],
    persons: Annotated[Count, typer.Option(help=text("cases.persons"))] = None,
    amount: Annotated[str | None, typer.Option(help=text("cases.amount"))] = None,
    delivered_on: Day = None,
    output: OutputOption = Output.TABLE,
) -> None:
    """Record that a service reached the enterprise."""
    said = {
        "service": service,
        "persons": persons,
        "amount": amount,
        "delivered_on": delivered_on,
        "note": note,
    }
    write(ctx, asked, "deliveries", said, output, words=_WORDS)


def evidence(ctx: typer.Context, asked: CaseId, output: OutputOption = Output.TABLE) -> None:
    """List the evidence on file."""
    show_rows(_rows(ctx, asked, "evidence"), _EVIDENCE, output)


def add_evidence(
    ctx: typer.Context,
    *,
    asked: CaseId,
    kind: Annotated[
        str,
        typer.Argument(parser=code_of("evidence_kind"), metavar="KIND", help=text("cases.kind")),
    ],
    reference: Annotated[str, typer.Argument(metavar="REFERENCE", help=text("cases.reference"))],
    note: Note = None,
    output: OutputOption = Output.TABLE,
) -> None:
    """Put a piece of evidence on file."""
    said = {"kind": kind, "reference": reference, "note": note}
    write(ctx, asked, "evidence", said, output, words=_WORDS)


def request_financing(
    ctx: typer.Context,
    *,
    asked: CaseId,
    amount: Annotated[str, typer.Option(help=text("cases.amount"))],
    months: Annotated[int, typer.Option(help=text("cases.months"))],
    purpose: Annotated[str, typer.Option(help=text("cases.purpose"))],
    jobs: Annotated[int, typer.Option(help=text("cases.jobs"))],
    output: OutputOption = Output.TABLE,
) -> None:
    """Ask matchmaking for a loan that the enterprise wants."""
    said = {"amount": amount, "tenor_months": months, "purpose": purpose, "jobs_to_keep": jobs}
    write(ctx, asked, "financing-requests", said, output, words=_WORDS)


def _rows(ctx: typer.Context, asked: str, what: str) -> list[dict[str, Any]]:
    gateway = connect(ctx)
    return list(gateway.rows(f"{case_path(case_id(gateway, asked))}/{what}"))


def _reasons(row: dict[str, Any]) -> str:
    """Return what speaks against a service or is open; what speaks for it where nothing does."""
    policies = row["policies"]
    fitting = [each for each in policies if each["verdict"] == row["eligible"]]
    return "\n".join(
        f"{policy['title']}：{'；'.join(reason['sentence'] for reason in policy['reasons'])}"
        if policy["reasons"]
        else policy["title"]
        for policy in fitting
    )
