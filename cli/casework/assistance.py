"""What officers ask of other departments in a case."""

from typing import Annotated, Final

import typer

from cli.casework.found import CaseId, case_id, case_path
from cli.casework.written import write
from cli.codes import code_of, told
from cli.gateway import connect
from cli.output import Column, Output, OutputOption, show_rows
from cli.texts import examples, text

_REQUESTS: Final = (
    Column("department", "department"),
    Column("subject"),
    Column("status", "assistance_status"),
    Column("due_at"),
    Column("overdue"),
    Column("escalation_level"),
    Column("handled_by_name"),
    Column("answer"),
    Column("reason"),
    Column("id"),
)


def register(cases: typer.Typer) -> None:
    """Add the commands to `wengang cases`."""
    cases.command("assistance", help=text("cases.assistance"))(requests)
    cases.command(
        "request-assistance",
        help=text("cases.request_assistance"),
        epilog=examples(
            "wengang cases request-assistance ID market_regulation --subject 核实经营状态 "
            "--wanted 请核实该企业是否列入经营异常名录"
        )
        + "\n".join(["\n", *told("department")]),
    )(request)


def requests(ctx: typer.Context, asked: CaseId, output: OutputOption = Output.TABLE) -> None:
    """List what was asked of departments, and what they said."""
    gateway = connect(ctx)
    rows = list(gateway.rows(f"{case_path(case_id(gateway, asked))}/assistance-requests"))
    show_rows(rows, _REQUESTS, output)


def request(
    ctx: typer.Context,
    *,
    asked: CaseId,
    department: Annotated[
        str,
        typer.Argument(
            parser=code_of("department"), metavar="DEPARTMENT", help=text("cases.department")
        ),
    ],
    subject: Annotated[str, typer.Option(help=text("cases.assistance_subject"))],
    wanted: Annotated[str, typer.Option(help=text("cases.wanted"))],
    output: OutputOption = Output.TABLE,
) -> None:
    """Ask a department for assistance."""
    said = {"department": department, "subject": subject, "wanted": wanted}
    words = {"department": "department", "status": "assistance_status"}
    write(ctx, asked, "assistance-requests", said, output, words=words)
