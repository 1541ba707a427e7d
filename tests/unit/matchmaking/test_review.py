"""Who is worth a loan: five tests, exclusions, a waiver for arrears that the loan would cure."""

from dataclasses import replace

import pytest

from services.matchmaking.domain.candidate import Course, Finding, State
from services.matchmaking.domain.errors import ReviewRefused
from services.matchmaking.domain.review import Exclusion, FiveTests, Review, review
from shared.events.matchmaking import CandidateDeclined
from tests.unit.matchmaking.ways import NOW, candidate

PASSED = FiveTests(
    operates_lawfully=True,
    has_premises=True,
    needs_financing=True,
    has_good_credit=True,
    purpose_is_lawful=True,
)
VIABLE = Review(Finding.VIABLE_SHORT_OF_CASH, PASSED, (), None, "订单充足")


def reviewed(found: Review) -> Course:
    """Let a review decide on a new candidate."""
    return review(Course(candidate()), found, by="officer:huang", now=NOW)


def test_who_passes_stays_and_is_found_viable() -> None:
    course = reviewed(VIABLE)
    assert (course.candidate.state, course.candidate.finding) == (
        State.CANDIDATE,
        Finding.VIABLE_SHORT_OF_CASH,
    )
    assert course.events == ()


def test_a_viable_enterprise_passes_every_test() -> None:
    failed = replace(PASSED, has_premises=False, has_good_credit=False)
    with pytest.raises(ReviewRefused) as refused:
        reviewed(replace(VIABLE, tests=failed))
    assert [one["pointer"] for one in refused.value.errors] == [
        "/tests/has_premises",
        "/tests/has_good_credit",
    ]


def test_arrears_that_the_loan_would_cure_are_waived_and_nothing_else() -> None:
    arrears = replace(VIABLE, waiver="欠缴两个月社保，贷款到位即补缴")
    in_arrears = replace(PASSED, has_good_credit=False)
    assert reviewed(replace(arrears, tests=in_arrears)).candidate.state is State.CANDIDATE
    with pytest.raises(ReviewRefused):
        reviewed(replace(arrears, tests=replace(PASSED, operates_lawfully=False)))


@pytest.mark.parametrize(
    ("found", "state", "because"),
    [
        (
            replace(VIABLE, finding=Finding.NOT_VIABLE, tests=replace(PASSED, has_premises=False)),
            State.DECLINED,
            "not_viable",
        ),
        (
            replace(VIABLE, exclusions=(Exclusion.IN_LIQUIDATION,)),
            State.INELIGIBLE,
            "in_liquidation",
        ),
    ],
)
def test_who_is_past_saving_or_excluded_goes_no_further(
    found: Review, state: State, because: str
) -> None:
    course = reviewed(found)
    assert course.candidate.state is state
    (told,) = course.events
    assert isinstance(told, CandidateDeclined)
    assert told.because == because
