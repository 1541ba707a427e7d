"""The features of electricity: thirty days against the same season, days of standstill, a cut.

A reading covers one day or several; of a window counts what lies in it. The season is the same
thirty days 52 weeks before, so that weekdays match; a window is known if twenty of its days are.
Where there is no year before, standstill is measured by the mean of the half year that ends a
month before. Readings of a refuted warning are a base for later ones, and no evidence.
"""

from datetime import date, timedelta
from typing import Final

import polars as pl

from services.scoring.features.records import last
from shared.calendar import Overrides, WorkingCalendar

_WINDOW = 30
_SEASON = 364
_HALF_YEAR = 182
_FEWEST_DAYS = 20
_STANDSTILL = 10
_IDLE_BELOW = 0.30
# Ten working days lie within so many days, also around the longest holidays.
_LOOKED_AT = 40
_CALENDAR: Final = WorkingCalendar(Overrides())


def fall(rows: pl.DataFrame, _as_of: date) -> pl.DataFrame:
    """Return by which share the mean of thirty days lies under that of the same season."""
    share = (pl.col("season") - pl.col("now")) / pl.col("season")
    return (
        _newest(rows)
        .join(_mean(rows.filter("is_news"), "now", 0, _WINDOW), on="uscc")
        .join(_mean(rows, "season", _SEASON, _WINDOW), on="uscc")
        .filter(pl.col("season") > 0)
        .with_columns(
            share.alias("number"),
            (share * 100).round(1).alias("percent"),
            pl.col("now", "season").round(1),
        )
    )


def idle(rows: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """Return who used less than three tenths of its base on each of ten working days."""
    first = as_of - timedelta(days=_LOOKED_AT)
    working = pl.DataFrame(
        {"on": _working_days(first, as_of)}, schema={"on": pl.Date()}
    ).with_row_index("nth")
    base = (
        _mean(rows, "season", _SEASON, _WINDOW)
        .join(_mean(rows, "before", _WINDOW, _HALF_YEAR), on="uscc", how="full", coalesce=True)
        .select("uscc", pl.coalesce("season", "before").alias("base"))
        .filter(pl.col("base") > 0)
    )
    return (
        rows.filter("is_news", pl.col("days") == 1)
        .join(working, on="on")
        .sort("uscc", "on")
        .group_by("uscc", maintain_order=True)
        .tail(_STANDSTILL)
        .join(base, on="uscc")
        .group_by("uscc", maintain_order=True)
        .agg(
            pl.col("on").last(),
            pl.col("period").last(),
            pl.col("import_id").last(),
            (pl.col("kwh") < pl.col("base") * _IDLE_BELOW).sum().cast(pl.Int64).alias("number"),
            (pl.col("nth").max().cast(pl.Int64) - pl.col("nth").min()).alias("span"),
            pl.col("kwh").mean().round(1).alias("now"),
            pl.col("base").first().round(1),
        )
        .filter(pl.col("number") == _STANDSTILL, pl.col("span") == _STANDSTILL - 1)
        .drop("span")
    )


def cut(rows: pl.DataFrame, _as_of: date) -> pl.DataFrame:
    """Return who is without power by the last reading."""
    return _newest(rows.filter(pl.col("supply").is_not_null())).join(
        last(rows.filter(pl.col("supply").is_not_null()))
        .filter(pl.col("supply") == "cut_off")
        .select("uscc", pl.lit(1, pl.Int64).alias("number")),
        on="uscc",
    )


def _newest(rows: pl.DataFrame) -> pl.DataFrame:
    return last(rows).select("uscc", "on", "period", "import_id")


def _mean(rows: pl.DataFrame, name: str, back: int, days: int) -> pl.DataFrame:
    """Return the use of a day in a window that ends so many days before the last reading."""
    end = pl.col("on").max().over("uscc") - timedelta(days=back)
    start = end - timedelta(days=days - 1)
    first_day = pl.col("on") - pl.duration(days=pl.col("days") - 1)
    common = (
        (pl.min_horizontal("on", end) - pl.max_horizontal(first_day, start)).dt.total_days() + 1
    ).clip(0)
    return (
        rows.with_columns(common.alias("common"))
        .group_by("uscc")
        .agg(
            (pl.col("kwh") * pl.col("common") / pl.col("days")).sum().alias("used"),
            pl.col("common").sum(),
        )
        .filter(pl.col("common") >= _FEWEST_DAYS)
        .select("uscc", (pl.col("used") / pl.col("common")).alias(name))
    )


def _working_days(first: date, until: date) -> list[date]:
    days = (first + timedelta(days=n) for n in range((until - first).days + 1))
    return [day for day in days if _CALENDAR.is_working_day(day)]
