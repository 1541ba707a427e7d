"""Rows that wait for the register: what is kept of them reads as the same row again."""

from datetime import date
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.ingest.domain.fates import Fate, Held
from services.ingest.domain.feeds import FEEDS
from services.ingest.domain.quarantine import quarantine, record_of
from services.ingest.domain.rows import Row, sift
from tests.unit.ingest.records import a_headcount, a_layoff_report, a_protected, uscc

TODAY = date(2020, 8, 3)


@pytest.mark.parametrize(
    ("feed", "record"),
    [
        ("insured_headcount", a_headcount(1, due="352000.5", paid=7)),
        ("layoff_report", a_layoff_report(1)),
        ("layoff_report", a_layoff_report(1, reference="海淀/上地厂区")),
        ("protection_list", a_protected(1)),
        ("protection_list", a_protected(1, valid_until=None, reason=None)),
    ],
)
def test_what_is_kept_of_a_row_reads_as_the_same_row(feed: str, record: dict[str, Any]) -> None:
    contract = FEEDS[feed]
    (row,) = sift(contract, [record], today=TODAY).rows
    assert sift(contract, [dict(record_of(contract, row))], today=TODAY).rows == (row,)


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(1, 3), st.integers(1, 2)), max_size=12), st.integers(0, 12))
def test_in_whatever_parts_rows_come_the_same_wait(said: list[tuple[int, int]], cut: int) -> None:
    rows = [
        Row(index, (uscc(number), "2020-07"), {"insured_headcount": insured})
        for index, (number, insured) in enumerate(said)
    ]
    whole = quarantine(rows, {})
    first = quarantine(rows[:cut], {})
    newest = {row.key: Held(0, row.content) for row in first.waiting}
    second = quarantine(rows[cut:], newest)
    assert (first + second) == whole
    assert set(whole.fates.values()) <= {Fate.DUPLICATE, Fate.QUARANTINED}
    for key in {row.key for row in rows}:
        kept = [row.content for row in whole.waiting if row.key == key]
        assert all(one != after for one, after in pairwise(kept))
