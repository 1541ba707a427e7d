"""The headcount features: losses, gaps, zeros, ages, versions; for one as for many."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from itertools import pairwise, takewhile
from statistics import median, stdev

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.scoring.domain.measured import NO_ATTRITION, Fall, Measured
from services.scoring.features.headcount import features
from services.scoring.features.measuring import measure, measure_months
from services.scoring.features.months import months_before
from services.scoring.features.panel import panel_of
from tests.unit.scoring.facts import LONG_AGO, USCC, Row, a_fall, frame, measured, series

TODAY = date(2026, 10, 15)

# months -> on the month, cumulated, rolling; all as (base, persons lost), None is unknown.
LOSSES = {
    "a steady loss": (
        {"2026-06": 300, "2026-07": 280, "2026-08": 260, "2026-09": 240},
        ((260, 20), (300, 60), (300, 60)),
    ),
    "hired, then laid off: only the rolling loss sees it whole": (
        {"2026-06": 100, "2026-07": 130, "2026-08": 130, "2026-09": 105},
        ((130, 25), (100, -5), (130, 25)),
    ),
    "what lies before the window does not count": (
        {"2026-05": 500, "2026-06": 300, "2026-07": 300, "2026-08": 300, "2026-09": 300},
        ((300, 0), (300, 0), (300, 0)),
    ),
    "the month before is missing: no change on the month, but a loss in three": (
        {"2026-06": 300, "2026-07": 280, "2026-09": 240},
        (None, (300, 60), (300, 60)),
    ),
    "the base month is missing: the reading before it stands for it": (
        {"2026-05": 300, "2026-07": 260, "2026-08": 250, "2026-09": 240},
        ((250, 10), (300, 60), (300, 60)),
    ),
    "a loss in a gap is dated to the month in which it is seen": (
        {"2026-03": 300, "2026-09": 240},
        (None, (300, 60), (300, 60)),
    ),
    "a gap of more than six months hides what went before": (
        {"2026-02": 300, "2026-09": 240},
        (None, None, None),
    ),
    "a young series: the loss since its oldest month is certain": (
        {"2026-07": 260, "2026-08": 250, "2026-09": 240},
        ((250, 10), (260, 20), (260, 20)),
    ),
    "one month says nothing of a loss": ({"2026-09": 240}, (None, None, None)),
    "all are gone: a real loss": (
        {"2026-08": 50, "2026-09": 0},
        ((50, 50), (50, 50), (50, 50)),
    ),
    "nobody was there: nothing to lose": ({"2026-08": 0, "2026-09": 5}, (None, None, None)),
    "the last known month is an old one: its loss stays, it is not taken for health": (
        {"2026-04": 300, "2026-05": 240},
        ((300, 60), (300, 60), (300, 60)),
    ),
}


@pytest.mark.parametrize(("months", "expected"), LOSSES.values(), ids=LOSSES.keys())
def test_losses(months: Mapping[str, int], expected: tuple[tuple[int, int] | None, ...]) -> None:
    headcount = measured(TODAY, months).headcount

    assert headcount is not None
    falls = (headcount.on_month, headcount.cumulated, headcount.rolling)
    assert falls == tuple(None if pair is None else a_fall(*pair) for pair in expected)


# From 2025-06 to 2026-06 the changes are by turns -4 and +4: twelve, with a standard deviation of
# 4 * sqrt(12 / 11) = 4.178; the window after June does not count.
UNSTEADY = {
    month: 100 - 4 * (place % 2)
    for place, month in enumerate(months_before("2026-06", back) for back in range(12, -1, -1))
} | {"2026-07": 100, "2026-08": 100, "2026-09": 60}


def test_attrition_is_the_spread_of_what_came_before() -> None:
    headcount = measured(TODAY, UNSTEADY).headcount

    assert headcount is not None
    spans = (headcount.month_attrition, headcount.window_attrition, headcount.year_attrition)
    assert [round(of.spread, 3) for of in spans] == [4.178, 7.236, 12.534]
    assert [of.season for of in spans] == [4, 4, 0]


def test_attrition_is_unknown_of_a_young_enterprise() -> None:
    young = dict(list(UNSTEADY.items())[8:])  # five changes before the window
    headcount = measured(TODAY, young).headcount

    assert headcount is not None
    assert headcount.window_attrition == NO_ATTRITION


@pytest.mark.parametrize(
    ("as_of", "age"),
    [
        (date(2026, 9, 20), 0),  # reported before its end
        (date(2026, 9, 30), 0),
        (date(2026, 10, 1), 1),
        (date(2026, 10, 15), 15),
        (date(2027, 1, 15), 107),
    ],
)
def test_age_counts_from_the_end_of_the_last_known_month(as_of: date, age: int) -> None:
    headcount = measured(as_of, {"2026-08": 10, "2026-09": 10}).headcount

    assert headcount is not None
    assert (headcount.month, headcount.age_days) == ("2026-09", age)


def test_a_year_without_a_word_is_nothing_known() -> None:
    assert measured(date(2027, 8, 31), {"2026-09": 10}).headcount is not None
    assert measured(date(2027, 9, 1), {"2026-09": 10}).headcount is None


@pytest.mark.parametrize(
    ("owed", "expected"),
    [
        ({}, None),
        ({"2026-09": 2}, ("2026-09", 2, 15)),
        ({"2026-09": 0}, ("2026-09", 0, 15)),
        ({"2026-08": 3}, ("2026-08", 3, 45)),  # a month that does not say does not clear
        ({"2026-08": 3, "2026-09": 0}, ("2026-09", 0, 15)),
    ],
)
def test_arrears_are_those_last_known(
    owed: Mapping[str, int], expected: tuple[str, int, int] | None
) -> None:
    arrears = measured(TODAY, {"2026-08": 10, "2026-09": 10}, owed).arrears

    found = None if arrears is None else (arrears.month, arrears.months, arrears.age_days)
    assert found == expected


VERSIONS = [
    Row(USCC, "2026-08", 1, date(2026, 9, 10), 100),
    Row(USCC, "2026-09", 1, date(2026, 10, 5), 90),
    Row(USCC, "2026-09", 2, date(2026, 10, 12), 99),
    Row(USCC, "2026-09", 3, date(2026, 10, 20), None, is_withdrawn=True),
    Row(USCC, "2026-09", 4, date(2026, 10, 25), 98),
]


@pytest.mark.parametrize(
    ("as_of", "month", "headcount"),
    [
        (date(2026, 10, 4), "2026-08", 100),
        (date(2026, 10, 5), "2026-09", 90),
        (date(2026, 10, 11), "2026-09", 90),
        (date(2026, 10, 12), "2026-09", 99),
        (date(2026, 10, 20), "2026-08", 100),
        (date(2026, 10, 25), "2026-09", 98),
    ],
)
def test_a_day_sees_what_was_known_on_it(as_of: date, month: str, headcount: int) -> None:
    for rows in (VERSIONS, VERSIONS[::-1], VERSIONS * 2):
        found = dict(measure(frame(rows), as_of))[USCC].headcount
        assert found is not None
        assert (found.month, found.headcount) == (month, headcount)


def test_before_anything_is_known_the_enterprise_is_left_out() -> None:
    assert dict(measure(frame(VERSIONS), date(2026, 9, 9))) == {}
    assert dict(measure(frame([]), TODAY)) == {}


MONTHS = tuple(months_before("2026-10", back) for back in range(20))
A_SERIES = st.dictionaries(st.sampled_from(MONTHS), st.integers(0, 400), max_size=20)


def by_hand(headcounts: Mapping[str, int]) -> tuple[str, int, Fall | None, Fall | None] | None:
    """Say the definitions again, a month at a time: last month, headcount, cumulated, rolling."""
    known = [month for month in MONTHS[:12] if month in headcounts]
    if not known:
        return None
    last = known[0]
    before = [headcounts.get(months_before(last, back)) for back in range(7)]
    carried = [count for count in before[3:7] if count is not None]
    inside = [count for count in before[1:4] if count is not None]
    base = carried[0] if carried else (inside[-1] if inside else None)
    peak = None if base is None else max(base, *inside, base)
    now = headcounts[last]
    return (
        last,
        now,
        a_fall(base, base - now) if base else None,
        a_fall(peak, peak - now) if peak else None,
    )


@settings(deadline=None)
@given(st.lists(A_SERIES, min_size=1, max_size=5))
def test_many_are_measured_as_each_alone_by_hand(many: list[dict[str, int]]) -> None:
    rows = [
        row
        for number, headcounts in enumerate(many)
        for row in series(headcounts, uscc=f"E{number}")
    ]

    found = dict(measure(frame(rows), TODAY))

    for number, headcounts in enumerate(many):
        expected = by_hand(headcounts)
        one = found.get(f"E{number}")
        if expected is None:
            assert one is None or one.headcount is None
            continue
        assert one is not None
        assert one.headcount is not None
        headcount = one.headcount
        assert (
            headcount.month,
            headcount.headcount,
            headcount.cumulated,
            headcount.rolling,
        ) == expected


@settings(deadline=None)
@given(A_SERIES, st.randoms(use_true_random=False))
def test_order_and_repetition_change_nothing(headcounts: dict[str, int], chance: object) -> None:
    rows = series(headcounts)
    shuffled = rows + rows[::2]
    chance.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis gives a random.Random

    assert dict(measure(frame(shuffled), TODAY)) == dict(measure(frame(rows), TODAY))


A_MONTH = st.tuples(
    st.one_of(st.none(), st.integers(0, 400)),
    st.one_of(st.none(), st.integers(0, 5)),
    st.one_of(st.none(), st.integers(300_000, 900_000)),
    st.one_of(st.none(), st.sampled_from([100, 250])),
    st.one_of(st.none(), st.sampled_from([0, 100, 250])),
)
TWO_YEARS = tuple(months_before("2026-10", back) for back in range(24))
MANY_MONTHS = st.dictionaries(st.sampled_from(TWO_YEARS), A_MONTH, max_size=24)
Month = tuple[int | None, int | None, int | None, int | None, int | None]


def rows_of(months: Mapping[str, Month], uscc: str = USCC) -> list[Row]:
    """Write months in which anything may be missing; pay in cents."""
    return [
        Row(uscc, month, 1, LONG_AGO, count, owed, False, cents and cents / 100, due, paid)
        for month, (count, owed, cents, due, paid) in months.items()
    ]


def usual_by_hand(months: Mapping[str, Month]) -> tuple[float, int] | None:
    """Say again what attrition is: spread of the changes before the window, and the season's."""
    counts = [months.get(month, (None,))[0] for month in TWO_YEARS]
    last = next((place for place, count in enumerate(counts[:12]) if count is not None), None)
    if last is None:
        return None
    pairs = pairwise(counts[last + 3 :])
    steps = [now - before for now, before in pairs if now is not None and before is not None]
    then = counts[last + 12 : last + 16]
    season = None if len(then) < 4 or then[3] is None or then[0] is None else then[3] - then[0]
    return (stdev(steps) if len(steps) >= 6 else 0.0, season or 0)


