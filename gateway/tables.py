"""The tables of `gateway`: who is who, the audit, sessions of the console."""

from typing import Final

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    Uuid,
)
from sqlalchemy.dialects.postgresql import ARRAY

from shared.bus.tables import KernelTables
from shared.db import service_metadata

METADATA: Final = service_metadata("gateway")
KERNEL: Final = KernelTables(METADATA)

PARTNERS: Final = Table(
    "partners",
    METADATA,
    Column("client_id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("feeds", ARRAY(Text), nullable=False),
    Column("active", Boolean, nullable=False),
    Column("version", Integer, nullable=False),
    CheckConstraint("version >= 1", name="version"),
    CheckConstraint("kind IN ('agency', 'bank')", name="kind"),
    CheckConstraint("kind = 'agency' OR feeds = '{}'", name="feeds"),
)

REPRESENTATIVES: Final = Table(
    "representatives",
    METADATA,
    Column("subject", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("usccs", ARRAY(Text), nullable=False),
    Column("active", Boolean, nullable=False),
    Column("version", Integer, nullable=False),
    CheckConstraint("version >= 1", name="version"),
)

OFFICERS: Final = Table(
    "officers",
    METADATA,
    Column("subject", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("roles", ARRAY(Text), nullable=False),
    Column("districts", ARRAY(Text), nullable=False),
    Column("active", Boolean, nullable=False),
    Column("version", Integer, nullable=False),
)

# Append-only: no role of the gateway may change or remove a line. Ids are made in time order by
# the process that noted the access, so they also order the list.
ACCESS_AUDIT: Final = Table(
    "access_audit",
    METADATA,
    Column("id", Uuid, primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("actor", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("action", Text),
    Column("method", Text, nullable=False),
    Column("path", Text, nullable=False),
    Column("status", Integer, nullable=False),
    Column("trace_id", Text),
    Column("request_id", Text, nullable=False),
    Index("ix_access_audit_actor", "actor", "id"),
    Index("ix_access_audit_action", "action", "id"),
)

CONSOLE_SESSIONS: Final = Table(
    "console_sessions",
    METADATA,
    Column("id_hash", LargeBinary, primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
    Column("seen_at", DateTime(timezone=True), nullable=False),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    CheckConstraint("octet_length(id_hash) = 32", name="id_hash"),
)
