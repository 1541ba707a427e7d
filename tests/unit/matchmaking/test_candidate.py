"""The life of a candidate, written out once more by hand."""

from itertools import product

import pytest

from services.matchmaking.domain.candidate import LIFE, Course, State, Step
from services.matchmaking.domain.errors import StepRefused
from tests.unit.matchmaking.ways import NOW, candidate

# The way that domain.md §4.2 draws, with the steps that lead along it.
WAY = (
    (Step.FIND_VIABLE, State.CANDIDATE),
    (Step.INVITE, State.INVITED),
    (Step.AUTHORIZE, State.AUTHORIZED),
    (Step.FILE_NEED, State.NEED_FILED),
    (Step.MATCH, State.MATCHED),
    (Step.DISTRIBUTE, State.DISTRIBUTED),
    (Step.CLAIM, State.CLAIMED),
    (Step.EXAMINE, State.DUE_DILIGENCE),
    (Step.APPROVE, State.APPROVED),
    (Step.SIGN, State.SIGNED),
    (Step.DRAW, State.DRAWN),
    (Step.MONITOR, State.MONITORING),
    (Step.COMPLETE, State.COMPLETED),
)
# Steps that change the state, beside the way: from where, to where.
ASIDE = {
    (Step.FIND_NOT_VIABLE, "candidate", "declined"),
    (Step.FIND_NOT_VIABLE, "invited", "declined"),
    (Step.EXCLUDE, "candidate", "ineligible"),
    (Step.EXCLUDE, "invited", "ineligible"),
    (Step.INVITE, "withdrawn", "invited"),
    (Step.INVITE, "authorization_expired", "invited"),
    (Step.AUTHORIZE, "withdrawn", "authorized"),
    (Step.AUTHORIZE, "authorization_expired", "authorized"),
    (Step.FILE_NEED, "matched", "need_filed"),
    (Step.FILE_NEED, "rematch", "need_filed"),
    (Step.DISTRIBUTE, "need_filed", "distributed"),
    (Step.DISTRIBUTE, "rematch", "distributed"),
    (Step.APPROVE, "claimed", "approved"),
    (Step.MONITOR, "signed", "monitoring"),
    (Step.COMPLETE, "signed", "completed"),
    (Step.COMPLETE, "drawn", "completed"),
    *(
        (Step.WITHDRAW, state, "withdrawn")
        for state in (
            "invited",
            "authorized",
            "need_filed",
            "matched",
            "distributed",
            "rematch",
            "claimed",
            "due_diligence",
            "approved",
        )
    ),
    *(
        (Step.EXPIRE, state, "authorization_expired")
        for state in (
            "authorized",
            "need_filed",
            "matched",
            "distributed",
            "rematch",
        )
    ),
    *(
        (Step.RUN_OUT, state, "rematch")
        for state in (
            "distributed",
            "claimed",
            "due_diligence",
            "approved",
        )
    ),
    (Step.GIVE_UP, "rematch", "declined"),
}


def test_the_way_leads_from_the_lists_to_jobs_kept() -> None:
    course = Course(candidate())
    for step, expected in WAY:
        course = course.take(step, by="somebody", now=NOW)
        assert course.candidate.state is expected
    assert [line.version for line in course.lines] == list(range(4, 4 + len(WAY)))
    assert course.lines[1].from_state is State.CANDIDATE


def test_every_other_change_of_state_is_written_here() -> None:
    states = [State.CANDIDATE, *(state for _, state in WAY)]
    along = {(step, before, after) for before, (step, after) in zip(states, WAY, strict=False)}
    changing = {
        (step, before, after)
        for step, leads in LIFE.items()
        for before, after in leads.items()
        if before is not after
    }
    assert changing == {each for each in along if each[1] is not each[2]} | ASIDE


@pytest.mark.parametrize(
    ("step", "state"),
    [
        (step, state)
        for step, state in product(Step, (State.COMPLETED, State.DECLINED, State.INELIGIBLE))
        if step is not Step.SELECT
    ],
)
def test_an_end_is_an_end(step: Step, state: State) -> None:
    with pytest.raises(StepRefused) as refused:
        Course(candidate(state)).take(step, by="somebody", now=NOW)
    assert (refused.value.step, refused.value.state) == (step, state)


def test_nobody_is_referred_before_the_need_is_known_or_without_an_authorisation() -> None:
    for state in (State.CANDIDATE, State.INVITED, State.AUTHORIZED, State.WITHDRAWN):
        assert not candidate(state).may(Step.DISTRIBUTE)


def test_a_loan_that_was_signed_is_not_undone_by_a_withdrawal() -> None:
    for state in (State.SIGNED, State.DRAWN, State.MONITORING):
        taken = Course(candidate(state)).take(Step.WITHDRAW, by="firm", now=NOW)
        assert taken.candidate.state is state
