"""The features of the feed `opinion_item`: how many speak ill of an enterprise, and of what.

Texts that say the same (one cluster) are one voice, of the day and the source of the first of
them. Texts that are linked with little confidence say nothing. Features stand at days with texts
and age with them, so that without news they only fade:

- voices: negative texts that allege something, in the seven days up to a day; counted are texts,
  if at least three sources have them, else sources;
- velocity: (n - e) / √e of all negative texts in seven days, where e is what the sixty days before
  let expect, one text at least: rarer talk has no velocity;
- of both, the day whose number, halved every fourteen days, is the largest today;
- trouble told of: sources of all negative texts of the last forty-five days that nobody hedges, if
  they are more than twice as many as the days before let expect: who is always spoken ill of, is
  not because of that in trouble today;
- an allegation of unpaid wages: days from the first to the last of two texts at least;
- a gathering: sources in the fourteen days up to the last;
- jobs that are said to go: the median of the texts in the thirty days up to the last.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import polars as pl

from services.scoring.domain.measured import Announced, OpinionsMeasured, Voices
from shared.events.ingest import OpinionKind

# Older texts have no features of their own, but are the base of younger ones.
HEARD_DAYS = 45
OLDEST_DAYS = HEARD_DAYS + 67
_BELIEVED_FROM = 0.5
# A hedged allegation is believed less than this, whoever it names.
_VOUCHED_FROM = 0.6
_UNUSUAL = 2
_HALF_LIFE = 14
_WEEK = 7
_BASE_DAYS = 60
_FORTNIGHT = 14
_MONTH = 30
_FEWEST_SOURCES = 3
_FEWEST_TEXTS = 2


def measure_opinions(known: pl.DataFrame, as_of: date) -> Mapping[str, OpinionsMeasured]:
    """Measure every enterprise of which texts speak ill."""
    voices = _voices(known, as_of)
    if voices.is_empty():
        return {}
    loudest = _rows(_loudest(voices, as_of, alleging=True))
    fastest = _rows(_loudest(voices, as_of, alleging=False))
    told = _rows(_told(voices, as_of))
    alleged = {kind: _rows(_alleged(voices, kind, as_of)) for kind in _ALLEGED}
    announced = _rows(_announced(voices, as_of))
    return {
        uscc: OpinionsMeasured(
            voices=_voices_of(loudest.get(uscc), "voices", as_of),
            velocity=_voices_of(fastest.get(uscc), "velocity", as_of),
            told=_voices_of(told.get(uscc), "sources", as_of),
            wages=_voices_of(alleged[OpinionKind.WAGE_ARREARS].get(uscc), "days", as_of),
            gathering=_voices_of(alleged[OpinionKind.GATHERING].get(uscc), "sources", as_of),
            announced=_announced_of(announced.get(uscc), as_of),
        )
        for uscc in sorted(set(fastest) | set(announced))
    }


_ALLEGED = (OpinionKind.WAGE_ARREARS, OpinionKind.GATHERING)


def _voices(known: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """Return one row a cluster: what its texts say together, since when."""
    first = pl.all().exclude("uscc", "cluster", "kinds", "announced", "announced_share")
    return (
        known.lazy()
        .filter(
            pl.col("is_negative"),
            pl.col("confidence") >= _BELIEVED_FROM,
            pl.col("published_on").is_between(as_of - timedelta(days=OLDEST_DAYS), as_of),
        )
        .sort("published_on", "source", "item")
        .group_by("uscc", "cluster")
        .agg(
            first.first(),
            pl.col("kinds").explode(empty_as_null=False).unique().sort(),
            pl.col("announced").drop_nulls().first(),
            pl.col("announced_share").drop_nulls().first(),
        )
        .collect()
    )


def _loudest(voices: pl.DataFrame, as_of: date, *, alleging: bool) -> pl.DataFrame:
    """Return of each enterprise the day that speaks loudest: by voices, or by velocity."""
    counted = voices.filter(pl.col("kinds").list.len() > 0) if alleging else voices
    days = counted.filter(pl.col("published_on") >= as_of - timedelta(days=HEARD_DAYS)).select(
        "uscc", pl.col("published_on").alias("day")
    )
    back = (pl.col("day") - pl.col("published_on")).dt.total_days()
    is_now = back.is_between(0, _WEEK - 1)
    expected = (back.is_between(_WEEK, _WEEK + _BASE_DAYS - 1).sum() * _WEEK / _BASE_DAYS).clip(1.0)
    sources = pl.col("source").filter(is_now).n_unique().cast(pl.Int64)
    texts = is_now.sum().cast(pl.Int64)
    measured = "voices" if alleging else "velocity"
    fresh = 0.5 ** ((pl.lit(as_of) - pl.col("day")).dt.total_days() / _HALF_LIFE)
    return (
        days.lazy()
        .unique()
        .join(counted.lazy(), on="uscc")
        .group_by("uscc", "day")
        .agg(
            pl.when(sources >= _FEWEST_SOURCES).then(texts).otherwise(sources).alias("voices"),
            ((texts - expected) / expected.sqrt()).alias("velocity"),
            texts.alias("texts"),
            pl.col("published_on").filter(is_now).max().alias("last_on"),
            _last_item(is_now),
        )
        .sort((pl.col(measured) * fresh).round(9), "day")
        .unique("uscc", keep="last", maintain_order=True)
        .collect()
    )


def _last_item(counts: pl.Expr) -> pl.Expr:
    """Return the import of the last text that counts, the same in any order."""
    newest = (pl.col("published_on").filter(counts), pl.col("item").filter(counts))
    return pl.col("import_id").filter(counts).sort_by(*newest).last()


def _told(voices: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """Return by how many sources each enterprise is said to be in trouble, more than is usual."""
    is_now = pl.col("published_on") >= as_of - timedelta(days=HEARD_DAYS)
    expected = (~is_now).sum() * HEARD_DAYS / (OLDEST_DAYS - HEARD_DAYS)
    return (
        voices.lazy()
        .filter(pl.col("confidence") >= _VOUCHED_FROM)
        .group_by("uscc")
        .agg(
            pl.col("source").filter(is_now).n_unique().cast(pl.Int64).alias("sources"),
            is_now.sum().cast(pl.Int64).alias("texts"),
            pl.col("published_on").max().alias("last_on"),
            expected.alias("expected"),
            _last_item(is_now),
        )
        .filter(pl.col("texts") > _UNUSUAL * pl.col("expected"))
        .collect()
    )


def _alleged(voices: pl.DataFrame, kind: OpinionKind, as_of: date) -> pl.DataFrame:
    """Return of each enterprise how long and by how many sources this is alleged."""
    last = pl.col("published_on").max()
    is_recent = pl.col("published_on") > last - timedelta(days=_FORTNIGHT)
    return (
        voices.lazy()
        .filter(pl.col("kinds").list.contains(kind.value))
        .group_by("uscc")
        .agg(
            ((last - pl.col("published_on").min()).dt.total_days() + 1).alias("days"),
            pl.col("source").filter(is_recent).n_unique().cast(pl.Int64).alias("sources"),
            pl.len().cast(pl.Int64).alias("texts"),
            last.alias("last_on"),
            _last_item(pl.lit(value=True)),
        )
        .filter(
            pl.col("texts") >= _FEWEST_TEXTS,
            pl.col("last_on") >= as_of - timedelta(days=HEARD_DAYS),
        )
        .collect()
    )


def _announced(voices: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """Return of each enterprise how many jobs texts say will go."""
    last = pl.col("published_on").max()
    is_recent = pl.col("published_on") > last - timedelta(days=_MONTH)
    return (
        voices.lazy()
        .filter(pl.col("announced").is_not_null() | pl.col("announced_share").is_not_null())
        .group_by("uscc")
        .agg(
            pl.col("announced").filter(is_recent).median().alias("persons"),
            pl.col("announced_share").filter(is_recent).median().alias("share"),
            pl.col("source").filter(is_recent).n_unique().cast(pl.Int64).alias("sources"),
            last.alias("last_on"),
            _last_item(is_recent),
        )
        .filter(pl.col("last_on") >= as_of - timedelta(days=HEARD_DAYS))
        .collect()
    )


def _rows(frame: pl.DataFrame) -> Mapping[str, dict[str, Any]]:
    return {row["uscc"]: row for row in frame.iter_rows(named=True)}


def _voices_of(row: dict[str, Any] | None, value: str, as_of: date) -> Voices | None:
    if row is None:
        return None
    return Voices(
        value=row[value],
        items=row["texts"],
        last_on=row["last_on"],
        age_days=(as_of - row["last_on"]).days,
        id=UUID(row["import_id"]),
    )


def _announced_of(row: dict[str, Any] | None, as_of: date) -> Announced | None:
    if row is None:
        return None
    return Announced(
        persons=None if row["persons"] is None else int(row["persons"]),
        share=row["share"],
        sources=row["sources"],
        last_on=row["last_on"],
        age_days=(as_of - row["last_on"]).days,
        id=UUID(row["import_id"]),
    )
