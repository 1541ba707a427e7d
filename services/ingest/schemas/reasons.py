"""Why rows of an import were not taken, or not whole, in the reader's language."""

from collections.abc import Mapping
from typing import Final, Self

from pydantic import BaseModel, Field

from services.ingest.domain.places import member_and_row
from services.ingest.domain.rows import Fault
from services.ingest.store.imports import Import
from shared.messages import Language, say

_LOOKED_UP: Final = frozenset({"enterprise_name_unknown", "enterprise_name_ambiguous"})


class ImportErrorRead(BaseModel):
    """Why a row was not taken."""

    row: int | None = Field(
        description="Of a batch: counted from 0, as the pointer does. Of a file: the number that "
        "the sender's program shows, from 1, the header included; null: the file as a whole."
    )
    member: str | None = Field(
        default=None,
        description="Of an archive the file, of several sheets the sheet; rows count in each.",
    )
    place: int | None = Field(description="The same as people count: the first record is 1.")
    pointer: str | None = Field(description="Place in the body of a batch; a file has none.")
    column: str | None = Field(description="Name of the column; of a file, the sender's header.")
    code: str
    message: str
    value: str | None = Field(description="What stood there, shortened and made printable.")
    name: str | None = Field(
        default=None,
        description="Of a row whose mapping looks enterprises up: the name that was looked for, of "
        "which the register knows none, or several. As an alias it would be found.",
    )

    @classmethod
    def of(cls, fault: Fault, language: Language, *, taken: Import | None = None) -> Self:
        """Put a fault into words; without an import, one of a batch."""
        in_file = taken is not None and taken.is_file
        member, row = member_and_row(fault.row)
        return cls(
            row=None if in_file and not row else row,
            member=taken.members[member - 1] if taken is not None and member else None,
            place=(row or None) if in_file else row + 1,
            pointer=None if in_file else fault.pointer,
            column=fault.column,
            code=fault.code,
            # Imports of before have no name among the values of their errors.
            message=say(
                f"validation.{fault.code}", language, **{"name": fault.value or "", **fault.values}
            ),
            value=fault.value,
            name=str(fault.values["name"])
            if fault.code in _LOOKED_UP and "name" in fault.values
            else None,
        )


class UnknownRead(BaseModel):
    """What was left out of rows that were taken, because what it means is not known."""

    column: str = Field(description="The sender's header.")
    code: str
    message: str
    rows: int
    first_row: int
    member: str | None = Field(default=None, description="Of an archive: the file in it.")
    value: str = Field(description="What stood there first.")

    @classmethod
    def of(cls, kind: Mapping[str, int | str], language: Language, *, taken: Import) -> Self:
        """Put a kind of unknown values into words."""
        message = say(f"validation.{kind['code']}", language, **kind)
        member, row = member_and_row(int(kind["first_row"]))
        own = {"first_row": row, "member": taken.members[member - 1] if member else None}
        return cls.model_validate({**kind, **own, "message": message})
