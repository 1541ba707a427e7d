"""What a warning does to the cases of its enterprise."""

from dataclasses import replace
from itertools import permutations

import pytest

from services.cases.domain.case import AttachedWarning, Case, Happening, Status, Step
from services.cases.domain.clocks import Clock, ClockName
from services.cases.domain.warnings import Course, Heard, course, join, open_case, reopen
from shared.events.cases import CaseDispatched, CaseOpened, CasePlaced, CaseReopened
from shared.events.scoring import RiskLevel
from tests.unit.cases.made import (
    CALENDAR,
    CASE_ID,
    NOW,
    SECOND_WARNING_ID,
    WARNING_ID,
    a_case,
    a_warning,
    at,
    heard,
)

RED, ORANGE, YELLOW, BLUE = RiskLevel.RED, RiskLevel.ORANGE, RiskLevel.YELLOW, RiskLevel.BLUE

SECOND = heard(warning_id=SECOND_WARNING_ID, version=1)
GRAVER = heard(level=RED, previous=ORANGE)
MILDER = heard(level=YELLOW, previous=ORANGE)
LIFTED = heard(lifted=True)

# By status of the latest case: a second warning; its own one graver, milder, lifted.
COURSES = {
    Status.PENDING_DISPATCH: ("join", "join", "join", "join"),
    Status.DISPATCHED: ("join", "join", "join", "join"),
    Status.ACCEPTED: ("join", "join", "join", "join"),
    Status.VERIFYING: ("join", "join", "join", "join"),
    Status.PLANNED: ("join", "join", "join", "join"),
    Status.IN_DISPOSITION: ("join", "join", "join", "join"),
    Status.SUSPENDED: ("join", "join", "join", "join"),
    Status.PENDING_REVIEW: ("join", "join", "join", "join"),
    Status.RESOLVED: ("join", "join", "join", "join"),
    Status.FOLLOW_UP: ("reopen", "reopen", "join", "join"),
    Status.CLOSED: ("reopen", "reopen", "remember", "remember"),
    Status.CLOSED_UNRESOLVED: ("open", "open", "remember", "remember"),
    Status.CLOSED_FALSE_POSITIVE: ("open", "open", "remember", "remember"),
    Status.ARCHIVED: ("open", "open", "remember", "remember"),
}


@pytest.mark.parametrize("status", list(Status))
def test_what_is_done_depends_on_where_the_latest_case_stands(status: Status) -> None:
    case, known = a_case(status), a_warning()

    found = (
        course(case, None, SECOND, NOW),
        course(case, known, GRAVER, NOW),
        course(case, known, MILDER, NOW),
        course(case, known, LIFTED, NOW),
    )
    assert found == COURSES[status]


def test_an_enterprise_without_a_case_gets_one() -> None:
    assert course(None, None, heard(), NOW) is Course.OPEN
    assert course(None, None, LIFTED, NOW) is Course.OPEN


def test_six_months_after_closing_a_warning_opens_a_new_case() -> None:
    case = a_case(Status.CLOSED, ended_at=at("2020-02-03 15:00"))

    assert course(case, None, SECOND, at("2020-08-03 15:00")) is Course.REOPEN
    assert course(case, None, SECOND, at("2020-08-03 15:01")) is Course.OPEN


def test_what_was_under_way_when_the_case_closed_is_no_news() -> None:
    case = a_case(Status.CLOSED, ended_at=at("2020-08-03 14:00"))
    earlier = replace(GRAVER, occurred_at=at("2020-08-03 13:59"))

    assert course(case, a_warning(), earlier, NOW) is Course.REMEMBER


def opened(first: Heard) -> Case:
    return open_case(
        first,
        case_id=CASE_ID,
        number="110105-2020-000007",
        district="110105",
        now=NOW,
        calendar=CALENDAR,
    ).case


