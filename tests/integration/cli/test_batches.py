"""Batches stay within a feed's bounds, lose nothing, and have keys of their own."""

import json

import pytest

from cli.pushing.batches import Batch, batches
from cli.pushing.records import Record
from cli.refusals import Refused


def _records(count: int, *, size: int = 20) -> list[Record]:
    raw = [f'{{"n": {number}, "p": "'.encode() for number in range(count)]
    return [
        Record(start + b"x" * (size - len(start) - 2) + b'"}', n + 1) for n, start in enumerate(raw)
    ]


@pytest.mark.parametrize(
    ("count", "sizes"), [(0, []), (1, [1]), (500, [500]), (501, [500, 1]), (1201, [500, 500, 201])]
)
def test_a_batch_has_at_most_500_records(count: int, sizes: list[int]) -> None:
    cut = list(batches(_records(count)))

    assert [len(batch.places) for batch in cut] == sizes
    assert [batch.number for batch in cut] == list(range(len(sizes)))
    held = [record["n"] for batch in cut for record in json.loads(batch.body)["records"]]
    assert held == list(range(count))
    assert [place for batch in cut for place in batch.places] == list(range(1, count + 1))


def test_a_batch_has_less_than_900_kilobytes() -> None:
    cut = list(batches(_records(10, size=300_000)))

    assert [len(batch.places) for batch in cut] == [2, 2, 2, 2, 2]
    assert all(len(batch.body) <= 900_000 for batch in cut)
    # 14 bytes of frame, three records and two commas: 899,998 fit, 900,001 do not.
    assert [len(batch.body) for batch in batches(_records(3, size=299_994))] == [899_998]
    assert [len(batch.places) for batch in batches(_records(3, size=299_995))] == [2, 1]


def test_a_record_that_fits_in_no_batch_is_refused() -> None:
    with pytest.raises(Refused, match="Record 2 exceeds 900000 bytes"):
        list(batches([*_records(1), Record(b'{"p": "' + b"x" * 900_000 + b'"}', 2)]))


def test_a_key_is_of_the_feed_the_content_its_number_and_the_push() -> None:
    batch = Batch(0, b'{"records":[{}]}', (1,))
    key = batch.key(feed="insured_headcount", run="r1")

    assert batch.key(feed="insured_headcount", run="r1") == key
    others = {
        batch.key(feed="enterprise_register", run="r1"),
        batch.key(feed="insured_headcount", run="r2"),
        Batch(1, batch.body, (1,)).key(feed="insured_headcount", run="r1"),
        Batch(0, b'{"records":[{"a":1}]}', (1,)).key(feed="insured_headcount", run="r1"),
    }
    assert len(others | {key}) == 5
    assert len(key) <= 200
