"""What stands in tables and is no record, or no value: sums, headings, words for nothing."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from services.ingest.mapping.proposal.sample import Sample
from services.ingest.mapping.reading import header

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
# Offices spread the two characters over the cell: 合　计.
_BLANKS: Final = "[\\s\u3000]*"
_SUMS: Final = f"^(?:本页)?(?:[合小总總共累]{_BLANKS}[计計]|Total|TOTAL)"
_PAGES: Final = f"^第{_BLANKS}[0-9一二三四五六七八九十]+{_BLANKS}页"
# One stroke, as for a dash: nothing where figures are meant, and the number one elsewhere.
_STROKE: Final = "一"
_FIGURE: Final = re.compile(r"[0-9０-９][0-9０-９.,，]*")
_MOSTLY: Final = 0.5
_HEADINGS: Final = "^[（(]?[一二三四五六七八九十]+[、.．）)]"
_FOOTERS: Final = "^(填表人|制表|审核人|负责人|填报人|经办人[:：]|注[:：]|说明[:：]|备注[:：])"


def without_nothing(sample: Sample) -> tuple[Sample, list[str]]:
    """Return the sample without words that mean nothing is known, and these words."""
    found = {cell.strip() for row in sample.rows for cell in row} & _NOTHING
    if _strokes_are_nothing(sample):
        found.add(_STROKE)
    rows = [["" if cell.strip() in found else cell for cell in row] for row in sample.rows]
    return replace(sample, rows=rows), sorted(found)


def without_leftovers(sample: Sample) -> tuple[Sample, Mapping[str, Any]]:
    """Return the sample without rows that are no records, and how a mapping knows them."""
    skip = [pattern for pattern in (_SUMS, _PAGES) if _any(pattern, sample.rows)]
    skip += _repeated(sample)
    alone = [row for row in sample.rows if sum(bool(cell.strip()) for cell in row) == 1]
    skip += [pattern for pattern in (_HEADINGS,) if _any(pattern, alone)]
    end = _FOOTERS if _any(_FOOTERS, sample.rows) else None
    rows: list[Sequence[str]] = []
    for row in sample.rows:
        if end is not None and _is(end, row):
            break
        # A row that repeats the header is passed over without being asked.
        if not any(_is(pattern, row) for pattern in skip) and not _is_header(row, sample):
            rows.append(row)
    said: dict[str, Any] = {"skip": skip} if skip else {}
    return replace(sample, rows=rows), said | ({} if end is None else {"end": end})


def _strokes_are_nothing(sample: Sample) -> bool:
    """Tell whether a stroke stands among figures, and nowhere else."""
    columns = [sample.values(place) for place in range(len(sample.headers))]
    with_it = [values for values in columns if _STROKE in values]
    return bool(with_it) and all(
        sum(_FIGURE.match(value) is not None for value in values) > _MOSTLY * len(values)
        for values in with_it
    )


def _repeated(sample: Sample) -> list[str]:
    """Return what knows the titles above the header where they stand again, on each page."""
    titles = dict.fromkeys(text.split()[0] for text in sample.above.values() if text.strip())
    firsts = {first.split()[0] for row in sample.rows if (first := _first(row))}
    # The next file is of another month.
    return [
        "^" + "[0-9]+".join(map(re.escape, re.split("[0-9]+", title)))
        for title in titles
        if title in firsts
    ]


def _is_header(row: Sequence[str], sample: Sample) -> bool:
    said = [cell for cell in row if cell.strip()]
    return len(said) > 1 and all(
        header(cell) == name for cell, name in zip(row, sample.headers, strict=False) if name
    )


def _any(pattern: str, rows: Sequence[Sequence[str]]) -> bool:
    return any(_is(pattern, row) for row in rows)


def _is(pattern: str, row: Sequence[str]) -> bool:
    return re.search(pattern, _first(row)) is not None


def _first(row: Sequence[str]) -> str:
    return next((cell.strip() for cell in row if cell.strip()), "")
