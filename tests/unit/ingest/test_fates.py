"""What becomes of a row depends on what is on record, and on the rows before it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from services.ingest.domain.fates import (
    Counts,
    Fate,
    Held,
    Origin,
    State,
    Version,
    account,
)
from services.ingest.domain.rows import Fault, Row, Sifted, turned_away
from services.ingest.domain.settling import Overtaken, around, settle, taken_back
from services.ingest.domain.voices import Taking, Voices
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
    settlement = settle([Row(0, KEY, {"n": 1})], {KEY: since}, {KEY: Overtaken((), (since,))})
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


@dataclass(frozen=True)
class Import:
    """What one import of a day does: its values of one key in order, or None: it takes back."""

    agency: str
    values: tuple[int, ...] | None


SAID = st.builds(
    Import,
    st.sampled_from("ABC"),
    st.none() | st.lists(st.integers(0, 2), max_size=2).map(tuple),
)


@given(st.lists(SAID, min_size=6, max_size=6), st.permutations(range(6)))
@example(
    # One says, the other says otherwise, which is taken back after a late one of the first's.
    [
        *(Import("A", (1,)), Import("B", (2,)), Import("A", (0,)), Import("B", None)),
        *(Import("A", ()), Import("A", ())),
    ],
    [0, 1, 3, 2, 4, 5],
)
@example(
    # Both say the same, and each takes its own back: what is hidden is taken back without a trace.
    [
        *(Import("A", (1,)), Import("B", (2,)), Import("A", None), Import("B", None)),
        *(Import("A", ()), Import("A", ())),
    ],
    [0, 1, 2, 3, 4, 5],
)
@example(
    # What stands again was taken back before, by a late one.
    [
        *(Import("A", (0,)), Import("B", (0,)), Import("A", None), Import("B", None)),
        *(Import("A", ()), Import("A", ())),
    ],
    [0, 1, 3, 2, 4, 5],
)
@example(
    # Who repeats their own, which stands again, while it is still to be taken back.
    [
        *(Import("B", (0,)), Import("A", (0,)), Import("B", None), Import("A", None)),
        *(Import("B", (0,)), Import("A", ())),
    ],
    [0, 1, 3, 4, 2, 5],
)
def test_what_was_known_on_a_day_does_not_depend_on_the_order_of_work(
    imports: list[Import], order: list[int]
) -> None:
    on_record: list[Held] = []
    worked: set[int] = set()
    for place, day in enumerate(order):
        told, origin = imports[day], IMPORTS[day]
        takings = [
            Taking(IMPORTS[each], "2020-07", is_file=False, agency=imports[each].agency)
            for each in worked
            if imports[each].values is None
        ]
        about = around(on_record, origin.received_at, takings)
        written = _written(told, about, on_record, day, order[place + 1 :])
        worked.add(day)
        for each in written:
            of = each.origin or origin
            agency = each.restored or imports[of.import_id.int].agency
            restored = each.restored is not None
            on_record.append(Held(each.version, each.content, each.withdrawn, of, agency, restored))
        for known_on in range(6):
            assert _known(on_record, known_on) == _expected(imports, worked, known_on)
    assert [held.version for held in on_record] == list(range(1, len(on_record) + 1))


def _written(
    told: Import,
    about: Overtaken,
    on_record: list[Held],
    day: int,
    left: Sequence[int],
) -> Sequence[Version]:
    """Return the versions that an import writes; `left` are the days that are still to come."""
    if told.values is None:
        standing = Voices(about.earlier).standing
        stood = standing is not None and standing.agency == told.agency
        if not stood and not any(
            held.restored
            and held.agency == told.agency
            and held.origin
            and held.origin.received_at > IMPORTS[day].received_at
            for held in on_record
        ):
            return ()
        return taken_back(KEY, on_record, told.agency, about)
    newest = max(on_record, key=lambda held: held.version, default=None)
    rows = [Row(place, KEY, {"n": value}) for place, value in enumerate(told.values)]
    awaited = [IMPORTS[each].received_at for each in left if each < day]
    settlement = settle(
        rows,
        {} if newest is None else {KEY: newest},
        {KEY: about} if _is_late(newest, about, told.agency, IMPORTS[day]) else {},
        agency=told.agency,
        awaited=max(awaited, default=None),
    )
    return settlement.versions


def _is_late(newest: Held | None, about: Overtaken, agency: str, of: Origin) -> bool:
    """Tell whether something was said since, or the agency itself took the period back."""
    if newest is not None and newest.origin and newest.origin.received_at > of.received_at:
        return True
    return any(each.withdrawn and each.agency == agency for each in about.later)


def _known(on_record: list[Held], day: int) -> int | None:
    """Return the newest version of those that were received by the end of a day."""
    by_then = [
        held
        for held in on_record
        if held.origin is not None and held.origin.received_at <= IMPORTS[day].received_at
    ]
    newest = max(by_then, key=lambda held: held.version, default=None)
    return None if newest is None or newest.withdrawn else _number(newest)


def _number(held: Held) -> int:
    number = held.content["n"]
    assert isinstance(number, int)
    return number


def _expected(imports: list[Import], worked: set[int], until: int) -> int | None:
    """Return what was said last of what was not taken back, as if each had come in its time."""
    said: list[tuple[str, int]] = []
    for day in range(until + 1):
        told = imports[day]
        if day not in worked or told.values == ():
            continue
        said = [each for each in said if each[0] != told.agency]
        if told.values:
            said.append((told.agency, told.values[-1]))
    return said[-1][1] if said else None


@given(
    st.lists(st.lists(st.integers(0, 2), max_size=3), min_size=6, max_size=6),
    st.permutations(range(6)),
)
def test_what_becomes_of_a_row_does_not_depend_on_the_order_of_work(
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
            {KEY: late} if late.later else {},
        )
        before = worked.get(max((each for each in worked if each < day), default=-1))
        assert list(settlement.fates.values()) == _fates(values, before)
        worked |= {day: values[-1]} if values else {}
        on_record += [
            Held(each.version, each.content, each.withdrawn, each.origin or origin)
            for each in settlement.versions
        ]


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
