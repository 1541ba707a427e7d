"""What officers decide, from what the API answers them: pure functions of what it said."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from simulation.agents.ways import Doubt

Read = Mapping[str, Any]


class Trouble(StrEnum):
    """What an officer takes an enterprise's trouble to be."""

    NONE = "none"
    SHUT = "shut"
    LAYOFF = "layoff"
    WAGES = "wages"
    PRESSED = "pressed"


# Words of an owner, as the visit's note has them, and the service that answers them.
_ASKED: Final = (
    ("贷款", "loan_financing"),
    ("银行", "loan_financing"),
    ("房租", "rent_relief"),
    ("培训", "vocational_training"),
)
_FOR: Final[Mapping[Trouble, tuple[str, ...]]] = {
    Trouble.NONE: (),
    Trouble.SHUT: ("job_assistance", "lawful_layoff_guidance"),
    Trouble.LAYOFF: ("retention_training", "social_insurance_relief", "lawful_layoff_guidance"),
    Trouble.WAGES: ("social_insurance_relief", "retention_training"),
    Trouble.PRESSED: ("retention_training", "social_insurance_relief"),
}
_ARREARS: Final = "social_insurance"
_ENOUGH_FAMILIES: Final = 2


@dataclass(frozen=True, slots=True)
class Proof:
    """An outcome, and the kind of evidence that proves it."""

    outcome: str
    kind: str


def trouble(visit: Read, *, headcount: int, ways: Doubt) -> Trouble:
    """Say what a visit shows; `headcount` is what the warning says is insured."""
    if visit["operating"] is False or visit["equipment_moved"]:
        return Trouble.SHUT
    if (visit["planned_layoffs"] or 0) > 0 or visit["gathering"]:
        return Trouble.LAYOFF
    if (visit["wages_owed_months"] or 0) > 0:
        return Trouble.WAGES
    seen = visit["staff_present"]
    few = seen is not None and seen < ways.staff_present_share * headcount
    unknown = not visit["owner_reachable"] or visit["operating"] is None
    return Trouble.PRESSED if few or unknown else Trouble.NONE


def is_doubted(found: Trouble, reasons: Sequence[Read]) -> bool:
    """Tell whether an officer takes the warning for false.

    Nothing wrong was found, and the data speak with one voice only: two families are not explained
    away by an owner's word.
    """
    families = {reason["family"] for reason in reasons if reason["strength"] > 0}
    return found is Trouble.NONE and len(families) < _ENOUGH_FAMILIES


def services(found: Trouble, visit: Read, reasons: Iterable[Read]) -> tuple[str, ...]:
    """Name the services that an officer wants for an enterprise, the most apt first."""
    note = visit["note"] or ""
    wanted = [service for word, service in _ASKED if word in note]
    wanted += _FOR[found] or _FOR[Trouble.PRESSED]
    if any(reason["family"] == _ARREARS for reason in reasons):
        wanted.append("social_insurance_relief")
    return tuple(dict.fromkeys(wanted))


def plan(found: Trouble, visit: Read, reasons: Sequence[Read]) -> str:
    """Write the plan (一企一策) from what is known."""
    known = "；".join(str(reason["sentence"]) for reason in reasons[:3])
    return (
        f"核查情况：{visit['note'] or _WORDS[found]}预警依据：{known} 拟按“{_WORDS[found]}”施策。"
    )


_WORDS: Final[Mapping[Trouble, str]] = {
    Trouble.NONE: "未见异常，",
    Trouble.SHUT: "停业歇业，",
    Trouble.LAYOFF: "拟裁减人员，",
    Trouble.WAGES: "拖欠工资，",
    Trouble.PRESSED: "经营承压，",
}


def proof(first: Read, last: Read, delivered: Iterable[str], *, has_loan: bool) -> Proof | None:
    """Say how a case ends by its first and its last visit; None while it goes on.

    What proves it is what the second visit brought back; the service says which kinds count.
    """
    ends = _Ends(first, last, frozenset(delivered), has_loan)
    return next((proof for proof, holds in _PROOFS if holds(ends)), None)


@dataclass(frozen=True, slots=True)
class _Ends:
    """Both ends of a case, as its visits have them."""

    first: Read
    last: Read
    delivered: frozenset[str]
    has_loan: bool

    def planned(self, visit: Read) -> int:
        return visit["planned_layoffs"] or 0

    def owed(self, visit: Read) -> int:
        return visit["wages_owed_months"] or 0

    @property
    def is_shut(self) -> bool:
        return self.last["operating"] is False

    @property
    def is_settled(self) -> bool:
        """Nobody is owed wages, and somebody could be asked."""
        asked = self.last["owner_reachable"] and self.last["operating"] is not None
        return bool(asked) and not self.owed(self.last)


# The first that holds: worse ends before better ones, paid wages before kept jobs.
_PROOFS: Final[Sequence[tuple[Proof, Callable[[_Ends], bool]]]] = (
    (
        Proof("lost_contact", "visit_record"),
        lambda ends: ends.is_shut and not ends.last["owner_reachable"],
    ),
    (
        Proof("orderly_lawful_layoff", "agreement"),
        lambda ends: ends.is_shut and ends.is_settled,
    ),
    (
        Proof("wages_recovered", "paid_slips"),
        lambda ends: not ends.is_shut and ends.is_settled and ends.owed(ends.first) > 0,
    ),
    (
        Proof("financing_obtained", "contract"),
        lambda ends: not ends.is_shut and ends.is_settled and ends.has_loan,
    ),
    (
        Proof("averted", "insurance_list"),
        lambda ends: (
            not ends.is_shut
            and ends.is_settled
            and ends.planned(ends.first) > 0
            and ends.planned(ends.last) == 0
        ),
    ),
    (
        Proof("reduced", "agreement"),
        lambda ends: (
            not ends.is_shut
            and ends.is_settled
            and 0 < ends.planned(ends.last) < ends.planned(ends.first)
        ),
    ),
    (
        Proof("orderly_lawful_layoff", "agreement"),
        lambda ends: (
            not ends.is_shut
            and ends.is_settled
            and ends.planned(ends.last) > 0
            and "lawful_layoff_guidance" in ends.delivered
        ),
    ),
    (
        Proof("social_insurance_settled", "agreement"),
        lambda ends: (
            not ends.is_shut
            and ends.is_settled
            and ends.planned(ends.last) == 0
            and "social_insurance_relief" in ends.delivered
        ),
    ),
    (
        Proof("averted", "insurance_list"),
        lambda ends: not ends.is_shut and ends.is_settled and ends.planned(ends.last) == 0,
    ),
)
