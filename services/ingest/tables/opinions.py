"""Opinion items: their versions, what was read out of them, whom they mention."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    Double,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from services.ingest.tables.base import METADATA
from services.ingest.tables.imports import IMPORTS
from services.ingest.tables.register import ENTERPRISES

# One row a text; what it says is in its versions. The id follows from sender and sender's id.
OPINION_ITEMS = Table(
    "opinion_items",
    METADATA,
    Column("id", Uuid, primary_key=True),
    Column("agency", Text, nullable=False),
    Column("item_id", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("published_at", DateTime(timezone=True), nullable=False),
    UniqueConstraint("agency", "item_id"),
    Index("ix_opinion_items_published_at", "published_at", "id"),
)

OPINION_VERSIONS = Table(
    "opinion_versions",
    METADATA,
    Column("item", Uuid, ForeignKey(OPINION_ITEMS.c.id), primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("published_at", DateTime(timezone=True), nullable=False),
    Column("title", Text),
    Column("text", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("url", Text),
    Column("received_at", DateTime(timezone=True), nullable=False),
    Column("import_id", Uuid, ForeignKey(IMPORTS.c.id), nullable=False),
    CheckConstraint("version >= 1", name="version"),
)

# What is to be matched with the register: new texts, and texts that new names may be in.
OPINIONS_WAITING = Table(
    "opinions_waiting",
    METADATA,
    Column("item", Uuid, ForeignKey(OPINION_ITEMS.c.id), primary_key=True),
    Column("seq", BigInteger, Identity(always=True), nullable=False),
    Index("ix_opinions_waiting_seq", "seq"),
)

# What was last read out of a text that mentions somebody; only whoever links writes it.
OPINION_READINGS = Table(
    "opinion_readings",
    METADATA,
    Column("item", Uuid, ForeignKey(OPINION_ITEMS.c.id), primary_key=True),
    Column("version", Integer, nullable=False),
    Column("published_at", DateTime(timezone=True), nullable=False),
    Column("sketch", LargeBinary, nullable=False),
    Column("cluster", Text(collation="C"), nullable=False),
    Index("ix_opinion_readings_cluster", "cluster"),
    Index("ix_opinion_readings_published_at", "published_at", "item"),
)

# Whom a text mentions, as last stated; a link that no longer holds stays, withdrawn.
OPINION_MENTIONS = Table(
    "opinion_mentions",
    METADATA,
    Column("item", Uuid, ForeignKey(OPINION_ITEMS.c.id), primary_key=True),
    Column("uscc", Text(collation="C"), ForeignKey(ENTERPRISES.c.uscc), primary_key=True),
    Column("version", Integer, nullable=False),
    Column("withdrawn", Boolean, nullable=False),
    Column("published_at", DateTime(timezone=True), nullable=False),
    Column("negative", Boolean, nullable=False),
    Column("confidence", Double, nullable=False),
    Column("kinds", ARRAY(Text), nullable=False),
    Column("announced", Integer),
    Column("announced_share", Double),
    # [[start, end], …]
    Column("places", JSONB, nullable=False),
    Index("ix_opinion_mentions_uscc", "uscc", "published_at", "item"),
)

# Older texts are gone through for new names, some at a time: how far that has come.
OPINION_SEARCHES = Table(
    "opinion_searches",
    METADATA,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("usccs", ARRAY(Text), nullable=False),
    Column("after_published_at", DateTime(timezone=True), nullable=False),
    Column("after_item", Uuid),
)
