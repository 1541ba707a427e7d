"""How the demo tells its progress on stderr, and its result on stdout."""

import sys
from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from decimal import Decimal
from typing import Final, Literal

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from shared.messages import say, spoken
from simulation.agents.pushing import Pushed
from simulation.demo.funnel import BEIJING_2020, Funnel
from simulation.demo.measures import Measures
from simulation.demo.run import Told

_PLAIN_EVERY_DAYS: Final = 7
_NONE: Final = "—"


class Shown:
    """Progress: a bar on a terminal, a line a week elsewhere."""

    def __init__(self, days: int) -> None:
        self._days = days
        self._rows = 0
        self._done = 0
        self._items: dict[str, int] = {}
        self._bar: Progress | None = None
        if sys.stderr.isatty():
            self._bar = Progress(
                TextColumn("{task.description}"),
                BarColumn(),
                TextColumn("{task.completed}/{task.total}"),
                TimeElapsedColumn(),
                console=Console(stderr=True),
            )
            self._bar.start()
            self._task = self._bar.add_task(say("demo.history", spoken(), rows=0), total=days)

    def history(self, pushed: Pushed) -> None:
        """Tell of a push of what was known before."""
        self._rows += pushed.rows
        line = say("demo.history", spoken(), rows=self._rows)
        if self._bar is not None:
            self._bar.update(self._task, description=line)
        elif pushed.feed not in self._items:
            self._items[pushed.feed] = pushed.rows
            _say(line)

    def day(self, day: date, pushed: Mapping[str, int]) -> None:
        """Tell of a day that is over."""
        self._done += 1
        for feed, rows in pushed.items():
            self._items[feed] = self._items.get(feed, 0) + rows
        line = say("demo.day", spoken(), day=day, items=self._items.get("opinion_item", 0))
        if self._bar is not None:
            self._bar.update(self._task, description=line, completed=self._done)
        elif self._done % _PLAIN_EVERY_DAYS == 0 or self._done == self._days:
            _say(line)

    def close(self) -> None:
        """Give the terminal back."""
        if self._bar is not None:
            with suppress(Exception):
                self._bar.stop()


def tell(told: Told) -> None:
    """Print the funnel and the truth."""
    console = Console(width=None if sys.stdout.isatty() else 100)
    console.print(_funnel(told))
    console.print(_truth(told))
    console.print(say("demo.definitions", spoken()))
    error = told.calibration.error
    console.print(say("demo.calibration_truth", spoken(), error=_NONE if error is None else error))
    console.print(
        say(
            "demo.jobs",
            spoken(),
            untreated=told.jobs["untreated"],
            treated=told.jobs["treated"],
        )
    )


def tell_sources(told: Told) -> None:
    """Print what each source adds, by the platform's own backtest."""
    if told.backtest is None:
        return
    language = spoken()
    table = Table(title=say("demo.sources", language))
    for column in ("source", "precision", "recall", "early_recall"):
        justify: Literal["left", "right"] = "left" if column == "source" else "right"
        table.add_column(say(f"demo.column_{column}", language), justify=justify)
    for one in told.backtest["ablation"]:
        if one["enterprises"]:
            name = say(f"words.source_group.{one['source']}", language)
            gains = (one["every"][each] for each in ("precision", "recall", "early_recall"))
            table.add_row(name, *map(_gain, gains))
    console = Console(width=None if sys.stdout.isatty() else 100)
    console.print(table)
    error = told.backtest["calibration"]["error"]["value"]
    console.print(say("demo.calibration", language, error=_NONE if error is None else error))


def tell_models(told: Told) -> None:
    """Print how right the learned models were on months that they had not seen, beside the rules.

    The first was in service; the second waits to be looked at. One that came to nothing says why.
    """
    language = spoken()
    table = Table(title=say("demo.models", language))
    for column in ("way", "ranked", "found", "gap"):
        justify: Literal["left", "right"] = "left" if column == "way" else "right"
        table.add_column(say(f"demo.column_{column}", language), justify=justify)
    trained = [one for one in told.models if one["card"]]
    for one in trained:
        state = say(f"words.model_state.{one['state']}", language)
        figures = one["card"]["figures"]["learned"]
        table.add_row(f"{one['version']} ({state})", *_ranked(figures))
    if trained:
        figures = trained[0]["card"]["figures"]
        for name in ("rules", "best_single", "scorecard"):
            if figures.get(name):
                table.add_row(say(f"words.tested_by.{name}", language), *_ranked(figures[name]))
    console = Console(width=None if sys.stdout.isatty() else 100)
    if trained:
        console.print(table)
        console.print(say("demo.look_at_models", language))
    for one in told.models:
        if one["reason"]:
            console.print(f"{one['version']}: {one['reason']['sentence']}")


def _ranked(figures: Mapping[str, float | None]) -> tuple[str, ...]:
    names = ("roc_auc", "average_precision", "calibration_error")
    said = (figures.get(name) for name in names)
    return tuple(_NONE if value is None else f"{value:.3f}" for value in said)


def _gain(share: Mapping[str, float | None]) -> str:
    if share["value"] is None:
        return _NONE
    value, low, high = (100 * (share[name] or 0.0) for name in ("value", "low", "high"))
    return f"{value:+.1f} ({low:+.1f} … {high:+.1f})"


def _funnel(told: Told) -> Table:
    language = spoken()
    days = {"first": told.first_day, "last": told.last_day}
    title = say("demo.funnel", language, seed=told.seed, count=told.enterprises, **days)
    table = Table(title=title)
    table.add_column(say("demo.stage", language))
    table.add_column(say("demo.here", language), justify="right")
    table.add_column(say("demo.beijing", language), justify="right")
    for name in Funnel.__dataclass_fields__:
        table.add_row(
            say(f"demo.stage_{name}", language),
            _figure(getattr(told.funnel, name)),
            _figure(getattr(BEIJING_2020, name)),
        )
    return table


def _truth(told: Told) -> Table:
    language = spoken()
    table = Table(title=say("demo.truth", language, count=told.platform.mass_layoffs))
    for column in ("way", "alarms", "precision", "recall", "early_recall", "lead"):
        table.add_column(
            say(f"demo.column_{column}", language), justify="left" if column == "way" else "right"
        )
    single = told.single[told.indicator]
    name = say(f"demo.indicator_{told.indicator}", language)
    for words, found in (
        (say("demo.way_platform", language), told.platform),
        (say("demo.way_high", language), told.high),
        (say("demo.way_single", language, name=name), single),
    ):
        table.add_row(words, *_measured(found))
    return table


def _measured(found: Measures) -> tuple[str, ...]:
    lead = found.lead_time_days_median
    return (
        str(found.alarms),
        _share(found.precision),
        _share(found.recall),
        _share(found.early_recall),
        _NONE if lead is None else f"{lead:g}",
    )


def _figure(value: object) -> str:
    if isinstance(value, float):
        return _share(value)
    if isinstance(value, Decimal | int):
        return f"{value:,.0f}"
    return _NONE


def _share(value: float | None) -> str:
    return _NONE if value is None else f"{value:.1%}"


def note(code: str) -> None:
    """Tell what happens."""
    _say(say(code, spoken()))


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()
