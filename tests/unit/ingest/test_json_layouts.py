"""JSON as other programs write it: records within records, and lists in one document."""

import json

import pytest

from services.ingest.files.refusals import FileRefused
from tests.unit.ingest.layouts import taken
from tests.unit.ingest.records import uscc

ONE, TWO, THREE = uscc(1), uscc(2), uscc(3)
NESTED = """
feed: insured_headcount
columns:
  uscc: 企业/代码
  month: 统计/月
  insured_headcount: 统计/人数/参保
  left: {from: 统计/人数/离职, optional: true}
ignore: [企业/名称, 办理]
"""
PLAIN = "feed: insured_headcount\ncolumns: {uscc: a, month: m, insured_headcount: n}\n"
RECORD = json.dumps({"a": ONE, "m": "2020-07", "n": 3})


def lines(*records: object) -> str:
    """Return records as lines."""
    return "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records)


def test_a_value_within_a_value_is_named_by_the_way_to_it() -> None:
    good = {
        "企业": {"代码": ONE, "名称": "甲"},
        "统计": {"月": "2020-07", "人数": {"参保": 12, "离职": 1}},
    }
    outcome = taken(
        lines(
            {**good, "办理": {"人": {"姓名": "王"}}},
            {"企业": {"代码": TWO}, "统计": {"月": "2020-07", "人数": {"参保": None}}},
            {"企业": {"代码": THREE}, "统计": None},
            {**good, "工资": {"月": 1}},
        ),
        NESTED,
        name="a.jsonl",
    )
    assert [dict(row.content) for row in outcome.rows] == [{"insured_headcount": 12, "left": 1}]
    assert outcome.reasons == [
        (2, "统计/人数/参保", "missing"),
        (3, "统计/月", "missing"),
        (3, "统计/人数/参保", "missing"),
        # What the mapping does not name is not pushed unseen, however deep it stands.
        (4, "工资/月", "unknown_column"),
    ]


def test_a_list_within_a_record_becomes_records() -> None:
    mapping = """
feed: insured_headcount
wide: {headers: '^months/(?P<key>[0-9]+)/(?P<name>.+)$'}
columns:
  uscc: uscc
  month: {from: m, date: YYYYMM}
  insured_headcount: {from: n, number: plain}
"""
    outcome = taken(
        lines(
            {"uscc": ONE, "months": [{"m": "202006", "n": 10}, {"m": "202007", "n": 9}]},
            {"uscc": TWO, "months": []},
            {"uscc": THREE, "months": [{"m": "202007", "n": "三"}]},
        ),
        mapping,
        name="a.jsonl",
    )
    assert [(row.key, row.content["insured_headcount"]) for row in outcome.rows] == [
        ((ONE, "2020-06"), 10),
        ((ONE, "2020-07"), 9),
    ]
    assert outcome.passed == {"row_without_values": 1}
    assert outcome.reasons == [(3, "months/1/n", "number_unreadable")]


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        ('{"a": {"x": 1, "x": 2}}', ("a/x", "repeated_column")),
        ('{"a": "\\ud800"}', ("a", "unprintable")),
        ('{"a": {"\\udfff": 1}}', ("a/\\udfff", "unprintable")),
        (json.dumps({"a": list(range(1001))}), (None, "too_many_columns")),
    ],
)
def test_a_record_that_no_mapping_can_read_is_turned_away_alone(
    record: str, reason: tuple[str | None, str]
) -> None:
    mapping = PLAIN.replace("uscc: a", "uscc: {from: a, pattern: '(.*)'}") + "ignore: '*'\n"
    outcome = taken(f"{record}\n{RECORD}\n", mapping, name="a.jsonl")
    assert outcome.reasons == [(1, *reason)]
    assert len(outcome.rows) == 1


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_a_list_in_one_document_is_read_item_by_item(encoding: str) -> None:
    document = json.dumps([json.loads(RECORD), {"a": "甲", "m": "2020-07", "n": 1}, 5], indent=1)
    document = document.encode().decode("unicode_escape")
    outcome = taken(document.encode(encoding), PLAIN, name="a.json")
    assert len(outcome.rows) == 1
    assert outcome.reasons == [(2, "a", "uscc_length"), (3, None, "not_an_object")]


def test_a_list_is_longer_than_what_is_read_at_once() -> None:
    outcome = taken(f"[{','.join([RECORD] * 10_000)}]", PLAIN, name="a.json")
    assert len(outcome.rows) == 10_000


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        (f"[{RECORD}, ]", (2, "not_json")),
        (f"[{RECORD} {RECORD}]", (2, "not_json")),
        (f"[{RECORD}] x", (2, "not_json")),
        (f"[{RECORD}] [{RECORD}]", (2, "not_json")),
        (f"[{RECORD}, {RECORD}", (3, "json_cut_off")),
        (f"[{RECORD}, {RECORD[:-5]}", (2, "json_cut_off")),
        ("[", (1, "json_cut_off")),
        ("[" * 100_000, (1, "nested_too_deep")),
        (f'[{{"a": "{"x" * 1_200_000}"}}]', (1, "line_too_long")),
        (f'[{{"a": "{"x" * 3_000_000}', (1, "line_too_long")),
    ],
)
def test_a_list_that_is_broken_is_refused_as_a_whole(
    document: str, reason: tuple[int, str]
) -> None:
    with pytest.raises(FileRefused) as refused:
        taken(document, PLAIN, name="a.json")
    assert [(fault.row, fault.code) for fault in refused.value.faults] == [reason]
