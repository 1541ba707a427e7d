"""The features of the feed `insured_headcount`, over the wide panel of `panel.py`.

A month that nobody reported is unknown: neither healthy nor without loss. All features stand at
the last known month and age with it. Of the months before it,

- the change on the month needs the month directly before; across a gap it is unknown;
- the base of three months ago is, if that month is missing, the last reading before it, at most
  three months older: a loss inside a gap is dated to the month in which it is first seen; without
  such a reading, it is the oldest one inside the window, for the loss since then is certain;
- a headcount of zero is a reading like any other.
"""

from collections.abc import Callable, Iterator
from datetime import date
from uuid import UUID

import polars as pl

from services.scoring.domain.measured import ArrearsMeasured, Fall, HeadcountMeasured, Measured
from services.scoring.features.months import last_day, month_of, months_up_to
from services.scoring.features.panel import PANEL_MONTHS, SEEN_MONTHS, column, panel

WINDOW = 3
_CARRIED = 3
# How many months before the last known one the features reach back.
_REACH = WINDOW + _CARRIED


def _at_last_known(measure: str, pick: Callable[[int], pl.Expr]) -> pl.Expr:
    """Return `pick(k)` for the newest k whose reading of `measure` is known; null if none is."""
    chosen: pl.Expr = pl.lit(None)
    for back in reversed(range(SEEN_MONTHS)):
        is_known = pl.col(column(measure, back)).is_not_null()
        chosen = pl.when(is_known).then(pick(back)).otherwise(chosen)
    return chosen


def _headcount_before(months: int) -> pl.Expr:
    """Return the headcount so many months before the last known month; null if unknown."""
    return _at_last_known("headcount", lambda back: pl.col(column("headcount", back + months)))


ALIGNED = (
    *(_headcount_before(months).alias(f"before:{months}") for months in range(_REACH + 1)),
    _at_last_known("headcount", pl.lit).cast(pl.Int64).alias("headcount_back"),
    _at_last_known("headcount", lambda back: pl.col(column("import_id", back))).alias(
        "headcount_import"
    ),
    _at_last_known("arrears", lambda back: pl.col(column("arrears", back))).alias("arrears"),
    _at_last_known("arrears", pl.lit).cast(pl.Int64).alias("arrears_back"),
    _at_last_known("arrears", lambda back: pl.col(column("import_id", back))).alias(
        "arrears_import"
    ),
)

HEADCOUNT = pl.col("before:0")
MONTH_BASE = pl.col("before:1")
_INSIDE = [pl.col(f"before:{months}") for months in range(1, WINDOW + 1)]
_CARRIED_BASE = [pl.col(f"before:{months}") for months in range(WINDOW, _REACH + 1)]
WINDOW_BASE = pl.coalesce(*_CARRIED_BASE, *reversed(_INSIDE))
PEAK = pl.max_horizontal(WINDOW_BASE, *_INSIDE)


def _fall(name: str, base: pl.Expr) -> tuple[pl.Expr, pl.Expr, pl.Expr]:
    """Return base, persons lost and their share; null without a base to lose from.

    The share is one division of whole numbers, so that 30 of 300 is exactly the literal 0.1.
    """
    standing = pl.when(base > 0).then(base)
    lost = standing - HEADCOUNT
    return (
        standing.alias(f"{name}_base"),
        lost.alias(f"{name}_persons"),
        (lost / standing).alias(f"{name}_share"),
    )


FEATURES = (
    *_fall("month", MONTH_BASE),
    *_fall("cumulated", WINDOW_BASE),
    *_fall("rolling", PEAK),
)


def features(wide: pl.LazyFrame) -> pl.LazyFrame:
    """Return the features of each enterprise of the panel; one row each."""
    kept = ("headcount_back", "headcount_import", "arrears", "arrears_back", "arrears_import")
    return wide.select("uscc", *ALIGNED).select(
        "uscc", HEADCOUNT.alias("headcount"), *kept, *FEATURES
    )


def measure(facts: pl.DataFrame, as_of: date) -> Iterator[tuple[str, Measured]]:
    """Measure every enterprise of `facts` (schema `panel.FACTS`) as known at the end of `as_of`.

    Enterprises of which nothing is known on that day are left out.
    """
    month = month_of(as_of)
    months = months_up_to(month, PANEL_MONTHS)
    ages = [max(0, (as_of - last_day(of)).days) for of in months]
    for row in (
        features(panel(facts.lazy(), as_of=as_of, month=month)).collect().iter_rows(named=True)
    ):
        yield row["uscc"], Measured(_headcount(row, months, ages), _arrears(row, months, ages))


def _headcount(
    row: dict[str, object], months: tuple[str, ...], ages: list[int]
) -> HeadcountMeasured | None:
    match row:
        case {"headcount_back": int(back), "headcount": int(count), "headcount_import": str(of)}:
            return HeadcountMeasured(
                month=months[back],
                age_days=ages[back],
                import_id=UUID(of),
                headcount=count,
                on_month=_fall_of(row, "month"),
                cumulated=_fall_of(row, "cumulated"),
                rolling=_fall_of(row, "rolling"),
            )
        case _:
            return None


def _fall_of(row: dict[str, object], name: str) -> Fall | None:
    match row[f"{name}_base"], row[f"{name}_persons"], row[f"{name}_share"]:
        case int(base), int(persons), float(share):
            return Fall(base, persons, share)
        case _:
            return None


def _arrears(
    row: dict[str, object], months: tuple[str, ...], ages: list[int]
) -> ArrearsMeasured | None:
    match row:
        case {"arrears_back": int(back), "arrears": int(count), "arrears_import": str(of)}:
            return ArrearsMeasured(
                month=months[back], age_days=ages[back], import_id=UUID(of), months=count
            )
        case _:
            return None
