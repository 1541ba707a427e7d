"""Officers, as the API takes and tells them."""

from typing import Self

from pydantic import BaseModel, ConfigDict, Field

from services.cases.domain.asked import Department
from services.cases.domain.officer import Officer, Role
from services.cases.schemas.words import Name


class OfficerWrite(BaseModel):
    """What an officer shall be."""

    model_config = ConfigDict(extra="forbid")

    name: Name
    roles: frozenset[Role] = Field(min_length=1)
    districts: frozenset[str] = Field(
        default=frozenset(), max_length=50, description="None for roles that see the whole city."
    )
    active: bool = True
    department: Department | None = Field(
        default=None, description="Whose requests an assisting officer answers; for that role only."
    )

    def officer(self, subject: str) -> Officer:
        """Return the entry that is asked for."""
        return Officer(
            subject,
            self.name,
            self.roles,
            self.districts,
            self.active,
            department=self.department,
        )


class OfficerRead(BaseModel):
    """An officer's entry in the directory."""

    model_config = ConfigDict(from_attributes=True)

    subject: str
    name: str
    roles: list[Role]
    districts: list[str]
    active: bool
    department: Department | None
    version: int

    @classmethod
    def of(cls, officer: Officer) -> Self:
        """Show an entry, its sets in a stable order."""
        return cls(
            subject=officer.subject,
            name=officer.name,
            roles=sorted(officer.roles),
            districts=sorted(officer.districts),
            active=officer.active,
            department=officer.department,
            version=officer.version,
        )
