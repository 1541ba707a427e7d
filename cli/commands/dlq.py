"""`wengang dlq`: messages that a consumer gave up, and their replay."""

from typing import Annotated, Any, Final
from urllib.parse import quote

import typer

from cli.gateway import Gateway, connect
from cli.groups import group
from cli.operations import gather, services
from cli.output import Column, Output, OutputOption, show_one, show_rows
from cli.refusals import ExitCode, Refused
from cli.terminal import complain, note
from cli.texts import examples, text

_COLUMNS: Final = (
    Column("service"),
    Column("consumer"),
    Column("subject", label="event_subject"),
    Column("reason"),
    Column("deliveries"),
    Column("at"),
    Column("event_id"),
)
Service = Annotated[str | None, typer.Option("--service", help=text("operations.service"))]
EventId = Annotated[str, typer.Argument(metavar="EVENT_ID", help=text("dlq.event_id"))]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    dlq = group(app, "dlq", text("commands.dlq"))
    dlq.command("list", help=text("dlq.list"))(list_letters)
    dlq.command("show", help=text("dlq.show"))(show_letter)
    dlq.command(
        "replay",
        help=text("dlq.replay"),
        epilog=examples(
            "wengang dlq replay 0198c0de-0000-7000-8000-000000000001",
            "wengang dlq replay --service cases",
            "wengang dlq replay --all",
        ),
    )(replay)


def list_letters(
    ctx: typer.Context, service: Service = None, output: OutputOption = Output.TABLE
) -> None:
    """List the dead letters of all services, or of one."""
    rows, ended = _letters(connect(ctx), service)
    show_rows(rows, _COLUMNS, output)
    raise typer.Exit(ended)


def show_letter(
    ctx: typer.Context,
    event_id: EventId,
    service: Service = None,
    output: OutputOption = Output.TABLE,
) -> None:
    """Show what is known of a dead letter, for each consumer that gave it up."""
    rows, ended = _letters(connect(ctx), service)
    found = [row for row in rows if row["event_id"] == event_id]
    if not found:
        raise Refused(text("dlq.none_such", id=event_id))
    for row in found:
        show_one(row, output)
    raise typer.Exit(ended)


def replay(
    ctx: typer.Context,
    event_id: Annotated[
        str | None, typer.Argument(metavar="EVENT_ID", help=text("dlq.event_id"))
    ] = None,
    service: Service = None,
    everything: Annotated[bool, typer.Option("--all", help=text("dlq.all"))] = False,
) -> None:
    """Apply dead letters again: one, those of a service, or all."""
    if event_id is None and service is None and not everything:
        raise Refused(text("dlq.which"), exit_code=ExitCode.USAGE)
    gateway = connect(ctx)
    rows, ended = _letters(gateway, service)
    wanted = [row for row in rows if event_id in {None, row["event_id"]}]
    if not wanted:
        if event_id is not None:
            raise Refused(text("dlq.none_such", id=event_id))
        note(text("dlq.empty"))
        raise typer.Exit(ended)
    failed = sum(not _replayed(gateway, row) for row in wanted)
    note(text("dlq.replayed", done=len(wanted) - failed, failed=failed))
    if failed:
        ended = ExitCode.FAILED if failed == len(wanted) else ExitCode.PARTLY
    raise typer.Exit(ended)


def _letters(gateway: Gateway, service: str | None) -> tuple[list[dict[str, Any]], ExitCode]:
    return gather(
        services(service), lambda name: gateway.rows(f"/v1/operations/{name}/dead-letters")
    )


def _replayed(gateway: Gateway, row: dict[str, Any]) -> bool:
    """Replay one; say so if it fails, and go on with the next."""
    event, consumer = quote(row["event_id"], safe=""), quote(row["consumer"], safe="")
    path = f"/v1/operations/{row['service']}/dead-letters/{event}/{consumer}/replay"
    try:
        gateway.write("POST", path, {})
    except Refused as no:
        complain(f"{row['event_id']} → {row['consumer']}: {no.sentence}", *no.details)
        return False
    return True
