"""`wengang assistance`: what a department was asked for in a case, and what it answers."""

from collections.abc import Mapping
from typing import Annotated, Final
from urllib.parse import quote

import typer

from cli.codes import code_of, district_name
from cli.gateway import connect
from cli.groups import group
from cli.lists import Wanted, listing
from cli.output import Column, Output, OutputOption, Words, show_one
from cli.texts import examples, text

_COLUMNS: Final = (
    Column("due_at"),
    Column("overdue"),
    Column("status", "assistance_status"),
    Column("subject"),
    Column("name"),
    Column("district", district_name),
    Column("asked_by_name"),
    Column("id"),
)
_WORDS: Final[Mapping[str, Words]] = {
    "department": "department",
    "status": "assistance_status",
    "district": district_name,
}

RequestId = Annotated[str, typer.Argument(metavar="ID", help=text("assistance.id"))]
Reason = Annotated[str, typer.Option(help=text("assistance.reason"))]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    assistance = group(app, "assistance", text("commands.assistance"))
    assistance.command("list", help=text("assistance.list"))(list_requests)
    assistance.command("show", help=text("assistance.show"))(show_request)
    assistance.command("accept", help=text("assistance.accept"))(accept)
    assistance.command(
        "answer",
        help=text("assistance.answer"),
        epilog=examples("wengang assistance answer ID --answer 已核实，企业未列入经营异常名录"),
    )(answer)
    assistance.command(
        "return",
        help=text("assistance.return"),
        epilog=examples("wengang assistance return ID --reason 不属本部门职责"),
    )(give_back)
    assistance.command("withdraw", help=text("assistance.withdraw"))(withdraw)


@listing(_COLUMNS)
def list_requests(
    status: Annotated[
        list[str] | None,
        typer.Option(
            parser=code_of("assistance_status"), metavar="STATUS", help=text("assistance.status")
        ),
    ] = None,
) -> Wanted:
    """List what one's department was asked, what is due first at the top."""
    return Wanted("/v1/assistance-requests", {"status": status})


def show_request(
    ctx: typer.Context, request_id: RequestId, output: OutputOption = Output.TABLE
) -> None:
    """Show a request."""
    show_one(connect(ctx).get(_path(request_id)).json(), output, words=_WORDS)


def accept(ctx: typer.Context, request_id: RequestId, output: OutputOption = Output.TABLE) -> None:
    """Sign for a request."""
    _write(ctx, request_id, "accept", {}, output)


def answer(
    ctx: typer.Context,
    request_id: RequestId,
    said: Annotated[str, typer.Option("--answer", help=text("assistance.said"))],
    output: OutputOption = Output.TABLE,
) -> None:
    """Answer a request that was signed for."""
    _write(ctx, request_id, "answer", {"answer": said}, output)


def give_back(
    ctx: typer.Context,
    request_id: RequestId,
    reason: Reason,
    output: OutputOption = Output.TABLE,
) -> None:
    """Return a request."""
    _write(ctx, request_id, "return", {"reason": reason}, output)


def withdraw(
    ctx: typer.Context,
    request_id: RequestId,
    reason: Reason,
    output: OutputOption = Output.TABLE,
) -> None:
    """Take a request back."""
    _write(ctx, request_id, "withdraw", {"reason": reason}, output)


def _write(
    ctx: typer.Context, request_id: str, what: str, body: dict[str, str], output: Output
) -> None:
    where = f"{_path(request_id)}/{what}"
    show_one(connect(ctx).write("POST", where, body).json(), output, words=_WORDS)


def _path(request_id: str) -> str:
    return f"/v1/assistance-requests/{quote(request_id, safe='')}"
