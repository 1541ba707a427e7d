"""An outcome is submitted only with evidence of a kind that fits it, and only of this run."""

from itertools import product

import pytest

from services.cases.domain.case import Status, Step
from services.cases.domain.codes import EvidenceKind
from services.cases.domain.errors import EvidenceNeeded
from services.cases.domain.evidence import PROVES
from services.cases.domain.guards import SUBMITTED_OUTCOMES, Ask
from services.cases.domain.outcome import PROPERLY_HANDLED, Outcome
from services.cases.domain.steps import take
from shared.messages import Language, say
from tests.unit.cases.made import CALENDAR, LEAD, NOW, OFFICER, a_case

# Each outcome that may be submitted, by what proves it: P slips, I list, A agreement, C contract,
# J court, L report, V visit, R register.
FITTING = {
    "averted": "IP",
    "reduced": "AIL",
    "orderly_lawful_layoff": "AL",
    "agreed_pay_cut": "A",
    "wages_recovered": "P",
    "social_insurance_settled": "AI",
    "financing_obtained": "C",
    "restructured": "ACJ",
    "bankruptcy_settled": "J",
    "moved_out": "RV",
    "lost_contact": "V",
}
LETTERS = {
    "P": "paid_slips",
    "I": "insurance_list",
    "A": "agreement",
    "C": "contract",
    "J": "court_paper",
    "L": "layoff_report",
    "V": "visit_record",
    "R": "register_extract",
}


@pytest.mark.parametrize(("outcome", "letter"), list(product(FITTING, LETTERS)))
def test_which_evidence_proves_which_outcome(outcome: str, letter: str) -> None:
    on_file = frozenset({EvidenceKind(LETTERS[letter])})
    case = a_case(Status.IN_DISPOSITION, evidence_kinds=on_file)
    ask = Ask(outcome=Outcome(outcome), evidence="见附件")

    if letter in FITTING[outcome]:
        submitted = take(Step.SUBMIT, case, ask, by=OFFICER, now=NOW, calendar=CALENDAR).case
        assert submitted.outcome == outcome
    else:
        with pytest.raises(EvidenceNeeded):
            take(Step.SUBMIT, case, ask, by=OFFICER, now=NOW, calendar=CALENDAR)


def test_every_outcome_that_counts_needs_evidence() -> None:
    assert set(PROVES) == SUBMITTED_OUTCOMES
    assert set(PROPERLY_HANDLED) <= set(PROVES)
    assert all(PROVES.values())


@pytest.mark.parametrize("language", list(Language))
def test_what_is_said_to_prove_an_outcome_is_what_does(language: Language) -> None:
    for outcome, kinds in PROVES.items():
        said = say(f"words.proof.{outcome}", language)
        listed = said.replace("、", ", ").split(", ")
        assert set(listed) == {say(f"words.evidence_kind.{kind}", language) for kind in kinds}


def test_evidence_of_an_earlier_run_proves_nothing_in_the_next() -> None:
    closed = a_case(Status.CLOSED, evidence_kinds=frozenset(EvidenceKind))

    reopened = take(
        Step.REOPEN, closed, Ask(reason="再次裁员"), by=LEAD, now=NOW, calendar=CALENDAR
    ).case

    assert reopened.evidence_kinds == frozenset()
