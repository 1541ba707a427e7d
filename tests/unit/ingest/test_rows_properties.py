"""Whatever JSON a sender sends: every row has one fate, and the account adds up."""

import json
from collections import Counter
from datetime import date
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from services.ingest.domain.body import BatchMalformed, read_records
from services.ingest.domain.contract import FeedContract
from services.ingest.domain.fates import Fate, Held, account
from services.ingest.domain.feeds import FEEDS
from services.ingest.domain.quarantine import quarantine
from services.ingest.domain.rows import keep_known, sift
from services.ingest.domain.settling import settle
from services.ingest.domain.shown import UNPRINTABLE
from tests.unit.ingest.records import a_headcount, an_enterprise, uscc

TODAY = date(2020, 8, 3)
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
NUMBERS = st.integers(1, 4)


def records_like(good: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    """Draw good records, records with one value spoilt, and anything at all."""
    spoilt = st.tuples(good, st.sampled_from(sorted(an_enterprise() | a_headcount())), ANYTHING)
    return (
        good
        | spoilt.map(lambda drawn: {**drawn[0], drawn[1]: drawn[2]})
        | st.dictionaries(st.text(), ANYTHING, max_size=4)
    )


ENTERPRISES = records_like(st.builds(an_enterprise, NUMBERS, name=st.sampled_from(["甲", "乙"])))
HEADCOUNTS = records_like(
    st.builds(a_headcount, NUMBERS, insured_headcount=st.sampled_from([1, 2]))
)


def check(contract: FeedContract, records: list[dict[str, Any]]) -> None:
    """Send the records through the core as a batch is sent."""
    body = json.dumps({"records": records}).encode()
    sifted = sift(contract, read_records(body), today=TODAY)
    if contract.name == "insured_headcount":
        sifted = keep_known(sifted, {uscc(1), uscc(2), uscc(3)})
    settlement = settle(sifted.rows, {}) + quarantine(sifted.strangers, {})

    rejected = {fault.row for fault in sifted.faults}
    assert sorted([*settlement.fates, *rejected]) == list(range(len(records)))
    counts = account(settlement, sifted.faults, rows=len(records))
    assert counts.rows == (
        counts.accepted
        + counts.duplicate
        + counts.superseding
        + counts.rejected
        + counts.quarantined
    )
    assert counts.quarantined == len(settlement.waiting)
    assert [fault.row for fault in sifted.faults] == sorted(fault.row for fault in sifted.faults)
    for fault in sifted.faults:
        for text in (fault.column, fault.value, *map(str, fault.values.values())):
            assert text is None or not UNPRINTABLE.search(text)
            assert text is None or len(text) <= 64

    by_key: dict[tuple[str, ...], list[int]] = {}
    for version in settlement.versions:
        by_key.setdefault(version.key, []).append(version.version)
    assert all(found == list(range(1, len(found) + 1)) for found in by_key.values())
    fates = Counter(settlement.fates.values())
    assert fates[Fate.ACCEPTED] == len(by_key)

    last = {version.key: version for version in settlement.versions}
    held = {key: Held(version.version, version.content) for key, version in last.items()}
    for row in sifted.rows:
        again = settle([row], held)
        same = held[row.key].content == row.content
        assert again.fates[row.index] is (Fate.DUPLICATE if same else Fate.SUPERSEDING)


@settings(deadline=None)
@given(st.lists(ENTERPRISES, min_size=1, max_size=12))
def test_every_row_of_the_register_has_one_fate(records: list[dict[str, Any]]) -> None:
    check(FEEDS["enterprise_register"], records)


@settings(deadline=None)
@given(st.lists(HEADCOUNTS, min_size=1, max_size=12))
def test_every_row_of_the_headcounts_has_one_fate(records: list[dict[str, Any]]) -> None:
    check(FEEDS["insured_headcount"], records)


@settings(deadline=None)
@given(st.binary() | ANYTHING.map(lambda value: json.dumps(value).encode()))
def test_a_body_is_read_or_refused_and_nothing_else(body: bytes) -> None:
    try:
        records = read_records(body)
    except BatchMalformed as refused:
        json.dumps(refused.errors, ensure_ascii=False).encode()
        return
    assert 1 <= len(records) <= 1000
