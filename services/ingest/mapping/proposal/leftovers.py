"""What stands in tables and is no record, or no value: sums, headings, words for nothing."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from services.ingest.mapping.proposal.sample import Sample

# As offices write them where nothing is known.
_NOTHING: Final = frozenset(
    {
        "-",
        "--",
        "---",
        "—",
        "——",
        "－",
        "/",
        "／",
        "\\",
        "*",
        "**",
        "***",
        "无",
        "暂无",
        "未知",
        "不详",
        "空",
    }
    | {"N/A", "n/a", "NA", "NULL", "null", "None", "#N/A", "#VALUE!", "#REF!", "#DIV/0!"}
)
_SUMS: Final = "^(合计|小计|总计|共计|累计|本页合计|Total|TOTAL)"
_HEADINGS: Final = "^[（(]?[一二三四五六七八九十]+[、.．）)]"
_FOOTERS: Final = "^(填表人|制表|审核人|负责人|填报人|经办人[:：]|注[:：]|说明[:：]|备注[:：])"


def without_nothing(sample: Sample) -> tuple[Sample, list[str]]:
    """Return the sample without words that mean nothing is known, and these words."""
    found = {cell.strip() for row in sample.rows for cell in row} & _NOTHING
    rows = [["" if cell.strip() in found else cell for cell in row] for row in sample.rows]
    return replace(sample, rows=rows), sorted(found)


def without_leftovers(sample: Sample) -> tuple[Sample, Mapping[str, Any]]:
    """Return the sample without rows that are no records, and how a mapping knows them."""
    skip = [pattern for pattern in (_SUMS,) if _any(pattern, sample.rows)]
    alone = [row for row in sample.rows if sum(bool(cell.strip()) for cell in row) == 1]
    skip += [pattern for pattern in (_HEADINGS,) if _any(pattern, alone)]
    end = _FOOTERS if _any(_FOOTERS, sample.rows) else None
    rows: list[Sequence[str]] = []
    for row in sample.rows:
        if end is not None and _is(end, row):
            break
        if not any(_is(pattern, row) for pattern in skip):
            rows.append(row)
    said: dict[str, Any] = {"skip": skip} if skip else {}
    return replace(sample, rows=rows), said | ({} if end is None else {"end": end})


def _any(pattern: str, rows: Sequence[Sequence[str]]) -> bool:
    return any(_is(pattern, row) for row in rows)


def _is(pattern: str, row: Sequence[str]) -> bool:
    first = next((cell.strip() for cell in row if cell.strip()), "")
    return re.search(pattern, first) is not None
