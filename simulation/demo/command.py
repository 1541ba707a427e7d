"""`wengang demo`: the whole main job on a simulated city, in one command."""

import json
import signal
import sys
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Final

import typer

from shared.calendar import SHANGHAI
from shared.messages import say, spoken
from simulation.demo import report
from simulation.demo.afterwards import backtest
from simulation.demo.doors import Doors, NeverAnswered
from simulation.demo.learned import Model, put_into_service, train
from simulation.demo.platform import Platform, PlatformFailed, last_words, running
from simulation.demo.report import Shown
from simulation.demo.run import MORNING, days, run
from simulation.parameters import parameters
from simulation.world.world import World

_ENDED: Final = 128 + signal.SIGTERM


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("demo")(demo)


def demo(
    *,
    number: Annotated[
        int, typer.Option("--enterprises", min=50, max=200_000, help="企业数 | Enterprises.")
    ] = 2_000,
    opinions: Annotated[
        int | None,
        typer.Option(min=0, max=2_000_000, help="舆情条数，默认按企业数 | Opinion items."),
    ] = None,
    seed: Annotated[int, typer.Option(help="随机种子 | Another seed is another city.")] = 1,
    leave: Annotated[
        bool, typer.Option("--exit", help="结束后退出 | End the platform when it is over.")
    ] = False,
    json_file: Annotated[
        Path | None, typer.Option("--json", help="结果写入此文件 | Write the result here.")
    ] = None,
    judged_again: Annotated[
        bool,
        typer.Option(
            "--backtest",
            help="再过三个月后回测各来源 | Three months on, backtest by source.",
        ),
    ] = False,
    learned: Annotated[
        bool,
        typer.Option(
            "--model", help="训练模型并影子运行 | Train a model, and let it judge in shadow."
        ),
    ] = False,
    last_day: Annotated[
        datetime | None,
        typer.Option(
            "--until",
            formats=["%Y-%m-%d"],
            help="演到这一天为止 | End on this day of the two months.",
        ),
    ] = None,
    data: Annotated[
        Path | None,
        typer.Option("--data", help="平台数据目录（须为空） | Folder of its data, empty."),
    ] = None,
) -> None:
    """模拟一座城市的两个月，走完主流程，与真实结局对照 | Two months of a simulated city.

    Starts a platform of its own on a clock of its own, pushes as agencies would, lets officers and
    banks act through the API, and measures the warnings against what would have happened.

    Examples: wengang demo · wengang demo --model --until 2020-08-31 · wengang demo --seed 7 --exit
    """
    if data is not None and data.exists() and any(data.iterdir()):
        raise typer.BadParameter(say("demo.not_empty", spoken(), folder=data), param_hint="--data")
    world = World(
        parameters(),
        seed=seed,
        enterprises=number,
        opinions=5 * number if opinions is None else opinions,
    )
    until = _until(world, last_day, judged_again=judged_again)
    # Whoever ends us wants the platform ended as well: let it unwind.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(_ENDED))
    report.note("demo.starting")
    try:
        with running(datetime.combine(world.first_day, MORNING, SHANGHAI), data=data) as platform:
            asked = _Asked(until, json_file, judged_again=judged_again, learned=learned)
            _play(platform, world, asked)
            if not leave:
                _stay(platform, learned=learned)
    except (PlatformFailed, NeverAnswered) as failed:
        sys.stderr.write(f"{say('demo.failed', spoken())}\n{failed}\n")
        raise typer.Exit(1) from failed


def _until(world: World, asked: datetime | None, *, judged_again: bool) -> date:
    """Return the last day to play; raise BadParameter where there is no such day."""
    if asked is None:
        return world.last_day
    first, last = world.first_day, world.last_day
    if not first <= asked.date() <= last:
        told = say("demo.not_a_day", spoken(), first=first, last=last)
        raise typer.BadParameter(told, param_hint="--until")
    if judged_again and asked.date() != last:
        raise typer.BadParameter(say("demo.not_whole", spoken()), param_hint="--until")
    return asked.date()


@dataclass(frozen=True)
class _Asked:
    """What is to be played and told; `judged_again` and `learned` are parts that take longer."""

    until: date
    json_file: Path | None
    judged_again: bool
    learned: bool


def _play(platform: Platform, world: World, asked: _Asked) -> None:
    doors = Doors(platform)
    shown = Shown(len(days(world.first_day, asked.until)))
    models: list[Model] = []

    def learn() -> None:
        models.append(put_into_service(doors, world))

    try:
        before = learn if asked.learned else None
        told = run(platform, doors, world, shown, until=asked.until, before=before)
        shown.close()
        report.tell(told)
        if models:
            models.append(train(doors, world, seed=world.seed + 1))
            told = replace(told, models=tuple(models))
            report.tell_models(told)
        if asked.judged_again:
            report.note("demo.judging_again")
            told = replace(told, backtest=backtest(platform, doors, world))
            report.tell_sources(told)
    finally:
        shown.close()
        doors.close()
    if asked.json_file is not None:
        asked.json_file.write_text(
            json.dumps(told.as_json(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
        )


def _stay(platform: Platform, *, learned: bool) -> None:
    """Leave the platform up for whoever wants to look, until Ctrl-C."""
    sys.stdout.write(f"\n{last_words(platform)}\n")
    if not learned:
        report.note("demo.no_model")
    report.note("demo.stays")
    sys.stdout.flush()
    try:
        signal.pause()
    except KeyboardInterrupt:
        report.note("demo.ending")
