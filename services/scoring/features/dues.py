"""The features of what is owed by the month: utilities, rent, taxes, loans.

Of each the last known month, and of each utility its own; a month of which nothing is owed is
health, one that nobody reported is nothing.
"""

from datetime import date

import polars as pl

from services.scoring.features.records import last

_SHUT_OUT = "shut_out"
_CUT_OFF = "cut_off"
_KEY = ("uscc", "on", "period", "import_id")
_ONE = pl.lit(1, pl.Int64).alias("number")


def utilities(rows: pl.DataFrame, _as_of: date) -> pl.DataFrame:
    """Return for how many months the utility that is owed longest is unpaid."""
    return (
        _by_utility(rows)
        .sort("uscc", "months", "on", "utility")
        .unique("uscc", keep="last", maintain_order=True)
        .select(*_KEY, pl.col("months").alias("number"), "months", "utility", "month")
    )


def utility_cut(rows: pl.DataFrame, _as_of: date) -> pl.DataFrame:
    """Return who is without a utility."""
    return (
        _by_utility(rows)
        .filter(pl.col("supply") == _CUT_OFF)
        .sort("uscc", "on", "utility")
        .unique("uscc", keep="last", maintain_order=True)
        .select(*_KEY, _ONE, "utility", "month")
    )


def _by_utility(rows: pl.DataFrame) -> pl.DataFrame:
    named = rows.with_columns(
        pl.col("period").str.slice(0, 7).alias("month"),
        pl.col("period").str.slice(8).alias("utility"),
        pl.col("months_in_arrears").alias("months"),
    )
    return last(named, "utility")


def rent(rows: pl.DataFrame, _as_of: date) -> pl.DataFrame:
    """Return for how many months rent is owed."""
    months = pl.col("months_in_arrears")
    return last(rows).select(*_KEY, months.alias("number"), months.alias("months"))


def shut_out(rows: pl.DataFrame, _as_of: date) -> pl.DataFrame:
    """Return whom the landlord has shut out."""
    return last(rows).filter(pl.col("lease") == _SHUT_OUT).select(*_KEY, _ONE)


def taxes(name: str, rows: pl.DataFrame, _as_of: date) -> pl.DataFrame:
    """Return how much tax is owed, or may be paid later; nothing owed is a number, too."""
    return _amount(last(rows).with_columns(pl.col(name).alias("amount")))


def loans(rows: pl.DataFrame, _as_of: date) -> pl.DataFrame:
    """Return how much of loans and bills is overdue; nothing overdue is a number, too."""
    due = pl.col("overdue_principal") + pl.col("overdue_bills").fill_null(0.0)
    return _amount(last(rows).with_columns(due.alias("amount")))


def _amount(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.filter(pl.col("amount").is_not_null()).select(
        *_KEY, pl.col("amount").alias("number"), "amount"
    )
