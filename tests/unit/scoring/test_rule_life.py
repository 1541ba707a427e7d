"""The life of a rule set, walked whole; and what a trial counts."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.scoring.domain import rule_life, trial
from services.scoring.domain.editions_2020_1 import RULES_2020_1
from services.scoring.domain.errors import (
    RuleSetChangedMeanwhile,
    RuleSetNotAhead,
    RuleSetSecondPersonNeeded,
    RuleSetSignerNeeded,
    RuleSetStepRefused,
)
from services.scoring.domain.places import LADDER, Place
from services.scoring.domain.rule_life import RuleEntry, RuleState, RuleStep, Signature
from services.scoring.domain.trial import Compared, Tally

DAY = date(2026, 6, 1)
NOW = datetime(2026, 6, 1, 2, tzinfo=UTC)
RULES = replace(RULES_2020_1, version="rules-2027.1", effective_from=date(2027, 1, 1))
ANNA, BO = Signature("officer:anna", NOW), Signature("officer:bo", NOW)
CHEN, DENG = Signature("officer:chen", NOW), Signature("officer:deng", NOW)


def entry(state: RuleState, *, is_built_in: bool = False) -> RuleEntry:
    """Make a rule set that Anna has written and proposed."""
    held = RuleEntry(RULES, "d1", state, 3, ANNA)
    proposed = ANNA if state in {RuleState.PROPOSED, RuleState.APPROVED} else None
    return replace(held, proposed=proposed, is_built_in=is_built_in)


def withdraw(
    held: RuleEntry, by: Signature, *, may_approve: bool = False, today: date = DAY
) -> RuleEntry:
    """Give a rule set up."""
    return rule_life.withdraw(held, by, "no need", may_approve=may_approve, today=today)


TAKE: Mapping[RuleStep, Callable[[RuleEntry], RuleEntry]] = {
    RuleStep.EDIT: lambda held: rule_life.edit(held, RULES, "d2", ANNA, revision=None),
    RuleStep.PROPOSE: lambda held: rule_life.propose(held, ANNA, today=DAY),
    RuleStep.APPROVE: lambda held: rule_life.approve(held, BO, today=DAY),
    RuleStep.WITHDRAW: lambda held: withdraw(held, ANNA),
}
# State -> step -> the state after; a step that is missing is refused.
EXPECTED: Mapping[RuleState, Mapping[RuleStep, RuleState]] = {
    RuleState.DRAFT: {
        RuleStep.EDIT: RuleState.DRAFT,
        RuleStep.WITHDRAW: RuleState.WITHDRAWN,
    },
    RuleState.TRIED: {
        RuleStep.EDIT: RuleState.DRAFT,
        RuleStep.PROPOSE: RuleState.PROPOSED,
        RuleStep.WITHDRAW: RuleState.WITHDRAWN,
    },
    RuleState.PROPOSED: {
        RuleStep.EDIT: RuleState.DRAFT,
        RuleStep.APPROVE: RuleState.APPROVED,
        RuleStep.WITHDRAW: RuleState.WITHDRAWN,
    },
    RuleState.APPROVED: {RuleStep.WITHDRAW: RuleState.WITHDRAWN},
    RuleState.WITHDRAWN: {},
}


@pytest.mark.parametrize(("state", "step"), list(product(RuleState, TAKE)))
def test_a_rule_set_takes_only_the_steps_of_its_life(state: RuleState, step: RuleStep) -> None:
    held = entry(state)
    if step in EXPECTED[state]:
        after = TAKE[step](held)
        assert (after.state, after.revision) == (EXPECTED[state][step], held.revision + 1)
    else:
        with pytest.raises(RuleSetStepRefused):
            TAKE[step](held)
    with pytest.raises(RuleSetStepRefused):
        TAKE[step](entry(RuleState.APPROVED, is_built_in=True))


@pytest.mark.parametrize("state", RuleState)
def test_only_the_trial_of_what_a_draft_says_now_lets_it_be_proposed(state: RuleState) -> None:
    tried = rule_life.tried(entry(state), "d1")
    was_draft = state in {RuleState.DRAFT, RuleState.TRIED}
    assert tried.state is (RuleState.TRIED if was_draft else state)
    assert rule_life.tried(entry(state), "older") == entry(state)


def test_an_edit_takes_the_proposal_back_and_needs_what_was_read() -> None:
    edited = rule_life.edit(entry(RuleState.PROPOSED), RULES, "d2", BO, revision=3)
    assert (edited.state, edited.proposed, edited.edited) == (RuleState.DRAFT, None, BO)
    with pytest.raises(RuleSetChangedMeanwhile):
        rule_life.edit(entry(RuleState.DRAFT), RULES, "d2", BO, revision=2)
    # Their own they may overwrite unread, nobody else's.
    assert rule_life.edit(entry(RuleState.DRAFT), RULES, "d2", ANNA, revision=None).edited == ANNA
    with pytest.raises(RuleSetChangedMeanwhile):
        rule_life.edit(entry(RuleState.DRAFT), RULES, "d2", BO, revision=None)


@pytest.mark.parametrize("by", [ANNA, CHEN])
def test_nobody_approves_what_they_wrote_or_proposed(by: Signature) -> None:
    held = replace(entry(RuleState.PROPOSED), proposed=CHEN)
    with pytest.raises(RuleSetSecondPersonNeeded):
        rule_life.approve(held, by, today=DAY)
    assert rule_life.approve(held, BO, today=DAY).approved == BO


@pytest.mark.parametrize("today", [date(2027, 1, 1), date(2027, 1, 2)])
def test_no_day_that_has_begun_gets_other_rules(today: date) -> None:
    with pytest.raises(RuleSetNotAhead):
        rule_life.propose(entry(RuleState.TRIED), ANNA, today=today)
    with pytest.raises(RuleSetNotAhead):
        rule_life.approve(entry(RuleState.PROPOSED), BO, today=today)
    with pytest.raises(RuleSetNotAhead):
        withdraw(entry(RuleState.APPROVED), BO, may_approve=True, today=today)
    assert withdraw(entry(RuleState.PROPOSED), BO, today=today).withdrawn == BO


def test_what_two_agreed_on_one_of_them_gives_up_or_an_administrator() -> None:
    agreed = replace(entry(RuleState.APPROVED), proposed=CHEN, approved=BO)
    for by in (ANNA, CHEN, BO):
        gone = withdraw(agreed, by)
        # Who had agreed and who gave it up stays to be read.
        assert (gone.state, gone.withdrawn, gone.approved) == (RuleState.WITHDRAWN, by, BO)
        assert (gone.proposed, gone.because) == (CHEN, "no need")
    assert withdraw(agreed, DENG, may_approve=True).withdrawn == DENG
    with pytest.raises(RuleSetSignerNeeded):
        withdraw(agreed, DENG)
    # To what nobody has agreed to yet anybody who writes rules may put an end.
    for state in (RuleState.DRAFT, RuleState.TRIED, RuleState.PROPOSED):
        assert withdraw(entry(state), DENG).withdrawn == DENG


compared = st.builds(
    Compared,
    uscc=st.text("0123456789", min_size=8, max_size=8),
    before=st.sampled_from(LADDER),
    after=st.sampled_from(LADDER),
    likelihood_before=st.just(0.5),
    likelihood_after=st.just(0.5),
    was_warned=st.booleans(),
    is_warned=st.booleans(),
)


@given(st.lists(compared, unique_by=lambda one: one.uscc, max_size=60), st.integers(1, 7))
def test_a_trial_counts_the_same_in_whatever_portions(found: list[Compared], size: int) -> None:
    whole = trial.add(Tally(), found)
    portions = Tally()
    for start in range(0, len(found), size):
        portions = trial.add(portions, reversed(found[start : start + size]))
    assert portions == whole
    assert whole.judged == len(found)
    assert whole.changed == sum(one.before is not one.after for one in found)
    assert sum(whole.moves.values()) == whole.changed
    assert len(whole.examples) == min(20, whole.changed)


def test_the_examples_are_those_that_move_farthest() -> None:
    near = Compared("1", Place.BLUE, Place.YELLOW, 0.4, 0.5, was_warned=True, is_warned=True)
    far = Compared("2", Place.RED, Place.NONE, 0.9, 0.1, was_warned=True, is_warned=False)
    same = Compared("3", Place.RED, Place.RED, 0.9, 0.9, was_warned=True, is_warned=True)
    tally = trial.add(Tally(), [near, far, same])
    assert (tally.up, tally.down, tally.warned_before, tally.warned_after) == (1, 1, 3, 2)
    assert tally.examples == (far, near)