def arrears_by_hand(months: Mapping[str, Month]) -> tuple[str, int, int] | None:
    """Say again what is unpaid: as told, else the months since the last that was paid."""

    def unpaid(month: str) -> bool | None:
        *_, due, paid = months.get(month, (None,) * 5)
        return None if due is None or paid is None else paid < due

    def told(month: str) -> int | None:
        return months.get(month, (None,) * 5)[1]

    known = [month for month in TWO_YEARS if told(month) is not None or unpaid(month) is not None]
    if not known or known[0] not in TWO_YEARS[:12]:
        return None
    since = takewhile(lambda month: unpaid(month) is not False, TWO_YEARS)
    before = [months_before(known[0], back) for back in range(1, 7)]
    seen = [month for month in before if month in TWO_YEARS]
    said = told(known[0])
    return (
        known[0],
        sum(unpaid(month) is True for month in since) if said is None else said,
        max(
            max((told(month) or 0 for month in seen), default=0),
            sum(unpaid(month) is True for month in seen),
        ),
    )


def pay_by_hand(months: Mapping[str, Month]) -> tuple[float, float] | None:
    """Say again what pay is usual: the median of the half year before."""
    pays = [months.get(month, (None,) * 5)[2] for month in TWO_YEARS]
    last = next((place for place, pay in enumerate(pays[:12]) if pay is not None), None)
    earlier = [] if last is None else [pay for pay in pays[last + 1 : last + 7] if pay is not None]
    if last is None or len(earlier) < 2:
        return None
    return (pays[last] or 0) / 100, median(earlier) / 100


