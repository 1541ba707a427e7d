"""What ingest says: register entries, observations, opinions and protection lists."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from pydantic import model_validator

from shared.events.base import ColumnarEvent, Event, Subject


class Operation(StrEnum):
    """What a row does to the fact it is about; consumers upsert by version, in any order."""

    RECORD = "record"
    SUPERSEDE = "supersede"
    WITHDRAW = "withdraw"


class EnterprisesChanged(ColumnarEvent):
    """Entries of the enterprise register are new or different; the higher version holds."""

    subject: ClassVar[Subject] = Subject("ingest.enterprises.changed.v1")
    columns: ClassVar[tuple[str, ...]] = (
        "uscc",
        "version",
        "name",
        "district",
        "street",
        "industry",
        "status",
        "established_on",
        "registered_capital",
    )

    import_id: UUID
    received_at: datetime
    uscc: tuple[str, ...]
    version: tuple[int, ...]
    name: tuple[str, ...]
    district: tuple[str, ...]
    street: tuple[str | None, ...]
    industry: tuple[str | None, ...]
    status: tuple[str, ...]
    established_on: tuple[date | None, ...]
    registered_capital: tuple[Decimal | None, ...]


class ObservationsRecorded(ColumnarEvent):
    """A feed said something about enterprises in periods, each row a version of one fact.

    `values` maps each measured column of the feed to its list, as long as the rows.
    """

    subject: ClassVar[Subject] = Subject("ingest.observations.recorded.v1")
    columns: ClassVar[tuple[str, ...]] = ("uscc", "period", "operation", "version")

    feed: str
    import_id: UUID
    received_at: datetime
    uscc: tuple[str, ...]
    period: tuple[str, ...]
    operation: tuple[Operation, ...]
    version: tuple[int, ...]
    values: dict[str, tuple[int | Decimal | str | None, ...]]

    @model_validator(mode="after")
    def _values_are_as_long_as_rows(self) -> "ObservationsRecorded":
        for name, column in self.values.items():
            if len(column) != len(self.uscc):
                raise ValueError(
                    f"column {name} has {len(column)} values for {len(self.uscc)} rows"
                )
        return self


class SuccessionKind(StrEnum):
    """How one enterprise goes on as another (合并、分立、变更代码)."""

    MERGER = "merger"
    DIVISION = "division"
    CODE_CHANGE = "code_change"


class SuccessionRecorded(Event):
    """An enterprise went on as another, or that was an error (`withdrawn`).

    The higher version of a pair holds. After a merger or under a new code the predecessor is no
    more; in a division the successor comes out of it.
    """

    subject: ClassVar[Subject] = Subject("ingest.succession.recorded.v1")

    predecessor: str
    successor: str
    version: int
    kind: SuccessionKind
    effective_on: date
    withdrawn: bool
    received_at: datetime

    def about(self) -> str:
        """Name the predecessor."""
        return self.predecessor


class OpinionKind(StrEnum):
    """What a text alleges of an enterprise (裁员、降薪、欠薪、关停、破产、聚集)."""

    LAYOFF = "layoff"
    PAY_CUT = "pay_cut"
    WAGE_ARREARS = "wage_arrears"
    CLOSURE = "closure"
    BANKRUPTCY = "bankruptcy"
    GATHERING = "gathering"


class OpinionsLinked(ColumnarEvent):
    """Texts were matched to the enterprises that they mention: a row an item and enterprise.

    `cluster` is the same for texts that say the same: they count as one. `negative` says whether
    the text speaks ill of this enterprise; `kinds` what it alleges, `announced` and
    `announced_share` how many jobs it says will go. Neither text nor author is here.
    """

    subject: ClassVar[Subject] = Subject("ingest.opinions.linked.v1")
    columns: ClassVar[tuple[str, ...]] = (
        "uscc",
        "item",
        "operation",
        "version",
        "published_at",
        "received_at",
        "import_id",
        "source",
        "cluster",
        "negative",
        "confidence",
        "kinds",
        "announced",
        "announced_share",
    )

    uscc: tuple[str, ...]
    item: tuple[UUID, ...]
    operation: tuple[Operation, ...]
    version: tuple[int, ...]
    published_at: tuple[datetime, ...]
    received_at: tuple[datetime, ...]
    import_id: tuple[UUID, ...]
    source: tuple[str, ...]
    cluster: tuple[str, ...]
    negative: tuple[bool, ...]
    confidence: tuple[float, ...]
    kinds: tuple[tuple[OpinionKind, ...], ...]
    announced: tuple[int | None, ...]
    announced_share: tuple[float | None, ...]


class ProtectionListKind(StrEnum):
    """Which of the city's three lists protects an enterprise (优先、重点、普惠)."""

    PRIORITY = "priority"
    KEY = "key"
    INCLUSIVE = "inclusive"


class ProtectionListPublished(ColumnarEvent):
    """Entries of editions of the protection lists; an entry protects from its first to last day.

    An edition may come in several messages: rows are versions of (list, edition, uscc).
    """

    subject: ClassVar[Subject] = Subject("ingest.protection_list.published.v1")
    columns: ClassVar[tuple[str, ...]] = (
        "uscc",
        "list_kind",
        "edition",
        "operation",
        "version",
        "valid_from",
        "valid_until",
    )

    import_id: UUID
    received_at: datetime
    uscc: tuple[str, ...]
    list_kind: tuple[ProtectionListKind, ...]
    edition: tuple[str, ...]
    operation: tuple[Operation, ...]
    version: tuple[int, ...]
    valid_from: tuple[date, ...]
    valid_until: tuple[date | None, ...]


class FeedLate(Event):
    """A feed should have come by now and has not: stated once for each feed, agency and period.

    `period` is the latest month or day that is missing; of a feed without periods it is the day of
    the last push, since when there is silence.
    """

    subject: ClassVar[Subject] = Subject("ingest.feed.late.v1")

    feed: str
    agency: str
    period: str
    due_on: date
    last_period: str | None
    last_push_on: date
    working_days_late: int

    def about(self) -> str:
        """Name the feed and who owes it."""
        return f"{self.agency}/{self.feed}"


class TicketVerdict(StrEnum):
    """What a sender answers to a doubt: the fact is wrong and will be corrected, or it is right."""

    CONFIRM = "confirm"
    UPHOLD = "uphold"


class TicketFact(Event):
    """Common to the facts about one correction ticket.

    Whose it is and which fact it doubts; what was written, ticket and answer alone say.
    """

    ticket_id: UUID
    uscc: str
    feed: str
    period: str
    agency: str
    occurred_at: datetime

    def about(self) -> str:
        return str(self.ticket_id)


class TicketOpened(TicketFact):
    """An officer doubts a fact; its sender is asked, to answer by `due_on`."""

    subject: ClassVar[Subject] = Subject("ingest.ticket.opened.v1")

    due_on: date


class TicketAnswered(TicketFact):
    """The sender has answered."""

    subject: ClassVar[Subject] = Subject("ingest.ticket.answered.v1")

    verdict: TicketVerdict


EVENTS = (
    EnterprisesChanged,
    FeedLate,
    TicketAnswered,
    TicketOpened,
    ObservationsRecorded,
    SuccessionRecorded,
    OpinionsLinked,
    ProtectionListPublished,
)
