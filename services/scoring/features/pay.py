"""The features of wages owed as the labour inspection records them, and of asked deferrals.

Wages are owed from the day after the agreed one (domain reference, WAG-01) until the case is
settled or unfounded; they age every day, and the record fades from the day on which it was found.
"""

from datetime import date

import polars as pl

from services.scoring.features.records import NEWEST, last, news

_OPEN = ("open", "partly_paid")
_ASKED = ("applied", "granted")
# 法释〔2013〕3号 art. 3, the lower bounds: one worker for three months, or ten workers.
_MONTHS = "-3mo"
_LARGEST_CLAIM = 5_000
_WORKERS = 10
_AMOUNT = 30_000


def owed(rows: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """Return for how many days the oldest wage is owed, over all open cases."""
    return _over_cases(_open(rows), as_of).with_columns(pl.col("days").alias("number"))


def criminal(rows: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """Return who owes as much and for as long as the criminal law asks for."""
    is_long = pl.col("unpaid_since") <= pl.lit(as_of).dt.offset_by(_MONTHS)
    one = is_long & (pl.col("largest_claim") >= _LARGEST_CLAIM)
    many = (pl.col("workers") >= _WORKERS) & (pl.col("amount") >= _AMOUNT)
    return _over_cases(_open(rows).filter(one | many), as_of).with_columns(
        pl.lit(1, pl.Int64).alias("number")
    )


def _open(rows: pl.DataFrame) -> pl.DataFrame:
    return news(rows).filter(pl.col("state").is_in(_OPEN))


def _over_cases(cases: pl.DataFrame, as_of: date) -> pl.DataFrame:
    return (
        cases.group_by("uscc", maintain_order=True)
        .agg(
            *NEWEST,
            (pl.lit(as_of) - pl.col("unpaid_since").min()).dt.total_days().alias("days"),
            pl.col("workers", "amount").sum(),
        )
        .with_columns(pl.col("on").alias("found_on"))
    )


def deferral(rows: pl.DataFrame, _as_of: date) -> pl.DataFrame:
    """Return who asked last to pay contributions later, or may."""
    return (
        last(rows)
        .filter(pl.col("state").is_in(_ASKED))
        .select(
            "uscc",
            "on",
            "period",
            "import_id",
            pl.lit(1, pl.Int64).alias("number"),
            pl.col("on").alias("asked_on"),
        )
    )
