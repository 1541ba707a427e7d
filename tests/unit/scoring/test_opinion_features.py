"""What texts say: voices, velocity, allegations, announcements; counted by hand."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from services.scoring.domain.assessment import assess
from services.scoring.domain.editions_2020_1 import RULES_2020_1
from services.scoring.domain.editions_2020_5 import RULES_2020_5
from services.scoring.domain.findings import find
from services.scoring.domain.level import Admission, witnesses
from services.scoring.domain.measured import OpinionsMeasured
from services.scoring.domain.places import Place
from services.scoring.domain.rules import RuleSet, Source
from services.scoring.features.measuring import measure
from tests.unit.scoring.facts import USCC
from tests.unit.scoring.spoken import Said, Text, staff, texts

TODAY = date(2026, 10, 15)
RULES: RuleSet = RULES_2020_1


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def heard(*said: Text, as_of: date = TODAY) -> OpinionsMeasured:
    return Said(months=staff(300), texts=said).measured(as_of).opinions


def strengths(*said: Text, as_of: date = TODAY) -> dict[str, float]:
    found = find(Said(months=staff(300), texts=said).measured(as_of), RULES)
    return {one.indicator: one.strength for one in found}


def many(count: int, day: date = TODAY, first: int = 1) -> list[Text]:
    return texts(day, *(f"source {n}" for n in range(count)), first=first)


@pytest.mark.parametrize(
    ("said", "voices"),
    [
        (many(2), 2),
        (many(3), 3),
        (many(10), 10),
        # five texts of two sources are two voices, of three sources five
        (texts(TODAY, "a", "a", "a", "b", "b"), 2),
        (texts(TODAY, "a", "a", "b", "b", "c"), 5),
        # three copies are one voice
        (texts(TODAY, "a", "b", "c", cluster="the same"), 1),
        # seven days, counted from the last text
        ([*many(2), *texts(ago(6), "x", first=9)], 3),
        ([*many(2), *texts(ago(7), "x", first=9)], 2),
    ],
)
def test_voices_of_seven_days(said: list[Text], voices: int) -> None:
    found = heard(*said).voices

    assert found is not None
    assert (found.value, found.last_on, found.age_days) == (voices, TODAY, 0)


@pytest.mark.parametrize(
    ("changed", "value"),
    [({"is_negative": False}, None), ({"confidence": 0.49}, None), ({"kinds": ()}, None)],
)
def test_what_is_no_voice(changed: dict[str, object], value: None) -> None:
    said = [replace(one, **changed) for one in many(4)]  # type: ignore[arg-type]

    assert heard(*said).voices is value


@pytest.mark.parametrize(
    ("count", "strength"), [(2, None), (3, 0.3), (9, 0.3), (10, 0.6), (40, 0.6)]
)
def test_p1(count: int, strength: float | None) -> None:
    assert strengths(*many(count)).get("P1") == strength


# z = (n - e) / sqrt(e), e = 7/60 of the sixty days before, one text at least
@pytest.mark.parametrize(
    ("count", "base", "z"),
    [
        (4, 0, 3.0),
        (7, 0, 6.0),
        (3, 0, 2.0),
        (4, 8, 3.0),  # 8 * 7/60 = .93: still one text
        (6, 24, 1.912),  # e = 2.8; 3.2 / 1.6733
        (8, 24, 3.108),  # 5.2 / 1.6733
        (10, 60, 1.134),  # e = 7; 3 / 2.6458
    ],
)
def test_velocity_against_sixty_days(count: int, base: int, z: float) -> None:
    before = [Text(ago(7 + n * 60 // base), f"s{n}", item=500 + n) for n in range(base)]

    found = heard(*many(count), *before).velocity

    assert found is not None
    assert found.value == pytest.approx(z, abs=0.001)


@pytest.mark.parametrize(("count", "strength"), [(3, None), (4, 0.4), (6, 0.4), (7, 0.7)])
def test_p2(count: int, strength: float | None) -> None:
    assert strengths(*many(count)).get("P2") == strength


def test_the_day_that_speaks_loudest_today_counts() -> None:
    """Ten voices a fortnight ago are as loud as five today; a single text does not hush them."""
    loud, single = many(10, ago(14)), texts(TODAY, "x", first=90)

    found = heard(*loud, *single).voices
    assert found is not None
    assert (found.value, found.age_days) == (10, 14)
    found = heard(*loud, *many(6, TODAY, first=60)).voices
    assert found is not None
    assert (found.value, found.age_days) == (6, 0)


@pytest.mark.parametrize(("age", "weight"), [(0, 0.18), (14, 0.09), (28, 0.045)])
def test_what_counts_of_texts_halves_in_a_fortnight(age: int, weight: float) -> None:
    said = Said(months=staff(300), texts=many(3))
    day = TODAY + timedelta(days=age)

    (found,) = (one for one in find(said.measured(day), RULES) if one.indicator == "P1")

    assert found.weight == pytest.approx(weight)  # .3 * .6 * 2^(-age/14)
    assert (found.period, found.source) == (TODAY.isoformat(), Source.OPINION)


@pytest.mark.parametrize(
    ("said", "days"),
    [
        (texts(TODAY, "a", kinds=("wage_arrears",)), None),
        (texts(TODAY, "a", "b", kinds=("wage_arrears",)), 1),
        (
            [
                *texts(TODAY, "a", kinds=("wage_arrears",)),
                *texts(ago(30), "b", first=5, kinds=("wage_arrears", "layoff")),
            ],
            31,
        ),
    ],
)
def test_days_of_alleged_arrears(said: list[Text], days: int | None) -> None:
    found = heard(*said).wages

    assert (None if found is None else found.value) == days


@pytest.mark.parametrize(
    ("said", "persons"),
    [
        ([Text(TODAY, announced=30)], 30),
        ([Text(TODAY, announced=19)], 19),
        # the median of three; a copy says nothing more
        (
            [
                Text(TODAY, announced=20, item=1),
                Text(TODAY, announced=60, item=2),
                Text(TODAY, announced=900, item=3),
            ],
            60,
        ),
        ([Text(TODAY, announced_share=0.3)], 90),
    ],
)
def test_announced_jobs(said: list[Text], persons: int) -> None:
    measured = Said(months=staff(300), texts=said).measured(TODAY)
    found = {one.indicator: one for one in find(measured, RULES)}

    if persons >= 20:
        assert found["P3"].strength == 0.8
        assert found["P3"].parameters == {"persons": persons, "sources": 1}
    else:
        assert "P3" not in found


def test_a_tenth_of_a_small_staff_is_enough() -> None:
    said = Said(months=staff(50), texts=[Text(TODAY, announced=5)])

    assert "P3" in {one.indicator for one in find(said.measured(TODAY), RULES)}


def test_opinion_alone_is_blue_and_no_more() -> None:
    loud = many(12)
    alone = Said(months=staff(300), texts=loud)
    announced = Said(months=staff(300), texts=[*loud, Text(TODAY, announced=90, item=99)])

    # P1 .6, P2 .7 (z = 11), P4 .15: 1 - (1 - .36)(1 - .42)(1 - .09) = .6622; L = .45 * .6622
    judged = assess(alone.measured(TODAY), TODAY)
    assert judged.evident == pytest.approx(0.2980, abs=1e-4)
    assert (judged.place, judged.admission) == (Place.BLUE, Admission.TRACED)
    # with P3 .48: 1 - .3378 * .52 = .8243; L = .3710; 90 of 300 are I3
    judged = assess(announced.measured(TODAY), TODAY)
    assert judged.evident == pytest.approx(0.3710, abs=1e-4)
    assert judged.place is Place.BLUE
    assert judged.jobs_at_risk == 90


@pytest.mark.parametrize(
    ("said", "sources"),
    [
        (many(1), 1),
        (texts(TODAY, "a", "a", "b"), 2),
        # without a kind of allegation as well: hard times
        ([replace(many(1)[0], kinds=())], 1),
        (many(1, ago(45)), 1),
        (many(1, ago(46)), None),
        # who passes on what is told, does not vouch for it
        ([replace(many(1)[0], confidence=0.54)], None),
        # e = 45/67 of the days before: twice 1 * .67 is more than one, of two of them less than two
        ([*many(1), *many(1, ago(60), first=9)], None),
        ([*many(2), *many(1, ago(60), first=9)], 2),
        ([*many(2), *many(2, ago(60), first=9)], None),
    ],
)
def test_trouble_is_told_by_anybody_who_vouches_for_it_more_than_usual(
    said: list[Text], sources: int | None
) -> None:
    found = heard(*said).told

    assert (None if found is None else found.value) == sources


def test_a_single_text_asks_for_a_call_and_corroborates_nothing() -> None:
    judged = assess(Said(months=staff(300), texts=many(1)).measured(TODAY), TODAY)

    assert [one.indicator for one in judged.findings] == ["P4"]
    assert (judged.place, judged.admission) == (Place.BLUE, Admission.TRACED)
    assert witnesses(judged.findings, RULES_2020_5) == 0


def test_a_text_is_known_from_its_day_of_receipt_and_its_last_version_holds() -> None:
    said = many(3)
    late = [replace(one, received_on=TODAY + timedelta(days=1)) for one in said]
    assert Said(months=staff(9), texts=late).measured(TODAY).opinions.voices is None

    taken_back = [*said, replace(said[0], version=2, is_withdrawn=True)]
    found = heard(*taken_back).voices
    assert found is not None
    assert found.value == 2


def test_who_is_not_spoken_of_is_not_measured() -> None:
    facts = Said(texts=[Text(TODAY, is_negative=False)]).facts()

    assert USCC not in measure(facts, TODAY)
