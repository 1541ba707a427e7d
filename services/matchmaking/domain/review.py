"""Whether a candidate is worth a loan: five tests, exclusions, a finding (金发〔2024〕32号)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from typing import Final

from services.matchmaking.domain.candidate import Course, Finding, Step
from services.matchmaking.domain.errors import Fault, ReviewRefused
from services.matchmaking.domain.facts import declined


@dataclass(frozen=True, slots=True)
class FiveTests:
    """合规持续经营、固定经营场所、真实融资需求、信用状况良好、贷款用途依法合规."""

    operates_lawfully: bool
    has_premises: bool
    needs_financing: bool
    has_good_credit: bool
    purpose_is_lawful: bool

    def failed(self) -> tuple[str, ...]:
        """Name the tests that were not passed."""
        return tuple(field.name for field in fields(self) if not getattr(self, field.name))


class Exclusion(StrEnum):
    """失信被执行人、严重违法失信名单、拖欠农民工工资失信名单、清算."""

    DISHONEST_DEBTOR = "dishonest_debtor"
    SERIOUS_VIOLATION_LIST = "serious_violation_list"
    WAGE_DISHONESTY_LIST = "wage_dishonesty_list"
    IN_LIQUIDATION = "in_liquidation"


# Arrears that the loan would cure may be waived with a reason; the other tests may not.
WAIVABLE: Final = frozenset({"has_good_credit"})


@dataclass(frozen=True, slots=True)
class Review:
    """What somebody found when they looked at a candidate."""

    finding: Finding
    tests: FiveTests
    exclusions: tuple[Exclusion, ...]
    waiver: str | None
    note: str


_STEP: Final[Mapping[Finding, Step]] = {
    Finding.VIABLE_SHORT_OF_CASH: Step.FIND_VIABLE,
    Finding.VIABLE_NEEDS_RESTRUCTURE: Step.FIND_VIABLE,
    Finding.NOT_VIABLE: Step.FIND_NOT_VIABLE,
}


def review(course: Course, found: Review, *, by: str, now: datetime) -> Course:
    """Let a review decide whether the candidate goes on.

    Raises:
        ReviewRefused: a viable enterprise would have failed a test.
        StepRefused: the candidate is too far on to be reviewed.
    """
    if found.exclusions:
        excluded = course.take(Step.EXCLUDE, by=by, now=now, note=found.note)
        because = found.exclusions[0]
        return excluded.set(finding=found.finding).say(declined(excluded, because, now))
    step = _STEP[found.finding]
    if step is Step.FIND_VIABLE and (faults := _faults(found)):
        raise ReviewRefused(faults)
    reviewed = course.take(step, by=by, now=now, note=found.note).set(finding=found.finding)
    if step is Step.FIND_VIABLE:
        return reviewed
    return reviewed.say(declined(reviewed, Finding.NOT_VIABLE, now))


def _faults(found: Review) -> Sequence[Fault]:
    waived = WAIVABLE if found.waiver else frozenset()
    return [
        {"pointer": f"/tests/{name}", "code": "test_failed", "values": {}}
        for name in found.tests.failed()
        if name not in waived
    ]
