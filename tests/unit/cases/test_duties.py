"""Reports upward and notes of progress, by hand on the calendar of 2020.

1 to 8 October were off; Sunday 27 September and Saturday 10 October were worked in exchange.
"""

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from services.cases.domain.case import Case, Status, Step
from services.cases.domain.clocks import Clock, ClockName, start
from services.cases.domain.errors import AskRefused, StepNotForRole, StepRefused
from services.cases.domain.guards import Ask
from services.cases.domain.outcome import Outcome
from services.cases.domain.reporting import Report, note_progress, report
from services.cases.domain.steps import take
from services.cases.domain.warnings import join
from shared.events.scoring import RiskLevel
from tests.unit.cases.made import ANALYST, CALENDAR, CITY, LEAD, OFFICER, a_case, a_warning, at
from tests.unit.cases.made import heard as said

RED, ORANGE, YELLOW, BLUE = RiskLevel.RED, RiskLevel.ORANGE, RiskLevel.YELLOW, RiskLevel.BLUE
REPORT, NOTE = ClockName.REPORT_UPWARD, ClockName.PROGRESS_NOTE


def running(level: RiskLevel, name: ClockName, moment: str, **changes: Any) -> Case:
    """Return a case in disposition, one of whose duties began at a moment."""
    clocks = start((), (name,), level=level, now=at(moment), calendar=CALENDAR)
    values = {"level": level, "clocks": clocks, "opened_at": at("2020-08-03 09:30")}
    return a_case(Status.IN_DISPOSITION, **values | changes)


def reported(case: Case, made_at: str, now: str | None = None) -> Case:
    made = Report("市人力社保局", "企业拟裁员四十人", at(made_at))
    return report(case, made, by=OFFICER, now=at(now or made_at), calendar=CALENDAR).case


def noted(case: Case, now: str) -> Case:
    return note_progress(case, "已约谈", by=OFFICER, now=at(now), calendar=CALENDAR).case


def shown(case: Case) -> tuple[str, str | None, str | None, int, int]:
    """Return the only clock: when it began, is due and was met, and its earlier rounds."""
    (clock,) = case.clocks
    due, met = _written(clock.due_at), _written(clock.met_at)
    return f"{clock.started_at:%m-%d %H:%M}", due, met, clock.kept, clock.missed


def _written(moment: datetime | None) -> str | None:
    return None if moment is None else f"{moment:%m-%d %H:%M}"


@pytest.mark.parametrize(
    ("level", "due"),
    [
        (RED, "10-09 17:30"),  # every working day
        (ORANGE, "10-12 17:30"),  # the 9th, the worked Saturday, and Monday
        (YELLOW, "10-09 17:30"),  # a week on is the 7th, in the holiday
        (BLUE, "10-30 17:30"),
    ],
)
def test_when_a_note_is_due_over_the_october_holiday(level: RiskLevel, due: str) -> None:
    assert shown(running(level, NOTE, "2020-09-30 16:00"))[1] == due


def test_a_note_starts_the_next_round_and_the_rounds_are_counted() -> None:
    case = running(ORANGE, NOTE, "2020-08-03 10:00")
    case = noted(case, "2020-08-06 17:30")
    assert shown(case) == ("08-06 17:30", "08-11 17:30", None, 1, 0)
    case = noted(case, "2020-08-11 17:31")
    assert shown(case) == ("08-11 17:31", "08-14 17:30", None, 1, 1)


def test_the_plan_starts_the_notes_and_the_approval_ends_them() -> None:
    verifying = a_case(Status.VERIFYING)
    planned = take(
        Step.PLAN,
        verifying,
        Ask(note="转岗培训"),
        by=OFFICER,
        now=at("2020-08-04 10:00"),
        calendar=CALENDAR,
    ).case
    assert shown(planned) == ("08-04 10:00", "08-07 17:30", None, 0, 0)

    waiting = a_case(Status.PENDING_REVIEW, clocks=planned.clocks)
    approved = take(
        Step.APPROVE, waiting, Ask(), by=LEAD, now=at("2020-08-07 10:00"), calendar=CALENDAR
    ).case
    note, *follow_ups = approved.clocks
    assert (note.name, note.met_at) == (NOTE, at("2020-08-07 10:00"))
    assert len(follow_ups) == 3


