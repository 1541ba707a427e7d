"""The features of disputes and of calls: cases in ninety days, persons in thirty.

One person who calls ten times is one; who called without a pseudonym cannot be told apart, so all
of them are one together. A call is hearsay: a gathering takes two persons.
"""

from datetime import date, timedelta

import polars as pl

from services.scoring.features.records import NEWEST, within

DISPUTE_DAYS = 90
CALL_DAYS = 30
_WEEK = 7
_FEWEST_CALLERS = 3
_UNKNOWN = "unknown"
_OTHER = "other"
_GATHERING = "gathering"


def disputed(rows: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """Return how many disputes were filed."""
    return (
        _filed(rows, as_of)
        .group_by("uscc", maintain_order=True)
        .agg(*NEWEST, pl.len().cast(pl.Int64).alias("count"), pl.col("workers").sum())
        .with_columns(pl.col("count").alias("number"), pl.col("on").alias("filed_on"))
    )


def common_claim(rows: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """Return how many workers share the largest common claim."""
    workers = pl.col("common_claim_workers")
    return (
        _filed(rows, as_of)
        .filter(workers > 0)
        .sort("uscc", "common_claim_workers", "on", "period")
        .unique("uscc", keep="last", maintain_order=True)
        .select(
            "uscc",
            "on",
            "period",
            "import_id",
            workers.alias("number"),
            workers.alias("workers"),
            pl.col("on").alias("filed_on"),
        )
    )


def _filed(rows: pl.DataFrame, as_of: date) -> pl.DataFrame:
    is_on = pl.col("state").is_null() | (pl.col("state") != "withdrawn")
    return within(rows, as_of, DISPUTE_DAYS).filter(is_on)


def called(rows: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """Return how many persons complained of work in thirty days."""
    return _persons(within(rows, as_of, CALL_DAYS).filter(pl.col("topic") != _OTHER))


def rising(rows: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """Return how many times as many persons complained in a week as in the week before.

    Of fewer than three nothing is said; where nobody called before, one is taken.
    """
    labour = within(rows, as_of, 2 * _WEEK).filter(pl.col("topic") != _OTHER)
    is_now = pl.col("on") > as_of - timedelta(days=_WEEK)
    before = (
        labour.filter(~is_now)
        .group_by("uscc")
        .agg(pl.col("caller").fill_null(_UNKNOWN).n_unique().alias("before"))
    )
    return (
        _persons(labour.filter(is_now))
        .filter(pl.col("count") >= _FEWEST_CALLERS)
        .join(before, on="uscc", how="left")
        .with_columns(pl.col("before").fill_null(0).cast(pl.Int64))
        .with_columns((pl.col("count") / pl.col("before").clip(1)).alias("number"))
    )


def gathering(rows: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """Return how many persons told of a gathering in thirty days."""
    return _persons(within(rows, as_of, CALL_DAYS).filter(pl.col("topic") == _GATHERING))


def _persons(calls: pl.DataFrame) -> pl.DataFrame:
    return (
        calls.group_by("uscc", maintain_order=True)
        .agg(
            *NEWEST,
            pl.col("caller").fill_null(_UNKNOWN).n_unique().cast(pl.Int64).alias("count"),
        )
        .with_columns(pl.col("count").alias("number"), pl.col("on").alias("called_on"))
    )
