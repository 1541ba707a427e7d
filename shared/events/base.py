"""What every event is: a frozen fact with a subject, named in the past tense."""

from collections.abc import Sequence
from typing import Any, ClassVar, NewType, Self

from pydantic import BaseModel, ConfigDict, model_validator

Subject = NewType("Subject", str)


class Event(BaseModel):
    """A fact that a service states; the body of a message.

    Id, time, source, actor and trace travel in CloudEvents headers, not here.
    Unknown fields are ignored, so that an older consumer reads a newer producer.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    subject: ClassVar[Subject]

    def about(self) -> str:
        """Name the one thing the fact is about (CloudEvents `subject`); empty for bulk facts."""
        return ""


class ColumnarEvent(Event):
    """A bulk fact: its rows lie in columns of equal length, a few thousand at most."""

    columns: ClassVar[tuple[str, ...]]

    @model_validator(mode="after")
    def _columns_are_equally_long(self) -> Self:
        lengths = {name: len(getattr(self, name)) for name in self.columns}
        if len(set(lengths.values())) > 1:
            raise ValueError(f"columns differ in length: {lengths}")
        return self

    def __len__(self) -> int:
        return len(getattr(self, self.columns[0]))

    def rows(self) -> list[dict[str, Any]]:
        """Return the rows as mappings of column name to value, in column order."""
        lists: list[Sequence[Any]] = [getattr(self, name) for name in self.columns]
        return [dict(zip(self.columns, row, strict=True)) for row in zip(*lists, strict=True)]
