"""The one place that turns answers into tables, JSON or CSV."""

import csv
import json
import re
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Final
from zoneinfo import ZoneInfo

import typer
from rich import box
from rich.table import Table
from rich.text import Text

from cli.terminal import console, note, plain
from cli.texts import text, word
from shared.formulas import may_run
from shared.messages import known

Row = Mapping[str, Any]
# How a code is shown: by the words of its kind, or by what a function makes of it.
Words = str | Callable[[str], str]

_INSTANT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)")
_NOTHING: Final = "–"
_BEIJING: Final = ZoneInfo("Asia/Shanghai")


class Output(StrEnum):
    """How a result is written."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"


OutputOption = Annotated[Output, typer.Option("-o", "--output", help=text("options.output"))]


@dataclass(frozen=True)
class Column:
    """A column of a table: where its value stands (dots lead inwards), and whose words it is.

    `label` names its head where the same field means something else in another table.
    """

    path: str
    words: Words | None = None
    label: str | None = None

    @property
    def title(self) -> str:
        """What the table's head says."""
        code = f"columns.{self.label or self.path.replace('.', '_')}"
        return text(code) if known(f"cli.{code}") else self.path


def show_rows(rows: Sequence[Row], columns: Sequence[Column], output: Output) -> None:
    """Show rows: a table of these columns, JSON with everything, or CSV of these columns."""
    if output is Output.JSON:
        write_json(rows)
    elif output is Output.CSV:
        _write_csv(rows, columns)
    elif not rows:
        note(text("no_rows"))
    else:
        table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
        for column in columns:
            table.add_column(Text(column.title), overflow="fold")
        for row in rows:
            table.add_row(
                *(Text(_shown(_at(row, column.path), column.words)) for column in columns)
            )
        console().print(table)


def show_one(
    thing: Row,
    output: Output,
    *,
    words: Mapping[str, Words] | None = None,
    labels: Mapping[str, str] | None = None,
) -> None:
    """Show one thing with all its fields.

    `words` says whose words a field's codes are, `labels` names a field that means something else
    elsewhere.
    """
    if output is Output.JSON:
        write_json(thing)
        return
    if output is Output.CSV:
        _write_csv([thing], [Column(name) for name in thing])
        return
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    for name, value in thing.items():
        shown = _shown(value, (words or {}).get(name))
        title = Column(name, label=(labels or {}).get(name)).title
        table.add_row(Text(title), Text(shown))
    console().print(table)


def write_json(thing: object) -> None:
    """Write JSON for other programs; it holds everything, as it came."""
    sys.stdout.write(json.dumps(thing, ensure_ascii=False, indent=2) + "\n")


def _write_csv(rows: Iterable[Row], columns: Sequence[Column]) -> None:
    plain = csv.writer(sys.stdout, lineterminator="\n")
    # Left bare, what programs for tables take for the end of a row would begin a cell behind it.
    quoted = csv.writer(sys.stdout, lineterminator="\n", quoting=csv.QUOTE_ALL)
    plain.writerow([column.path for column in columns])
    for row in rows:
        cells = [_cell(_at(row, column.path)) for column in columns]
        breaks = any(isinstance(cell, str) and "\r" in cell for cell in cells)
        (quoted if breaks else plain).writerow(cells)


def _at(row: Row, path: str) -> object:
    value: object = row
    for name in path.split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def _shown(value: object, words: Words | None) -> str:
    """Return a value as people read it."""
    if value is None:
        return _NOTHING
    if isinstance(value, bool):
        return word("answer", "yes" if value else "no")
    if isinstance(value, list):
        return _list(value, words)
    if isinstance(value, Mapping):
        return plain(json.dumps(value, ensure_ascii=False))
    return _said(str(value), words)


def _said(said: str, words: Words | None) -> str:
    if words is not None:
        return plain(words(said) if callable(words) else word(words, said))
    if _INSTANT.fullmatch(said):
        return f"{datetime.fromisoformat(said).astimezone(_BEIJING):%Y-%m-%d %H:%M}"
    return plain(said)


def _list(values: list[Any], words: Words | None) -> str:
    """Return reasons by their sentences, things with a name by it, codes by their words."""
    if not values:
        return _NOTHING
    if all(isinstance(value, Mapping) and "sentence" in value for value in values):
        return "\n".join(plain(str(value["sentence"])) for value in values)
    named = [
        value["name"] if isinstance(value, Mapping) and "name" in value else value
        for value in values
    ]
    return ", ".join(_shown(value, words) for value in named)


def _cell(value: object) -> object:
    if isinstance(value, list | Mapping):
        return json.dumps(value, ensure_ascii=False)
    # A spreadsheet would run it: names come from outside.
    if isinstance(value, str) and may_run(value):
        return f"'{value}"
    return value
