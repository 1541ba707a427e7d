"""`wengang tickets`: facts that officers doubt, and what their senders answer."""

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

# What cases and feeds call otherwise.
_LABELS: Final[Mapping[str, str]] = {
    "opened_at": "ticket_opened_at",
    "opened_by": "ticket_opened_by",
    "agency": "ticket_agency",
    "due_on": "ticket_due_on",
    "import_id": "ticket_import_id",
}
_COLUMNS: Final = (
    Column("opened_at", label=_LABELS["opened_at"]),
    Column("feed"),
    Column("uscc"),
    Column("period"),
    Column("doubt"),
    Column("agency", label=_LABELS["agency"]),
    Column("due_on", label=_LABELS["due_on"]),
    Column("overdue"),
    Column("state", "ticket_state"),
    Column("answer"),
    Column("correction.received_at"),
    Column("id"),
)
_WORDS: Final[Mapping[str, Words]] = {"state": "ticket_state"}
_State = Annotated[
    str | None,
    typer.Option(parser=code_of("ticket_state"), metavar="STATE", help=text("tickets.state")),
]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    tickets = group(app, "tickets", text("commands.tickets"))
    tickets.command(
        "list", help=text("tickets.list"), epilog=examples("wengang tickets list --overdue")
    )(list_tickets)
    tickets.command(
        "open",
        help=text("tickets.open"),
        epilog=examples(
            "wengang tickets open insured_headcount 91350100M000100Y43 2020-07 少报了一个零"
        ),
    )(open_ticket)
    tickets.command(
        "answer",
        help=text("tickets.answer"),
        epilog=examples("wengang tickets answer ID confirm 已重新报送"),
    )(answer)


@listing(_COLUMNS)
def list_tickets(
    state: _State = None,
    uscc: Annotated[str | None, typer.Option(help=text("options.uscc"))] = None,
    overdue: Annotated[bool, typer.Option("--overdue", help=text("tickets.overdue"))] = False,
) -> Wanted:
    """List tickets, newest first."""
    query = {"state": state, "uscc": uscc, "overdue": str(overdue).lower()}
    return Wanted("/v1/correction-tickets", query)


def open_ticket(
    ctx: typer.Context,
    feed: Annotated[str, typer.Argument(help=text("facts.feed"))],
    uscc: Annotated[str, typer.Argument(help=text("options.uscc"))],
    period: Annotated[str, typer.Argument(help=text("facts.period"))],
    doubt: Annotated[str, typer.Argument(help=text("tickets.doubt"))],
    output: OutputOption = Output.TABLE,
) -> None:
    """Doubt a fact; whoever had sent it is asked."""
    body = {"feed": feed, "uscc": uscc, "period": period, "doubt": doubt}
    told = connect(ctx).write("POST", "/v1/correction-tickets", body).json()
    show_one(told, output, words=_WORDS, labels=_LABELS)


def answer(
    ctx: typer.Context,
    ticket_id: Annotated[str, typer.Argument(metavar="ID", help=text("tickets.id"))],
    verdict: Annotated[
        str, typer.Argument(parser=code_of("ticket_verdict"), help=text("tickets.verdict"))
    ],
    words: Annotated[str, typer.Argument(metavar="ANSWER", help=text("tickets.words"))],
    output: OutputOption = Output.TABLE,
) -> None:
    """Answer a ticket to one's agency."""
    path = f"/v1/correction-tickets/{quote(ticket_id, safe='')}/answer"
    told = connect(ctx).write("POST", path, {"verdict": verdict, "answer": words}).json()
    show_one(told, output, words=_WORDS, labels=_LABELS)
