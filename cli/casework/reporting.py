"""Reports upward, notes of progress, and the clocks that ask for them."""

from typing import Annotated, Final

import typer

from cli.casework.found import CaseId, case_id, case_path
from cli.casework.written import write
from cli.gateway import connect
from cli.output import Column, Output, OutputOption, show_rows
from cli.texts import examples, text

_REPORTS: Final = (
    Column("reported_at"),
    Column("reported_to"),
    Column("summary"),
    Column("done_by_name"),
    Column("done_at"),
)
_CLOCKS: Final = (
    Column("clock", "clock"),
    Column("started_at"),
    Column("due_at"),
    Column("met_at"),
    Column("escalation_level"),
    Column("kept"),
    Column("missed"),
)


def register(cases: typer.Typer) -> None:
    """Add the commands to `wengang cases`."""
    cases.command("clocks", help=text("cases.clocks"))(clocks)
    cases.command(
        "report",
        help=text("cases.report"),
        epilog=examples(
            "wengang cases report ID --to 市人力社保局 --summary 企业拟裁员四十人",
            "wengang cases report ID --to 区政府 --summary 电话报告 --at 2026-11-25T09:40:00+08:00",
        ),
    )(report)
    cases.command("reports", help=text("cases.reports"))(reports)
    cases.command(
        "note-progress",
        help=text("cases.note_progress"),
        epilog=examples("wengang cases note-progress ID --note 已约谈法定代表人"),
    )(note_progress)


def clocks(ctx: typer.Context, asked: CaseId, output: OutputOption = Output.TABLE) -> None:
    """List the time limits of a case."""
    gateway = connect(ctx)
    case = gateway.get(case_path(case_id(gateway, asked))).json()
    show_rows(case["clocks"], _CLOCKS, output)


def report(
    ctx: typer.Context,
    *,
    asked: CaseId,
    to: Annotated[str, typer.Option(help=text("cases.reported_to"))],
    summary: Annotated[str, typer.Option(help=text("cases.summary"))],
    at: Annotated[
        str | None,
        typer.Option(metavar="YYYY-MM-DDThh:mm+08:00", help=text("cases.reported_at")),
    ] = None,
    output: OutputOption = Output.TABLE,
) -> None:
    """Record a report to those above."""
    said = {"reported_to": to, "summary": summary, "reported_at": at}
    write(ctx, asked, "reports", said, output)


def reports(ctx: typer.Context, asked: CaseId, output: OutputOption = Output.TABLE) -> None:
    """List what those above were told."""
    gateway = connect(ctx)
    rows = list(gateway.rows(f"{case_path(case_id(gateway, asked))}/reports"))
    show_rows(rows, _REPORTS, output)


def note_progress(
    ctx: typer.Context,
    *,
    asked: CaseId,
    note: Annotated[str, typer.Option(help=text("cases.progress"))],
    output: OutputOption = Output.TABLE,
) -> None:
    """Note how far a case has come."""
    write(ctx, asked, "progress-notes", {"note": note}, output)
