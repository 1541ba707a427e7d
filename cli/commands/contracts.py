"""`wengang contracts`: loan contracts, the money drawn, and the jobs that they shall keep."""

from typing import Annotated, Any, Final
from urllib.parse import quote

import typer

from cli.gateway import connect
from cli.groups import group
from cli.lists import Wanted, listing
from cli.output import Column, Output, OutputOption, show_one
from cli.texts import examples, text

_COLUMNS: Final = (
    Column("signed_on"),
    Column("name"),
    Column("bank_name"),
    Column("amount"),
    Column("drawn"),
    Column("jobs_committed"),
    Column("id"),
)

ContractId = Annotated[str, typer.Argument(metavar="ID", help=text("loans.id"))]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    contracts = group(app, "contracts", text("commands.contracts"))
    contracts.command("list", help=text("loans.list"))(list_contracts)
    contracts.command("show", help=text("loans.show"))(show_contract)
    contracts.command(
        "drawn",
        help=text("loans.drawn"),
        epilog=examples("wengang contracts drawn 01a21e54-8a96-7dd4-8173-d07d8b5dc773"),
    )(drawn)
    contracts.command(
        "draw",
        help=text("loans.draw"),
        epilog=examples("wengang --as bank-a contracts draw ID --amount 1000000 --on 2020-09-02"),
    )(draw)


@listing(_COLUMNS)
def list_contracts() -> Wanted:
    """List contracts, the last signed first."""
    return Wanted("/v1/contracts")


def show_contract(
    ctx: typer.Context, contract_id: ContractId, output: OutputOption = Output.TABLE
) -> None:
    """Show a contract with its drawdowns and its promises of jobs."""
    _show(connect(ctx).get(_path(contract_id)).json(), output)


def drawn(
    ctx: typer.Context,
    drawdown_id: Annotated[str, typer.Argument(metavar="ID", help=text("loans.drawdown_id"))],
    output: OutputOption = Output.TABLE,
) -> None:
    """Show the contract under which money was drawn that a reason names."""
    _show(connect(ctx).get(f"/v1/drawdowns/{quote(drawdown_id, safe='')}").json(), output)


def draw(
    ctx: typer.Context,
    contract_id: ContractId,
    amount: Annotated[str, typer.Option(help=text("loans.amount"))],
    drawn_on: Annotated[str, typer.Option("--on", help=text("loans.drawn_on"))],
    output: OutputOption = Output.TABLE,
) -> None:
    """Tell that money was drawn."""
    body = {"amount": amount, "drawn_on": drawn_on}
    _show(connect(ctx).write("POST", f"{_path(contract_id)}/drawdowns", body).json(), output)


def _show(contract: dict[str, Any], output: Output) -> None:
    if output is Output.TABLE:
        checks = contract["commitments"]
        contract = {
            **contract,
            "drawdowns": [f"{one['drawn_on']}: {one['amount']}" for one in contract["drawdowns"]],
            "commitments": [{"sentence": _kept(one)} for one in checks],
        }
    show_one(contract, output)


def _kept(check: dict[str, Any]) -> str:
    kept = {True: "loans.kept", False: "loans.not_kept", None: "loans.unknown"}[check["kept"]]
    return text("loans.check", months=check["months"], due=check["due_on"], kept=text(kept))


def _path(contract_id: str) -> str:
    return f"/v1/contracts/{quote(contract_id, safe='')}"
