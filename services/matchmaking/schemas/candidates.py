"""Candidates, their reviews and rounds: what is asked and answered."""

from datetime import date
from typing import Annotated, Any, Final, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.matchmaking.domain.candidate import Finding, State, Step
from services.matchmaking.domain.review import Exclusion, FiveTests, Review
from services.matchmaking.handlers.candidates import CandidateView
from services.matchmaking.schemas.kinds import Instant, Money, Title, Words
from services.matchmaking.schemas.permits import AuthorizationRead, NeedRead
from services.matchmaking.store.candidates import Known
from services.matchmaking.store.requests import Request
from services.matchmaking.store.rounds import Round
from shared.events.ingest import ProtectionListKind

# That there is a case, and what officers wrote or found in it, is for officers alone.
NOT_FOR_ENTERPRISES: Final = {"finding": None, "requested": None}


class ListRead(BaseModel):
    """An entry of a protection list as it stood on the day of selection."""

    model_config = ConfigDict(from_attributes=True)

    kind: ProtectionListKind
    edition: str
    valid_from: date
    valid_until: date | None
    listed_as: str | None = Field(
        description="Credit code of the enterprise that the list names, where it is another: it "
        "was merged into this one, or had its business under that code before."
    )


class RequestRead(BaseModel):
    """What a case said that its enterprise wants to borrow."""

    model_config = ConfigDict(from_attributes=True)

    amount: Money
    tenor_months: int
    purpose: str
    jobs_to_keep: int


class CandidateSummary(BaseModel):
    """A candidate as a line of a list."""

    id: UUID
    uscc: str
    name: str
    district: str = Field(description="GB/T 2260, or 1101K1 for the development area.")
    state: State
    selected_on: date
    lists: list[ListRead]
    finding: Finding | None
    requested: RequestRead | None = Field(
        description="What a case asked for, if one did; for officers."
    )
    version: int

    @classmethod
    def of(cls, known: Known, request: Request | None) -> Self:
        """Show a candidate in a list."""
        return cls(**_own(known, request))


class TestsRead(BaseModel):
    """The five tests of a review."""

    model_config = ConfigDict(from_attributes=True, extra="forbid")

    operates_lawfully: bool
    has_premises: bool
    needs_financing: bool
    has_good_credit: bool
    purpose_is_lawful: bool


class ReviewRead(BaseModel):
    """What somebody found."""

    model_config = ConfigDict(from_attributes=True)

    finding: Finding
    tests: TestsRead
    exclusions: list[Exclusion]
    waiver: str | None
    note: str
    reviewed_by: str
    reviewed_at: Instant


class LineRead(BaseModel):
    """What happened to a candidate."""

    model_config = ConfigDict(from_attributes=True)

    version: int
    step: Step
    actor: str
    at: Instant
    to_state: State
    note: str | None


class CandidateRead(CandidateSummary):
    """A candidate with all that belongs to it; reviews and lines are for officers."""

    authorizations: list[AuthorizationRead]
    need: NeedRead | None
    reviews: list[ReviewRead]
    lines: list[LineRead]

    @classmethod
    def seen(cls, view: CandidateView, *, by_officer: bool) -> Self:
        """Show a candidate to an officer, or to its own enterprise."""
        own = _own(view.known, view.request)
        if not by_officer:
            own |= NOT_FOR_ENTERPRISES
        return cls(
            **own,
            authorizations=[AuthorizationRead.of(one) for one in view.authorizations],
            need=view.need and NeedRead.model_validate(view.need),
            reviews=[_review(row) for row in view.reviews] if by_officer else [],
            lines=[LineRead.model_validate(line) for line in view.lines] if by_officer else [],
        )


class ReviewWrite(BaseModel):
    """What somebody found of a candidate."""

    model_config = ConfigDict(extra="forbid")

    finding: Finding
    tests: TestsRead
    exclusions: Annotated[list[Exclusion], Field(max_length=10)] = []
    waiver: Annotated[
        Words | None,
        Field(description="Why arrears that the loan would cure do not count against it."),
    ] = None
    note: Words

    def to_domain(self) -> Review:
        """Return the review as the domain reads it."""
        return Review(
            finding=self.finding,
            tests=FiveTests(**self.tests.model_dump()),
            exclusions=tuple(sorted(set(self.exclusions))),
            waiver=self.waiver,
            note=self.note,
        )


class RoundWrite(BaseModel):
    """A round to be opened."""

    model_config = ConfigDict(extra="forbid")

    title: Title
    held_on: date


class RoundRead(BaseModel):
    """A round (首贷专场、银企对接会)."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    title: str
    held_on: date
    opened_by: str
    opened_at: Instant
    invited: int


class InvitationsWrite(BaseModel):
    """Whom to invite."""

    model_config = ConfigDict(extra="forbid")

    candidates: Annotated[list[UUID], Field(min_length=1, max_length=200)]


class InvitedRead(BaseModel):
    """An invited candidate."""

    id: UUID
    uscc: str
    name: str
    district: str
    state: State


class RoundView(RoundRead):
    """A round with those invited whom the caller may see."""

    candidates: list[InvitedRead]

    @classmethod
    def seen(cls, found: Round, invited: list[Known]) -> Self:
        """Show a round."""
        own = RoundRead.model_validate(found).model_dump()
        return cls(**own, candidates=[_invited(known) for known in invited])


def _invited(known: Known) -> InvitedRead:
    one = known.candidate
    return InvitedRead(
        id=one.id, uscc=one.uscc, name=known.name, district=one.district, state=one.state
    )


def _own(known: Known, request: Request | None) -> dict[str, Any]:
    one = known.candidate
    return {
        "id": one.id,
        "uscc": one.uscc,
        "name": known.name,
        "district": one.district,
        "state": one.state,
        "selected_on": one.selected_on,
        "lists": [ListRead.model_validate(entry) for entry in one.lists],
        "finding": one.finding,
        "requested": request and RequestRead.model_validate(request),
        "version": one.version,
    }


def _review(row: object) -> ReviewRead:
    return ReviewRead.model_validate(
        {
            **{name: getattr(row, name) for name in ReviewRead.model_fields if name != "tests"},
            "tests": TestsRead.model_validate(row),
        }
    )
