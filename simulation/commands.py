"""`wengang simulate`: the files of a simulated city, ready to push."""

from pathlib import Path
from typing import Annotated

import typer

from shared.messages import say, spoken
from simulation.files import write


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command()
    def simulate(
        out: Annotated[Path, typer.Option(help="Folder for the files.")],
        last_month: Annotated[str, typer.Option(help="The newest month, YYYY-MM.")],
        number: Annotated[int, typer.Option("--enterprises", min=1, max=1_000_000)] = 2_000,
        months: Annotated[int, typer.Option(min=4, max=120)] = 10,
        seed: int = 1,
    ) -> None:
        """Write a simulated city's register and headcounts, in the layout of the feeds.

        Example: wengang simulate --out city --last-month 2026-10
        """
        counts = write(out, number=number, months=months, last_month=last_month, seed=seed)
        for name, count in counts.items():
            typer.echo(say("simulation.written", spoken(), path=str(out / name), count=count))
