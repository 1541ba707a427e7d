"""JSON documents that wrap their records in an object: read as the list alone would be."""

import json
import tracemalloc
from pathlib import Path

import pytest

from services.ingest.columns.reading import layout_of
from services.ingest.domain.feeds import FEEDS
from services.ingest.files.reading import Sending, entries, form_of
from services.ingest.files.refusals import FileRefused
from services.ingest.files.sampling import sample
from services.ingest.files.workbook import WorkbookBounds
from services.ingest.mapping.proposal.proposing import propose
from tests.unit.ingest.layouts import TODAY, taken
from tests.unit.ingest.records import uscc

PLAIN = "feed: insured_headcount\ncolumns: {uscc: a, month: m, insured_headcount: n}\n"
RECORDS = [{"a": uscc(number), "m": "2020-07", "n": number} for number in (1, 2, 3)]
ROWS = [(uscc(number), "2020-07") for number in (1, 2, 3)]
FEED = FEEDS["insured_headcount"]
BOUNDS = WorkbookBounds()


def keys(
    document: object, mapping: str = PLAIN, *, name: str = "a.json", indent: int | None = None
) -> list[tuple[str, ...]]:
    """Return what the rows of a document are about."""
    text = json.dumps(document, ensure_ascii=False, indent=indent)
    outcome = taken(text, mapping, name=name)
    assert outcome.reasons == []
    return [row.key for row in outcome.rows]


@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize(
    "document",
    [
        {"data": RECORDS},
        {"rows": RECORDS},
        {"结果": RECORDS},
        {"code": 0, "message": "成功", "data": RECORDS, "next": None},
        {"code": 0, "result": {"total": 3, "page": {"size": 100}, "list": RECORDS}},
        {"columns": ["a", "m", "n"], "data": RECORDS, "notes": [], "sums": [[1], [2]]},
    ],
)
def test_the_one_list_of_objects_is_what_is_read(document: object, indent: int | None) -> None:
    assert keys(document, indent=indent) == ROWS
    assert keys(document, name="推送", indent=indent) == ROWS


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "gb18030"])
def test_in_every_encoding(encoding: str) -> None:
    text = json.dumps({"说明": "七月", "data": RECORDS}, ensure_ascii=False, indent=1)
    assert [row.key for row in taken(text.encode(encoding), PLAIN, name="a.json").rows] == ROWS


def test_a_bad_item_is_turned_away_alone() -> None:
    document = json.dumps({"data": [RECORDS[0], 5, {**RECORDS[1], "a": "甲"}]})
    outcome = taken(document, PLAIN, name="a.json")
    assert outcome.reasons == [(2, None, "not_an_object"), (3, "a", "uscc_length")]
    assert len(outcome.rows) == 1


@pytest.mark.parametrize("indent", [None, 2])
def test_of_several_lists_the_mapping_names_one(indent: int | None) -> None:
    document = {"districts": [{"code": "110105"}], "data": {"rows": RECORDS}}
    with pytest.raises(FileRefused) as refused:
        keys(document, indent=indent)
    (fault,) = refused.value.faults
    assert (fault.code, fault.values) == (
        "json_several_lists",
        {"names": "districts, data/rows"},
    )
    named = PLAIN + "file: {records: data/rows}\n"
    assert keys(document, named, indent=indent) == ROWS
    assert keys(document, named, name="a.jsonl", indent=indent) == ROWS
    with pytest.raises(FileRefused) as refused:
        keys({"data": {"lines": RECORDS}}, named)
    assert [fault.code for fault in refused.value.faults] == ["json_list_missing"]


