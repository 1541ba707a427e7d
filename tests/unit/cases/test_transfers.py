"""A case goes to another district: asked, answered, taken back, or left to the city."""

from dataclasses import replace
from datetime import timedelta

import pytest

from services.cases.domain.case import Case, Status, Step
from services.cases.domain.clocks import Clock, ClockName, start
from services.cases.domain.errors import (
    CaseRefusal,
    NoTransfer,
    SecondPersonNeeded,
    StepNotForRole,
    TransferAwaited,
    TransferPending,
)
from services.cases.domain.escalation import escalate
from services.cases.domain.guards import Ask, allowed_steps, refusal
from services.cases.domain.officer import Actor, Role
from services.cases.domain.steps import take
from shared.events.cases import CasePlaced, CaseProgressed, CaseTransferred, ClockBreached
from shared.events.scoring import RiskLevel
from tests.unit.cases.made import (
    ANALYST,
    CALENDAR,
    CASE_ID,
    CITY,
    LEAD,
    NOW,
    OFFICER,
    a_case,
    at,
)

# Both districts: 110105 has the case, 110108 is asked. NOW is Monday 3 August 2020, 15:00.
THERE = Actor("officer:he", "he", frozenset({Role.DISTRICT_OFFICER}), frozenset({"110108"}))
ELSEWHERE = Actor("officer:gu", "gu", frozenset({Role.DISTRICT_LEAD}), frozenset({"110106"}))
BOTH = Actor(
    "officer:zhang", "zhang", frozenset({Role.DISTRICT_LEAD}), frozenset({"110105", "110108"})
)
ASK = Ask(reason="实际经营地在海淀", district="110108")


def asked(status: Status = Status.IN_DISPOSITION, level: RiskLevel = RiskLevel.BLUE) -> Case:
    """Return a case of zhang's that 110108 was asked to take over at NOW."""
    case = a_case(status, level=level, clocks=())
    resolve = start((), (ClockName.RESOLVE,), level=level, now=NOW, calendar=CALENDAR)
    return take(
        Step.PROPOSE_TRANSFER,
        replace(case, clocks=resolve),
        ASK,
        by=OFFICER,
        now=NOW,
        calendar=CALENDAR,
    ).case


def clock(case: Case, name: ClockName) -> Clock:
    (found,) = (each for each in case.clocks if each.name is name)
    return found


def test_whoever_asks_keeps_the_case_and_a_working_day_runs() -> None:
    decision = take(
        Step.PROPOSE_TRANSFER,
        a_case(Status.VERIFYING),
        ASK,
        by=OFFICER,
        now=NOW,
        calendar=CALENDAR,
    )
    case = decision.case
    assert (case.status, case.district, case.officer) == (Status.VERIFYING, "110105", "zhang")
    assert (case.transfer_to, case.transfer_by, case.transfer_at) == ("110108", "zhang", NOW)
    assert clock(case, ClockName.TRANSFER).due_at == at("2020-08-04 17:30")
    assert [type(fact) for fact in decision.events] == [CaseProgressed]
    (entry,) = decision.entries
    assert (entry.reason, entry.details) == (ASK.reason, {"district": "110108"})


def test_the_other_district_takes_it_over_and_signs_anew_while_the_rest_runs_on() -> None:
    before, later = asked(), at("2020-08-04 10:00")
    decision = take(Step.ACCEPT_TRANSFER, before, Ask(), by=THERE, now=later, calendar=CALENDAR)
    case = decision.case
    assert (case.status, case.district, case.officer) == (Status.DISPATCHED, "110108", None)
    assert (case.transfer_to, case.transfer_by, case.transfer_at) == (None, None, None)
    # 15:00 to 17:30 and 8:30 to 10:00, or as the office hours of the calendar have it
    assert case.transfer_time == CALENDAR.working_time_between(NOW, later)
    assert timedelta(hours=3) <= case.transfer_time <= timedelta(hours=4)
    assert clock(case, ClockName.RESOLVE) == clock(before, ClockName.RESOLVE)
    assert clock(case, ClockName.TRANSFER).met_at == later
    assert clock(case, ClockName.SIGN_FOR).started_at == later
    transferred, placed = decision.events
    assert isinstance(transferred, CaseTransferred)
    assert (transferred.district, transferred.version) == ("110108", case.version)
    assert placed == CasePlaced(
        case_id=CASE_ID,
        version=case.version,
        uscc=case.uscc,
        district="110108",
        stands=True,
        occurred_at=later,
    )
    (entry,) = decision.entries
    assert entry.details == {"from_district": "110105", "district": "110108"}


