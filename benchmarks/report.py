"""Measurements as a table for people and as JSON for programs."""

import json
from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from benchmarks.measurement import Measurement
from shared.messages import say, spoken

_DIGITS = 3


def show(measured: Sequence[Measurement], console: Console) -> None:
    """Print a table."""
    language = spoken()
    table = Table(box=None, pad_edge=False)
    for column in ("name", "figure", "limit", "unit", "ratio", "limit_name"):
        right = column in {"figure", "limit", "ratio"}
        table.add_column(
            say(f"bench.{column}", language), justify="right" if right else "left", overflow="fold"
        )
    for one in measured:
        table.add_row(
            one.name,
            _number(one.figure),
            _number(one.limit),
            one.unit,
            _number(one.ratio),
            one.limit_name,
        )
    console.print(table)


def as_json(measured: Sequence[Measurement]) -> str:
    """Return the list that programs read."""
    return json.dumps([one.as_json() for one in measured], indent=1) + "\n"


def _number(value: float) -> str:
    """Write three significant digits, and all that stand before the point."""
    digits = len(str(int(abs(value)))) if abs(value) >= 1 else 0
    return f"{value:,.{max(0, _DIGITS - digits)}f}"
