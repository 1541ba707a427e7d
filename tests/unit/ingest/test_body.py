"""A body is a batch of records, or it is refused with the place of what is wrong."""

import json
from decimal import Decimal

import pytest

from services.ingest.domain.body import BatchMalformed, BatchTooLarge, read_records
from services.ingest.domain.unreadable import NotANumber, RepeatedNames


def test_records_come_as_they_were_sent() -> None:
    body = '{"records": [{"name": "甲", "n": 3, "x": null}, {"deep": {"er": [1.50]}}]}'
    assert read_records(body.encode()) == [
        {"name": "甲", "n": 3, "x": None},
        {"deep": {"er": [Decimal("1.50")]}},
    ]


def test_a_byte_order_mark_is_no_fault() -> None:
    assert read_records(b'\xef\xbb\xbf{"records": [{"a": "b"}]}') == [{"a": "b"}]


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        (b"", "", "not_json"),
        (b"uscc,month\n9111,2020-07", "", "not_json"),
        (b'{"records": [{}', "", "not_json"),
        (b'{"uscc": "9"}\n{"uscc": "8"}\n', "", "json_lines"),
        (b'{"records": [{} {}]}', "", "not_json"),
        (b'{"records": [{"a": "\x00"}]}', "", "not_json"),
        (b'{"records": [{"a": 01}]}', "", "not_json"),
        (b"\xff\xfe{\x00}\x00", "", "not_utf8"),
        ('{"records": [{"a": "甲"}]}'.encode("gb18030"), "", "not_utf8"),
        (b'{"records": ' + b"[" * 50_000 + b"]" * 50_000 + b"}", "", "nested_too_deep"),
        (b'{"a":' * 50_000 + b"1" + b"}" * 50_000, "", "nested_too_deep"),
        (b"[]", "", "not_an_object"),
        (b"null", "", "not_an_object"),
        (b"NaN", "", "not_an_object"),
        (b"{}", "/records", "missing"),
        (b'{"records": null}', "/records", "not_a_list"),
        (b'{"records": {"0": {}}}', "/records", "not_a_list"),
        (b'{"records": []}', "/records", "records_empty"),
        (b'{"records": [{}], "feed": 1}', "/feed", "unknown_field"),
        (b'{"a/b~c": 1}', "/a~1b~0c", "unknown_field"),
        (b'{"\\ud800": 1}', "/\\ud800", "unknown_field"),
        (b'{"records": [{}], "records": [{}]}', "/records", "repeated_name"),
        (b'{"records": [{}, 7]}', "/records/1", "not_an_object"),
        (b'{"records": [{}, {}, null]}', "/records/2", "not_an_object"),
        (b'{"records": [[]]}', "/records/0", "not_an_object"),
        (b'{"records": [Infinity]}', "/records/0", "not_an_object"),
    ],
)
def test_what_is_no_batch_is_refused_with_its_place(body: bytes, pointer: str, code: str) -> None:
    with pytest.raises(BatchMalformed) as refused:
        read_records(body)
    assert [(error["pointer"], error["code"]) for error in refused.value.errors] == [
        (pointer, code)
    ]


def test_a_thousand_records_are_a_batch_and_one_more_is_not() -> None:
    assert len(read_records(json.dumps({"records": [{}] * 1000}).encode())) == 1000
    with pytest.raises(BatchMalformed) as refused:
        read_records(json.dumps({"records": [{}] * 1001}).encode())
    assert refused.value.errors == (
        {
            "pointer": "/records",
            "code": "records_too_many",
            "values": {"count": 1001, "limit": 1000},
        },
    )


def test_a_mebibyte_is_a_batch_and_one_byte_more_is_not() -> None:
    start, end = b'{"records": [{"name": "', b'"}]}'
    room = 1024 * 1024 - len(start) - len(end)
    assert len(read_records(start + b"x" * room + end)) == 1
    with pytest.raises(BatchTooLarge):
        read_records(start + b"x" * (room + 1) + end)


def test_every_record_that_is_no_object_is_named_up_to_a_hundred() -> None:
    with pytest.raises(BatchMalformed) as refused:
        read_records(json.dumps({"records": [1] * 150}).encode())
    assert len(refused.value.errors) == 100
    assert refused.value.errors[99]["pointer"] == "/records/99"
    assert refused.value.values == {"count": 150}


def test_a_name_that_occurs_twice_stays_in_its_place() -> None:
    body = b'{"records": [{"a": 1, "b": 2, "a": 3, "b": 4}, {"a": {"c": 1, "c": 2}}]}'
    assert read_records(body) == [RepeatedNames(("a", "b")), {"a": RepeatedNames(("c",))}]


def test_numbers_beyond_numbers_stay_in_their_place() -> None:
    digits = "9" * 5000
    body = (
        f'{{"records": [{{"a": NaN, "b": -Infinity, "c": {digits}, "d": 1e99999999999999999999}}]}}'
    )
    assert read_records(body.encode()) == [
        {
            "a": NotANumber("NaN"),
            "b": NotANumber("-Infinity"),
            "c": Decimal(digits),
            "d": NotANumber("1e99999999999999999999"),
        }
    ]
