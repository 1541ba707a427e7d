"""Cases, people and warnings for tests: plain functions with keyword overrides."""

from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from services.cases.domain.case import AttachedWarning, Case, Status
from services.cases.domain.officer import Actor, Role
from services.cases.domain.outcome import Outcome, WaitingFor
from services.cases.domain.warnings import Heard
from shared.calendar import Overrides, WorkingCalendar
from shared.events.scoring import RiskLevel

BEIJING = ZoneInfo("Asia/Shanghai")
CALENDAR = WorkingCalendar(Overrides())

CASE_ID = UUID("01975000-0000-7000-8000-00000000000c")
WARNING_ID = UUID("01975000-0000-7000-8000-000000000001")
SECOND_WARNING_ID = UUID("01975000-0000-7000-8000-000000000002")

OFFICER = Actor("officer:zhang", "zhang", frozenset({Role.DISTRICT_OFFICER}))
LEAD = Actor("officer:li", "li", frozenset({Role.DISTRICT_LEAD}))
CITY = Actor("officer:wang", "wang", frozenset({Role.CITY_ADMIN}))
ANALYST = Actor("officer:zhao", "zhao", frozenset({Role.CITY_ANALYST}))
AUDITOR = Actor("officer:qian", "qian", frozenset({Role.AUDITOR}))
DEPARTMENT = Actor("officer:peng", "peng", frozenset({Role.ASSISTING_DEPARTMENT}))
# Somebody who may do everything: for tests that are not about roles.
ANYONE = Actor("officer:sun", "sun", frozenset(Role), frozenset({"110105", "110108"}))


def at(text: str) -> datetime:
    """Read a moment in Beijing: "2020-09-30 16:00"."""
    return datetime.fromisoformat(text).replace(tzinfo=BEIJING)


DISPATCHED_AT = at("2020-08-03 09:30")
NOW = at("2020-08-03 15:00")

_ALL_TIMES: dict[str, Any] = {"dispatched_at": DISPATCHED_AT, "officer": "zhang"}
_WITH_OUTCOME: dict[str, Any] = {
    **_ALL_TIMES,
    "submitted_by": "zhang",
    "outcome": Outcome.AVERTED,
    "evidence": "工资发放凭证",
}
_REVIEWED: dict[str, Any] = {**_WITH_OUTCOME, "reviewed_by": "li"}
_ENDED: dict[str, Any] = {**_REVIEWED, "ended_at": at("2020-08-03 14:00")}
# What a case that came to a status by its steps has on it.
_BY_STATUS: dict[Status, dict[str, Any]] = {
    Status.PENDING_DISPATCH: {},
    Status.DISPATCHED: {"dispatched_at": DISPATCHED_AT},
    Status.ACCEPTED: _ALL_TIMES,
    Status.VERIFYING: {**_ALL_TIMES, "doubted_by": "zhang"},
    Status.PLANNED: _ALL_TIMES,
    Status.IN_DISPOSITION: _ALL_TIMES,
    Status.SUSPENDED: {
        **_ALL_TIMES,
        "suspensions": 1,
        "suspended_at": at("2020-08-03 10:00"),
        "suspended_until": at("2020-08-07 17:30"),
        "waiting_for": WaitingFor.COURT,
    },
    Status.PENDING_REVIEW: _WITH_OUTCOME,
    Status.RESOLVED: _REVIEWED,
    Status.FOLLOW_UP: _REVIEWED,
    Status.CLOSED: _ENDED,
    Status.CLOSED_UNRESOLVED: {**_ENDED, "submitted_by": None, "outcome": Outcome.UNRESOLVED},
    Status.CLOSED_FALSE_POSITIVE: {
        **_ENDED,
        "submitted_by": None,
        "doubted_by": "zhang",
        "outcome": Outcome.FALSE_POSITIVE,
    },
    Status.ARCHIVED: _ENDED,
}


def a_case(status: Status = Status.DISPATCHED, **changes: Any) -> Case:
    """Return an orange case of the district 朝阳 as it came to `status`, without clocks."""
    values: dict[str, Any] = {
        "id": CASE_ID,
        "number": "110105-2020-000007",
        "uscc": "91110105MA00000000",
        "district": "110105",
        "status": status,
        "level": RiskLevel.ORANGE,
        "warning_id": WARNING_ID,
        "opened_at": DISPATCHED_AT,
        "version": 5,
        "warnings": (a_warning(),),
    }
    return Case(**values | _BY_STATUS[status] | changes)


def a_warning(**changes: Any) -> AttachedWarning:
    """Return a standing orange warning, as a case keeps it."""
    values: dict[str, Any] = {
        "id": WARNING_ID,
        "version": 1,
        "level": RiskLevel.ORANGE,
        "lifted": False,
        "counts": True,
    }
    return AttachedWarning(**values | changes)


def heard(**changes: Any) -> Heard:
    """Return what a fact says of the warning of `a_case`, newer than the case knows."""
    values: dict[str, Any] = {
        "warning_id": WARNING_ID,
        "version": 2,
        "uscc": "91110105MA00000000",
        "level": RiskLevel.ORANGE,
        "previous": None,
        "lifted": False,
        "occurred_at": NOW,
    }
    return Heard(**values | changes)
