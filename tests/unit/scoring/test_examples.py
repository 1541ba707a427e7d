"""Examples of the past: what was known then, and what became of it, by hand-made months."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

import polars as pl
import pytest

from services.scoring.domain.editions import BUILT_IN
from services.scoring.examples import (
    NAMES,
    SCHEMA,
    as_if_pushed,
    dense,
    examples,
    month_ends,
    relabelled,
)
from services.scoring.features.facts import ENTRIES, REFUTATIONS, Facts
from services.scoring.features.headcount import features
from services.scoring.features.months import last_day
from services.scoring.features.panel import panel_of
from tests.unit.scoring.facts import IMPORT, USCC, Row, frame

MARCH = date(2020, 3, 31)
ENDED = date(2020, 11, 15)


def monthly(headcounts: Mapping[str, int], *, uscc: str = USCC, late: int = 15) -> list[Row]:
    """Write months as they are reported: so many days after their end."""
    return [
        Row(uscc, month, 1, last_day(month) + timedelta(days=late), count)
        for month, count in headcounts.items()
    ]


def steady(count: int, *, until: int = 10) -> dict[str, int]:
    return {"2019-12": count, **{f"2020-{month:02}": count for month in range(1, until + 1)}}


def labels(facts: Facts, day: date = MARCH, as_of: date = ENDED) -> tuple[bool | None, ...]:
    """Return layoff within three and six months, and closure, of the one enterprise there is."""
    found = examples(facts, [day], as_of)
    assert found.schema == SCHEMA
    (row,) = found.select("layoff_3", "layoff_6", "closed_6").iter_rows()
    return tuple(row)


def test_the_ends_of_months() -> None:
    assert month_ends(date(2020, 1, 31), date(2020, 4, 29)) == (
        date(2020, 1, 31),
        date(2020, 2, 29),
        date(2020, 3, 31),
    )


def test_days_of_which_next_to_nobody_is_told_are_none_to_learn_from() -> None:
    city = [f"9111010{place:011}" for place in range(40)]
    rows = [row for uscc in city for row in monthly(steady(50), uscc=uscc)]
    # One enterprise is told of ten years before, and of a year before; three came in autumn.
    rows += monthly({"2009-06": 9, "2018-12": 9}, uscc=city[0])
    rows += [row for uscc in ("A", "B", "C") for row in monthly({"2019-10": 9}, uscc=uscc)]

    found = dense(frame(rows).headcounts, month_ends(date(2009, 1, 31), date(2021, 6, 30)))

    # October of 2019 was received in November and is carried until January; October of 2020, the
    # last of the many, until January of 2021.
    assert found == month_ends(date(2019, 11, 30), date(2021, 1, 31))
    assert dense(frame([]).headcounts, found) == ()


def test_features_are_those_of_the_day_from_what_was_known_then() -> None:
    known = monthly(steady(100) | {"2020-02": 80})
    # A correction of February that came in May, and January itself only in May.
    rows = [row for row in known if row.period != "2020-01"]
    rows += [
        Row(USCC, "2020-02", 2, date(2020, 5, 2), 100),
        Row(USCC, "2020-01", 1, date(2020, 5, 2), 100),
    ]

    (march,) = examples(frame(rows), [MARCH], ENDED).iter_rows(named=True)

    # March itself was reported in April: the last known month is February with its 80.
    assert march["headcount"] == 80
    assert march["month_persons"] is None  # January was not known
    assert march["year_persons"] == 20
    assert march["year_share"] == pytest.approx(0.2)

    (may,) = examples(frame(rows), [date(2020, 5, 31)], ENDED).iter_rows(named=True)
    assert (may["headcount"], may["month_persons"], may["year_persons"]) == (100, 0, 0)


def test_the_names_are_those_of_the_one_definition() -> None:
    named = features(panel_of(frame(monthly(steady(100))).headcounts, MARCH)).named()
    assert tuple(named) == NAMES


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, (False, False, False)),
        # Of March's 100, not of February's: what is gone by the day is no loss to come.
        ({"2020-02": 150}, (False, False, False)),
        ({"2020-06": 90}, (True, True, False)),
        ({"2020-06": 91}, (False, False, False)),
        ({"2020-07": 90}, (False, True, False)),
        ({"2020-09": 90}, (False, True, False)),
        ({"2020-10": 10}, (False, False, False)),
        ({"2020-05": 0}, (True, True, True)),
        # Who was lost and came back was lost.
        ({"2020-04": 85}, (True, True, False)),
    ],
)
def test_labels(changed: dict[str, int], expected: tuple[bool, ...]) -> None:
    assert labels(frame(monthly(steady(100) | changed))) == expected


def test_twenty_of_many_are_as_many_as_a_tenth_of_few() -> None:
    assert labels(frame(monthly(steady(400) | {"2020-06": 380})))[0] is True
    assert labels(frame(monthly(steady(400) | {"2020-06": 381})))[0] is False


@pytest.mark.parametrize(
    ("base", "after", "layoff", "mass"),
    [
        (9, 8, True, False),
        (9, 7, True, False),
        (9, 6, True, True),
        (10, 9, True, True),
        (2, 0, True, False),
    ],
)
def test_one_or_two_of_fewer_than_ten_are_attrition(
    *, base: int, after: int, layoff: bool, mass: bool
) -> None:
    facts = frame(monthly(steady(base) | {"2020-06": after}))
    (row,) = examples(facts, [MARCH], ENDED).iter_rows(named=True)
    assert (row["layoff_3"], row["mass_3"]) == (layoff, mass)
    assert (row["layoff_6"], row["mass_6"]) == (layoff, mass)


def test_months_that_were_handed_over_count_as_if_they_had_been_pushed() -> None:
    handed_over = date(2020, 7, 31)
    rows = [
        *(Row(USCC, month, 1, handed_over, 100) for month in steady(100, until=6)),
        Row(USCC, "2020-02", 2, handed_over, 70),
        Row(USCC, "2020-07", 1, date(2020, 8, 28), 100),
    ]
    assert examples(frame(rows), [MARCH], ENDED).is_empty()

    facts = as_if_pushed(frame(rows), handed_over)

    known = dict(facts.headcounts.sort("version").select("period", "received_on").iter_rows())
    assert known["2020-01"] == date(2020, 2, 20)
    # What corrects it, and what was pushed later, keep their days.
    assert (known["2020-02"], known["2020-07"]) == (handed_over, date(2020, 8, 28))
    (march,) = examples(facts, [MARCH], ENDED).iter_rows(named=True)
    assert march["headcount"] == 100


@pytest.mark.parametrize(
    ("as_of", "expected"),
    [
        (date(2020, 6, 30), (None, None, None)),
        # The horizon is over, its last month has not come.
        (date(2020, 7, 14), (None, None, None)),
        (date(2020, 7, 15), (True, None, None)),
        (date(2020, 10, 14), (True, None, None)),
        (date(2020, 10, 15), (True, True, False)),
    ],
)
def test_a_label_is_unknown_until_its_horizon_is_over_and_its_end_received(
    as_of: date, expected: tuple[bool | None, ...]
) -> None:
    # Half are gone in April already: were they an event before the calm of others can be known,
    # there would be too many events among the newest examples.
    assert labels(frame(monthly(steady(100) | {"2020-04": 50})), as_of=as_of) == expected


def test_a_late_receipt_is_not_seen_before_its_day() -> None:
    rows = monthly(steady(100))
    late = Row(USCC, "2020-06", 2, date(2020, 12, 24), 60)
    facts = frame([*rows, late])

    assert labels(facts, as_of=date(2020, 12, 23)) == (False, False, False)
    assert labels(facts, as_of=date(2020, 12, 24)) == (True, True, False)
    before = examples(facts, [MARCH], date(2020, 12, 23))
    assert relabelled(before, facts, date(2020, 12, 24)).equals(
        examples(facts, [MARCH], date(2020, 12, 24))
    )


def test_who_reports_no_more_is_unknown_but_for_an_event_that_was_seen() -> None:
    falling = frame(monthly(steady(100, until=5) | {"2020-05": 40}))
    # June is due in July; 62 days after its end whoever was seen to lose has lost.
    assert labels(falling, as_of=date(2020, 8, 31)) == (None, None, None)
    assert labels(falling, as_of=date(2020, 9, 1)) == (True, None, None)
    silent = frame(monthly(steady(100, until=5)))
    assert labels(silent, as_of=date(2021, 9, 1)) == (None, None, None)


def test_who_is_struck_off_has_closed() -> None:
    months = frame(monthly(steady(100, until=4)))

    def struck(on: date) -> Facts:
        said = (("active", 1, date(2015, 1, 1)), ("cancelled", 2, on))
        rows = [
            {
                "uscc": USCC,
                "version": version,
                "is_withdrawn": False,
                "received_on": received,
                "import_id": str(IMPORT),
                "status": status,
                "capital": None,
            }
            for status, version, received in said
        ]
        return replace(months, entries=pl.DataFrame(rows, schema=ENTRIES))

    assert labels(struck(date(2020, 6, 30)), as_of=date(2020, 12, 2)) == (True, True, True)
    assert labels(struck(date(2020, 7, 1)), as_of=date(2020, 12, 2)) == (None, True, True)
    # Who was gone on the day already is no example.
    assert examples(struck(MARCH), [MARCH], ENDED).is_empty()


def test_a_refutation_clears_evidence_and_no_label() -> None:
    fallen = frame(monthly(steady(100) | {"2020-05": 60}))
    refuted = pl.DataFrame({"uscc": [USCC], "received_on": [date(2020, 7, 1)]}, schema=REFUTATIONS)
    assert labels(replace(fallen, refutations=refuted)) == (True, True, False)


def test_the_likelihood_is_that_of_the_rules_on_the_day() -> None:
    facts = frame(
        [
            *monthly(steady(100) | {"2020-02": 60}),
            *monthly(steady(100), uscc="91110105MA0000000X"),
        ]
    )
    found = examples(facts, [MARCH, date(2020, 2, 29)], ENDED, BUILT_IN)
    said = {(row["uscc"], row["day"].month): row for row in found.iter_rows(named=True)}

    assert said[USCC, 3]["likelihood"] > 0.5
    assert said[USCC, 2]["likelihood"] == 0  # February was not known in February
    assert said["91110105MA0000000X", 3]["likelihood"] == 0
    assert said[USCC, 3]["is_insolvent"] is False


def test_of_nothing_known_there_is_no_example() -> None:
    assert examples(frame([]), [MARCH], ENDED).schema == SCHEMA
    assert examples(frame(monthly({"2020-02": 0})), [MARCH], ENDED).is_empty()
