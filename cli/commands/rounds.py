"""`wengang rounds`: meetings of enterprises with banks."""

from typing import Annotated, Final
from urllib.parse import quote

import typer

from cli.codes import district_name
from cli.gateway import connect
from cli.groups import group
from cli.lists import Wanted, listing
from cli.output import Column, Output, OutputOption, show_one, show_rows, write_json
from cli.terminal import note
from cli.texts import examples, text

_COLUMNS: Final = (Column("held_on"), Column("title"), Column("invited"), Column("id"))
_INVITED: Final = (
    Column("name"),
    Column("district", district_name),
    Column("uscc"),
    Column("state", "candidate_state"),
    Column("id"),
)

_REFERRED: Final = (
    Column("name"),
    Column("bank_name"),
    Column("product"),
    Column("amount"),
    Column("answer_due"),
    Column("id"),
)

RoundId = Annotated[str, typer.Argument(metavar="ID", help=text("rounds.id"))]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    rounds = group(app, "rounds", text("commands.rounds"))
    rounds.command("list", help=text("rounds.list"))(list_rounds)
    rounds.command("show", help=text("rounds.show"))(show_round)
    rounds.command(
        "open",
        help=text("rounds.open"),
        epilog=examples("wengang rounds open 首贷专场 --on 2020-08-20"),
    )(open_round)
    rounds.command(
        "invite", help=text("rounds.invite"), epilog=examples("wengang rounds invite ID CANDIDATE")
    )(invite)
    rounds.command("assign", help=text("rounds.assign"))(assign)


@listing(_COLUMNS)
def list_rounds() -> Wanted:
    """List rounds, the last held first."""
    return Wanted("/v1/rounds")


def show_round(ctx: typer.Context, round_id: RoundId, output: OutputOption = Output.TABLE) -> None:
    """Show who is invited to a round."""
    _show(connect(ctx).get(_path(round_id)).json(), output)


def open_round(
    ctx: typer.Context,
    title: Annotated[str, typer.Argument(help=text("rounds.title"))],
    held_on: Annotated[str, typer.Option("--on", help=text("rounds.held_on"))],
    output: OutputOption = Output.TABLE,
) -> None:
    """Open a round."""
    body = {"title": title, "held_on": held_on}
    show_one(connect(ctx).write("POST", "/v1/rounds", body).json(), output)


def invite(
    ctx: typer.Context,
    round_id: RoundId,
    candidates: Annotated[list[str], typer.Argument(metavar="CANDIDATE...")],
    output: OutputOption = Output.TABLE,
) -> None:
    """Invite candidates to a round."""
    body = {"candidates": candidates}
    _show(connect(ctx).write("POST", f"{_path(round_id)}/invitations", body).json(), output)


def assign(ctx: typer.Context, round_id: RoundId, output: OutputOption = Output.TABLE) -> None:
    """Refer the enterprises of a round to banks."""
    found = connect(ctx).write("POST", f"{_path(round_id)}/assignment", {}).json()
    if output is not Output.JSON:
        show_rows(found["referrals"], _REFERRED, output)
        note(text("rounds.assigned", chosen=found["chosen"], gap=f"{found['gap']:.2%}"))
        return
    write_json(found)


def _show(found: dict[str, object], output: Output) -> None:
    if output is Output.JSON:
        write_json(found)
        return
    rows = found["candidates"]
    show_rows(rows if isinstance(rows, list) else [], _INVITED, output)


def _path(round_id: str) -> str:
    return f"/v1/rounds/{quote(round_id, safe='')}"
