"""The features of the feed `insured_headcount`: losses, arrears, the contribution base.

A month that nobody reported is unknown: neither healthy nor without loss. All features stand at
the last known month and age with it. Of the months before it,

- the change on the month needs the month directly before; across a gap it is unknown;
- the base of three months ago is, if that month is missing, the last reading before it, at most
  three months older: a loss inside a gap is dated to the month in which it is first seen; without
  such a reading, it is the oldest one inside the window, for the loss since then is certain;
- a headcount of zero is a reading like any other;
- the loss of the year counts from the December before; without that month it is unknown;
- contributions are unpaid in a month of which less was paid than was due; the months unpaid are
  those since the last paid one, unless the agency itself says how many there are;
- the contribution base is compared with its median in the six months before, of which at least
  two have to be known.
"""

from datetime import date

import polars as pl

from services.scoring.features.months import last_day, month_of, months_before, number_of, numbered

# The newest known month is looked for in twelve; the December before the year of that month lies
# at most twelve further back.
SEEN_MONTHS = 12
PANEL_MONTHS = 24
WINDOW = 3
_CARRIED = 3
# How many months before the last known one the losses reach back.
_REACH = WINDOW + _CARRIED
_HALF_YEAR = 6
_FEWEST_PAYS = 2
_YEAR = 12
_FEWEST_STEPS = 6


def oldest_month(month: str) -> str:
    """Return the first month that the features of `month` may need."""
    return months_before(month, PANEL_MONTHS - 1)


INDEX = numbered(pl.col("period")).alias("index")


def _last(measure: pl.Expr, now: int) -> pl.Expr:
    """Return the enterprise's newest month that says so, if it lies within those looked at."""
    is_told = measure.is_not_null() & (pl.col("index") > now - SEEN_MONTHS)
    return pl.when(is_told).then(pl.col("index")).max().over("uscc")


def _at(measure: str, last: str, back: int) -> pl.Expr:
    """Return the measure so many months before the last one; null if unknown."""
    return pl.col(measure).filter(pl.col("index") == pl.col(last) - back).first()


_HEADCOUNT = (
    pl.col("headcount_at").first(),
    *(_at("headcount", "headcount_at", back).alias(f"before:{back}") for back in range(_REACH + 1)),
    pl.col("headcount")
    .filter(pl.col("index") == pl.col("headcount_at") // 12 * 12 - 1)
    .first()
    .alias("december"),
    _at("import_id", "headcount_at", 0).alias("headcount_import"),
)
_BACK = pl.col("headcount_at") - pl.col("index")
_STEP = pl.col("headcount") - pl.col("headcount").shift()
_STEPS = _STEP.filter((pl.col("index") - pl.col("index").shift() == 1) & (_BACK >= WINDOW))


def _lost_a_year_before(months: int) -> pl.Expr:
    """Return how many went in the same months of the year before; null if unknown."""
    return _at("headcount", "headcount_at", _YEAR + months) - _at(
        "headcount", "headcount_at", _YEAR
    )


_USUAL_LOSS = (
    pl.when(_STEPS.count() >= _FEWEST_STEPS).then(_STEPS.std()).alias("spread"),
    *(_lost_a_year_before(months).alias(f"season:{months}") for months in (1, WINDOW)),
)
_UNPAID_SINCE = pl.col("index").filter(~pl.col("is_unpaid")).max()
_ARREARS = (
    pl.col("arrears_at").first(),
    pl.coalesce(
        _at("arrears", "arrears_at", 0),
        (pl.col("is_unpaid") & (pl.col("index") > _UNPAID_SINCE.fill_null(0))).sum().cast(pl.Int64),
    ).alias("arrears"),
    pl.max_horizontal(
        pl.col("arrears").filter(pl.col("arrears_back").is_between(1, _HALF_YEAR)).max(),
        pl.col("is_unpaid").filter(pl.col("arrears_back").is_between(1, _HALF_YEAR)).sum(),
    )
    .fill_null(0)
    .cast(pl.Int64)
    .alias("arrears_before"),
    _at("import_id", "arrears_at", 0).alias("arrears_import"),
)
_USUAL = pl.col("pay").filter(pl.col("pay_back").is_between(1, _HALF_YEAR)).drop_nulls()
_PAY = (
    pl.col("pay_at").first(),
    _at("pay", "pay_at", 0).alias("pay"),
    pl.when(_USUAL.len() >= _FEWEST_PAYS).then(_USUAL.median()).alias("pay_usual"),
    _at("import_id", "pay_at", 0).alias("pay_import"),
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
    *_fall("year", pl.col("december")),
)


_SINCE_DECEMBER = pl.col("headcount_at") % 12 + 1
# What attrition is in so many months: the spread of the enterprise's own monthly changes, which
# grows with the root of the months, and what went in the same months a year before.
ATTRITION = (
    pl.col("spread").alias("month_spread"),
    (pl.col("spread") * WINDOW**0.5).alias("window_spread"),
    (pl.col("spread") * _SINCE_DECEMBER.sqrt()).alias("year_spread"),
)


def features(known: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """Return the features of each enterprise from its latest known months; one row each."""
    now = number_of(month_of(as_of))
    return (
        known.lazy()
        .with_columns(INDEX)
        .filter(pl.col("index").is_between(now - PANEL_MONTHS + 1, now))
        .sort("uscc", "index")
        .with_columns(is_unpaid=pl.col("paid") < pl.col("due"))
        .with_columns(
            _last(pl.col("headcount"), now).alias("headcount_at"),
            _last(pl.coalesce("arrears", pl.col("is_unpaid").cast(pl.Int64)), now).alias(
                "arrears_at"
            ),
            _last(pl.col("pay"), now).alias("pay_at"),
        )
        .with_columns(
            (pl.col("arrears_at") - pl.col("index")).alias("arrears_back"),
            (pl.col("pay_at") - pl.col("index")).alias("pay_back"),
        )
        .group_by("uscc")
        .agg(*_HEADCOUNT, *_USUAL_LOSS, *_ARREARS, *_PAY)
        .with_columns(HEADCOUNT.alias("headcount"), *FEATURES, *ATTRITION)
        .collect()
    )


def month_at(number: int) -> str:
    """Name the month of a number."""
    return f"{number // 12:04}-{number % 12 + 1:02}"


def age_at(number: int, as_of: date) -> int:
    """Count the days since the end of a month; of the month itself none."""
    return max(0, (as_of - last_day(month_at(number))).days)
