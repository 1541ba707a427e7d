"""Whatever the rows and whatever the mapping: every row of a file is accounted for."""

import csv
import io
import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.ingest.layouts import taken
from tests.unit.ingest.records import uscc

HEADS = ("代码", "月份", "人数", "缴费", "2020年6月", "2020年7月")
CELLS = st.one_of(
    st.sampled_from(["", " ", "无", uscc(1), uscc(2), "2020-07", "2020年7月31日", "44043"]),
    st.sampled_from(["合计", "128人", "１２８", "-5", "△3", "（20）", "1.5万元", "甲;乙"]),
    st.sampled_from(["1,000(万日元)", "12%", "1e9", "6/5/20"]),
    st.text(alphabet="0123456789.,-%年月日万元亿人甲乙;\"'\n ０１△（）()Ee+", max_size=12),
)
ROWS = st.lists(st.lists(CELLS, min_size=0, max_size=8), max_size=12)
HEADER = st.sampled_from(HEADS)
SOURCE = st.one_of(
    HEADER.map(lambda name: {"from": name}),
    st.lists(HEADER, min_size=1, max_size=3).map(lambda names: {"first": names}),
    st.lists(HEADER, min_size=1, max_size=3).map(lambda names: {"from": names, "join": "-"}),
    st.lists(HEADER, min_size=1, max_size=3).map(
        lambda names: {"parts": [{"constant": "甲"}, *({"from": n, "before": "<"} for n in names)]}
    ),
    st.sampled_from(["$row", "$first", "$file", "$line 1"]).map(lambda name: {"from": name}),
)
STEPS: dict[str, st.SearchStrategy[Any]] = {
    "pattern": st.sampled_from(["([0-9]+)", "^(.*)$", {"find": "[0-9.]+", "take": "last"}]),
    "split": st.sampled_from([{"by": ";", "take": "last"}, {"by": "-", "take": "2"}]),
    "replace": st.sampled_from([{"人": ""}, {"": "x", "无": "0"}]),
    "width": st.just("half"),
    "case": st.sampled_from(["upper", "lower"]),
    "unreadable": st.sampled_from(["unknown", "reject"]),
    "codes": st.sampled_from([{"128人": "128"}]),
    "unknown_codes": st.sampled_from(["keep", "reject"]),
    "nulls": st.just(["无", "-"]),
}
DATES = st.sampled_from(
    ["YYYY年M月", "excel", ["YYYY年M月D日", "M/D/YY"], {"formats": "YYYY年M月", "take": "last"}]
)
NUMBERS = st.sampled_from(["plain", {"units": {"人": "1", "万元": "10000", "%": "0.01"}}])
AMOUNT = {
    "units": {"元": "1", "万": "10000", "万元": "10000"},
    "currencies": {"人民币": "1", "日元": "unknown"},
    "currency": "人民币",
}


@st.composite
def rules(draw: st.DrawFn, /, **needed: Any) -> dict[str, Any]:
    """Return a column's rule, with some steps."""
    rule: dict[str, Any] = dict(draw(SOURCE))
    for name in draw(st.sets(st.sampled_from(sorted(STEPS)), max_size=3)):
        rule[name] = draw(STEPS[name])
    rule |= {name: draw(step) for name, step in needed.items() if draw(st.booleans())}
    if draw(st.booleans()):
        rule["otherwise"] = dict(draw(SOURCE))
    return rule


@st.composite
def mappings(draw: st.DrawFn) -> dict[str, Any]:
    """Return a mapping; JSON is YAML."""
    wide = draw(st.sampled_from([None, "headers", "cell"]))
    mapping: dict[str, Any] = {
        "feed": "insured_headcount",
        "file": {"extra_cells": draw(st.sampled_from(["reject", "ignore"])), "delimiter": ","},
        "columns": {
            "uscc": draw(rules()),
            "month": draw(rules(date=DATES)),
            "insured_headcount": draw(rules(number=NUMBERS)),
            "due": draw(rules(amount=st.just(AMOUNT))),
        },
        "ignore": "*",
    }
    if draw(st.booleans()):
        mapping["rows"] = {"skip": "^合计", "end": {"from": "人数", "pattern": "^乙"}}
        if draw(st.booleans()):
            mapping["rows"]["fill_down"] = ["代码"]
    if wide == "headers":
        mapping["wide"] = {"headers": "^([0-9]{4}年[0-9]+月)$", "nulls": ["无"]}
        mapping["columns"]["month"] = {"from": "$header", "date": "YYYY年M月"}
        mapping["columns"]["insured_headcount"] = {"from": "$value", "number": "plain"}
    elif wide == "cell":
        mapping["wide"] = {"cell": "缴费", "by": "[;；]"}
    return mapping


def counted(text: str, mapping: dict[str, Any]) -> int:
    """Count what has to be accounted for, knowing nothing of the platform but the header."""
    count = 0
    wide = mapping.get("wide", {})
    extra = mapping["file"]["extra_cells"] == "reject"
    ended = False
    for cells in list(csv.reader(io.StringIO(text, newline=""), strict=True))[1:]:
        row = [cell.strip() for cell in cells]
        if not any(row):
            count += bool(cells)
            continue
        first = next(cell for cell in row if cell)
        row.extend([""] * (len(HEADS) - len(row)))
        if "rows" in mapping:
            ended = ended or row[2].startswith("乙")
            if ended or first.startswith("合计"):
                count += 1
                continue
        if extra and any(row[len(HEADS) :]):
            count += 1
        elif "headers" in wide:
            count += sum(cell not in {"", "无"} for cell in row[4:6]) or 1
        elif "cell" in wide:
            count += sum(bool(part.strip()) for part in row[3].replace("；", ";").split(";")) or 1
        else:
            count += 1
    return count


@settings(max_examples=75, deadline=None)
@given(rows=ROWS, mapping=mappings())
def test_every_row_of_any_file_by_any_mapping_is_accounted_for(
    rows: list[list[str]], mapping: dict[str, Any]
) -> None:
    target = io.StringIO(newline="")
    csv.writer(target).writerows([HEADS, *rows])
    text = target.getvalue()
    outcome = taken(text, json.dumps(mapping, ensure_ascii=False))
    # Of what is kept, `taken` itself holds that each is a row or has a reason.
    assert len(outcome.records) + sum(outcome.passed.values()) == counted(text, mapping)
    assert all(fault.code and fault.row > 1 for fault in outcome.faults)
