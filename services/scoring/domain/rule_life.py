"""The life of a rule set: drafted, tried on history, proposed, approved by another person."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from services.scoring.domain.errors import (
    RuleSetChangedMeanwhile,
    RuleSetNotAhead,
    RuleSetSecondPersonNeeded,
    RuleSetSignerNeeded,
    RuleSetStepRefused,
)
from services.scoring.domain.rules import RuleSet


class RuleState(StrEnum):
    """How far a rule set is; whether an approved one is in force, its day says."""

    DRAFT = "draft"
    TRIED = "tried"
    PROPOSED = "proposed"
    APPROVED = "approved"
    WITHDRAWN = "withdrawn"


class RuleStep(StrEnum):
    """What is done with a rule set."""

    EDIT = "edit"
    TRY = "try"
    PROPOSE = "propose"
    APPROVE = "approve"
    WITHDRAW = "withdraw"


# What was tried is what is proposed, and what is proposed is what is approved: an edit leads back.
LIFE: Final[Mapping[tuple[RuleState, RuleStep], RuleState]] = {
    (RuleState.DRAFT, RuleStep.EDIT): RuleState.DRAFT,
    (RuleState.DRAFT, RuleStep.TRY): RuleState.TRIED,
    (RuleState.DRAFT, RuleStep.WITHDRAW): RuleState.WITHDRAWN,
    (RuleState.TRIED, RuleStep.EDIT): RuleState.DRAFT,
    (RuleState.TRIED, RuleStep.TRY): RuleState.TRIED,
    (RuleState.TRIED, RuleStep.PROPOSE): RuleState.PROPOSED,
    (RuleState.TRIED, RuleStep.WITHDRAW): RuleState.WITHDRAWN,
    (RuleState.PROPOSED, RuleStep.EDIT): RuleState.DRAFT,
    (RuleState.PROPOSED, RuleStep.APPROVE): RuleState.APPROVED,
    (RuleState.PROPOSED, RuleStep.WITHDRAW): RuleState.WITHDRAWN,
    (RuleState.APPROVED, RuleStep.WITHDRAW): RuleState.WITHDRAWN,
}


@dataclass(frozen=True, slots=True)
class Signature:
    """Who did something, and when."""

    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class RuleEntry:
    """A rule set with its life; `digest` is of its document, `revision` counts its changes."""

    rules: RuleSet
    digest: str
    state: RuleState
    revision: int
    edited: Signature
    is_built_in: bool = False
    proposed: Signature | None = None
    approved: Signature | None = None
    withdrawn: Signature | None = None
    because: str | None = None

    @property
    def version(self) -> str:
        """Return the name of the rule set."""
        return self.rules.version


def draft(rules: RuleSet, digest: str, signed: Signature) -> RuleEntry:
    """Begin a rule set."""
    return RuleEntry(rules, digest, RuleState.DRAFT, 1, signed)


def edit(
    entry: RuleEntry, rules: RuleSet, digest: str, signed: Signature, *, revision: int | None
) -> RuleEntry:
    """Put other rules in the place of those of an entry; it has to be tried (again).

    Who edits what somebody else wrote last names the revision that they have read.

    Raises RuleSetStepRefused, RuleSetChangedMeanwhile.
    """
    state = _next(entry, RuleStep.EDIT)
    if revision != entry.revision and (revision is not None or entry.edited.by != signed.by):
        raise RuleSetChangedMeanwhile(entry.version)
    return RuleEntry(rules, digest, state, entry.revision + 1, signed)


def tried(entry: RuleEntry, digest: str) -> RuleEntry:
    """Note that a trial of these rules is done; of rules that were edited since, it says nothing.

    Nor does a trial of what is proposed or in force change how far it is.
    """
    if digest != entry.digest or (entry.state, RuleStep.TRY) not in LIFE:
        return entry
    return replace(entry, state=_next(entry, RuleStep.TRY))


def propose(entry: RuleEntry, signed: Signature, *, today: date) -> RuleEntry:
    """Ask another person to approve. Raises RuleSetStepRefused, RuleSetNotAhead."""
    state = _next(entry, RuleStep.PROPOSE)
    _lies_ahead(entry, today)
    return replace(entry, state=state, revision=entry.revision + 1, proposed=signed)


def approve(entry: RuleEntry, signed: Signature, *, today: date) -> RuleEntry:
    """Let the rules come into force on their day.

    That day lies ahead: no day that was judged is judged by other rules afterwards.

    Raises RuleSetStepRefused, RuleSetSecondPersonNeeded, RuleSetNotAhead.
    """
    state = _next(entry, RuleStep.APPROVE)
    if signed.by in {entry.edited.by, entry.proposed.by if entry.proposed else None}:
        raise RuleSetSecondPersonNeeded
    _lies_ahead(entry, today)
    return replace(entry, state=state, revision=entry.revision + 1, approved=signed)


def withdraw(
    entry: RuleEntry, signed: Signature, because: str, *, may_approve: bool, today: date
) -> RuleEntry:
    """Give a rule set up; what has been in force stays what those days were judged by.

    One person may, even where two had agreed, for faulty rules must not come into force over night:
    those go on then that two persons agreed on before. But it is one whose agreement it was, or who
    `may_approve`; and there is no way back but a new version that two persons agree on again.

    Raises RuleSetStepRefused, RuleSetNotAhead, RuleSetSignerNeeded.
    """
    state = _next(entry, RuleStep.WITHDRAW)
    if entry.state is RuleState.APPROVED:
        _lies_ahead(entry, today)
        agreed = {one.by for one in (entry.edited, entry.proposed, entry.approved) if one}
        if not may_approve and signed.by not in agreed:
            raise RuleSetSignerNeeded
    return replace(
        entry, state=state, revision=entry.revision + 1, withdrawn=signed, because=because
    )


def _next(entry: RuleEntry, taken: RuleStep) -> RuleState:
    after = LIFE.get((entry.state, taken))
    if after is None or entry.is_built_in:
        raise RuleSetStepRefused(taken.value, entry.state.value)
    return after


def _lies_ahead(entry: RuleEntry, today: date) -> None:
    if entry.rules.effective_from <= today:
        raise RuleSetNotAhead(entry.rules.effective_from.isoformat())