@pytest.mark.parametrize("step", [Step.REFUSE_TRANSFER, Step.WITHDRAW_TRANSFER])
def test_a_transfer_that_comes_to_nothing_leaves_the_case_where_it_is(step: Step) -> None:
    by = THERE if step is Step.REFUSE_TRANSFER else OFFICER
    before, later = asked(), at("2020-08-04 10:00")
    case = take(
        step,
        before,
        Ask(reason="不属本区") if by is THERE else Ask(),
        by=by,
        now=later,
        calendar=CALENDAR,
    ).case
    assert (case.status, case.district, case.officer) == (Status.IN_DISPOSITION, "110105", "zhang")
    assert case.transfer_to is None
    assert case.transfer_time > timedelta()
    names = {each.name for each in case.clocks if each.met_at is None}
    assert names == {ClockName.RESOLVE}
    assert Step.PROPOSE_TRANSFER in allowed_steps(case, OFFICER, later, CALENDAR)


@pytest.mark.parametrize(
    ("by", "moment", "refused"),
    [
        (THERE, "2020-08-03 15:30", None),
        (THERE, "2020-08-10 15:30", None),
        (BOTH, "2020-08-03 15:30", SecondPersonNeeded),
        (OFFICER, "2020-08-03 15:30", StepNotForRole),
        (ELSEWHERE, "2020-08-03 15:30", StepNotForRole),
        (ANALYST, "2020-08-03 15:30", StepNotForRole),
        (CITY, "2020-08-05 17:30", TransferAwaited),
        (CITY, "2020-08-05 17:31", None),
    ],
    ids=lambda part: getattr(part, "name", str(part)),
)
@pytest.mark.parametrize("step", [Step.ACCEPT_TRANSFER, Step.REFUSE_TRANSFER])
def test_who_may_answer(
    step: Step, by: Actor, moment: str, refused: type[CaseRefusal] | None
) -> None:
    found = refusal(step, asked(), by, at(moment), CALENDAR)
    assert (None if found is None else type(found)) is refused


@pytest.mark.parametrize(
    ("step", "by"),
    [
        (Step.SUBMIT, OFFICER),
        (Step.SUSPEND, LEAD),
        (Step.GIVE_UP, CITY),
        (Step.PROPOSE_TRANSFER, OFFICER),
    ],
)
def test_what_would_take_the_case_away_waits_for_the_answer(step: Step, by: Actor) -> None:
    assert isinstance(refusal(step, asked(), by, NOW, CALENDAR), TransferPending)
    verifying = replace(asked(Status.VERIFYING), doubted_by="zhang")
    assert isinstance(refusal(Step.REFUTE, verifying, LEAD, NOW, CALENDAR), TransferPending)
    assert refusal(Step.PLAN, verifying, OFFICER, NOW, CALENDAR) is None


@pytest.mark.parametrize(
    "step", [Step.ACCEPT_TRANSFER, Step.REFUSE_TRANSFER, Step.WITHDRAW_TRANSFER]
)
def test_without_a_question_there_is_no_answer(step: Step) -> None:
    case = a_case(Status.ACCEPTED)
    assert isinstance(refusal(step, case, LEAD, NOW, CALENDAR), NoTransfer)


def test_the_city_hears_of_a_silent_district_even_of_a_blue_case() -> None:
    later = at("2020-08-05 17:31")
    decision = escalate(asked(), now=later, calendar=CALENDAR, new_id=lambda: CASE_ID)
    told = [
        (fact.clock, fact.escalation_level)
        for fact in decision.events
        if isinstance(fact, ClockBreached)
    ]
    assert told == [("transfer", 1), ("transfer", 2), ("transfer", 3)]
