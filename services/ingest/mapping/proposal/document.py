"""What is proposed: which header is read as which column, and what a person has to decide."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Guess:
    """What a column is read from, how sure that is (0 to 1), and which values it cannot read.

    `doubt`: another way to read the values, which then mean something else.
    """

    column: str
    header: str
    confidence: float
    steps: Mapping[str, Any] = field(default_factory=dict)
    unread: Sequence[str] = ()
    doubt: str | None = None


@dataclass(frozen=True)
class Proposal:
    """A first mapping, and what a person has to decide.

    `side_by_side`: headers of months of which a record of the feed cannot be about one. `yearless`:
    months stand side by side, and nothing tells their year.
    """

    feed: str
    form: Mapping[str, Any]
    guesses: Sequence[Guess]
    missing: Sequence[str]
    left_over: Sequence[str]
    wide: str | None = None
    nulls: Sequence[str] = ()
    side_by_side: Sequence[str] = ()
    rows: Mapping[str, Any] = field(default_factory=dict)
    yearless: bool = False

    @property
    def complete(self) -> bool:
        """Tell whether all that the feed requires was found."""
        return not self.missing
