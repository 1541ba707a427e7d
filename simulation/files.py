"""The simulated city as its agencies' files: what was known before, each live day, and the truth.

enterprise_register.ndjson  insured_headcount.ndjson  layoff_report.xlsx  protection_list.csv
mappings/*.yaml             how the two last ones become records
days/2020-07-31/…           what each agency pushes on a day of the window
truth/truth.csv             what happens if nobody acts: for measuring, never to be pushed
"""

import csv
import json
from calendar import monthrange
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import astuple, fields
from datetime import date, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any, Final, TextIO

from simulation.sheet import write_sheet
from simulation.world.months import WINDOW
from simulation.world.records import Feed, Push, Record
from simulation.world.truth import TrueLayoff
from simulation.world.world import World

TRUTH: Final = "truth/truth.csv"
DAYS: Final = "days"
_MAPPINGS: Final = ("layoff_report.yaml", "protection_list.yaml")
# What the department that keeps the lists, and the bureau's ledger of reports, write over a column.
_LIST_HEADS: Final = {
    "uscc": "统一社会信用代码",
    "list_kind": "名单类别",
    "edition": "期次",
    "valid_from": "生效日期",
    "valid_until": "失效日期",
    "reason": "列入理由",
}
_REPORT_HEADS: Final = {
    "uscc": "统一社会信用代码",
    "reported_on": "报告日期",
    "planned_layoffs": "拟裁减人数",
    "headcount": "职工总数",
    "layoff_on": "拟裁减日期",
    "ground": "法定情形",
}
_WORDS: Final = {
    "priority": "优先保障",
    "key": "重点保障",
    "inclusive": "普惠保障",
    "reorganization": "依照企业破产法规定进行重整",
    "serious_difficulty": "生产经营发生严重困难",
    "technical_change": "转产、重大技术革新或者经营方式调整",
    "changed_circumstances": "客观经济情况发生重大变化",
}
_DAYS_IN_RECORDS: Final = frozenset({"reported_on", "layoff_on", "valid_from", "valid_until"})


def write(folder: Path, world: World, *, later_by: int = 0) -> dict[str, int]:
    """Write a city's files into `folder`, `later_by` months later than they were.

    Return how many records each file has, those of the live days together.
    """
    mappings = folder / "mappings"
    mappings.mkdir(parents=True, exist_ok=True)
    for name in _MAPPINGS:
        text = (files("simulation") / "mappings" / name).read_text(encoding="utf-8")
        (mappings / name).write_text(text, encoding="utf-8")
    counts = _pushed(folder, world.history(), later_by)
    live = 0
    for day in WINDOW:
        place = folder / DAYS / _moved_day(day, later_by).isoformat()
        live += sum(_pushed(place, world.day(day), later_by).values())
    counts[f"{DAYS}/"] = live
    counts[TRUTH] = _truth(folder / TRUTH, world.truth(), later_by)
    return counts


def _pushed(folder: Path, pushes: Iterable[Push], later_by: int) -> dict[str, int]:
    """Write pushes, each feed into a file of its own; streams go through, ledgers are kept."""
    folder.mkdir(parents=True, exist_ok=True)
    counts: dict[str, int] = {}
    kept: dict[str, list[Record]] = {}
    with ExitStack() as stack:
        streams: dict[str, TextIO] = {}
        for one in pushes:
            records = [_moved(record, later_by) for record in one.records]
            if one.feed in _LEDGERS:
                kept.setdefault(one.feed, []).extend(records)
                continue
            name = f"{one.feed}.ndjson"
            if name not in streams:
                streams[name] = stack.enter_context((folder / name).open("w", encoding="utf-8"))
            for record in records:
                streams[name].write(json.dumps(record, ensure_ascii=False) + "\n")
            counts[name] = counts.get(name, 0) + len(records)
    for feed, records in kept.items():
        name, write_ledger = _LEDGERS[feed]
        write_ledger(folder / name, records)
        counts[name] = len(records)
    return counts


def _list_csv(path: Path, records: Sequence[Record]) -> None:
    """Write protection lists as the department does: GB18030, Chinese heads and dates."""
    with path.open("w", encoding="gb18030", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(_LIST_HEADS.values())
        rows.writerows([_shown(record.get(name)) for name in _LIST_HEADS] for record in records)


def _report_sheet(path: Path, records: Sequence[Record]) -> None:
    """Write the bureau's ledger of reports: a workbook with a title over the heads."""
    rows: list[Sequence[str | int]] = [["企业裁减人员报告台账"], list(_REPORT_HEADS.values())]
    for record in records:
        cells = [record.get(name) for name in _REPORT_HEADS]
        rows.append([cell if isinstance(cell, int) else _shown(cell) for cell in cells])
    write_sheet(path, "台账", rows)


_LEDGERS: Final[Mapping[str, tuple[str, Callable[[Path, Sequence[Record]], None]]]] = {
    Feed.LIST.value: ("protection_list.csv", _list_csv),
    Feed.REPORT.value: ("layoff_report.xlsx", _report_sheet),
}


def _shown(value: object) -> str:
    """Write a value as its office does: words for codes, dates in Chinese."""
    text = "" if value is None else str(value)
    if text in _WORDS:
        return _WORDS[text]
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return text
    return f"{day.year}年{day.month}月{day.day}日"


def _truth(path: Path, truth: Sequence[TrueLayoff], later_by: int) -> int:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(field.name for field in fields(TrueLayoff))
        for one in truth:
            rows.writerow(_moved_value(value, later_by) for value in astuple(one))
    return len(truth)


def _moved_value(value: Any, later_by: int) -> object:  # noqa: ANN401 a field of any kind
    return _moved_day(value, later_by).isoformat() if isinstance(value, date) else value


def _moved(record: Record, later_by: int) -> Record:
    """Return a record as it would read some months later."""
    if not later_by:
        return record
    moved = dict(record)
    for name, value in record.items():
        text = str(value)
        if name == "month":
            moved[name] = _moved_day(date.fromisoformat(f"{text}-01"), later_by).isoformat()[:7]
        elif name in _DAYS_IN_RECORDS:
            moved[name] = _moved_day(date.fromisoformat(text), later_by).isoformat()
        elif name == "published_at":
            at = datetime.fromisoformat(text)
            day = _moved_day(at.date(), later_by)
            moved[name] = at.replace(year=day.year, month=day.month, day=day.day).isoformat()
    return moved


def _moved_day(day: date, later_by: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + later_by, 12)
    last = monthrange(year, month + 1)[1]
    return day.replace(year=year, month=month + 1, day=min(day.day, last))
