"""What an enterprise wants to borrow."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from services.matchmaking.domain.errors import AskRefused, Fault
from services.matchmaking.domain.rules import LONGEST_TENOR_MONTHS
from services.matchmaking.domain.terms import GuaranteeKind


@dataclass(frozen=True, slots=True)
class Need:
    """Amount in CNY; `guarantees` are those that the enterprise can give."""

    amount: Decimal
    tenor_months: int
    purpose: str
    needed_by: date
    jobs_to_keep: int
    guarantees: tuple[GuaranteeKind, ...]
    has_loans: bool


def check(need: Need, *, today: date) -> None:
    """Refuse a need that no loan could be; raise AskRefused with every fault."""
    faults: list[Fault] = []
    if need.amount <= 0:
        faults.append(_fault("/amount", "must_exceed", limit=0))
    if need.tenor_months < 1:
        faults.append(_fault("/tenor_months", "too_small", limit=1))
    if need.tenor_months > LONGEST_TENOR_MONTHS:
        faults.append(_fault("/tenor_months", "too_large", limit=LONGEST_TENOR_MONTHS))
    if need.needed_by < today:
        faults.append(_fault("/needed_by", "date_too_early", limit=today))
    if faults:
        raise AskRefused(faults)


def _fault(pointer: str, code: str, **values: object) -> Fault:
    return {"pointer": pointer, "code": code, "values": values}
