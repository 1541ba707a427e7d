"""A district's officer and lead: they carry its cases from the signature to the outcome."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final

from shared.messages import Language, say
from simulation.agents import decisions
from simulation.agents.decisions import Trouble
from simulation.agents.field import Field
from simulation.agents.ways import Ways
from simulation.demo.doors import Door, Refused

Case = Mapping[str, Any]

_GRAVITY: Final = {"red": 0, "orange": 1, "yellow": 2, "blue": 3}
_SEEN_ON_SITE: Final = frozenset({"red", "orange", "yellow"})
_FIRST: Final = 0
_LOANS: Final = frozenset({"signed", "drawn", "monitoring", "completed"})


class OutOfTime(Exception):
    """The day has no minutes left for this."""


@dataclass
class Minutes:
    """What is left of a person's working day."""

    left: int

    def spend(self, minutes: int) -> None:
        """Take some; raise OutOfTime if there are not so many."""
        if minutes > self.left:
            raise OutOfTime
        self.left -= minutes


@dataclass
class Diary:
    """What an officer remembers of a case beside what the API keeps: when to look again."""

    look_on: dict[str, date] = field(default_factory=dict)


class District:
    """Both people of a district, with the case files open in front of them."""

    def __init__(
        self, code: str, *, officer: Door, lead: Door, outside: Field, given: Ways
    ) -> None:
        self.code = code
        self._officer = officer
        self._lead = lead
        self._field = outside
        self._given = given
        self._diary = Diary()

    def work(self, day: date) -> None:
        """Let the officer work through the day, and then the lead."""
        self._each(self._officer, _OFFICERS, self._carry_on, day)
        self._each(self._lead, _LEADS, self._decide, day)

    def _each(self, door: Door, statuses: tuple[str, ...], act: Any, day: date) -> None:  # noqa: ANN401  a method
        minutes = Minutes(self._given.officers.minutes_a_day)
        cases = door.every("/v1/cases", status=statuses, district=self.code)
        for case in sorted(cases, key=_by_urgency):
            try:
                act(case, day, minutes)
            except OutOfTime:
                continue

    def _carry_on(self, case: Case, day: date, minutes: Minutes) -> None:
        """Take a case as far as it goes today."""
        status, spent = case["status"], self._given.officers
        if status == "dispatched":
            minutes.spend(spent.accept)
            self._step(self._officer, case, day, "accept")
            status = "accepted"
        if status == "accepted":
            on_site = case["level"] in _SEEN_ON_SITE
            minutes.spend(spent.visit_on_site if on_site else spent.visit_by_phone)
            self._step(self._officer, case, day, "verify")
            self._field.visit(self._officer, case, day, on_site=on_site)
            status = "verifying"
        if status == "verifying":
            self._find(case, day, minutes)
        elif status == "in_disposition":
            if case["id"] in self._diary.look_on:
                self._look_again(case, day, minutes)
            else:
                self._help(case, day, minutes)
        elif status == "resolved":
            self._step(self._officer, case, day, "follow_up")

    def _find(self, case: Case, day: date, minutes: Minutes) -> None:
        """Read back what was seen and why it was warned; then doubt, or plan."""
        if self._officer.get(f"/v1/cases/{case['id']}")["doubted_by"]:
            return
        visit, warning = self._visits(case)[-1], self._warning(case)
        found = self._trouble(visit, warning)
        minutes.spend(self._given.officers.plan)
        if decisions.is_doubted(found, warning["reasons"]):
            reason = f"实地核查未见裁员迹象：{visit['note'] or '经营正常'}"
            self._step(self._officer, case, day, "doubt", reason=reason)
            return
        text = decisions.plan(found, visit, warning["reasons"])
        self._step(self._officer, case, day, "plan", note=text)

    def _help(self, case: Case, day: date, minutes: Minutes) -> None:
        """Deliver what fits and what the catalogue allows; ask for a loan where one is wanted."""
        visit, warning = self._visits(case)[-1], self._warning(case)
        found = self._trouble(visit, warning)
        wanted = decisions.services(found, visit, warning["reasons"])
        offered = {
            one["code"]: one
            for one in self._officer.get(f"/v1/cases/{case['id']}/services")["data"]
        }
        persons = visit["planned_layoffs"] or warning["jobs_at_risk"] or None
        for service in wanted:
            if offered[service]["eligible"] == "no":
                continue
            minutes.spend(self._given.officers.deliver)
            self._deliver(case, service, day, persons=persons)
        if "loan_financing" in wanted:
            self._ask_for_loan(case, day)
        self._diary.look_on[case["id"]] = day + timedelta(
            days=self._given.officers.look_again_after_days
        )

    def _deliver(self, case: Case, service: str, day: date, *, persons: int | None) -> None:
        body: dict[str, object] = {"service": service, "note": f"已协调落实{_called(service)}。"}
        if service in _FOR_PERSONS and persons is not None:
            body["persons"] = persons
        try:
            self._officer.post(
                f"/v1/cases/{case['id']}/deliveries", body, key=f"deliver/{case['id']}/{service}"
            )
        except Refused as refused:
            if refused.code != "service_ineligible":
                raise
            return
        given = persons if service in _FOR_PERSONS else None
        self._field.delivered(case["uscc"], service, day, persons=given, amount=None)

    def _ask_for_loan(self, case: Case, day: date) -> None:
        wish = self._field.wish(case["uscc"], day)
        if wish is not None:
            path = f"/v1/cases/{case['id']}/financing-requests"
            self._officer.post(path, wish, key=f"loan/{case['id']}")

    def _look_again(self, case: Case, day: date, minutes: Minutes) -> None:
        """Go there once more when it is time, and end the case if something proves its end."""
        if self._diary.look_on[case["id"]] > day:
            return
        minutes.spend(self._given.officers.visit_on_site)
        self._field.visit(self._officer, case, day, on_site=True)
        visits = self._visits(case)
        services = self._officer.get(f"/v1/cases/{case['id']}/services")["data"]
        delivered = [one["code"] for one in services if one["deliveries"]]
        proof = decisions.proof(
            visits[_FIRST], visits[-1], delivered, has_loan=self._has_loan(case, delivered)
        )
        self._diary.look_on[case["id"]] = day + timedelta(
            days=self._given.officers.look_again_every_days
        )
        if proof is None:
            return
        minutes.spend(self._given.officers.submit)
        self._officer.post(
            f"/v1/cases/{case['id']}/evidence",
            {"kind": proof.kind, "reference": f"{case['number']}-{day}"},
            key=f"evidence/{case['id']}/{day}",
        )
        self._step(
            self._officer,
            case,
            day,
            "submit",
            outcome=proof.outcome,
            evidence=visits[-1]["note"] or "见现场核查记录",
        )

    def _has_loan(self, case: Case, delivered: list[str]) -> bool:
        if "loan_financing" not in delivered:
            return False
        candidates = self._officer.every("/v1/candidates", uscc=case["uscc"])
        return any(one["state"] in _LOANS for one in candidates)

    def _decide(self, case: Case, day: date, minutes: Minutes) -> None:
        """Do what a second person has to do; a red outcome is the city's."""
        status = case["status"]
        if status == "planned":
            minutes.spend(self._given.officers.review)
            self._step(self._lead, case, day, "start")
        elif status == "verifying":
            if self._lead.get(f"/v1/cases/{case['id']}")["doubted_by"]:
                minutes.spend(self._given.officers.review)
                self._step(self._lead, case, day, "refute", reason="复核属实，未发现裁员风险。")
        elif case["level"] != "red":
            minutes.spend(self._given.officers.review)
            approve(self._lead, case, day)

    def _visits(self, case: Case) -> list[Mapping[str, Any]]:
        found: list[Mapping[str, Any]] = [*self._officer.every(f"/v1/cases/{case['id']}/visits")]
        return sorted(found, key=lambda visit: visit["visited_on"])

    def _warning(self, case: Case) -> Mapping[str, Any]:
        shown = self._officer.get(f"/v1/cases/{case['id']}")
        return self._officer.get(f"/v1/warnings/{shown['warning_id']}")

    def _trouble(self, visit: Mapping[str, Any], warning: Mapping[str, Any]) -> Trouble:
        return decisions.trouble(visit, headcount=warning["headcount"], ways=self._given.doubt)

    def _step(self, door: Door, case: Case, day: date, step: str, **said: object) -> None:
        take(door, case, day, step, **said)


_OFFICERS: Final = ("dispatched", "accepted", "verifying", "in_disposition", "resolved")
_LEADS: Final = ("verifying", "planned", "pending_review")
IN_WORK: Final = tuple(dict.fromkeys((*_OFFICERS, *_LEADS)))
_FOR_PERSONS: Final = frozenset({"retention_training", "vocational_training", "job_assistance"})


def take(door: Door, case: Case, day: date, step: str, **said: object) -> None:
    """Take a step with a case, once a day at the most."""
    door.post(
        f"/v1/cases/{case['id']}/transitions",
        {"step": step, **said},
        key=f"{step}/{case['id']}/{day}",
    )


def approve(door: Door, case: Case, day: date) -> None:
    """Approve an outcome whose evidence is on file, or send it back."""
    if door.every(f"/v1/cases/{case['id']}/evidence"):
        take(door, case, day, "approve")
    else:
        take(door, case, day, "send_back", reason="缺少佐证材料。")


def _by_urgency(case: Case) -> tuple[int, str, str]:
    return _GRAVITY[case["level"]], case["opened_at"], case["uscc"]


def _called(service: str) -> str:
    """Return a service as officers of this city call it."""
    return say(f"words.service.{service}", Language.ZH_CN)
