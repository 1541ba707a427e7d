"""Banks as the gateway tells of them, and their products."""

from typing import Final

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Integer,
    Numeric,
    Table,
    Text,
)
from sqlalchemy.dialects.postgresql import ARRAY

from services.matchmaking.tables.base import METADATA

BANKS: Final = Table(
    "banks",
    METADATA,
    Column("client_id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("version", Integer, nullable=False),
)

PRODUCTS: Final = Table(
    "products",
    METADATA,
    Column("bank", ForeignKey(BANKS.c.client_id), primary_key=True),
    Column("code", Text, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("borrower_sizes", ARRAY(Text), nullable=False),
    Column("industries", ARRAY(Text), nullable=False),
    Column("districts", ARRAY(Text), nullable=False),
    Column("amount_min", Numeric(15, 2), nullable=False),
    Column("amount_max", Numeric(15, 2), nullable=False),
    Column("tenor_min_months", Integer, nullable=False),
    Column("tenor_max_months", Integer, nullable=False),
    Column("annual_rate_percent", Numeric(6, 4), nullable=False),
    Column("guarantees", ARRAY(Text), nullable=False),
    Column("first_loan", Boolean, nullable=False),
    Column("quota", Numeric(15, 2), nullable=False),
    Column("valid_from", Date, nullable=False),
    Column("valid_until", Date, nullable=False),
    Column("policy_tag", Text),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("updated_at", DateTime(timezone=True), nullable=False),
    CheckConstraint("version >= 1", name="version"),
    CheckConstraint("0 < amount_min AND amount_min <= amount_max", name="amounts"),
    CheckConstraint("quota >= amount_max", name="quota"),
    CheckConstraint(
        "1 <= tenor_min_months AND tenor_min_months <= tenor_max_months "
        "AND tenor_max_months <= 360",
        name="tenors",
    ),
    CheckConstraint("0 < annual_rate_percent AND annual_rate_percent <= 24", name="rate"),
    CheckConstraint("valid_from <= valid_until", name="period"),
    CheckConstraint(
        "cardinality(borrower_sizes) >= 1 "
        "AND borrower_sizes <@ ARRAY['large', 'medium', 'small', 'micro']",
        name="borrower_sizes",
    ),
    CheckConstraint(
        "cardinality(guarantees) >= 1 AND guarantees <@ "
        "ARRAY['credit', 'surety', 'mortgage', 'pledge', 'guarantee_company']",
        name="guarantees",
    ),
    CheckConstraint(
        "policy_tag IN ('job_retention_loan', 'startup_guaranteed_loan', 'relending')",
        name="policy_tag",
    ),
)
