"""The city: approves red outcomes, reviews candidates, and holds meetings with the banks."""

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from simulation.agents.banks import Bank
from simulation.agents.district import IN_WORK, approve
from simulation.agents.field import Field
from simulation.agents.ways import Ways
from simulation.demo.doors import Doors

Candidate = Mapping[str, Any]

_TITLE: Final = "稳岗首贷对接会"


class City:
    """The administrator at their door, and the banks across the table."""

    def __init__(
        self, doors: Doors, *, banks: Mapping[str, Bank], outside: Field, given: Ways
    ) -> None:
        self._doors = doors
        self._admin = doors.of("city-admin")
        self._banks = banks
        self._field = outside
        self._given = given
        self._rounds: dict[date, str] = {}

    def plan(self, districts: Sequence[str]) -> None:
        """Say how many enterprises each district looks at in a week: lists are made within that."""
        weekly = {"weekly": self._given.officers.weekly}
        for district in districts:
            path = f"/v1/work-list-capacities/{district}"
            self._admin.put(path, weekly, key=f"capacity/{district}")

    def work(self, day: date, pool: Executor) -> None:
        """Do what the day asks of the city, and then let the banks work."""
        reds = self._admin.every("/v1/cases", status="pending_review", level="red")
        for case in sorted(reds, key=lambda one: str(one["uscc"])):
            approve(self._admin, case, day)
        papers = timedelta(days=self._given.city.papers_days_before)
        for held_on in self._given.city.meetings:
            if held_on not in self._rounds and day >= held_on - papers:
                self._rounds[held_on] = self._prepare(held_on, day)
            elif held_on in self._rounds and day >= held_on:
                path = f"/v1/rounds/{self._rounds[held_on]}/assignment"
                self._admin.post(path, {}, key=f"assign/{held_on}/{day}")
        if self._rounds:
            self._lend(day, pool)

    def busy(self) -> frozenset[str]:
        """Name the districts that have a case to work on."""
        return frozenset(
            case["district"] for case in self._admin.every("/v1/cases", status=IN_WORK)
        )

    def _prepare(self, held_on: date, day: date) -> str:
        """Review who wants a loan, invite who is viable, and let them sign."""
        candidates = self._candidates("candidate")
        asking = [one for one in candidates if self._field.wish(one["uscc"], day) is not None]
        viable = [one for one in asking if self._review(one)]
        found = self._admin.post(
            "/v1/rounds",
            {"title": _TITLE, "held_on": held_on.isoformat()},
            key=f"round/{held_on}",
        )
        if viable:
            self._admin.post(
                f"/v1/rounds/{found['id']}/invitations",
                {"candidates": [one["id"] for one in viable]},
                key=f"invitations/{held_on}",
            )
        for one in viable:
            self._paper(one, day)
        return str(found["id"])

    def _review(self, one: Candidate) -> bool:
        """Judge a candidate by its case's visits; return whether it is viable."""
        (case, *_) = self._admin.every("/v1/cases", uscc=one["uscc"])
        visits = self._admin.every(f"/v1/cases/{case['id']}/visits")
        if not visits:  # nobody has been there yet
            return False
        last = max(visits, key=lambda visit: visit["visited_on"])
        works = last["operating"] is not False
        goes_on = works and not any(word in (last["note"] or "") for word in _HOPELESS)
        finding = "viable_short_of_cash" if goes_on else "not_viable"
        self._admin.post(
            f"/v1/candidates/{one['id']}/review",
            {
                "finding": finding,
                "tests": {
                    "operates_lawfully": works,
                    "has_premises": works,
                    "needs_financing": True,
                    "has_good_credit": True,
                    "purpose_is_lawful": True,
                },
                "note": last["note"] or "见核查记录",
            },
            key=f"review/{one['id']}",
        )
        return goes_on

    def _paper(self, one: Candidate, day: date) -> None:
        """Let the firm sign on paper: its officer writes it down, its lead confirms it."""
        permission = self._field.permission(one["uscc"], day)
        if permission is None:
            return
        officer = self._doors.of(f"officer-{one['district']}")
        lead = self._doors.of(f"lead-{one['district']}")
        paper = {**permission, "paper_reference": f"授权书-{one['uscc']}"}
        given = officer.post(
            f"/v1/candidates/{one['id']}/authorizations", paper, key=f"paper/{one['id']}"
        )
        lead.post(f"/v1/authorizations/{given['id']}/confirm", {}, key=f"confirm/{given['id']}")
        need = self._field.need(one["uscc"], day)
        officer.put(f"/v1/candidates/{one['id']}/need", need, key=f"need/{one['id']}")

    def _lend(self, day: date, pool: Executor) -> None:
        """Let firms choose among what was granted, and banks do the rest."""
        chosen = frozenset(self._choices())

        def work(bank: Bank) -> Sequence[tuple[str, Decimal]]:
            return bank.work(day, chosen)

        drawn = [one for each in pool.map(work, self._banks.values()) for one in each]
        for uscc, amount in sorted(drawn):
            self._field.drawn(uscc, day, amount)

    def _choices(self) -> list[str]:
        """Return the referral that each firm takes: the cheapest that was granted."""
        granted: dict[str, list[Mapping[str, Any]]] = {}
        for one in self._admin.every("/v1/referrals", state="approved"):
            granted.setdefault(one["uscc"], []).append(one)
        signed = {one["uscc"] for one in self._admin.every("/v1/contracts")}
        return [
            min(
                offers,
                key=lambda one: (
                    Decimal(one["approved_rate_percent"]),
                    one["bank"],
                    one["product"],
                ),
            )["id"]
            for uscc, offers in granted.items()
            if uscc not in signed
        ]

    def _candidates(self, state: str) -> list[Candidate]:
        found: list[Candidate] = [*self._admin.every("/v1/candidates", state=state)]
        return sorted(found, key=lambda one: str(one["uscc"]))


_HOPELESS: Final = ("难以继续经营", "有序退出")
