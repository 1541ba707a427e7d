"""The features of changes at the register: lists, capital, representatives, moves, pledges.

An enterprise is on the list of abnormal operations until it is removed; after three years on it,
it stands as on the list of serious violations.
"""

from datetime import date

import polars as pl

from services.scoring.features.records import NEWEST, news, within

_LISTS = ("abnormal_list", "abnormal_list_removed")
_SERIOUS_AFTER = "3y"
_HALF_YEAR = 183
_ONE = pl.lit(1, pl.Int64).alias("number")
_KEY = ("uscc", "on", "period", "import_id")


def abnormal(rows: pl.DataFrame, _as_of: date) -> pl.DataFrame:
    """Return who is on the list of abnormal operations, and why."""
    return _listed(rows).select(
        *_KEY, _ONE, pl.col("ground").alias("word"), pl.col("on").alias("listed_on")
    )


def serious(rows: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """Return who is on the list of serious violations, or three years on that of abnormal ones."""
    by_age = (
        _listed(rows)
        .with_columns(pl.col("on").dt.offset_by(_SERIOUS_AFTER))
        .filter(pl.col("on") <= as_of)
    )
    by_name = news(rows).filter(pl.col("kind") == "serious_violation_list")
    return (
        pl.concat([by_age, by_name])
        .sort("uscc", "on", "period")
        .unique("uscc", keep="last", maintain_order=True)
        .select(*_KEY, _ONE, pl.col("on").alias("listed_on"))
    )


def _listed(rows: pl.DataFrame) -> pl.DataFrame:
    # Of one day, a removal comes after what it removes.
    return (
        news(rows)
        .filter(pl.col("kind").is_in(_LISTS))
        .sort("uscc", "on", "kind")
        .unique("uscc", keep="last", maintain_order=True)
        .filter(pl.col("kind") == _LISTS[0])
    )


def changed(kind: str, rows: pl.DataFrame, _as_of: date) -> pl.DataFrame:
    """Return of whom such a change was registered last."""
    return (
        news(rows)
        .filter(pl.col("kind") == kind)
        .unique("uscc", keep="last", maintain_order=True)
        .select(*_KEY, _ONE, pl.col("on").alias("changed_on"))
    )


def capital_less(rows: pl.DataFrame, _as_of: date) -> pl.DataFrame:
    """Return by which share the last cut lowered the registered capital."""
    share = (pl.col("capital_before") - pl.col("capital_after")) / pl.col("capital_before")
    return (
        news(rows)
        .filter(pl.col("kind") == "capital_cut", pl.col("capital_before") > 0)
        .unique("uscc", keep="last", maintain_order=True)
        .select(
            *_KEY,
            share.alias("number"),
            (share * 100).round(1).alias("percent"),
            pl.col("on").alias("changed_on"),
        )
        .drop_nulls("number")
    )


def representatives(rows: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """Return how often the legal representative changed in half a year."""
    return (
        within(rows, as_of, _HALF_YEAR)
        .filter(pl.col("kind") == "legal_representative")
        .group_by("uscc", maintain_order=True)
        .agg(*NEWEST, pl.len().cast(pl.Int64).alias("count"))
        .with_columns(pl.col("count").alias("number"), pl.col("on").alias("changed_on"))
    )


def pledged(rows: pl.DataFrame, _as_of: date) -> pl.DataFrame:
    """Return which part of the capital the largest pledge takes."""
    return (
        news(rows)
        .filter(pl.col("kind") == "equity_pledge")
        .drop_nulls("share_percent")
        .sort("uscc", "share_percent", "on", "period")
        .unique("uscc", keep="last", maintain_order=True)
        .select(
            *_KEY,
            pl.col("share_percent").alias("number"),
            pl.col("share_percent").alias("percent"),
            pl.col("on").alias("changed_on"),
        )
    )