def test_opening_dispatches_at_once_to_the_district() -> None:
    decision = open_case(
        heard(level=RED),
        case_id=CASE_ID,
        number="110105-2020-000007",
        district="110105",
        now=NOW,
        calendar=CALENDAR,
    )

    case = decision.case
    assert (case.status, case.district, case.level) == (Status.DISPATCHED, "110105", RED)
    assert (case.version, decision.read_version) == (2, None)
    first, placed, second = decision.events
    assert isinstance(first, CaseOpened)
    assert (first.version, first.status) == (1, "pending_dispatch")
    assert isinstance(placed, CasePlaced)
    assert (placed.version, placed.district, placed.stands) == (1, "110105", True)
    assert isinstance(second, CaseDispatched)
    assert (second.version, second.status) == (2, "dispatched")
    assert [(entry.version, entry.what) for entry in decision.entries] == [
        (1, Happening.OPENED),
        (2, Step.DISPATCH),
    ]


def test_a_warning_that_reopens_sets_the_level_alone() -> None:
    closed = a_case(Status.CLOSED, level=RED, warnings=(a_warning(level=RED),))
    decision = reopen(closed, replace(SECOND, level=YELLOW), now=NOW, calendar=CALENDAR)

    case = decision.case
    assert (case.status, case.level, case.number) == (
        Status.DISPATCHED,
        YELLOW,
        "110105-2020-000007",
    )
    assert (case.version, decision.read_version) == (7, 5)
    assert case.warning_id == SECOND_WARNING_ID
    assert [(one.id, one.counts) for one in case.warnings] == [
        (WARNING_ID, False),
        (SECOND_WARNING_ID, True),
    ]
    assert [type(event) for event in decision.events] == [CaseReopened, CaseDispatched]


@pytest.mark.parametrize(
    ("first", "second", "level"),
    [(ORANGE, RED, RED), (ORANGE, BLUE, ORANGE), (ORANGE, ORANGE, ORANGE)],
)
def test_a_second_warning_only_raises_the_level(
    first: RiskLevel, second: RiskLevel, level: RiskLevel
) -> None:
    case = a_case(level=first, warnings=(a_warning(level=first),))
    decision = join(case, None, replace(SECOND, level=second), now=NOW, calendar=CALENDAR)

    assert decision.case.level is level
    assert decision.case.warning_id == SECOND_WARNING_ID
    assert decision.events == ()
    (entry,) = decision.entries
    assert (entry.what, entry.version) == (Happening.WARNING_JOINED, 6)


def test_its_own_warning_takes_the_level_up_and_down() -> None:
    case, known = a_case(), a_warning()

    up = join(case, known, GRAVER, now=NOW, calendar=CALENDAR).case
    down = join(case, known, MILDER, now=NOW, calendar=CALENDAR).case

    assert (up.level, down.level) == (RED, YELLOW)


def test_a_rise_moves_the_due_dates() -> None:
    # Orange, dispatched on Monday 3 August 09:30: 20 working days end on 31 August. Red since
    # 15:00 of that day: 15 working days end on Monday 24 August.
    resolve = Clock(ClockName.RESOLVE, at("2020-08-03 09:30"), at("2020-08-31 17:30"))
    risen = join(a_case(clocks=(resolve,)), a_warning(), GRAVER, now=NOW, calendar=CALENDAR).case

    assert [clock.due_at for clock in risen.clocks] == [at("2020-08-24 17:30")]


def test_lifting_a_warning_ends_nothing_and_softens_nothing() -> None:
    case = a_case(Status.IN_DISPOSITION)
    decision = join(case, a_warning(), LIFTED, now=NOW, calendar=CALENDAR)

    assert (decision.case.status, decision.case.level) == (Status.IN_DISPOSITION, ORANGE)
    assert decision.case.warnings == (a_warning(version=2, lifted=True),)
    assert decision.events == ()
    (entry,) = decision.entries
    assert entry.what is Happening.WARNING_LIFTED


def test_a_warning_of_an_earlier_run_counts_again_only_when_graver() -> None:
    settled = a_warning(counts=False)
    case = a_case(level=BLUE, warnings=(settled, a_warning(id=SECOND_WARNING_ID, level=BLUE)))

    lifted = join(case, settled, LIFTED, now=NOW, calendar=CALENDAR).case
    graver = join(case, settled, GRAVER, now=NOW, calendar=CALENDAR).case

    assert (lifted.level, graver.level) == (BLUE, RED)


