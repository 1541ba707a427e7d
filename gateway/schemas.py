"""What the gateway's own API takes and answers."""

import re
from datetime import datetime
from typing import Annotated, Final, Self
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from gateway.domain.partner import Partner
from gateway.domain.representative import Representative
from shared.auth.identity import Caller, CallerKind, Role
from shared.calendar import SHANGHAI
from shared.codes.divisions import district
from shared.events.gateway import PartnerKind
from shared.messages import Language, catalogue, known

_FIELD: Final = re.compile(r"\{[a-z_]+\}")

Moment = Annotated[datetime, AfterValidator(lambda moment: moment.astimezone(SHANGHAI))]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
FeedName = Annotated[str, StringConstraints(pattern="^[a-z][a-z0-9_]{0,63}$")]


class DistrictRead(BaseModel):
    """A district by its code, with its name."""

    code: str
    name: str


class MeRead(BaseModel):
    """Who the caller is to the platform."""

    subject: str
    kind: CallerKind
    name: str
    roles: list[Role]
    districts: list[DistrictRead] = Field(description="Those that the caller may see.")
    feeds: list[str] = Field(description="Those that an agency may push.")
    usccs: list[str] = Field(description="Enterprises for which a representative may act.")

    @classmethod
    def of(cls, caller: Caller, language: Language) -> Self:
        """Show a caller to themselves."""
        return cls(
            subject=caller.subject,
            kind=caller.kind,
            name=caller.name,
            roles=sorted(caller.roles),
            districts=[_district(code, language) for code in sorted(caller.districts)],
            feeds=sorted(caller.feeds),
            usccs=sorted(caller.usccs),
        )


class PartnerWrite(BaseModel):
    """What a partner shall be."""

    model_config = ConfigDict(extra="forbid")

    kind: PartnerKind
    name: Name
    feeds: frozenset[FeedName] = Field(
        default=frozenset(), max_length=50, description="Those that an agency may push."
    )
    active: bool = True

    def partner(self, client_id: str) -> Partner:
        """Return the entry that is asked for."""
        return Partner(client_id, self.kind, self.name, self.feeds, self.active)


class PartnerRead(BaseModel):
    """A partner's entry in the directory."""

    client_id: str
    kind: PartnerKind
    name: str
    feeds: list[str]
    active: bool
    version: int

    @classmethod
    def of(cls, partner: Partner) -> Self:
        """Show an entry."""
        return cls(
            client_id=partner.client_id,
            kind=partner.kind,
            name=partner.name,
            feeds=sorted(partner.feeds),
            active=partner.active,
            version=partner.version,
        )


class RepresentativeWrite(BaseModel):
    """What a representative shall be."""

    model_config = ConfigDict(extra="forbid")

    name: Name
    usccs: frozenset[Annotated[str, StringConstraints(max_length=32)]] = Field(
        default=frozenset(), max_length=100, description="Enterprises for which they may act."
    )
    active: bool = True

    def representative(self, subject: str) -> Representative:
        """Return the entry that is asked for."""
        return Representative(subject, self.name, self.usccs, self.active)


class RepresentativeRead(BaseModel):
    """A representative's entry in the directory."""

    subject: str
    name: str
    usccs: list[str]
    active: bool
    version: int

    @classmethod
    def of(cls, representative: Representative) -> Self:
        """Show an entry."""
        return cls(**{**vars(representative), "usccs": sorted(representative.usccs)})


class AccessRead(BaseModel):
    """A line of the audit: who called what, when, and how it ended."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    at: Moment
    actor: str = Field(
        description="officer:…, agency:…, bank:…, enterprise:…, or unknown:… to the platform."
    )
    kind: str
    action: str | None = Field(description="Null where the path leads nowhere for the caller.")
    method: str
    path: str
    status: int = Field(description="499: the caller hung up before an answer.")
    trace_id: str | None
    request_id: str


class ProblemTypeRead(BaseModel):
    """What a problem's code means."""

    code: str
    title: str
    detail: str = Field(description="… stands for what differs from case to case.")

    @classmethod
    def of(cls, code: str, language: Language) -> Self | None:
        """Explain a code; None if no refusal has it."""
        if not known(f"problems.{code}.title"):
            return None
        texts = catalogue(language)
        return cls(
            code=code,
            title=_FIELD.sub("…", texts[f"problems.{code}.title"]),
            detail=_FIELD.sub("…", texts[f"problems.{code}.detail"]),
        )


class SignInRead(BaseModel):
    """Where people sign in, for a program that is not a browser."""

    issuer: str = Field(description="The OpenID provider.")
    cli_client_id: str = Field(description="The command line's public client there.")


class VersionRead(BaseModel):
    """Which release answers."""

    version: str


def _district(code: str, language: Language) -> DistrictRead:
    found = district(code)
    return DistrictRead(code=code, name=found.english if language is Language.EN else found.name)
