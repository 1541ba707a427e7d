"""A case and the literal table of its life (domain.md §5.1)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from services.cases.domain.asked import AssistanceRequest
from services.cases.domain.clocks import FOLLOW_UPS, ROUND_THE_CLOCK, Clock, ClockName
from services.cases.domain.codes import Deed, EvidenceKind
from services.cases.domain.outcome import PROPERLY_HANDLED, Outcome, WaitingFor
from shared.events.base import Event
from shared.events.scoring import RiskLevel


class Status(StrEnum):
    """Where a case stands."""

    PENDING_DISPATCH = "pending_dispatch"
    DISPATCHED = "dispatched"
    ACCEPTED = "accepted"
    VERIFYING = "verifying"
    PLANNED = "planned"
    IN_DISPOSITION = "in_disposition"
    SUSPENDED = "suspended"
    PENDING_REVIEW = "pending_review"
    RESOLVED = "resolved"
    FOLLOW_UP = "follow_up"
    CLOSED = "closed"
    CLOSED_UNRESOLVED = "closed_unresolved"
    CLOSED_FALSE_POSITIVE = "closed_false_positive"
    ARCHIVED = "archived"


class Step(StrEnum):
    """What a person may do with a case."""

    DISPATCH = "dispatch"
    RETURN = "return"
    ACCEPT = "accept"
    VERIFY = "verify"
    DOUBT = "doubt"
    REFUTE = "refute"
    PLAN = "plan"
    START = "start"
    SUSPEND = "suspend"
    RESUME = "resume"
    EXTEND = "extend"
    SUBMIT = "submit"
    SEND_BACK = "send_back"
    APPROVE = "approve"
    FOLLOW_UP = "follow_up"
    CLOSE = "close"
    GIVE_UP = "give_up"
    REOPEN = "reopen"
    ARCHIVE = "archive"
    PROPOSE_TRANSFER = "propose_transfer"
    ACCEPT_TRANSFER = "accept_transfer"
    REFUSE_TRANSFER = "refuse_transfer"
    WITHDRAW_TRANSFER = "withdraw_transfer"


# While somebody has the case in hand it may go to another district.
_IN_HAND: Final = frozenset(
    {Status.ACCEPTED, Status.VERIFYING, Status.PLANNED, Status.IN_DISPOSITION}
)

# From where, and to where; without a target the case stays where it stands.
LIFE: Final[Mapping[Step, tuple[frozenset[Status], Status | None]]] = {
    Step.DISPATCH: (frozenset({Status.PENDING_DISPATCH}), Status.DISPATCHED),
    Step.RETURN: (frozenset({Status.DISPATCHED}), Status.PENDING_DISPATCH),
    Step.ACCEPT: (frozenset({Status.DISPATCHED}), Status.ACCEPTED),
    Step.VERIFY: (frozenset({Status.ACCEPTED}), Status.VERIFYING),
    # A false positive takes two: one finds it (doubt), another confirms it (refute).
    Step.DOUBT: (frozenset({Status.VERIFYING}), Status.VERIFYING),
    Step.REFUTE: (frozenset({Status.VERIFYING}), Status.CLOSED_FALSE_POSITIVE),
    Step.PLAN: (frozenset({Status.VERIFYING}), Status.PLANNED),
    Step.START: (frozenset({Status.PLANNED}), Status.IN_DISPOSITION),
    Step.SUSPEND: (frozenset({Status.IN_DISPOSITION}), Status.SUSPENDED),
    Step.RESUME: (frozenset({Status.SUSPENDED}), Status.IN_DISPOSITION),
    Step.EXTEND: (frozenset({Status.IN_DISPOSITION}), Status.IN_DISPOSITION),
    Step.SUBMIT: (frozenset({Status.IN_DISPOSITION}), Status.PENDING_REVIEW),
    Step.SEND_BACK: (frozenset({Status.PENDING_REVIEW}), Status.IN_DISPOSITION),
    Step.APPROVE: (frozenset({Status.PENDING_REVIEW}), Status.RESOLVED),
    Step.FOLLOW_UP: (frozenset({Status.RESOLVED}), Status.FOLLOW_UP),
    Step.CLOSE: (frozenset({Status.FOLLOW_UP}), Status.CLOSED),
    Step.GIVE_UP: (
        frozenset({Status.IN_DISPOSITION, Status.SUSPENDED}),
        Status.CLOSED_UNRESOLVED,
    ),
    Step.REOPEN: (frozenset({Status.FOLLOW_UP, Status.CLOSED}), Status.PENDING_DISPATCH),
    Step.ARCHIVE: (
        frozenset({Status.CLOSED, Status.CLOSED_UNRESOLVED, Status.CLOSED_FALSE_POSITIVE}),
        Status.ARCHIVED,
    ),
    Step.PROPOSE_TRANSFER: (_IN_HAND, None),
    Step.ACCEPT_TRANSFER: (_IN_HAND, Status.DISPATCHED),
    Step.REFUSE_TRANSFER: (_IN_HAND, None),
    Step.WITHDRAW_TRANSFER: (_IN_HAND, None),
}

ENDED: Final = frozenset(
    {
        Status.CLOSED,
        Status.CLOSED_UNRESOLVED,
        Status.CLOSED_FALSE_POSITIVE,
        Status.ARCHIVED,
    }
)


class Happening(StrEnum):
    """What befalls a case without anybody's step; written into its timeline as well."""

    OPENED = "opened"
    WARNING_JOINED = "warning_joined"
    LEVEL_CHANGED = "level_changed"
    WARNING_LIFTED = "warning_lifted"
    LAYOFF_REPORTED = "layoff_reported"
    ESCALATED = "escalated"
    CANDIDATE_SELECTED = "candidate_selected"
    CANDIDATE_DECLINED = "candidate_declined"
    REFERRAL_SENT = "referral_sent"
    REFERRAL_ANSWERED = "referral_answered"
    CONTRACT_SIGNED = "contract_signed"
    LOAN_DRAWN = "loan_drawn"
    TICKET_OPENED = "ticket_opened"
    TICKET_ANSWERED = "ticket_answered"
    ASSISTANCE_ACCEPTED = "assistance_accepted"
    ASSISTANCE_ANSWERED = "assistance_answered"
    ASSISTANCE_RETURNED = "assistance_returned"
    ASSISTANCE_WITHDRAWN = "assistance_withdrawn"


