"""What becomes of a row depends on what is on record, and on the rows before it."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.ingest.domain.fates import (
    Counts,
    Fate,
    Held,
    Origin,
    Overtaken,
    State,
    Version,
    account,
    around,
    settle,
)
from services.ingest.domain.rows import Fault, Row, Sifted, turned_away
from shared.events.ingest import Operation

KEY, OTHER = ("A", "2020-07"), ("B", "2020-07")


def test_a_key_that_is_not_on_record_is_accepted_as_version_1() -> None:
    settlement = settle([Row(0, KEY, {"n": 5})], {})
    assert settlement.fates == {0: Fate.ACCEPTED}
    assert settlement.versions == (Version(KEY, 1, {"n": 5}),)
    assert settlement.versions[0].operation is Operation.RECORD


def test_the_same_again_is_a_duplicate_and_writes_nothing() -> None:
    settlement = settle([Row(0, KEY, {"n": 5})], {KEY: Held(3, {"n": 5})})
    assert settlement.fates == {0: Fate.DUPLICATE}
    assert settlement.versions == ()


def test_something_else_supersedes_by_the_next_version() -> None:
    settlement = settle([Row(0, KEY, {"n": 6})], {KEY: Held(3, {"n": 5})})
    assert settlement.fates == {0: Fate.SUPERSEDING}
    assert settlement.versions == (Version(KEY, 4, {"n": 6}),)
    assert settlement.versions[0].operation is Operation.SUPERSEDE


def test_leaving_a_value_out_is_saying_something_else() -> None:
    settlement = settle([Row(0, KEY, {"n": 5})], {KEY: Held(1, {"n": 5, "left": 2})})
    assert settlement.fates == {0: Fate.SUPERSEDING}


def test_a_key_has_so_many_versions_and_no_more() -> None:
    rows = [Row(0, KEY, {"n": 1}), Row(1, KEY, {"n": 2}), Row(2, KEY, {"n": 1}), Row(3, OTHER, {})]
    settlement = settle(rows, {KEY: Held(31_999, {"n": 0})})
    assert settlement.fates == {0: Fate.SUPERSEDING, 2: Fate.DUPLICATE, 3: Fate.ACCEPTED}
    assert [version.version for version in settlement.versions] == [32_000, 1]
    sifted = turned_away(Sifted(tuple(rows), (Fault(4, "n", "missing"),)), settlement.exhausted)
    assert [row.index for row in sifted.rows] == [0, 2, 3]
    assert [(f.row, f.code) for f in sifted.faults] == [(1, "too_many_versions"), (4, "missing")]
    counts = account(settlement, sifted.faults, rows=5)
    assert counts == Counts(5, accepted=1, duplicate=1, superseding=1, rejected=2)


def test_what_is_said_again_behind_a_late_row_counts_as_well() -> None:
    since = Held(31_999, {"n": 9}, origin=Origin(UUID(int=1), datetime(2020, 8, 3, tzinfo=UTC)))
    settlement = settle(
        [Row(0, KEY, {"n": 1})], {KEY: since}, {KEY: Overtaken(None, after=(since,))}
    )
    assert (settlement.fates, settlement.versions) == ({}, ())
    assert [(f.row, f.code) for f in settlement.exhausted] == [(0, "too_many_versions")]


def test_rows_of_one_key_are_taken_in_their_order() -> None:
    rows = [
        Row(0, KEY, {"n": 5}),
        Row(1, OTHER, {"n": 9}),
        Row(2, KEY, {"n": 6}),
        Row(3, KEY, {"n": 6}),
        Row(4, KEY, {"n": 5}),
    ]
    settlement = settle(rows, {})
    assert settlement.fates == {
        0: Fate.ACCEPTED,
        1: Fate.ACCEPTED,
        2: Fate.SUPERSEDING,
        3: Fate.DUPLICATE,
        4: Fate.SUPERSEDING,
    }
    assert settlement.versions == (
        Version(KEY, 1, {"n": 5}),
        Version(OTHER, 1, {"n": 9}),
        Version(KEY, 2, {"n": 6}),
        Version(KEY, 3, {"n": 5}),
    )


def test_the_account_counts_rows_not_reasons() -> None:
    settlement = settle([Row(0, KEY, {"n": 5}), Row(2, KEY, {"n": 5})], {})
    faults = [Fault(1, "uscc", "missing"), Fault(1, "month", "missing")]
    assert account(settlement, faults, rows=3) == Counts(3, 1, 1, 0, 1)


@pytest.mark.parametrize(
    ("counts", "state", "nothing"),
    [
        (Counts(3, 3, 0, 0, 0), State.COMPLETED, False),
        (Counts(3, 0, 3, 0, 0), State.COMPLETED, True),
        (Counts(3, 0, 2, 1, 0), State.COMPLETED, False),
        (Counts(3, 2, 0, 0, 1), State.COMPLETED_WITH_ERRORS, False),
        (Counts(3, 0, 2, 0, 1), State.COMPLETED_WITH_ERRORS, True),
        (Counts(3, 0, 0, 0, 3), State.REJECTED, True),
    ],
)
def test_how_an_import_ends(counts: Counts, state: State, *, nothing: bool) -> None:
    assert counts.state is state
    assert counts.changes_nothing is nothing


IMPORTS = [
    Origin(UUID(int=day), datetime(2020, 8, 1, tzinfo=UTC) + timedelta(days=day))
    for day in range(6)
]


@given(
    st.lists(st.lists(st.integers(0, 2), max_size=3), min_size=6, max_size=6),
    st.permutations(range(6)),
)
def test_what_was_known_on_a_day_does_not_depend_on_the_order_of_work(
    said: list[list[int]], order: list[int]
) -> None:
    # Import 3 says 30, 31 or 32: no import repeats another.
    on_record: list[Held] = []
    worked: dict[int, int] = {}
    for day in order:
        origin = IMPORTS[day]
        values = [10 * day + n for n in said[day]]
        rows = [Row(place, KEY, {"n": value}) for place, value in enumerate(values)]
        newest = max(on_record, key=lambda held: held.version, default=None)
        late = around(on_record, origin.received_at)
        settlement = settle(
            rows,
            {} if newest is None else {KEY: newest},
            {KEY: late} if late.after else {},
        )
        before = worked.get(max((each for each in worked if each < day), default=-1))
        assert list(settlement.fates.values()) == _fates(values, before)
        worked |= {day: values[-1]} if values else {}
        on_record += [
            Held(each.version, each.content, each.withdrawn, each.origin or origin)
            for each in settlement.versions
        ]
    assert sorted(held.version for held in on_record) == list(range(1, len(on_record) + 1))
    for day, origin in enumerate(IMPORTS):
        by_then = [
            held
            for held in on_record
            if held.origin is not None and held.origin.received_at <= origin.received_at
        ]
        newest = max(by_then, key=lambda held: held.version, default=None)
        known = worked.get(max((each for each in worked if each <= day), default=-1))
        assert (None if newest is None else newest.content["n"]) == known


def _fates(values: list[int], before: int | None) -> list[Fate]:
    """Return what becomes of values of one key, one after the other."""
    fates = []
    for value in values:
        if value == before:
            fates.append(Fate.DUPLICATE)
        else:
            fates.append(Fate.ACCEPTED if before is None else Fate.SUPERSEDING)
        before = value
    return fates
