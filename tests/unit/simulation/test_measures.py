"""How right warnings are: figures worked out by hand."""

from datetime import date

import pytest

from simulation.demo.measures import Measures, mass_layoffs, measure
from simulation.world.truth import TrueLayoff


def event(
    uscc: str, first_loss_on: date, *, is_mass: bool = True, traced_on: date | None = None
) -> TrueLayoff:
    """Make a true event."""
    return TrueLayoff(
        uscc=uscc,
        kind="layoff",
        announced_on=None,
        first_loss_on=first_loss_on,
        jobs=30,
        headcount_before=100,
        is_mass=is_mass,
        traced_on=traced_on,
    )


FIRST_DAY, LAST_DAY = date(2020, 7, 31), date(2020, 9, 30)
TRUTH = [
    event("a", date(2020, 10, 1), traced_on=date(2020, 8, 1)),
    event("a", date(2020, 11, 1)),  # a second one counts no more
    event("b", date(2020, 8, 20), traced_on=date(2020, 8, 10)),  # a trace, but no 30 days before
    event("c", date(2020, 9, 15), traced_on=date(2020, 8, 2)),
    event("d", date(2020, 9, 1), is_mass=False),
    event("e", date(2020, 12, 1)),
]


def test_an_enterprise_counts_once_by_its_first_mass_layoff() -> None:
    assert {uscc: one.first_loss_on for uscc, one in mass_layoffs(TRUTH).items()} == {
        "a": date(2020, 10, 1),
        "b": date(2020, 8, 20),
        "c": date(2020, 9, 15),
        "e": date(2020, 12, 1),
    }


def test_figures_are_those_of_a_pencil() -> None:
    alarms = {
        "a": date(2020, 8, 22),  # 40 days before: right and early
        "b": date(2020, 9, 9),  # 20 days after: right and late
        "c": date(2020, 9, 1),  # 14 days before: right, not early
        "d": date(2020, 8, 1),  # no mass layoff: wrong
        "x": date(2020, 8, 1),  # nothing at all: wrong
    }
    assert measure(alarms, TRUTH, first_day=FIRST_DAY, last_day=LAST_DAY) == Measures(
        alarms=5,
        set_aside=0,
        mass_layoffs=4,
        traced=2,
        precision=0.6,  # 3 of 5
        recall=0.75,  # 3 of 4
        early_recall=0.5,  # of a and c, which were traced 30 days before, a
        lead_time_days_median=14.0,  # of 40, -20, 14
    )


@pytest.mark.parametrize(
    ("first_day", "share"), [(date(2020, 9, 1), 0.0), (date(2020, 9, 2), None)]
)
def test_whom_nobody_could_warn_in_time_does_not_count_as_missed(
    first_day: date, share: float | None
) -> None:
    # 30 days before the first of October is the first of September.
    truth = [event("a", date(2020, 10, 1), traced_on=date(2020, 8, 1))]
    assert measure({}, truth, first_day=first_day, last_day=LAST_DAY).early_recall == share


@pytest.mark.parametrize(
    ("traced_on", "share"), [(date(2020, 9, 30), 0.0), (date(2020, 10, 1), None)]
)
def test_what_shows_after_the_last_day_nobody_missed(traced_on: date, share: float | None) -> None:
    truth = [event("a", date(2020, 11, 20), traced_on=traced_on)]
    found = measure({}, truth, first_day=FIRST_DAY, last_day=LAST_DAY)
    assert found.early_recall == share


@pytest.mark.parametrize(
    ("day", "precision"),
    [(date(2020, 9, 18), 1.0), (date(2020, 9, 19), 0.0)],
)
def test_a_warning_is_late_for_a_month_and_wrong_after(day: date, precision: float) -> None:
    # The first loss is on 20 August: 29 days before 18 September, 30 before the 19th.
    assert measure({"b": day}, TRUTH, first_day=FIRST_DAY, last_day=LAST_DAY).precision == precision


def test_where_nothing_is_to_divide_by_nothing_is_said() -> None:
    assert measure({}, [], first_day=FIRST_DAY, last_day=LAST_DAY) == Measures(
        0, 0, 0, 0, None, None, None, None
    )
    assert measure({}, [], first_day=FIRST_DAY, last_day=LAST_DAY).f1 == 0.0
    assert measure({"x": date(2020, 8, 1)}, TRUTH, first_day=FIRST_DAY, last_day=LAST_DAY).f1 == 0.0


def test_who_was_warned_of_what_is_past_is_set_aside() -> None:
    alarms = {"a": date(2020, 8, 1), "p": date(2020, 7, 31), "x": date(2020, 8, 1)}
    found = measure(alarms, TRUTH, first_day=FIRST_DAY, last_day=LAST_DAY, past={"p", "a"})
    # Of a, whose next one is still to come, the alarm counts.
    assert (found.alarms, found.set_aside, found.precision) == (3, 1, 0.5)


def test_f1_is_the_harmonic_mean() -> None:
    assert Measures(1, 0, 1, 0, 0.5, 1.0, None, None).f1 == pytest.approx(2 / 3)