def test_the_case_is_about_the_warning_heard_of_last_that_counts() -> None:
    settled = a_warning(counts=False)
    second = a_warning(id=SECOND_WARNING_ID)
    case = a_case(warning_id=SECOND_WARNING_ID, warnings=(settled, second))

    lifted = join(case, settled, LIFTED, now=NOW, calendar=CALENDAR).case
    joined = join(a_case(), None, SECOND, now=NOW, calendar=CALENDAR).case

    assert lifted.warning_id == SECOND_WARNING_ID
    assert joined.warning_id == SECOND_WARNING_ID


def test_a_second_warning_that_rises_gives_no_more_time_than_the_first_left() -> None:
    # Orange by the first warning: 31 August. The second, yellow so far, rises to red on
    # 24 August: 15 working days would end on 14 September, after that.
    resolve = Clock(ClockName.RESOLVE, at("2020-08-03 09:30"), at("2020-08-31 17:30"))
    second = a_warning(id=SECOND_WARNING_ID, level=YELLOW)
    case = a_case(clocks=(resolve,), warnings=(a_warning(), second))
    rise = heard(
        warning_id=SECOND_WARNING_ID,
        level=RED,
        previous=YELLOW,
        occurred_at=at("2020-08-24 10:00"),
    )
    risen = join(case, second, rise, now=at("2020-08-24 10:01"), calendar=CALENDAR).case

    assert [clock.due_at for clock in risen.clocks] == [at("2020-08-31 17:30")]


FACTS = (
    heard(version=1, level=YELLOW),
    heard(version=2, level=RED, previous=YELLOW),
    heard(version=3, level=ORANGE, previous=RED),
    heard(version=4, level=ORANGE, lifted=True),
)


@pytest.mark.parametrize("order", list(permutations(FACTS)))
def test_the_order_of_arrival_does_not_matter(order: tuple[Heard, ...]) -> None:
    case: Case | None = None
    known: AttachedWarning | None = None
    for fact in order:
        if known is not None and known.version >= fact.version:
            continue
        if case is None:
            case = opened(fact)
        else:
            assert course(case, known, fact, NOW) is Course.JOIN
            case = join(case, known, fact, now=NOW, calendar=CALENDAR).case
        (known,) = case.warnings

    assert case is not None
    assert (case.status, case.level) == (Status.DISPATCHED, ORANGE)
    assert known == a_warning(version=4, lifted=True)


CORRECTED = heard(version=5, level=RED, lifted=True, corrected=True)


def test_a_corrected_warning_holds_up_no_level() -> None:
    second = a_warning(id=SECOND_WARNING_ID, level=YELLOW)
    case = a_case(level=RED, warnings=(a_warning(level=RED), second))

    with_another = join(case, a_warning(level=RED), CORRECTED, now=NOW, calendar=CALENDAR).case
    alone = join(
        a_case(level=RED, warnings=(a_warning(level=RED),)),
        a_warning(level=RED),
        CORRECTED,
        now=NOW,
        calendar=CALENDAR,
    ).case

    assert (with_another.level, with_another.status) == (YELLOW, Status.DISPATCHED)
    assert (alone.level, alone.status) == (BLUE, Status.DISPATCHED)


CORRECTED_FACTS = (
    heard(version=1, level=YELLOW),
    heard(version=2, level=RED, previous=YELLOW),
    CORRECTED,
    replace(SECOND, level=ORANGE),
    replace(SECOND, version=2, level=YELLOW, previous=ORANGE),
)


@pytest.mark.parametrize("order", list(permutations(CORRECTED_FACTS)))
def test_nor_does_the_order_matter_where_a_warning_is_corrected(order: tuple[Heard, ...]) -> None:
    case: Case | None = None
    for fact in order:
        attached = case.warnings if case is not None else ()
        known = next((one for one in attached if one.id == fact.warning_id), None)
        if known is not None and known.version >= fact.version:
            continue
        if case is None:
            case = opened(fact)
        else:
            case = join(case, known, fact, now=NOW, calendar=CALENDAR).case

    assert case is not None
    assert case.level is YELLOW
