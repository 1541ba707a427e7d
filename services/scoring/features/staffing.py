"""The features of hiring and leaving: contracts renewed, claims of the unemployed, postings.

- Renewals: those of the contracts that ended in three months up to the last known one, ten at
  least; fewer say nothing by a share.
- Claims: persons who name the enterprise in thirty days; who was laid off in thirty and in ninety
  days, so that a layoff that is split over weeks is seen whole (domain reference, LAY-15).
- Postings: the last known month against the mean of the twelve before (six known, five a month at
  least), and two months in a row without any after a quarter with five a month. A month that
  nobody reported is unknown, not empty.
"""

from datetime import date

import polars as pl

from services.scoring.features.records import NEWEST, last, news, within

_QUARTER = 3
_FEWEST_CONTRACTS = 10
_FEWEST_POSTINGS = 5
_FEWEST_MONTHS = 6
_YEAR = 12
_EMPTY_MONTHS = 2
_LATE = _EMPTY_MONTHS + _QUARTER - 1
CLAIM_DAYS = 30
SPLIT_DAYS = 90


def renewed(rows: pl.DataFrame, _as_of: date) -> pl.DataFrame:
    """Return which share of the contracts that ended was renewed."""
    counts = news(rows).filter(pl.col("index") > pl.col("index").max().over("uscc") - _QUARTER)
    share = pl.col("renewed") / pl.col("expired")
    return (
        counts.group_by("uscc", maintain_order=True)
        .agg(*NEWEST, pl.col("expired", "renewed").sum())
        .filter(pl.col("expired") >= _FEWEST_CONTRACTS)
        .with_columns(share.alias("number"), (share * 100).round(1).alias("percent"))
    )


def claimed(rows: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """Return how many claimed in thirty days who had worked there."""
    return _counted(rows, as_of, CLAIM_DAYS, "claimants").rename({"persons": "claimants"})


def laid_off(days: int, rows: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """Return how many claimed in so many days who had been laid off."""
    return _counted(rows, as_of, days, "laid_off").with_columns(
        pl.lit(days, pl.Int64).alias("days")
    )


def _counted(rows: pl.DataFrame, as_of: date, days: int, of: str) -> pl.DataFrame:
    return (
        within(rows, as_of, days)
        .filter(pl.col(of) > 0)
        .group_by("uscc", maintain_order=True)
        .agg(*NEWEST, pl.col(of).sum().alias("persons"))
        .with_columns(pl.col("persons").alias("number"), pl.col("on").alias("claimed_on"))
    )


def postings_fall(rows: pl.DataFrame, _as_of: date) -> pl.DataFrame:
    """Return by which share the postings of the last month fell under their mean."""
    before = rows.join(_last_index(rows), on="uscc").filter(
        (pl.col("last") - pl.col("index")).is_between(1, _YEAR)
    )
    usual = (
        before.group_by("uscc")
        .agg(pl.col("postings").mean().alias("mean"), pl.len().alias("months"))
        .filter(pl.col("months") >= _FEWEST_MONTHS, pl.col("mean") >= _FEWEST_POSTINGS)
    )
    share = (pl.col("mean") - pl.col("postings")) / pl.col("mean")
    return (
        last(rows)
        .join(usual, on="uscc")
        .select(
            "uscc",
            "on",
            "period",
            "import_id",
            "postings",
            share.alias("number"),
            pl.col("mean").round(1),
            (share * 100).round(1).alias("percent"),
        )
    )


def postings_none(rows: pl.DataFrame, _as_of: date) -> pl.DataFrame:
    """Return who posted nothing in two months after a quarter in which it did."""
    back = pl.col("last") - pl.col("index")
    is_late, is_before = back < _EMPTY_MONTHS, back.is_between(_EMPTY_MONTHS, _LATE)
    recent = rows.join(_last_index(rows), on="uscc").filter(back <= _LATE)
    return (
        recent.group_by("uscc", maintain_order=True)
        .agg(
            *NEWEST,
            (is_late & (pl.col("postings") == 0) & pl.col("is_news")).sum().alias("number"),
            pl.col("postings").filter(is_before).mean().round(1).alias("mean"),
            is_before.sum().alias("months"),
        )
        .filter(
            pl.col("number") == _EMPTY_MONTHS,
            pl.col("months") == _QUARTER,
            pl.col("mean") >= _FEWEST_POSTINGS,
        )
        .with_columns(pl.col("number").cast(pl.Int64).alias("months"))
    )


def _last_index(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.group_by("uscc").agg(pl.col("index").max().alias("last"))
