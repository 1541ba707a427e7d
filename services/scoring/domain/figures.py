"""One number that the facts of a feed come to on a day, and which fact it can be followed to."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Figure:
    """What a feature counted: `period` and `import_id` name the last observation that counts.

    `number` is what thresholds look at, `word` what they tell apart; `parameters` is what a reason
    says of it. What is unknown is no figure at all.
    """

    number: float
    period: str
    age_days: int
    import_id: UUID
    parameters: Mapping[str, int | float | str] = field(default_factory=dict)
    word: str | None = None
