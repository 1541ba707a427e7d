"""What may be done in a case when, by whom, and what it does to the case."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from services.cases.domain.case import ENDED, Status
from services.cases.domain.clocks import Clock, ClockName
from services.cases.domain.codes import Deed, EvidenceKind, Service
from services.cases.domain.deeds import (
    Delivery,
    Evidence,
    Findings,
    Need,
    add_evidence,
    allowed_deeds,
    deliver,
    request_financing,
    visit,
)
from services.cases.domain.eligibility import judge
from services.cases.domain.errors import (
    AskRefused,
    ServiceIneligible,
    StepNotForRole,
    StepRefused,
)
from services.cases.domain.record import Month, Record
from shared.events.cases import FinancingRequested, ServiceDelivered, VisitRecorded
from shared.events.scoring import RiskLevel
from tests.unit.cases.made import (
    ANALYST,
    AUDITOR,
    CASE_ID,
    CITY,
    DEPARTMENT,
    LEAD,
    NOW,
    OFFICER,
    a_case,
    at,
)

DEED = CASE_ID
TODAY = date(2020, 8, 3)
CONTACT = Clock(ClockName.FIRST_CONTACT, at("2020-08-03 09:30"), at("2020-08-05 17:30"))

UNSIGNED = {Status.PENDING_DISPATCH, Status.DISPATCHED}
PLANNED = {Status.PLANNED, Status.IN_DISPOSITION, Status.SUSPENDED}


@pytest.mark.parametrize("status", list(Status))
def test_what_may_be_done_follows_from_the_status(status: Status) -> None:
    is_signed_for = status not in UNSIGNED and status not in ENDED
    expected = {
        Deed.VISIT: is_signed_for,
        Deed.DELIVER: status is Status.IN_DISPOSITION,
        Deed.ADD_EVIDENCE: is_signed_for,
        Deed.REQUEST_FINANCING: status in PLANNED,
        Deed.REPORT: status not in ENDED,
        Deed.NOTE_PROGRESS: status in PLANNED or status is Status.PENDING_REVIEW,
        Deed.REQUEST_ASSISTANCE: is_signed_for
        and status not in {Status.RESOLVED, Status.FOLLOW_UP},
    }
    wanted = tuple(deed for deed, may in expected.items() if may)

    case = a_case(status)

    assert [allowed_deeds(case, by) for by in (OFFICER, LEAD, CITY)] == [wanted] * 3
    assert [allowed_deeds(case, by) for by in (ANALYST, AUDITOR, DEPARTMENT)] == [()] * 3


def seen(**changes: Any) -> Findings:
    values: dict[str, Any] = {"visited_on": TODAY, "on_site": True, "staff_present": 180}
    return Findings(**values | changes)


@pytest.mark.parametrize(
    ("level", "on_site", "met"),
    [
        (RiskLevel.RED, True, True),
        (RiskLevel.RED, False, False),
        (RiskLevel.ORANGE, False, False),
        (RiskLevel.YELLOW, False, True),
        (RiskLevel.BLUE, False, True),
    ],
)
def test_the_first_contact_is_of_the_kind_that_the_level_demands(
    level: RiskLevel, *, on_site: bool, met: bool
) -> None:
    case = a_case(Status.VERIFYING, level=level, clocks=(CONTACT,))
    found = seen(on_site=on_site)

    (clock,) = visit(case, found, deed_id=DEED, by=OFFICER, now=NOW).case.clocks

    assert clock.met_at == (NOW if met else None)


def test_a_second_visit_does_not_move_the_first_contact() -> None:
    case = a_case(Status.VERIFYING, clocks=(CONTACT,))
    first = visit(case, seen(), deed_id=DEED, by=OFFICER, now=NOW).case
    second = visit(first, seen(), deed_id=DEED, by=OFFICER, now=at("2020-08-04 10:00")).case

    assert second.clocks == first.clocks
    assert second.version == 7


def test_a_visit_is_told_and_written_into_the_timeline() -> None:
    found = seen(operating=False, layoff_on=date(2020, 9, 1), note="设备已搬空")
    decision = visit(a_case(Status.VERIFYING), found, deed_id=DEED, by=OFFICER, now=NOW)

    assert decision.events == (
        VisitRecorded(
            id=DEED,
            case_id=CASE_ID,
            uscc="91110105MA00000000",
            district="110105",
            occurred_at=NOW,
            visited_on=TODAY,
            on_site=True,
            operating=False,
            owner_reachable=None,
            equipment_moved=None,
            gathering=None,
            staff_present=180,
            planned_layoffs=None,
            layoff_on=date(2020, 9, 1),
            wages_owed_months=None,
        ),
    )
    (entry,) = decision.entries
    assert (entry.version, entry.what, entry.note) == (6, Deed.VISIT, "设备已搬空")
    assert (entry.from_status, entry.to_status) == (Status.VERIFYING, Status.VERIFYING)
    assert entry.details == {
        "visited_on": "2020-08-03",
        "on_site": "true",
        "operating": "false",
        "staff_present": "180",
        "layoff_on": "2020-09-01",
    }


@pytest.mark.parametrize(
    ("day", "code"), [("2020-08-04", "date_in_future"), ("2020-08-02", "date_too_early")]
)
def test_a_deed_lies_between_the_opening_and_today(day: str, code: str) -> None:
    found = seen(visited_on=date.fromisoformat(day))

    with pytest.raises(AskRefused) as refused:
        visit(a_case(Status.VERIFYING), found, deed_id=DEED, by=OFFICER, now=NOW)

    (fault,) = refused.value.errors
    assert (fault["pointer"], fault["code"]) == ("/visited_on", code)


def delivery(service: Service = Service.RETENTION_TRAINING) -> Delivery:
    return Delivery(service, TODAY, "六十人转岗培训", 60, Decimal("12000.00"))


SHEDDING = Record({"2020-07": Month(100, 0), "2020-06": Month(140, 0)})


def test_a_delivery_is_told_with_its_amount() -> None:
    case = a_case(Status.IN_DISPOSITION)
    judged = judge(Service.RETENTION_TRAINING, SHEDDING, TODAY)
    decision = deliver(case, delivery(), judged, deed_id=DEED, by=OFFICER, now=NOW)

    assert decision.case.version == 6
    assert decision.events == (
        ServiceDelivered(
            id=DEED,
            case_id=CASE_ID,
            uscc="91110105MA00000000",
            district="110105",
            occurred_at=NOW,
            service="retention_training",
            delivered_on=TODAY,
            persons=60,
            amount=Decimal("12000.00"),
        ),
    )
    assert decision.entries[0].details["amount"] == "12000.00"


def test_an_ineligible_service_is_refused_with_every_reason() -> None:
    case = a_case(Status.IN_DISPOSITION)
    judged = judge(Service.RENT_RELIEF, SHEDDING, TODAY)

    with pytest.raises(ServiceIneligible) as refused:
        deliver(case, delivery(Service.RENT_RELIEF), judged, deed_id=DEED, by=OFFICER, now=NOW)

    (fault,) = refused.value.errors
    assert fault["code"] == "few_layoffs_fails"
    assert fault["values"] == {"month": "2020-07", "base": 140, "insured": 100}


def test_without_a_policy_in_force_that_is_the_reason() -> None:
    case = a_case(Status.IN_DISPOSITION, opened_at=at("2023-05-01 10:00"))
    day = date(2023, 5, 8)
    judged = judge(Service.RENT_RELIEF, SHEDDING, day)
    late = Delivery(Service.RENT_RELIEF, day, "减免两个月租金")

    with pytest.raises(ServiceIneligible) as refused:
        deliver(case, late, judged, deed_id=DEED, by=OFFICER, now=at("2023-05-08 10:00"))

    assert [fault["code"] for fault in refused.value.errors] == ["no_policy"]


def test_services_are_delivered_in_disposition_only_and_by_those_who_work_on_cases() -> None:
    judged = judge(Service.RETENTION_TRAINING, SHEDDING, TODAY)

    with pytest.raises(StepRefused):
        deliver(a_case(Status.PLANNED), delivery(), judged, deed_id=DEED, by=OFFICER, now=NOW)
    case = a_case(Status.IN_DISPOSITION)
    with pytest.raises(StepNotForRole):
        deliver(case, delivery(), judged, deed_id=DEED, by=ANALYST, now=NOW)


def test_evidence_adds_its_kind_to_the_file() -> None:
    case = a_case(Status.IN_DISPOSITION, evidence_kinds=frozenset({EvidenceKind.AGREEMENT}))
    piece = Evidence(EvidenceKind.PAID_SLIPS, "2020-18", "七月工资")
    decision = add_evidence(case, piece, by=OFFICER, now=NOW)

    assert decision.case.evidence_kinds == {EvidenceKind.AGREEMENT, EvidenceKind.PAID_SLIPS}
    assert decision.events == ()
    (entry,) = decision.entries
    assert entry.details == {"kind": "paid_slips", "reference": "2020-18"}


def test_financing_is_asked_of_matchmaking() -> None:
    need = Need(Decimal("3000000.00"), 12, "支付工资", 180)
    decision = request_financing(a_case(Status.PLANNED), need, deed_id=DEED, by=OFFICER, now=NOW)

    (fact,) = decision.events
    assert isinstance(fact, FinancingRequested)
    assert (fact.amount, fact.tenor_months, fact.jobs_to_keep) == (need.amount, 12, 180)
    assert fact.purpose == "支付工资"
