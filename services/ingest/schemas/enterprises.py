"""What ingest answers of the enterprise register: entries, their versions, their names."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Final, Self
from uuid import UUID

from fastapi import Query
from pydantic import AfterValidator, BaseModel, Field

from services.ingest.domain.names import Aliases, check_aliases
from services.ingest.domain.values import names_in
from services.ingest.store.names import EntryVersion, Known
from services.ingest.store.register import Enterprise
from shared.codes.divisions import district
from shared.districts import DistrictQuery
from shared.messages import Language

_MOST_ALIASES: Final = 20


@dataclass(frozen=True)
class EnterpriseQuery:
    """Which entries of the register a client asks for."""

    q: Annotated[str | None, Query(max_length=100, description="Part of the name.")] = None
    district: DistrictQuery = None
    status: Annotated[str | None, Query(max_length=20)] = None


class EnterpriseRead(BaseModel):
    """An entry of the register as it stands."""

    uscc: str
    version: int
    name: str
    district: str
    district_name: str
    street: str | None
    industry: str | None
    status: str
    established_on: date | None
    registered_capital: Decimal | None = Field(description="CNY.")
    short_names: tuple[str, ...]

    @classmethod
    def of(cls, enterprise: Enterprise, language: Language) -> Self:
        """Tell of an entry."""
        place = district(enterprise.district)
        return cls(
            **{**vars(enterprise), "short_names": names_in(enterprise.short_names)},
            district_name=place.english if language is Language.EN else place.name,
        )


class EnterpriseDetail(EnterpriseRead):
    """An entry of the register with every name by which texts are linked to it."""

    former_names: tuple[str, ...] = Field(description="As registered before, the latest first.")
    aliases: tuple[str, ...] = Field(description="Other names that the city has added.")

    @classmethod
    def known(cls, enterprise: Enterprise, names: Known, language: Language) -> Self:
        """Tell of an entry and its names."""
        told = EnterpriseRead.of(enterprise, language)
        return cls(**told.model_dump(), **vars(names))


class EnterpriseVersionRead(EnterpriseRead):
    """What the register said of an enterprise, from when and from whom."""

    received_at: datetime
    import_id: UUID
    agency: str

    @classmethod
    def told(cls, uscc: str, entry: EntryVersion, language: Language) -> Self:
        """Tell of a version."""
        read = EnterpriseRead.of(Enterprise(uscc=uscc, **entry.said), language)
        return cls(
            **read.model_dump(),
            received_at=entry.received_at,
            import_id=entry.import_id,
            agency=entry.agency,
        )


class AliasesWrite(BaseModel):
    """The other names of an enterprise: what is given replaces what was there."""

    aliases: Annotated[Aliases, AfterValidator(check_aliases)] = Field(
        max_length=_MOST_ALIASES, description="Each of two characters at least."
    )
