"""The kernel's tables, the same in every service's schema."""

from collections.abc import Callable

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    Identity,
    Index,
    Integer,
    Interval,
    LargeBinary,
    MetaData,
    Table,
    Text,
    Uuid,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql.base import ischema_names
from sqlalchemy.engine import Dialect
from sqlalchemy.types import UserDefinedType


class Xid8(UserDefinedType[int]):
    """PostgreSQL's 64-bit transaction id, which never wraps around."""

    cache_ok = True

    def get_col_spec(self, **_: object) -> str:
        """Name the type in DDL."""
        return "xid8"

    def bind_processor(self, dialect: Dialect) -> Callable[[int | None], str | None]:
        """Send as an untyped literal: no cast leads from an integer to xid8."""
        del dialect
        return lambda value: None if value is None else str(value)

    def result_processor(
        self, dialect: Dialect, coltype: object
    ) -> Callable[[str | None], int | None]:
        """Read the driver's text as a number."""
        del dialect, coltype
        return lambda value: None if value is None else int(value)


# Where migrations are compared with the tables in code, the type has to be known as well.
ischema_names["xid8"] = Xid8


class KernelTables:
    """event_log, outbox, inbox, inbox_dead, reconcile_mark, idempotency and chore of one schema.

    `event_log` keeps every fact that the service stated; `outbox` points at those that the bus
    has not taken yet. Both carry the id of the writing transaction: readers take only what lies
    below `pg_snapshot_xmin`, so that no commit that is still under way can be overtaken.
    """

    def __init__(self, metadata: MetaData) -> None:
        self.schema = metadata.schema or ""
        self.event_log = Table(
            "event_log",
            metadata,
            Column("event_id", Uuid, primary_key=True),
            Column("subject", Text, nullable=False),
            Column("payload", LargeBinary, nullable=False),
            Column("headers", JSONB, nullable=False),
            Column("actor", Text, nullable=False),
            Column("at", DateTime(timezone=True), nullable=False, server_default=func.now()),
            Column("xid", Xid8, nullable=False, server_default=text("pg_current_xact_id()")),
            Index("ix_event_log_subject", "subject", "xid", "event_id"),
        )
        self.outbox = Table(
            "outbox",
            metadata,
            Column("seq", BigInteger, Identity(always=True), primary_key=True),
            Column("event_id", Uuid, nullable=False, unique=True),
            Column("xid", Xid8, nullable=False, server_default=text("pg_current_xact_id()")),
            Column("at", DateTime(timezone=True), nullable=False, server_default=func.now()),
            Index("ix_outbox_xid", "xid", "seq"),
        )
        self.inbox = Table(
            "inbox",
            metadata,
            Column("event_id", Uuid, primary_key=True),
            Column("consumer", Text, primary_key=True),
            Column("at", DateTime(timezone=True), nullable=False, server_default=func.now()),
        )
        self.inbox_dead = Table(
            "inbox_dead",
            metadata,
            Column("event_id", Text, primary_key=True),
            Column("consumer", Text, primary_key=True),
            Column("subject", Text, nullable=False),
            Column("reason", Text, nullable=False),
            Column("deliveries", Integer, nullable=False),
            Column("payload", LargeBinary, nullable=False),
            Column("headers", JSONB, nullable=False),
            Column("at", DateTime(timezone=True), nullable=False, server_default=func.now()),
            Column("resolved_at", DateTime(timezone=True)),
            Column("resolved_by", Text),
            CheckConstraint("(resolved_at IS NULL) = (resolved_by IS NULL)", name="resolved"),
        )
        self.reconcile_mark = Table(
            "reconcile_mark",
            metadata,
            Column("consumer", Text, primary_key=True),
            Column("xid", Xid8, nullable=False),
            Column("event_id", Uuid, nullable=False),
            Column("resent", BigInteger, nullable=False, server_default=text("0")),
        )
        self.idempotency = Table(
            "idempotency",
            metadata,
            Column("client", Text, primary_key=True),
            Column("key", Text, primary_key=True),
            Column("request_hash", LargeBinary, nullable=False),
            Column("status", Integer, nullable=False),
            Column("headers", JSONB, nullable=False),
            Column("response", LargeBinary, nullable=False),
            Column("at", DateTime(timezone=True), nullable=False, server_default=func.now()),
        )
        self.chore = Table(
            "chore",
            metadata,
            Column("name", Text, primary_key=True),
            Column("every", Interval, nullable=False),
            Column("business", Boolean, nullable=False),
            Column("ran_for", DateTime(timezone=True)),
        )
