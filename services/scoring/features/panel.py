"""From facts to a wide panel: one row an enterprise, one column a month, as known on a date."""

from datetime import date

import polars as pl

from services.scoring.features.months import months_before, months_up_to

# The newest known month is looked for in twelve; before it six more, for what went before a gap.
SEEN_MONTHS = 12
_BEFORE = 6
PANEL_MONTHS = SEEN_MONTHS + _BEFORE
MEASURES = ("headcount", "arrears", "import_id")

# One row a version of a fact; `received_on` is the day in Beijing on which it became known.
FACTS = pl.Schema(
    {
        "uscc": pl.String,
        "period": pl.String,
        "version": pl.Int64,
        "is_withdrawn": pl.Boolean,
        "received_on": pl.Date,
        "headcount": pl.Int64,
        "arrears": pl.Int64,
        "import_id": pl.String,
    }
)


def oldest_month(month: str) -> str:
    """Return the first month of the panel that ends with `month`."""
    return months_before(month, PANEL_MONTHS - 1)


def column(measure: str, back: int) -> str:
    """Name the panel's column of a measure, `back` months before the last month."""
    return f"{measure}:{back}"


def panel(facts: pl.LazyFrame, *, as_of: date, month: str) -> pl.LazyFrame:
    """Spread the latest known versions over `PANEL_MONTHS` columns a measure, ending with `month`.

    Of each fact the highest version received by the end of `as_of` holds; if that one withdraws
    it, the month is unknown. Facts: any order, any duplicates of a version.
    """
    known = (
        facts.filter(
            pl.col("received_on") <= as_of,
            pl.col("period").is_between(pl.lit(oldest_month(month)), pl.lit(month)),
        )
        .group_by("uscc", "period")
        .agg(pl.all().sort_by("version").last())
        .filter(~pl.col("is_withdrawn"))
    )
    months = months_up_to(month, PANEL_MONTHS)
    return known.group_by("uscc").agg(
        pl.col(measure).filter(pl.col("period") == of).first().alias(column(measure, back))
        for measure in MEASURES
        for back, of in enumerate(months)
    )