def test_a_case_of_before_gets_its_notes_with_the_first() -> None:
    case = noted(a_case(Status.IN_DISPOSITION), "2020-08-04 10:00")
    assert shown(case) == ("08-04 10:00", "08-07 17:30", None, 0, 0)


def test_a_suspension_puts_off_the_note_but_not_the_report() -> None:
    note, made = (
        running(ORANGE, NOTE, "2020-08-03 10:00"),
        running(ORANGE, REPORT, "2020-08-03 10:00"),
    )
    for case, due in ((note, "08-11 17:30"), (made, "08-03 12:00")):
        suspended = a_case(
            Status.SUSPENDED, clocks=case.clocks, suspended_at=at("2020-08-04 09:00")
        )
        resumed = take(
            Step.RESUME,
            replace(suspended, suspended_until=at("2020-08-06 17:30")),
            Ask(),
            by=OFFICER,
            now=at("2020-08-10 10:00"),
            calendar=CALENDAR,
        ).case
        assert shown(resumed)[1] == due


def test_a_note_during_a_suspension_is_put_off_by_the_rest_of_it() -> None:
    suspended = a_case(
        Status.SUSPENDED,
        suspended_at=at("2020-08-03 10:00"),
        clocks=running(ORANGE, NOTE, "2020-08-03 09:30").clocks,
    )
    case = noted(suspended, "2020-08-05 17:30")  # due on the 10th, and two days of rest
    resumed = take(
        Step.RESUME, case, Ask(), by=OFFICER, now=at("2020-08-07 17:30"), calendar=CALENDAR
    ).case
    assert shown(resumed)[1] == "08-12 17:30"


def test_a_report_is_due_by_the_clock_and_made_once() -> None:
    case = running(YELLOW, REPORT, "2020-09-30 16:00")
    assert shown(case)[1] == "10-01 04:00"
    case = reported(case, "2020-09-30 18:00", now="2020-10-09 09:00")
    assert shown(case) == ("09-30 16:00", "10-01 04:00", "09-30 18:00", 0, 0)
    assert shown(reported(case, "2020-10-09 10:00")) == shown(case)


def test_a_blue_report_repeats_by_the_month() -> None:
    case = running(BLUE, REPORT, "2020-08-31 10:00")
    case = reported(case, "2020-09-29 10:00")
    assert shown(case) == ("09-29 10:00", "10-29 17:30", None, 1, 0)
    case = reported(case, "2020-11-02 10:00")
    assert shown(case) == ("11-02 10:00", "12-02 17:30", None, 1, 1)


def changed(case: Case, level: RiskLevel, moment: str) -> Case:
    known = a_warning(level=case.level)
    heard = said(level=level, previous=case.level, occurred_at=at(moment))
    case = replace(case, warnings=(known,))
    return join(case, known, heard, now=at(moment), calendar=CALENDAR).case


def test_a_graver_case_is_reported_anew_though_it_was_reported() -> None:
    case = reported(running(YELLOW, REPORT, "2020-08-03 10:00"), "2020-08-03 12:00")
    risen = changed(case, RED, "2020-08-10 20:00")

    assert shown(risen) == ("08-10 20:00", "08-10 22:00", None, 1, 0)
    # What was reported before it rose is not the report that is owed now.
    late = reported(risen, "2020-08-10 19:00", now="2020-08-11 09:00")
    assert shown(late) == shown(risen)
    assert shown(reported(risen, "2020-08-11 09:00"))[2] == "08-11 09:00"


