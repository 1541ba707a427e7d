"""`wengang simulate`: the files of a simulated city, ready to push."""

from pathlib import Path
from typing import Annotated

import typer

from shared.messages import say, spoken
from simulation.files import write
from simulation.parameters import parameters
from simulation.world.months import HISTORY_MONTHS, number_of
from simulation.world.world import World

_LAST = HISTORY_MONTHS - 1


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command()
    def simulate(
        out: Annotated[Path, typer.Option(help="写到哪个目录 | Folder for the files.")],
        number: Annotated[int, typer.Option("--enterprises", min=1, max=1_000_000)] = 3_000,
        opinions: Annotated[int, typer.Option(min=0, max=10_000_000)] = 10_000,
        seed: int = 1,
        last_month: Annotated[
            str,
            typer.Option(help="历史的最后一个月 YYYY-MM | The last month of the history, YYYY-MM."),
        ] = "2020-06",
    ) -> None:
        """生成一座模拟城市的报送文件 | Write a simulated city's files, and the truth.

        Two years of history and two live months.

        Example: wengang simulate --out city --seed 7
        """
        try:
            later_by = number_of(last_month) - _LAST
        except ValueError:
            raise typer.BadParameter("YYYY-MM", param_hint="--last-month") from None
        world = World(parameters(), seed=seed, enterprises=number, opinions=opinions)
        for name, count in write(out, world, later_by=later_by).items():
            typer.echo(say("simulation.written", spoken(), path=str(out / name), count=count))
