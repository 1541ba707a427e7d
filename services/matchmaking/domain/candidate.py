"""A candidate for a loan: an enterprise under warning and on a protection list, and its life."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from services.matchmaking.domain.errors import StepRefused
from shared.events.base import Event
from shared.events.ingest import ProtectionListKind


class State(StrEnum):
    """Where a candidate stands on the way to a loan."""

    CANDIDATE = "candidate"
    INVITED = "invited"
    AUTHORIZED = "authorized"
    NEED_FILED = "need_filed"
    MATCHED = "matched"
    DISTRIBUTED = "distributed"
    CLAIMED = "claimed"
    DUE_DILIGENCE = "due_diligence"
    APPROVED = "approved"
    SIGNED = "signed"
    DRAWN = "drawn"
    MONITORING = "monitoring"
    COMPLETED = "completed"
    DECLINED = "declined"
    INELIGIBLE = "ineligible"
    WITHDRAWN = "withdrawn"
    AUTHORIZATION_EXPIRED = "authorization_expired"
    REMATCH = "rematch"


class Step(StrEnum):
    """What brings a candidate on, or off the way."""

    SELECT = "select"
    FIND_VIABLE = "find_viable"
    FIND_NOT_VIABLE = "find_not_viable"
    EXCLUDE = "exclude"
    INVITE = "invite"
    AUTHORIZE = "authorize"
    FILE_NEED = "file_need"
    MATCH = "match"
    DISTRIBUTE = "distribute"
    CLAIM = "claim"
    EXAMINE = "examine"
    APPROVE = "approve"
    SIGN = "sign"
    DRAW = "draw"
    MONITOR = "monitor"
    COMPLETE = "complete"
    WITHDRAW = "withdraw"
    EXPIRE = "expire"
    RUN_OUT = "run_out"
    GIVE_UP = "give_up"


ENDED: Final = frozenset({State.COMPLETED, State.DECLINED, State.INELIGIBLE})

_WITH_LOAN: Final = (State.SIGNED, State.DRAWN, State.MONITORING)
_WITH_BANKS: Final = (State.CLAIMED, State.DUE_DILIGENCE, State.APPROVED)
_BEFORE_BANKS: Final = (
    State.AUTHORIZED,
    State.NEED_FILED,
    State.MATCHED,
    State.DISTRIBUTED,
    State.REMATCH,
)


def _stay(*states: State) -> dict[State, State]:
    return {state: state for state in states}


# Where each step leads, from where it may be taken. A step that leads nowhere else is one that
# repeats what was done: another authorisation, another bank, another drawdown.
LIFE: Final[Mapping[Step, Mapping[State, State]]] = {
    Step.FIND_VIABLE: _stay(State.CANDIDATE),
    Step.FIND_NOT_VIABLE: {State.CANDIDATE: State.DECLINED, State.INVITED: State.DECLINED},
    Step.EXCLUDE: {State.CANDIDATE: State.INELIGIBLE, State.INVITED: State.INELIGIBLE},
    Step.INVITE: {
        State.CANDIDATE: State.INVITED,
        State.WITHDRAWN: State.INVITED,
        State.AUTHORIZATION_EXPIRED: State.INVITED,
        **_stay(State.INVITED, *_BEFORE_BANKS),
    },
    Step.AUTHORIZE: {
        State.INVITED: State.AUTHORIZED,
        State.WITHDRAWN: State.AUTHORIZED,
        State.AUTHORIZATION_EXPIRED: State.AUTHORIZED,
        **_stay(*_BEFORE_BANKS, *_WITH_BANKS, *_WITH_LOAN),
    },
    Step.FILE_NEED: {
        State.AUTHORIZED: State.NEED_FILED,
        State.NEED_FILED: State.NEED_FILED,
        State.MATCHED: State.NEED_FILED,
        State.REMATCH: State.NEED_FILED,
    },
    Step.MATCH: {State.NEED_FILED: State.MATCHED},
    Step.DISTRIBUTE: {
        State.NEED_FILED: State.DISTRIBUTED,
        State.MATCHED: State.DISTRIBUTED,
        State.REMATCH: State.DISTRIBUTED,
        **_stay(State.DISTRIBUTED, *_WITH_BANKS),
    },
    Step.CLAIM: {
        State.DISTRIBUTED: State.CLAIMED,
        **_stay(*_WITH_BANKS, *_WITH_LOAN),
    },
    Step.EXAMINE: {State.CLAIMED: State.DUE_DILIGENCE},
    Step.APPROVE: {
        State.CLAIMED: State.APPROVED,
        State.DUE_DILIGENCE: State.APPROVED,
        **_stay(State.APPROVED, *_WITH_LOAN),
    },
    Step.SIGN: {State.APPROVED: State.SIGNED, **_stay(*_WITH_LOAN)},
    Step.DRAW: {State.SIGNED: State.DRAWN, **_stay(State.DRAWN, State.MONITORING)},
    Step.MONITOR: {State.SIGNED: State.MONITORING, State.DRAWN: State.MONITORING},
    Step.COMPLETE: dict.fromkeys(_WITH_LOAN, State.COMPLETED),
    Step.WITHDRAW: {
        State.INVITED: State.WITHDRAWN,
        **dict.fromkeys((*_BEFORE_BANKS, *_WITH_BANKS), State.WITHDRAWN),
        **_stay(State.WITHDRAWN, State.AUTHORIZATION_EXPIRED, *_WITH_LOAN),
    },
    # What a bank has taken up it may bring to its end, though it reads no more.
    Step.EXPIRE: dict.fromkeys(_BEFORE_BANKS, State.AUTHORIZATION_EXPIRED),
    Step.RUN_OUT: {
        State.DISTRIBUTED: State.REMATCH,
        **dict.fromkeys(_WITH_BANKS, State.REMATCH),
    },
    Step.GIVE_UP: {State.REMATCH: State.DECLINED},
}

# After so many times that every bank asked has said no, services other than loans are left.
MOST_TRIES: Final = 2


@dataclass(frozen=True, slots=True)
class ListSnapshot:
    """An entry of a protection list as it stood on the day of selection.

    `listed_as`: the enterprise that the list names, where it is another that went on as this one.
    """

    kind: ProtectionListKind
    edition: str
    valid_from: date
    valid_until: date | None
    listed_as: str | None = None


class Finding(StrEnum):
    """What a review found: short of cash, in need of restructuring, or past saving by a loan."""

    VIABLE_SHORT_OF_CASH = "viable_short_of_cash"
    VIABLE_NEEDS_RESTRUCTURE = "viable_needs_restructure"
    NOT_VIABLE = "not_viable"


@dataclass(frozen=True, slots=True)
class Candidate:
    """One enterprise and episode; `tries` counts how often every bank asked has said no."""

    id: UUID
    uscc: str
    district: str
    state: State
    version: int
    selected_on: date
    lists: tuple[ListSnapshot, ...]
    finding: Finding | None = None
    tries: int = 0

    def may(self, step: Step) -> bool:
        """Tell whether the life of the candidate has the step from here."""
        return self.state in LIFE[step]


@dataclass(frozen=True, slots=True)
class Line:
    """What happened to a candidate; the version is that of the candidate after it."""

    version: int
    step: Step
    actor: str
    at: datetime
    from_state: State | None
    to_state: State
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Course:
    """A candidate after one or several steps, with their lines and facts, to be saved together."""

    candidate: Candidate
    lines: tuple[Line, ...] = ()
    events: tuple[Event, ...] = ()

    def take(self, step: Step, *, by: str, now: datetime, note: str | None = None) -> "Course":
        """Take a step after those before; raise StepRefused if the life has none from there."""
        before = self.candidate
        after = LIFE[step].get(before.state)
        if after is None:
            raise StepRefused(step, before.state)
        taken = replace(before, state=after, version=before.version + 1)
        line = Line(taken.version, step, by, now, before.state, after, note)
        return replace(self, candidate=taken, lines=(*self.lines, line))

    def set(self, **changed: object) -> "Course":
        """Change what the last step has changed beside the state."""
        return replace(self, candidate=replace(self.candidate, **changed))  # type: ignore[arg-type]

    def say(self, *events: Event) -> "Course":
        """Add facts."""
        return replace(self, events=(*self.events, *events))


def start(candidate: Candidate, *, by: str, now: datetime) -> Course:
    """Return the course of a candidate that has just been selected."""
    return Course(candidate, (Line(1, Step.SELECT, by, now, None, candidate.state),))
