"""The first day on which a warning stands and a list protects."""

from datetime import date
from random import Random
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.matchmaking.domain.candidate import ListSnapshot
from services.matchmaking.domain.selection import ListedSpell, WarnedSpell, overlap
from shared.events.ingest import ProtectionListKind

USCC = "91110105MA00000004"
TODAY = date(2020, 8, 31)


def august(day: int) -> date:
    """Return a day of August 2020."""
    return date(2020, 8, day)


def warned(raised: int, lifted: int | None = None) -> WarnedSpell:
    """Return a warning that stood between days of August."""
    last = None if lifted is None else august(lifted)
    return WarnedSpell(UUID(int=1), USCC, "110105", august(raised), last)


def listed(
    first: int,
    last: int | None = None,
    *,
    known: int = 1,
    withdrawn: int | None = None,
    edition: str = "1",
) -> ListedSpell:
    """Return an entry in force between days of August."""
    until = None if last is None else august(last)
    entry = ListSnapshot(ProtectionListKind.KEY, edition, august(first), until)
    return ListedSpell(entry, august(known), None if withdrawn is None else august(withdrawn))


@pytest.mark.parametrize(
    ("warning", "entry", "day"),
    [
        (warned(3), listed(1), 3),
        (warned(3), listed(5), 5),
        (warned(3), listed(1, known=7), 7),
        (warned(3, 10), listed(10), 10),
        (warned(3, 10), listed(11), None),
        (warned(10), listed(1, 10), 10),
        (warned(11), listed(1, 10), None),
        (warned(10), listed(1, withdrawn=10), 10),
        (warned(11), listed(1, withdrawn=10), None),
        (warned(3, 3), listed(3, 3, known=3, withdrawn=3), 3),
    ],
)
def test_both_hold_on_the_first_and_the_last_of_their_days(
    warning: WarnedSpell, entry: ListedSpell, day: int | None
) -> None:
    found = overlap(warning, [entry], today=TODAY)
    assert (found and found.day) == (day and august(day))


def test_a_day_to_come_selects_nobody_yet() -> None:
    assert overlap(warned(3), [listed(20)], today=august(19)) is None
    assert overlap(warned(3), [listed(20)], today=august(20)) is not None


def test_the_lists_of_the_day_are_kept_and_no_later_ones() -> None:
    entries = [listed(5, edition="b"), listed(1, edition="c"), listed(4, edition="a")]
    found = overlap(warned(4), entries, today=TODAY)
    assert found is not None
    assert (found.day, [entry.edition for entry in found.lists]) == (august(4), ["a", "c"])


DAYS = st.integers(1, 31)


@given(
    raised=DAYS,
    lasting=st.none() | st.integers(0, 20),
    entries=st.lists(st.tuples(DAYS, st.none() | DAYS, DAYS, st.none() | DAYS), max_size=5),
    chance=st.randoms(use_true_random=False),
)
def test_the_order_of_entries_and_a_later_look_change_nothing(
    raised: int,
    lasting: int | None,
    entries: list[tuple[int, int | None, int, int | None]],
    chance: Random,
) -> None:
    warning = warned(raised, None if lasting is None else min(31, raised + lasting))
    spells = [
        listed(first, last, known=known, withdrawn=withdrawn, edition=str(place))
        for place, (first, last, known, withdrawn) in enumerate(entries)
    ]
    found = overlap(warning, spells, today=TODAY)
    chance.shuffle(spells)
    assert overlap(warning, spells, today=TODAY) == found
    if found is not None:
        assert overlap(warning, spells, today=found.day) == found
        assert warning.raised_on <= found.day
