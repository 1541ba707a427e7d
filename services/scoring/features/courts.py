"""The features of what courts say: measures in force, a bankruptcy accepted, lawsuits.

Of each kind of measure the last that is in force. Of lawsuits those of ninety days in which the
enterprise is the defendant, unless they were withdrawn; their sum against the revenue of a year,
where invoices tell it.
"""

from datetime import date

import polars as pl

from services.scoring.features.records import NEWEST, news, within
from services.scoring.features.sales import revenue

LAWSUIT_DAYS = 90
_IN_FORCE = "in_force"
_ONE = pl.lit(1, pl.Int64).alias("number")


def in_force(kind: str, rows: pl.DataFrame, _as_of: date) -> pl.DataFrame:
    """Return of whom a measure of this kind is in force."""
    return (
        news(rows)
        .filter(pl.col("kind") == kind, pl.col("state") == _IN_FORCE)
        .unique("uscc", keep="last", maintain_order=True)
        .select(
            "uscc",
            "on",
            "period",
            "import_id",
            _ONE,
            pl.col("procedure").alias("word"),
            pl.col("on").alias("noticed_on"),
            pl.col("period").str.slice(11).alias("reference"),
        )
    )


def sued(rows: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """Return how many lawsuits there are."""
    return _against(rows, as_of).drop("amount").with_columns(pl.col("count").alias("number"))


def sued_for(rows: pl.DataFrame, invoices: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """Return which part of a year's revenue the lawsuits are about."""
    share = pl.col("amount") / pl.col("revenue")
    return (
        _against(rows, as_of)
        .filter(pl.col("amount") > 0)
        .join(revenue(invoices), on="uscc")
        .with_columns(share.alias("number"), (share * 100).round(1).alias("percent"))
        .drop("count")
    )


def _against(rows: pl.DataFrame, as_of: date) -> pl.DataFrame:
    is_on = pl.col("state").is_null() | (pl.col("state") != "withdrawn")
    return (
        within(rows, as_of, LAWSUIT_DAYS)
        .filter(pl.col("role") == "defendant", is_on)
        .group_by("uscc", maintain_order=True)
        .agg(*NEWEST, pl.len().cast(pl.Int64).alias("count"), pl.col("amount").sum())
        .with_columns(pl.col("on").alias("filed_on"))
    )
