"""What is seen and heard outside, written down through the API before anybody decides."""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from simulation.demo.doors import Door
from simulation.world.world import World

_PURPOSES: Final[Mapping[str, str]] = {
    "working_capital": "补充流动资金",
    "wages": "支付工资",
    "rent": "支付房租",
    "purchase": "采购原材料",
}
_GUARANTEES: Final[Mapping[str, str]] = {
    "mortgage": "mortgage",
    "pledge": "pledge",
    "guarantor": "surety",
    "receivables": "pledge",
}
# What firms let banks read, for so long.
_ITEMS: Final = ("registration", "insured_headcount", "contributions", "financing_need")
_PERMITTED_DAYS: Final = 60


class Field:
    """Whoever goes there and asks; knows of the world what can be seen, and decides nothing."""

    def __init__(self, world: World) -> None:
        self._world = world

    def visit(self, door: Door, case: Mapping[str, Any], day: date, *, on_site: bool) -> None:
        """Look at an enterprise and write down what was found."""
        found = self._world.visit(case["uscc"], day, on_site=on_site)
        door.post(
            f"/v1/cases/{case['id']}/visits",
            {
                "visited_on": day.isoformat(),
                "on_site": on_site,
                "operating": found.operating,
                "owner_reachable": found.owner_reachable,
                "equipment_moved": found.equipment_moved,
                "gathering": found.gathering,
                "staff_present": found.staff_present,
                "planned_layoffs": found.planned_layoffs,
                "layoff_on": found.layoff_on and found.layoff_on.isoformat(),
                "wages_owed_months": found.wages_owed_months,
                "note": found.note,
            },
            key=f"visit/{case['id']}/{day}",
        )

    def wish(self, uscc: str, day: date) -> Mapping[str, object] | None:
        """Ask a firm what it wants to borrow; None if nothing."""
        firm = self._world.firm(uscc, day)
        if not firm.wants_loan:
            return None
        return {
            "amount": str(firm.amount),
            "tenor_months": firm.tenor_months,
            "purpose": _PURPOSES[firm.purpose],
            "jobs_to_keep": firm.jobs_to_keep,
        }

    def need(self, uscc: str, day: date) -> Mapping[str, object]:
        """Let a firm fill in what banks ask."""
        firm = self._world.firm(uscc, day)
        return {
            "amount": str(firm.amount),
            "tenor_months": firm.tenor_months,
            "purpose": _PURPOSES[firm.purpose],
            "needed_by": max(day, firm.needed_by).isoformat(),
            "jobs_to_keep": firm.jobs_to_keep,
            "guarantees": [_GUARANTEES[one] for one in firm.guarantees],
            "has_loans": firm.has_loans,
        }

    def permission(self, uscc: str, day: date) -> Mapping[str, object] | None:
        """Ask a firm for its signature; None if it does not give it."""
        if not self._world.firm(uscc, day).consents:
            return None
        return {
            "items": list(_ITEMS),
            "banks": "all",
            "purpose": "银企对接融资",
            "valid_until": (day + timedelta(days=_PERMITTED_DAYS)).isoformat(),
        }

    def delivered(
        self, uscc: str, service: str, day: date, *, persons: int | None, amount: Decimal | None
    ) -> None:
        """Let a service that was delivered have its effect."""
        self._world.deliver(uscc, service, day, persons=persons, amount=amount)

    def drawn(self, uscc: str, day: date, amount: Decimal) -> None:
        """Let money that was drawn have its effect."""
        self._world.finance(uscc, day, amount)
