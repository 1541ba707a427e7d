"""Offline commands of ingest: `wengang contracts pages FOLDER`."""

from pathlib import Path
from typing import Annotated

import typer

from services.ingest.domain.feeds import FEEDS
from services.ingest.domain.page import render

contracts = typer.Typer(help="The contracts of the feeds, offline.", no_args_is_help=True)


@contracts.callback()
def _group() -> None:
    """Keep `pages` a word of its own, though it is the only command."""


@contracts.command()
def pages(
    folder: Annotated[
        Path, typer.Argument(help="Where to write, for example docs/feeds.", file_okay=False)
    ],
) -> None:
    """Write one page of documentation for each feed's contract."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, contract in FEEDS.items():
        page = folder / f"{name}.md"
        page.write_text(render(contract), encoding="utf-8")
        typer.echo(page)
