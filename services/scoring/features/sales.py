"""The features of VAT invoices: three months against the same of the year before, none at all.

An amount is what was issued less what red-letter invoices take back. All six months have to be
known; of a month that nobody reported nothing follows.
"""

from datetime import date

import polars as pl

from services.scoring.features.records import NEWEST, last

_MONTHS = 3
_YEAR = 12
_ZERO_MONTHS = 2
# Of fewer known months no revenue of a year is told.
_FEWEST_MONTHS = 6

_NET = pl.col("issued_amount") - pl.col("reversed_amount").fill_null(0.0)
_BACK = pl.col("index").max().over("uscc") - pl.col("index")


def fall(rows: pl.DataFrame, _as_of: date) -> pl.DataFrame:
    """Return by which share the sales of three months lie under those of a year before."""
    is_now, is_before = _BACK < _MONTHS, _BACK.is_between(_YEAR, _YEAR + _MONTHS - 1)
    share = (pl.col("before") - pl.col("now")) / pl.col("before")
    return (
        rows.with_columns(_NET.alias("net"), (is_now & pl.col("is_news")).alias("is_now"))
        .with_columns(is_before.alias("is_before"))
        .group_by("uscc")
        .agg(
            pl.col("net").filter("is_now").sum().alias("now"),
            pl.col("net").filter("is_before").sum().alias("before"),
            pl.col("is_now").sum().alias("months_now"),
            pl.col("is_before").sum().alias("months_before"),
        )
        .filter(
            pl.col("months_now") == _MONTHS,
            pl.col("months_before") == _MONTHS,
            pl.col("before") > 0,
        )
        .join(last(rows).select("uscc", "on", "period", "import_id"), on="uscc")
        .select(
            "uscc",
            "on",
            "period",
            "import_id",
            "now",
            "before",
            share.alias("number"),
            (share * 100).round(1).alias("percent"),
        )
    )


def none(rows: pl.DataFrame, _as_of: date) -> pl.DataFrame:
    """Return who issued nothing in two months, and something in the year before them."""
    is_late = _BACK < _ZERO_MONTHS
    is_empty = is_late & (pl.col("issued_amount") == 0) & pl.col("is_news")
    marked = rows.with_columns(is_empty.alias("is_empty"), _BACK.alias("back"))
    issued = pl.col("issued_amount").filter(pl.col("back").is_between(_ZERO_MONTHS, _YEAR))
    return (
        marked.group_by("uscc", maintain_order=True)
        .agg(*NEWEST, pl.col("is_empty").sum().cast(pl.Int64).alias("number"), issued.sum())
        .filter(pl.col("number") == _ZERO_MONTHS, pl.col("issued_amount") > 0)
        .select("uscc", "on", "period", "import_id", "number", pl.col("number").alias("months"))
    )


def revenue(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the sales of the last twelve months, put up to a year where some are unknown."""
    known = rows.filter(_BACK < _YEAR).group_by("uscc").agg(_NET.mean(), pl.len().alias("months"))
    return known.filter(pl.col("months") >= _FEWEST_MONTHS, pl.col("issued_amount") > 0).select(
        "uscc", (pl.col("issued_amount") * _YEAR).alias("revenue")
    )
