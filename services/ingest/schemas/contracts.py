"""Versions of contracts: which one is meant, what one changes, until when an old one is taken."""

from datetime import UTC, datetime, time, timedelta
from email.utils import format_datetime
from typing import Annotated, Final, Literal, Self

from fastapi import Query
from pydantic import BaseModel, Field

from services.ingest.domain.contract import FeedContract
from services.ingest.domain.evolution import Change
from shared.calendar import SHANGHAI
from shared.messages import Language, say

CONTRACT_VERSION: Final = r"^[0-9]{1,4}\.[0-9]{1,4}\.[0-9]{1,4}$"

ContractVersion = Annotated[
    str | None,
    Query(
        pattern=CONTRACT_VERSION,
        description="A version of the contract; if none is named, the newest of the oldest major "
        "number that is still taken.",
    ),
]


class ChangeRead(BaseModel):
    """A difference between two versions of a contract."""

    weight: Literal["breaking", "addition", "wording"] = Field(
        description="What it asks of a sender of the older version: to change, nothing, nothing."
    )
    column: str | None
    code: str
    message: str

    @classmethod
    def of(cls, change: Change, language: Language) -> Self:
        """Tell of a difference."""
        message = say(
            f"contract_change.{change.code}",
            language,
            before=change.before,
            after=change.after,
        )
        weight = change.weight.name.lower()
        return cls.model_validate(
            {"weight": weight, "column": change.column, "code": change.code, "message": message}
        )


def deprecation(contract: FeedContract) -> dict[str, str]:
    """Return the headers of RFC 9745 and RFC 8594 of a deprecated version; none of another."""
    if contract.deprecated_on is None or contract.sunset_on is None:
        return {}
    since = datetime.combine(contract.deprecated_on, time(), SHANGHAI)
    # The last day is taken whole.
    until = datetime.combine(contract.sunset_on + timedelta(days=1), time(), SHANGHAI)
    return {
        "Deprecation": f"@{int(since.timestamp())}",
        "Sunset": format_datetime(until.astimezone(UTC), usegmt=True),
        "Link": f'</v1/feeds/{contract.name}>; rel="successor-version"',
    }