def test_lines_stay_lines() -> None:
    one = {**RECORDS[0], "months": [{"m": "2020-07", "n": 1}]}
    ignoring = PLAIN + "ignore: [months]\n"
    # A record that holds a list is a record: it has a column that is read.
    assert keys(one, ignoring) == ROWS[:1]
    two = json.dumps(one) + "\n" + json.dumps({**one, "a": uscc(2)}) + "\n"
    assert [row.key for row in taken(two, ignoring, name="a.json").rows] == ROWS[:2]
    # Two documents are two lines, and neither is a record.
    wraps = json.dumps({"data": RECORDS}) + "\n"
    codes = {code for _, _, code in taken(wraps * 2, PLAIN, name="a.json").reasons}
    assert codes == {"unknown_column"}
    codes = {code for _, _, code in taken(wraps, PLAIN, name="a.ndjson").reasons}
    assert codes == {"unknown_column"}


@pytest.mark.parametrize(
    ("document", "code"),
    [
        ('{\n"a": 1\n}', "json_without_list"),
        ('{\n"data": []\n}', "json_without_list"),
        ('{\n"data": [\n{"a": 1}', "json_cut_off"),
        ('{\n"data": [\n{"a": 1}\n]', "json_cut_off"),
        ('{\n"data": [\n{"a": 1}\n]\n} x', "not_json"),
        ('{\n"data": [\n{"a": 1} {"a": 2}\n]\n}', "not_json"),
        ('{\n"data" [\n{"a": 1}\n]\n}', "not_json"),
        ('{\n1: [\n{"a": 1}\n]\n}', "not_json"),
        ('{\n"x": ' + '{"x": ' * 20 + "1" + "}" * 21, "nested_too_deep"),
        ('{\n"x": "' + "x" * 1_200_000 + '"\n}', "line_too_long"),
        ('{\n"data": [\n{"a": "' + "x" * 1_200_000 + '"}\n]\n}', "line_too_long"),
    ],
)
def test_a_document_that_is_broken_is_refused_as_a_whole(document: str, code: str) -> None:
    with pytest.raises(FileRefused) as refused:
        taken(document, PLAIN, name="a.json")
    assert [fault.code for fault in refused.value.faults] == [code]


def test_by_the_contract_alone_and_never_in_columns(tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    record = {"uscc": uscc(1), "month": "2020-07", "insured_headcount": 5}
    file.write_text(json.dumps({"data": [record, record]}), encoding="utf-8")
    sending = Sending(file, "a.json", FEED, None)
    form = form_of(sending, BOUNDS)
    assert layout_of(sending, form) is None
    with entries(sending, form, BOUNDS) as found:
        assert [entry.record for entry in found] == [record, record]
    file.write_text(json.dumps({**record, "notes": [{"x": 1}]}), encoding="utf-8")
    with entries(sending, form, BOUNDS) as found:
        assert len(list(found)) == 1


def test_a_first_mapping_is_proposed_from_the_records_within(tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    rows = [{"信用代码": uscc(n), "月份": "2020-07", "参保人数": n} for n in range(1, 9)]
    file.write_text(json.dumps({"code": 0, "data": rows}, ensure_ascii=False), encoding="utf-8")
    seen = sample(file, filename="a.json", contract=FEED, bounds=BOUNDS)
    assert list(seen.headers) == ["信用代码", "月份", "参保人数"]
    assert propose(FEED, seen, today=TODAY).complete


def test_a_long_document_is_never_held_whole(tmp_path: Path) -> None:
    """Twice as long, it takes no more memory: two megabytes of text, several as records."""
    file = tmp_path / "a.json"
    record = json.dumps({"uscc": uscc(1), "month": "2020-07", "insured_headcount": 5, "left": 0})
    peaks = []
    for many in (25_000, 50_000):
        file.write_text(
            f'{{"code": 0, "data": [{f"{record}, " * many}{record}]}}', encoding="utf-8"
        )
        sending = Sending(file, "a.json", FEED, None)
        tracemalloc.start()
        try:
            with entries(sending, form_of(sending, BOUNDS), BOUNDS) as found:
                assert sum(1 for _ in found) == many + 1
            peaks.append(tracemalloc.get_traced_memory()[1])
        finally:
            tracemalloc.stop()
    assert max(peaks) < 12_000_000
    assert peaks[1] - peaks[0] < 500_000
