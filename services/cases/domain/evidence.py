"""What proves an outcome (domain.md §5.1: each needs evidence)."""

from collections.abc import Mapping
from typing import Final

from services.cases.domain.case import Case
from services.cases.domain.codes import EvidenceKind
from services.cases.domain.errors import EvidenceNeeded
from services.cases.domain.outcome import Outcome

_PAID, _INSURED, _AGREED, _SIGNED, _COURT, _REPORTED, _SEEN, _REGISTERED = (
    EvidenceKind.PAID_SLIPS,
    EvidenceKind.INSURANCE_LIST,
    EvidenceKind.AGREEMENT,
    EvidenceKind.CONTRACT,
    EvidenceKind.COURT_PAPER,
    EvidenceKind.LAYOFF_REPORT,
    EvidenceKind.VISIT_RECORD,
    EvidenceKind.REGISTER_EXTRACT,
)

# One piece of any of the kinds is enough; an outcome that is not here is not submitted.
PROVES: Final[Mapping[Outcome, frozenset[EvidenceKind]]] = {
    # Who is still insured or still paid was not laid off.
    Outcome.AVERTED: frozenset({_INSURED, _PAID}),
    # How many go instead: the list afterwards, the amended report, or what was agreed.
    Outcome.REDUCED: frozenset({_INSURED, _REPORTED, _AGREED}),
    # Art. 41 asks for the report; below its thresholds staff and firm agree (art. 36).
    Outcome.ORDERLY_LAWFUL_LAYOFF: frozenset({_REPORTED, _AGREED}),
    # Pay is changed by agreement in writing (art. 35).
    Outcome.AGREED_PAY_CUT: frozenset({_AGREED}),
    # A promise or an award is not money yet.
    Outcome.WAGES_RECOVERED: frozenset({_PAID}),
    # Paid up as the list shows, or deferred by agreement.
    Outcome.SOCIAL_INSURANCE_SETTLED: frozenset({_INSURED, _AGREED}),
    Outcome.FINANCING_OBTAINED: frozenset({_SIGNED}),
    # In court, or among creditors and new owners.
    Outcome.RESTRUCTURED: frozenset({_COURT, _AGREED, _SIGNED}),
    Outcome.BANKRUPTCY_SETTLED: frozenset({_COURT}),
    # Not proper handling, but somebody must have looked.
    Outcome.MOVED_OUT: frozenset({_REGISTERED, _SEEN}),
    Outcome.LOST_CONTACT: frozenset({_SEEN}),
}


def check_proof(case: Case, outcome: Outcome) -> None:
    """Check that evidence of a kind that fits the outcome is on file; raise EvidenceNeeded."""
    if not case.evidence_kinds & PROVES[outcome]:
        raise EvidenceNeeded(outcome)