@settings(deadline=None, max_examples=50)
@given(st.lists(MANY_MONTHS, min_size=1, max_size=4))
def test_all_features_of_a_panel_are_those_said_by_hand(many: list[dict[str, Month]]) -> None:
    rows = [row for place, months in enumerate(many) for row in rows_of(months, f"E{place}")]

    found = dict(measure(frame(rows), date(2026, 10, 15)))

    for place, months in enumerate(many):
        one = found.get(f"E{place}", Measured())
        usual = None if one.headcount is None else one.headcount.window_attrition
        expected = usual_by_hand(months)
        assert (usual is None) == (expected is None)
        if usual is not None and expected is not None:
            assert usual.spread == pytest.approx(expected[0] * 3**0.5)
            assert usual.season == expected[1]
        owed = one.arrears
        assert (owed and (owed.month, owed.months, owed.before)) == arrears_by_hand(months)
        pay, paid = one.pay, pay_by_hand(months)
        assert (pay is None) == (paid is None)
        if pay is not None and paid is not None:
            assert [pay.average, pay.usual] == pytest.approx(list(paid))


def test_a_part_of_a_panel_is_measured_as_the_whole() -> None:
    rows = [
        Row(f"E{place}", month, 1, LONG_AGO, 100 + place * (back % 3), pay=5_000.0 + place)
        for place in range(6)
        for back, month in enumerate(TWO_YEARS)
    ]
    panel = panel_of(frame(rows).headcounts, TODAY)

    whole = measure_months(panel, features(panel), range(len(panel)), TODAY)
    parts = [panel.part(begin, begin + 2) for begin in (0, 2, 4)]

    assert whole == {
        uscc: months
        for part in parts
        for uscc, months in measure_months(part, features(part), range(2), TODAY).items()
    }


def test_a_correction_counts_from_its_own_day() -> None:
    wrong, right = VERSIONS[1], replace(VERSIONS[1], version=2, headcount=99)

    late = replace(right, received_on=date(2026, 10, 16))
    found = dict(measure(frame([wrong, late]), TODAY))[USCC].headcount

    assert found is not None
    assert found.headcount == 90
