"""Plans, visits, help, the register: what is seen of them, and how an enterprise is judged."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from services.scoring.domain.assessment import Assessment, assess
from services.scoring.domain.level import Admission
from services.scoring.domain.places import Place
from services.scoring.domain.rules import Impact
from tests.unit.scoring.facts import LONG_AGO, USCC, Row
from tests.unit.scoring.spoken import (
    Entry,
    Given,
    Refuted,
    Report,
    Said,
    Visit,
    staff,
    texts,
)

TODAY = date(2026, 10, 15)


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def judged(said: Said, day: date = TODAY) -> Assessment:
    return assess(said.measured(day), day)


def seen(said: Said, day: date = TODAY) -> dict[str, float]:
    return {one.indicator: one.strength for one in judged(said, day).findings}


@pytest.mark.parametrize(
    ("planned", "headcount", "size", "place"),
    [
        (3, 300, Impact.I1, Place.ORANGE),  # any plan at all is a hard trigger
        (60, 300, Impact.I3, Place.ORANGE),
        (199, 5000, Impact.I3, Place.ORANGE),
        (200, 5000, Impact.I4, Place.RED),
    ],
)
def test_a_reported_plan(planned: int, headcount: int, size: Impact, place: Place) -> None:
    found = judged(Said(reports=[Report(ago(1), planned, headcount)]))

    assert [one.indicator for one in found.findings] == ["E3"]
    assert (found.impact, found.place, found.jobs_at_risk) == (size, place, planned)
    assert found.headcount == headcount


@pytest.mark.parametrize(
    ("report", "indicators"),
    [
        (Report(ago(1), 0), set()),
        (Report(ago(1), 30), {"E3"}),
        (Report(ago(179), 30), {"E3"}),
        (Report(ago(180), 30), set()),
        # a plan whose day has passed a week ago is past
        (Report(ago(40), 30, layoff_on=ago(7)), {"E3"}),
        (Report(ago(40), 30, layoff_on=ago(8)), set()),
        (Report(ago(1), 30, received_on=TODAY + timedelta(days=1)), set()),
    ],
)
def test_which_plans_count(report: Report, indicators: set[str]) -> None:
    assert set(seen(Said(months=staff(100), reports=[report]))) == indicators


def test_the_last_report_holds_and_a_withdrawn_one_is_none() -> None:
    first, second = Report(ago(20), 50, 100), Report(ago(5), 30, 100, date(2026, 11, 20))
    both = judged(Said(reports=[second, first]))
    assert both.findings[0].parameters == {"planned": 30, "layoff_on": "2026-11-20"}

    gone = replace(second, version=2, is_withdrawn=True, planned=None)
    assert judged(Said(reports=[gone, second, first])).findings[0].parameters == {"planned": 50}


def test_reports_of_one_day_are_one_plan_together() -> None:
    east = Report(ago(5), 30, 100, date(2026, 11, 30), reference="east")
    west = Report(ago(5), 25, None, date(2026, 11, 20), reference="west")
    both = judged(Said(reports=[east, Report(ago(20), 50, 100), west]))
    assert both.findings[0].parameters == {"planned": 55, "layoff_on": "2026-11-20"}
    assert both.headcount == 100

    gone = replace(west, version=2, is_withdrawn=True, planned=None)
    left = judged(Said(reports=[east, west, gone]))
    assert left.findings[0].parameters == {"planned": 30, "layoff_on": "2026-11-30"}


@pytest.mark.parametrize(
    ("visit", "indicators", "place"),
    [
        (Visit(TODAY, operating=True, owner_reachable=True, gathering=False), set(), Place.NONE),
        (Visit(TODAY, operating=False), {"O5-SHUT"}, Place.ORANGE),
        (Visit(TODAY, equipment_moved=True), {"O5-MOVED"}, Place.ORANGE),
        # out is not yet fled: .9 * .5 = .45, L = .7 * .45 = .315
        (Visit(TODAY, owner_reachable=False), {"O5-AWAY"}, Place.POTENTIAL_RISK),
        # wages owed beside it: 1 - (1 - .315)(1 - .405) = .5924, and fled
        (
            Visit(TODAY, owner_reachable=False, wages_owed_months=1),
            {"O5-AWAY", "W1"},
            Place.ORANGE,
        ),
        # of what is heard by telephone, not all is evidence
        (Visit(TODAY, on_site=False, operating=False, owner_reachable=False), set(), Place.NONE),
        (Visit(TODAY, gathering=True), {"D3"}, Place.RED),
        # .9 * .5 = .45, L = .9 * .45 = .405: watched, of one family
        (Visit(TODAY, wages_owed_months=1), {"W1"}, Place.POTENTIAL_RISK),
        (Visit(TODAY, wages_owed_months=3), {"W1", "W2"}, Place.ORANGE),
        (Visit(TODAY, planned=9), set(), Place.NONE),
        (Visit(TODAY, planned=10), {"E3-TOLD"}, Place.ORANGE),
        (Visit(TODAY, on_site=False, planned=10), {"E3-TOLD"}, Place.ORANGE),
    ],
)
def test_what_a_visit_says(visit: Visit, indicators: set[str], place: Place) -> None:
    found = judged(Said(months=staff(100), visits=[visit]))

    assert {one.indicator for one in found.findings} == indicators
    assert found.place is place


def test_a_shut_enterprise_risks_all_its_jobs() -> None:
    found = judged(Said(months=staff(80), visits=[Visit(TODAY, operating=False)]))

    assert (found.impact, found.jobs_at_risk) == (Impact.I3, 80)


def test_of_each_thing_the_last_visit_that_found_it_out_holds() -> None:
    shut = Visit(ago(9), operating=False, wages_owed_months=2, number=1)
    opened = Visit(ago(2), operating=True, number=2)

    assert seen(Said(months=staff(90), visits=[opened, shut])) == {"W1": 0.75}
    # two visits on one day: the worse holds, whichever came first
    same_day = [replace(opened, visited_on=ago(9), number=n) for n in (0, 2)]
    assert seen(Said(months=staff(90), visits=[*same_day, shut])) == {"W1": 0.75, "O5-SHUT": 1.0}


@pytest.mark.parametrize(
    ("entries", "indicators"),
    [
        ([Entry(1, LONG_AGO)], set()),
        ([Entry(1, LONG_AGO), Entry(2, ago(3), "cancelled")], {"R2": 0.8}),
        ([Entry(1, LONG_AGO), Entry(2, ago(3), "revoked")], {"R2": 1.0}),
        ([Entry(1, LONG_AGO), Entry(2, ago(3), "moved_out")], {"R2": 0.5}),
        ([Entry(1, LONG_AGO), Entry(2, ago(9), "moved_out"), Entry(3, ago(3))], {}),
        # an entry that began so says nothing of when
        ([Entry(1, ago(3), "cancelled")], {}),
        ([Entry(1, LONG_AGO, capital=5e6), Entry(2, ago(3), capital=1e6)], {"R2-CAPITAL": 0.3}),
        ([Entry(1, LONG_AGO, capital=1e6), Entry(2, ago(3), capital=5e6)], {}),
        ([Entry(1, LONG_AGO), Entry(2, ago(3), capital=5e6)], {}),
    ],
)
def test_changes_of_the_register(entries: list[Entry], indicators: dict[str, float]) -> None:
    for order in (entries, entries[::-1]):
        assert seen(Said(months=staff(100), entries=order)) == dict(indicators)


PAY = {"2026-04": 9000.0, "2026-05": 10000.0, "2026-06": 11000.0, "2026-07": 10000.0}


@pytest.mark.parametrize(
    ("average", "strength"),
    [(10_000.0, None), (9_001.0, None), (9_000.0, 0.4), (7_501.0, 0.4), (7_500.0, 0.8)],
)
def test_a_cut_of_pay(average: float, strength: float | None) -> None:
    months = [
        Row(USCC, month, 1, LONG_AGO, 100, pay=pay)
        for month, pay in {**PAY, "2026-09": average}.items()
    ]

    assert seen(Said(months=months)).get("E7") == strength


def test_one_month_of_pay_is_no_base() -> None:
    months = [
        Row(USCC, "2026-08", 1, LONG_AGO, 100, pay=10_000.0),
        Row(USCC, "2026-09", 1, LONG_AGO, 100, pay=5_000.0),
    ]

    assert seen(Said(months=months)) == {}


@pytest.mark.parametrize(
    ("base", "now", "strength"),
    [
        (1000, 946, None),  # 5.4 %
        (1000, 945, None),  # 5.5 %: exactly the target
        (1000, 944, 0.5),
        (30, 24, None),  # 20 %
        (30, 23, 0.5),
        (31, 29, 0.5),  # 6.5 %
    ],
)
def test_the_loss_of_the_year_against_its_target(
    base: int, now: int, strength: float | None
) -> None:
    months = [
        Row(USCC, "2025-12", 1, LONG_AGO, base),
        Row(USCC, "2026-09", 1, LONG_AGO, now),
    ]

    assert seen(Said(months=months)).get("E4") == strength


@pytest.mark.parametrize(
    ("paid", "months"),
    [
        ({"2026-07": 100.0, "2026-08": 100.0, "2026-09": 100.0}, 0),
        ({"2026-07": 100.0, "2026-08": 100.0, "2026-09": 99.0}, 1),
        ({"2026-07": 100.0, "2026-08": 0.0, "2026-09": 0.0}, 2),
        ({"2026-07": 0.0, "2026-08": 100.0, "2026-09": 0.0}, 1),
    ],
)
def test_unpaid_months_from_due_and_paid(paid: dict[str, float], months: int) -> None:
    rows = [
        Row(USCC, month, 1, LONG_AGO, 100, due=100.0, paid=given) for month, given in paid.items()
    ]
    found = Said(months=rows).measured(TODAY).arrears

    assert found is not None
    assert found.months == months
    # what the agency itself counts holds
    said = [replace(row, arrears=5) for row in rows]
    told = Said(months=said).measured(TODAY).arrears
    assert told is not None
    assert told.months == 5


LOSING = [Row(USCC, "2026-08", 1, LONG_AGO, 300, 3), Row(USCC, "2026-09", 1, LONG_AGO, 282, 3)]


@pytest.mark.parametrize(
    ("given", "lowered"),
    [
        ([], 0.0),
        ([Given("retention_training", ago(3))], 0.05),
        # twice the same kind of help is one
        (
            [Given("retention_training", ago(3)), Given("vocational_training", ago(2), number=2)],
            0.05,
        ),
        ([Given("social_insurance_relief", ago(3))], 0.10),
        ([Given("loan", ago(3), amount=1e6)], 0.10),
        ([Given("lawful_layoff_guidance", ago(3))], 0.0),
        ([Given("rent_relief", ago(180))], 0.0),
        (
            [
                Given("loan", ago(3), number=1),
                Given("social_insurance_relief", ago(3), number=2),
                Given("rent_relief", ago(3), number=3),
            ],
            0.20,
        ),
    ],
)
def test_help_lowers_what_is_evident(given: list[Given], lowered: float) -> None:
    without = judged(Said(months=LOSING))
    helped = judged(Said(months=LOSING, given=given))

    assert without.evident - helped.evident == pytest.approx(lowered, abs=1e-4)
    assert (helped.likelihood < without.likelihood) is (lowered > 0)
    assert sum(one.strength < 0 for one in helped.findings) == ({0.0: 0, 0.20: 3}.get(lowered, 1))


def test_help_against_another_worry_lowers_nothing() -> None:
    """Training does not pay contributions."""
    owing = Said(
        months=[Row(USCC, "2026-09", 1, LONG_AGO, 300, 3)],
        given=[Given("retention_training", ago(3))],
    )

    assert [one.indicator for one in judged(owing).findings] == ["S1"]


def test_hiring_and_paid_arrears_are_told() -> None:
    grown = [
        Row(USCC, "2026-06", 1, LONG_AGO, 100, 2),
        Row(USCC, "2026-09", 1, LONG_AGO, 106, 0),
    ]
    said = Said(months=grown, visits=[Visit(TODAY, wages_owed_months=1)])

    assert seen(said) == {"W1": 0.5, "H-HIRING": -0.05, "H-SETTLED": -0.05}


def test_what_was_refuted_is_no_evidence_any_more() -> None:
    months = [Row(USCC, "2026-08", 1, ago(40), 300), Row(USCC, "2026-09", 1, ago(10), 200, 2)]
    said = Said(
        months=months,
        texts=texts(ago(5), "a", "b", "c", "d"),
        visits=[Visit(ago(2), operating=False)],
        refuted=[Refuted(TODAY)],
    )
    assert judged(said, ago(1)).admission is Admission.GRAVEST

    on_the_day = judged(said)
    assert (on_the_day.findings, on_the_day.is_refuted) == ((), True)
    assert on_the_day.headcount == 200

    # 190 of 200 are fewer, counted from what was known on the day: 5 % and no more
    news = Row(USCC, "2026-10", 1, TODAY + timedelta(days=20), 190)
    day = TODAY + timedelta(days=20)
    later = judged(replace(said, months=[*months, news]), day)
    assert {one.indicator: one.parameters for one in later.findings} == {
        "E1": {"base": 200, "headcount": 190, "persons": 10, "percent": 5.0}
    }
    assert not later.is_refuted