def test_a_report_that_is_still_owed_is_due_at_once_but_never_later() -> None:
    case = running(YELLOW, REPORT, "2020-08-03 10:00")

    assert shown(changed(case, RED, "2020-08-03 12:00"))[1] == "08-03 14:00"
    assert shown(changed(case, RED, "2020-08-03 21:00"))[1] == "08-03 22:00"


def test_a_milder_case_is_not_reported_anew_unless_reports_repeat() -> None:
    case = reported(running(RED, REPORT, "2020-08-03 10:00"), "2020-08-03 11:00")

    assert shown(changed(case, YELLOW, "2020-08-10 10:00")) == shown(case)
    assert shown(changed(case, BLUE, "2020-08-10 10:00")) == (
        "08-10 10:00",
        "09-10 17:30",
        None,
        1,
        0,
    )


def test_after_the_resolution_a_level_changes_no_duty() -> None:
    case = reported(running(YELLOW, REPORT, "2020-08-03 10:00"), "2020-08-03 12:00")
    resolved = a_case(Status.RESOLVED, level=YELLOW, clocks=case.clocks)

    assert changed(resolved, RED, "2020-08-10 20:00").clocks == case.clocks


@pytest.mark.parametrize(
    ("moment", "met"), [("2020-08-03 11:59", "08-03 11:59"), ("2020-08-04 10:00", None)]
)
def test_giving_up_ends_the_report_in_time_and_leaves_the_one_that_is_missing(
    moment: str, met: str | None
) -> None:
    case = running(ORANGE, REPORT, "2020-08-03 10:00")
    ended = take(
        Step.GIVE_UP,
        case,
        Ask(reason="企业已倒闭"),
        by=CITY,
        now=at(moment),
        calendar=CALENDAR,
    ).case
    assert ended.outcome is Outcome.UNRESOLVED
    assert shown(ended)[2] == met
    assert ended.next_due_at is None


def test_reopening_owes_a_report_again() -> None:
    closed = a_case(Status.CLOSED, clocks=(Clock(REPORT, at("2020-08-03 10:00"), None),))
    reopened = take(
        Step.REOPEN,
        closed,
        Ask(reason="风险再现"),
        by=LEAD,
        now=at("2020-09-01 10:00"),
        calendar=CALENDAR,
    ).case
    dues = {clock.name: clock.due_at for clock in reopened.clocks}
    assert dues[REPORT] == at("2020-09-01 12:00")
    assert set(dues) == {REPORT, ClockName.DISPATCH}


def test_the_line_of_a_report_says_to_whom_and_when() -> None:
    made = Report("市人力社保局", "企业拟裁员四十人", at("2020-08-03 11:00"))
    decision = report(
        running(RED, REPORT, "2020-08-03 10:00"),
        made,
        by=OFFICER,
        now=at("2020-08-03 12:00"),
        calendar=CALENDAR,
    )
    (entry,) = decision.entries
    assert (entry.what, entry.note, entry.at) == ("report", made.summary, at("2020-08-03 12:00"))
    assert entry.details == {
        "reported_to": "市人力社保局",
        "reported_at": "2020-08-03T11:00:00+08:00",
    }
    assert decision.events == ()


@pytest.mark.parametrize(
    ("made_at", "code"),
    [("2020-08-03 12:01", "moment_in_future"), ("2020-08-03 09:29", "date_too_early")],
)
def test_a_report_is_of_the_time_of_its_case(made_at: str, code: str) -> None:
    with pytest.raises(AskRefused) as refused:
        reported(running(RED, REPORT, "2020-08-03 10:00"), made_at, now="2020-08-03 12:00")
    assert [fault["code"] for fault in refused.value.errors] == [code]


def test_who_may_not_act_may_not_tell_and_what_is_not_planned_has_no_progress() -> None:
    case = running(RED, NOTE, "2020-08-03 10:00")
    with pytest.raises(StepNotForRole):
        note_progress(case, "进展", by=ANALYST, now=at("2020-08-03 12:00"), calendar=CALENDAR)
    with pytest.raises(StepRefused):
        noted(a_case(Status.VERIFYING), "2020-08-03 12:00")