@dataclass(frozen=True)
class AttachedWarning:
    """A warning of the case's enterprise, as last heard of.

    `counts` is False for one that an earlier run of a reopened case has dealt with.
    """

    id: UUID
    version: int
    level: RiskLevel
    lifted: bool
    counts: bool


@dataclass(frozen=True)
class Case:
    """One enterprise's episode of risk, from its first warning to its archive.

    `warning_id` is the warning heard of last. People are named by their subject.
    `evidence_kinds` are the kinds of what was put on file since the case began, or began anew.
    `layoff_on` is the earliest day for which a layoff is reported, to the city or at a visit.
    `transfer_to` is the district that was asked to take the case over; `transfer_time` the working
    time for which it was so.
    """

    id: UUID
    number: str
    uscc: str
    district: str
    status: Status
    level: RiskLevel
    warning_id: UUID
    opened_at: datetime
    version: int
    dispatched_at: datetime | None = None
    officer: str | None = None
    doubted_by: str | None = None
    submitted_by: str | None = None
    reviewed_by: str | None = None
    outcome: Outcome | None = None
    evidence: str | None = None
    suspensions: int = 0
    suspended_at: datetime | None = None
    suspended_until: datetime | None = None
    waiting_for: WaitingFor | None = None
    ended_at: datetime | None = None
    evidence_kinds: frozenset[EvidenceKind] = frozenset()
    layoff_on: date | None = None
    transfer_to: str | None = None
    transfer_by: str | None = None
    transfer_at: datetime | None = None
    transfer_time: timedelta = timedelta()
    clocks: tuple[Clock, ...] = ()
    warnings: tuple[AttachedWarning, ...] = ()
    # Those that are pending, or that this change has ended.
    assistance: tuple[AssistanceRequest, ...] = ()

    @property
    def next_due_at(self) -> datetime | None:
        """Say when somebody must have done something; None once nothing is due any more."""
        if self.status in ENDED:
            return None
        ends = [clock.ends_at for clock in self.ticking_clocks]
        if self.status is Status.SUSPENDED:
            ends.append(self.suspended_until)
        return min((end for end in ends if end is not None), default=None)

    @property
    def running_clocks(self) -> tuple[Clock, ...]:
        """List the clocks that measure what the case is about now: once resolved, the follow-up."""
        if self.status in ENDED:
            return ()
        following = self.status in {Status.RESOLVED, Status.FOLLOW_UP}
        return tuple(
            clock
            for clock in self.clocks
            if clock.met_at is None and (clock.name in FOLLOW_UPS) == following
        )

    @property
    def ticking_clocks(self) -> tuple[Clock, ...]:
        """List those of them that run on though the case may be suspended."""
        if self.status is not Status.SUSPENDED:
            return self.running_clocks
        return tuple(clock for clock in self.running_clocks if clock.name in ROUND_THE_CLOCK)

    @property
    def escalation_level(self) -> int:
        """Say how far up the case was told, for what is not done yet."""
        asked = (request.clock for request in self.pending_assistance)
        return max((clock.escalated for clock in (*self.running_clocks, *asked)), default=0)

    @property
    def pending_assistance(self) -> tuple[AssistanceRequest, ...]:
        """List the requests that departments have not answered; a suspension does not stop them."""
        return tuple(request for request in self.assistance if request.is_pending)

    @property
    def resolved_at(self) -> datetime | None:
        """Say when the outcome was approved."""
        met = (clock.met_at for clock in self.clocks if clock.name is ClockName.RESOLVE)
        return next(met, None)

    @property
    def properly_handled(self) -> bool:
        """Tell whether a second person has approved an outcome that counts as proper handling."""
        return self.reviewed_by is not None and self.outcome in PROPERLY_HANDLED


@dataclass(frozen=True)
class Entry:
    """A line of the timeline; each version of a case has exactly one."""

    version: int
    what: Step | Deed | Happening
    actor: str
    at: datetime
    from_status: Status | None
    to_status: Status
    note: str | None = None
    reason: str | None = None
    details: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Decision:
    """What was decided about a case: its new state, its new lines, and the facts to be told.

    `read_version` is the version on which it was decided; None for a case that is new.
    """

    case: Case
    entries: tuple[Entry, ...]
    events: tuple[Event, ...]
    read_version: int | None

    def then(self, following: "Decision") -> "Decision":
        """Return both decisions as one; the second was taken on the state of the first."""
        return Decision(
            following.case,
            self.entries + following.entries,
            self.events + following.events,
            self.read_version,
        )
