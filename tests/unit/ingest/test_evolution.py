"""What a new version of a contract changes, how heavily, and until when an old one is taken."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from services.ingest.domain.contract import Column, FeedContract, Freshness, Kind, Target, Wording
from services.ingest.domain.evolution import (
    Weight,
    changes,
    is_numbered_enough,
    is_over,
    judged_by,
    taken,
    unkept,
)
from services.ingest.domain.feeds import FEEDS, VERSIONS

HEADCOUNT = FEEDS["insured_headcount"]
TODAY = date(2020, 8, 3)
NOTE = Column("note", Kind.TEXT, Wording("备注", "Note"), Wording("备注。", "A note."))


def having(contract: FeedContract, name: str, **change: object) -> FeedContract:
    """Return the contract with another column of that name."""
    columns = tuple(
        replace(column, **change) if column.name == name else column  # type: ignore[arg-type]
        for column in contract.columns
    )
    return replace(contract, columns=columns)


def without(contract: FeedContract, name: str) -> FeedContract:
    return replace(contract, columns=tuple(c for c in contract.columns if c.name != name))


def test_the_headcounts_second_version_added_what_is_due() -> None:
    old, new = VERSIONS["insured_headcount"]
    told = [(each.weight, each.column, each.code) for each in changes(old, new)]
    assert (Weight.ADDITION, "due", "column_added") in told
    assert (Weight.ADDITION, "paid", "column_added") in told
    assert not [each for each in told if each[0] is Weight.BREAKING]
    assert is_numbered_enough(old, new)
    assert unkept(old, new) == ()


@pytest.mark.parametrize(
    ("change", "weight", "code"),
    [
        (lambda c: c, None, None),
        (lambda c: replace(c, columns=(*c.columns, NOTE)), Weight.ADDITION, "column_added"),
        (
            lambda c: replace(c, columns=(*c.columns, replace(NOTE, required=True))),
            Weight.BREAKING,
            "column_added_required",
        ),
        (lambda c: without(c, "left"), Weight.BREAKING, "column_removed"),
        (lambda c: having(c, "left", kind=Kind.CNY), Weight.BREAKING, "kind_changed"),
        (lambda c: having(c, "left", required=True), Weight.BREAKING, "now_required"),
        (
            lambda c: having(c, "insured_headcount", required=False),
            Weight.ADDITION,
            "no_longer_required",
        ),
        (lambda c: having(c, "left", minimum=1), Weight.BREAKING, "minimum_narrower"),
        (lambda c: having(c, "left", minimum=-1), Weight.ADDITION, "minimum_wider"),
        (lambda c: having(c, "left", maximum=9), Weight.BREAKING, "maximum_narrower"),
        (lambda c: having(c, "left", maximum=10**8), Weight.ADDITION, "maximum_wider"),
        (lambda c: having(c, "month", minimum="2000-01"), Weight.BREAKING, "minimum_narrower"),
        (lambda c: having(c, "month", maximum="2100-01"), Weight.ADDITION, "maximum_wider"),
        (
            lambda c: having(c, "left", title=Wording("少", "Fewer")),
            Weight.WORDING,
            "words_changed",
        ),
        (
            lambda c: replace(c, freshness=Freshness(9, "month")),
            Weight.WORDING,
            "freshness_changed",
        ),
        (lambda c: having(c, "month", key_position=None), Weight.BREAKING, "key_changed"),
        (lambda c: replace(c, target=Target.REGISTER), Weight.BREAKING, "target_changed"),
        (lambda c: replace(c, cadence="P1D"), Weight.BREAKING, "cadence_changed"),
    ],
)
def test_what_a_difference_weighs(
    change: Callable[[FeedContract], FeedContract], weight: Weight | None, code: str | None
) -> None:
    found = changes(HEADCOUNT, change(HEADCOUNT))
    assert [(each.weight, each.code) for each in found] == ([(weight, code)] if code else [])


@pytest.mark.parametrize(
    ("before", "after", "weight"),
    [
        (("a", "b"), ("a",), Weight.BREAKING),
        (("a",), ("a", "b"), Weight.ADDITION),
    ],
)
def test_choices_come_and_go(
    before: tuple[str, ...], after: tuple[str, ...], weight: Weight
) -> None:
    old = having(HEADCOUNT, "left", kind=Kind.CHOICE, choices=before)
    new = having(old, "left", choices=after)
    assert [each.weight for each in changes(old, new)] == [weight]


@pytest.mark.parametrize(
    ("change", "version", "is_enough"),
    [
        (lambda c: without(c, "left"), "1.2.0", False),
        (lambda c: without(c, "left"), "2.0.0", True),
        (lambda c: replace(c, columns=(*c.columns, NOTE)), "1.1.1", False),
        (lambda c: replace(c, columns=(*c.columns, NOTE)), "1.10.0", True),
        (lambda c: c, "1.1.0", False),
        (lambda c: c, "1.1.1", True),
    ],
)
def test_the_number_rises_as_the_changes_ask(
    change: Callable[[FeedContract], FeedContract], version: str, is_enough: bool
) -> None:
    new = replace(change(HEADCOUNT), version=version)
    assert is_numbered_enough(HEADCOUNT, new) is is_enough


def test_a_column_that_old_senders_may_fill_cannot_go_while_they_send() -> None:
    (lost,) = unkept(HEADCOUNT, without(HEADCOUNT, "left"))
    assert (lost.column, lost.code) == ("left", "column_removed")
    assert unkept(HEADCOUNT, having(HEADCOUNT, "left", maximum=9, required=True)) == ()


def test_the_day_of_the_sunset_is_the_last_that_is_taken() -> None:
    old = replace(HEADCOUNT, sunset_on=date(2027, 6, 30))
    assert not is_over(old, date(2027, 6, 30))
    assert is_over(old, date(2027, 7, 1))
    assert not is_over(HEADCOUNT, date(2999, 1, 1))


def test_layoff_reports_are_known_by_their_number_as_well() -> None:
    old, new = VERSIONS["layoff_report"]
    assert (old.key, new.key) == (
        ("uscc", "reported_on"),
        ("uscc", "reported_on", "reference"),
    )
    told = [
        (each.weight, each.column, each.code)
        for each in changes(old, new)
        if each.weight is not Weight.WORDING
    ]
    assert told == [
        (Weight.ADDITION, None, "key_extended"),
        (Weight.ADDITION, "reference", "column_added"),
    ]
    assert unkept(old, new) == ()
    # What the old version said is what the new one says without a number.
    record = {"uscc": "x", "reported_on": "2020-08-03", "planned_layoffs": 9}
    assert old.key_of(dict(record)) == new.key_of(dict(record)) == ("x", "2020-08-03")
    numbered = {**record, "reference": "京/1"}
    assert new.key_of(numbered) == ("x", "2020-08-03/京/1")


def test_a_key_that_asks_for_more_or_less_breaks() -> None:
    old, new = VERSIONS["layoff_report"]
    asked = having(new, "reference", required=True)
    codes = {each.code for each in changes(old, asked) if each.weight is Weight.BREAKING}
    assert codes == {"key_changed", "column_added_required"}
    assert {each.code for each in unkept(old, asked)} == {"key_changed"}
    assert {each.code for each in unkept(new, old)} == {"key_changed", "column_removed"}


def numbered(*versions: str) -> list[FeedContract]:
    """Return versions of the headcounts; `1.0.0-2020-08-31` is taken until that day."""
    given = []
    for each in versions:
        version, _, sunset = each.partition("-")
        until = date.fromisoformat(sunset) if sunset else None
        given.append(
            replace(HEADCOUNT, version=version, deprecated_on=until and TODAY, sunset_on=until)
        )
    return given


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (["1.0.0"], ["1.0.0"]),
        (["1.0.0-2020-08-31", "1.1.0"], ["1.1.0", "1.0.0"]),
        # What breaks senders waits until the last day of what they send, which includes itself.
        (
            ["1.0.0-2020-08-03", "1.1.0-2020-08-03", "2.0.0", "2.1.0"],
            ["1.1.0", "1.0.0", "2.1.0", "2.0.0"],
        ),
        (["1.0.0-2020-08-02", "1.1.0-2020-08-02", "2.0.0"], ["2.0.0"]),
        (["1.0.0-2020-08-02", "1.1.0-2020-09-30", "2.0.0"], ["1.1.0", "2.0.0"]),
        (["9.0.0-2020-08-31", "10.0.0"], ["9.0.0", "10.0.0"]),
        # All have ended: the feed still has a contract to be shown.
        (["1.0.0-2020-08-01", "1.1.0-2020-08-02"], ["1.1.0"]),
    ],
)
def test_who_names_no_version_is_judged_by_the_oldest_that_breaks_nobody(
    given: list[str], expected: list[str]
) -> None:
    assert [each.version for each in taken(numbered(*given), TODAY)] == expected


def test_a_row_that_has_waited_is_read_by_its_version_as_long_as_it_has_its_place() -> None:
    newest = having(HEADCOUNT, "left", required=True)
    assert judged_by(HEADCOUNT, newest) is HEADCOUNT
    assert judged_by(HEADCOUNT, without(newest, "joined")) == without(newest, "joined")
