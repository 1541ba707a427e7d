"""Offline commands of ingest: `wengang contracts pages FOLDER`, `wengang contracts check FILE`."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
import yaml

from services.ingest.domain.contract import FeedContract
from services.ingest.domain.contract_document import ContractUnreadable, read_contract
from services.ingest.domain.evolution import Change, Verdict, changes, verdict
from services.ingest.domain.feeds import FEEDS, VERSIONS
from services.ingest.domain.page import render
from shared.calendar import SHANGHAI
from shared.messages import say, spoken

contracts = typer.Typer(help=say("contract_check.group", spoken()), no_args_is_help=True)


@contracts.command(help=say("contract_check.pages", spoken()))
def pages(
    folder: Annotated[
        Path, typer.Argument(help=say("contract_check.folder", spoken()), file_okay=False)
    ],
) -> None:
    """Write one page of documentation for each feed's contract."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, contract in FEEDS.items():
        page = folder / f"{name}.md"
        page.write_text(render(contract), encoding="utf-8")
        typer.echo(page)


@contracts.command(help=say("contract_check.check", spoken()))
def check(
    file: Annotated[
        Path,
        typer.Argument(help=say("contract_check.file", spoken()), exists=True, dir_okay=False),
    ],
) -> None:
    """Compare an edited contract with what senders were given; 0: it may be given out, 1: not.

    Each difference is told with what it asks of senders, then whether the edited file may be the
    next version, and if not, what to do.
    """
    try:
        contract = read_contract(yaml.load(file.read_bytes(), Loader=yaml.CSafeLoader))
    except (ContractUnreadable, yaml.YAMLError) as error:
        typer.echo(say("contract_check.unreadable", spoken(), reason=str(error)))
        raise typer.Exit(1) from None
    given = VERSIONS.get(contract.name, ())
    for each in changes(given[-1], contract) if given else ():
        typer.echo(_line(each))
    today = datetime.now(SHANGHAI).date()
    found = verdict(contract, given, today=today)
    typer.echo(_told(found, contract, given))
    if not found.may_be_given_out:
        raise typer.Exit(1)


def _line(change: Change) -> str:
    message = say(
        f"contract_change.{change.code}", spoken(), before=change.before, after=change.after
    )
    weight = say(f"words.change_weight.{change.weight.name.lower()}", spoken())
    return f"{weight} · {change.column or '–'}: {message}"


def _told(found: Verdict, contract: FeedContract, given: tuple[FeedContract, ...]) -> str:
    return say(
        f"contract_check.{found.code}",
        spoken(),
        feed=contract.name,
        version=contract.version,
        before=given[-1].version if given else "",
        lost=", ".join(found.lost),
        holder=found.holder or "",
        until=found.until or say("contract_check.no_day", spoken()),
        part=found.part or "",
    )
