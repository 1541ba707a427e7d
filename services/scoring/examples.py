"""Examples from the platform's own past: what was known of an enterprise, and what became of it.

An example is an enterprise at the end of a month. Its features are those of `Features.named()`,
computed from what had been received by that day; its labels come from what had been received by a
later day, `as_of`. Both follow the days of receipt: a fact that came late was not known before, and
a label that was not yet known on `as_of` is null. Whoever trains as of a day and tests what came
after asks for the labels of the one as of that day, and for those of the other as of today.

All of it is arrays over a slice of the city; memory goes by the slice (20,000 enterprises with 36
months of facts and 24 examples each take some 300 MB), never by the city.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Final

import numpy as np
import polars as pl

from services.scoring.domain.assessment import assess
from services.scoring.domain.editions import Editions
from services.scoring.domain.labels import (
    HORIZONS,
    PERSONS,
    SHARE,
    SMALL_BASE,
    SMALL_PERSONS,
)
from services.scoring.domain.rules import Reading
from services.scoring.features.facts import Facts
from services.scoring.features.headcount import Features, features
from services.scoring.features.measuring import measure
from services.scoring.features.months import (
    last_day,
    month_at,
    month_of,
    months_before,
    number_of,
    numbered,
)
from services.scoring.features.panel import PANEL_MONTHS, Flags, Floats, panel_of
from services.scoring.features.screening import noticed

CLOSED: Final = "closed_6"
# Losses as large as the law calls a mass layoff (`layoff`); the same without those of one or two
# persons of fewer than ten, of which most are attrition (`mass`); closures.
LABELS: Final = (
    *(f"{kind}_{months}" for kind in ("layoff", "mass") for months in HORIZONS),
    CLOSED,
)
# The register's states of an enterprise that is no more.
_GONE: Final = ("revoked", "cancelled")
_CLOSING: Final = max(HORIZONS)
# Whoever has no headcount of the month itself is measured against its last one before, so old at
# most; the rules carry a base as far.
_CARRIED: Final = 3
# An event is counted as early as the calm of its peers can be: when the last month of the horizon
# has come, or is so many days overdue (an enterprise that is gone reports no more).
_OVERDUE: Final = timedelta(days=62)
# A day of which fewer are told than this share of those of the fullest day teaches nothing.
_DENSE: Final = 0.05
# Social insurance states a month by about the 20th of the next.
_DUE: Final = timedelta(days=20)

NAMES: Final = (
    "headcount",
    "month_persons",
    "cumulated_persons",
    "rolling_persons",
    "year_persons",
    "month_share",
    "cumulated_share",
    "rolling_share",
    "year_share",
    "spread",
    "spread_share",
    "month_season",
    "window_season",
    "arrears",
    "arrears_before",
    "pay",
    "pay_usual",
    "pay_fall",
)
_OF_DAY: Final = pl.Schema({"uscc": pl.String(), "day": pl.Date()})
SCHEMA: Final = pl.Schema(
    {
        **_OF_DAY,
        **dict.fromkeys(NAMES, pl.Float32()),
        "likelihood": pl.Float64(),
        "is_insolvent": pl.Boolean(),
        **dict.fromkeys(LABELS, pl.Boolean()),
    }
)


def month_ends(since: date, until: date) -> tuple[date, ...]:
    """Return the last days of the months from the first day to the last, both included."""
    ends = (last_day(month_at(n)) for n in range(_number(since), _number(until) + 1))
    return tuple(day for day in ends if since <= day <= until)


def dense(headcounts: pl.DataFrame, days: Sequence[date]) -> tuple[date, ...]:
    """Leave out the ends of months of which next to nobody is told.

    Otherwise a single record of long ago would be a past of years, to learn from and to test.
    """
    period = numbered(pl.col("period"))
    # A headcount says something from its receipt on, for as long as it is carried.
    received = pl.max_horizontal(period, numbered(pl.col("received_on").dt.to_string("%Y-%m")))
    told = (
        headcounts.filter(pl.col("headcount").is_not_null())
        .select("uscc", month=pl.int_ranges(received, period + _CARRIED + 1))
        .explode("month")
        .group_by("month")
        .agg(pl.col("uscc").n_unique())
    )
    of_month: dict[int | None, int] = dict(told.iter_rows())
    of_day = {day: of_month.get(_number(day), 0) for day in days}
    fewest = _DENSE * max(of_day.values(), default=0)
    return tuple(day for day, count in of_day.items() if count and count >= fewest)


def examples(
    facts: Facts, days: Sequence[date], as_of: date, editions: Editions | None = None
) -> pl.DataFrame:
    """Return one row an enterprise and day on which it had staff, in the columns of SCHEMA.

    `facts` are all versions of all facts that the days and the months after them may need.
    `likelihood` is that of the rules as they were in force, of what was known on the day, and
    `is_insolvent` says of whom a bankruptcy was accepted. Without `editions` both are null, and of
    the facts only months, successions, entries of the register and refutations are looked at.
    """
    parts = [_with_labels(facts, part, as_of) for part in _known(facts, days, editions)]
    return pl.concat([SCHEMA.to_frame(), *parts])


def relabelled(found: pl.DataFrame, facts: Facts, as_of: date) -> pl.DataFrame:
    """Return the same examples with the labels as they were known on another day."""
    parts = [
        _with_labels(facts, part, as_of)
        for part in found.drop(LABELS).partition_by("day", maintain_order=True)
    ]
    return pl.concat([SCHEMA.to_frame(), *parts])


def as_if_pushed(facts: Facts, until: date) -> Facts:
    """Take months that were handed over at once as known when they would have been pushed.

    A city that begins hands over years of months on one day; by the day of receipt nothing would
    be known of any of them before. Of the months received until `until`, the first version counts
    as known 20 days after its end, or on the day of receipt if that was earlier. An assumption:
    what was corrected before the months were handed over, nobody can see any more.
    """
    due = (pl.col("period") + "-01").str.to_date("%Y-%m-%d").dt.month_end() + _DUE
    first = pl.col("version") == pl.col("version").min().over("uscc", "origin", "period")
    told = pl.when(first & (pl.col("received_on") <= until)).then(
        pl.min_horizontal("received_on", due)
    )
    pushed = told.otherwise(pl.col("received_on")).alias("received_on")
    return replace(facts, headcounts=facts.headcounts.with_columns(pushed))


def ripe_before(as_of: date, months: int) -> date:
    """Return the last day whose horizon of so many months has ended before a day."""
    return last_day(months_before(month_of(as_of), months + 1))


def _known(facts: Facts, days: Sequence[date], editions: Editions | None) -> Iterator[pl.DataFrame]:
    for day in days:
        seen = _reaching(facts, day)
        known = seen.known(day).headcounts
        if known.is_empty():
            continue
        panel = panel_of(known, day)
        named = features(panel).named()
        row = pl.DataFrame(
            {
                "uscc": panel.uscc,
                "day": pl.repeat(day, len(panel), dtype=pl.Date(), eager=True),
                **{name: pl.Series(named[name], dtype=pl.Float32) for name in NAMES},
            }
        ).with_columns(pl.col(NAMES).fill_nan(None))
        row = row.filter(
            pl.col("headcount") > 0, ~pl.col("uscc").is_in(_gone(facts, day)["uscc"].implode())
        )
        yield row.with_columns(_by_rules(row["uscc"], seen, day, editions))


def _reaching(facts: Facts, day: date) -> Facts:
    """Leave out the months that the features of a day do not look at."""
    month = month_of(day)
    reached = pl.col("period").is_between(
        pl.lit(months_before(month, PANEL_MONTHS - 1)), pl.lit(month)
    )
    return replace(facts, headcounts=facts.headcounts.filter(reached))


def _by_rules(
    uscc: pl.Series, facts: Facts, day: date, editions: Editions | None
) -> list[pl.Series]:
    if editions is None:
        return [
            pl.repeat(None, len(uscc), dtype=SCHEMA[name], eager=True).alias(name)
            for name in ("likelihood", "is_insolvent")
        ]
    rules = editions.on(day)

    def notice(found: Features) -> Flags:
        return noticed(found, day, rules)

    measured = measure(facts, day, notice=notice)
    said = {name: assess(one, day, editions).likelihood for name, one in measured.items()}
    bankrupt = [name for name, one in measured.items() if Reading.BANKRUPT in one.figures]
    return [
        uscc.replace_strict(said, default=0.0, return_dtype=pl.Float64).alias("likelihood"),
        uscc.is_in(bankrupt).alias("is_insolvent"),
    ]


def _with_labels(facts: Facts, found: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """Add what became of the enterprises of one day, as far as it was known on another."""
    day: date = found["day"][0] if len(found) else as_of
    counts = _counts(facts, found["uscc"], day, as_of)
    base, after = counts[_CARRIED], counts[_CARRIED + 1 :]
    for back in range(1, _CARRIED + 1):
        base = np.where(np.isnan(base), counts[_CARRIED - back], base)

    def told(event: Flags, months: int) -> Floats:
        """Tell an event, or its absence, only once the horizon is over and its end is known."""
        ends = _end(day, months)
        if ends >= as_of:
            return np.full(len(base), np.nan)
        has_come = ~np.isnan(after[months - 1 :]).all(axis=0)
        is_known = has_come | (event & (as_of > ends + _OVERDUE))
        return np.where(is_known & (base > 0), event.astype(np.float64), np.nan)

    labels = {}
    for months in HORIZONS:
        closed = found["uscc"].is_in(
            _gone(facts, min(as_of, _end(day, months)), since=day)["uscc"].implode()
        )
        fewest = np.fmin.reduce(after[:months], axis=0)
        lost = np.maximum(base - fewest, 0.0)
        large = (lost >= PERSONS) | ((lost > 0) & (lost >= SHARE * base))
        # Whoever closes loses everybody.
        lost = np.where(closed.to_numpy(), base, lost)
        large |= closed.to_numpy()
        is_few = (base < SMALL_BASE) & (lost < SMALL_PERSONS)
        labels[f"layoff_{months}"] = told(large, months)
        labels[f"mass_{months}"] = told(large & ~is_few, months)
        if months == _CLOSING:
            labels[CLOSED] = told(closed.to_numpy() | (fewest == 0), months)
    return found.with_columns(
        pl.Series(name, values, dtype=pl.Float64).fill_nan(None).cast(pl.Boolean)
        for name, values in labels.items()
    ).select(SCHEMA.names())


def _counts(facts: Facts, uscc: pl.Series, day: date, as_of: date) -> Floats:
    """Return headcounts, months × enterprises, as known on `as_of`.

    The first row is the month as far before that of the day as a base is carried. Months after the
    horizon are there, too: they tell that its end has come. A refutation clears evidence; what the
    staff was, it does not change.
    """
    first = _number(day) - _CARRIED
    last = max(_number(as_of), _number(day) + _CLOSING)
    months = [month_at(number) for number in range(first, last + 1)]
    reached = pl.col("period").is_between(pl.lit(months[0]), pl.lit(months[-1]))
    rows = facts.headcounts.filter(reached)
    told = Facts(headcounts=rows, successions=facts.successions).known(as_of).headcounts
    told = told.filter(pl.col("headcount").is_not_null())
    counts = np.full((len(months), len(uscc)), np.nan)
    place = pl.DataFrame({"uscc": uscc}).with_row_index("place")
    told = told.join(place, on="uscc")
    row = told["period"].replace_strict(months, range(len(months)), return_dtype=pl.Int64)
    counts[row.to_numpy(), told["place"].to_numpy()] = told["headcount"].to_numpy()
    return counts


def _gone(facts: Facts, until: date, *, since: date = date.min) -> pl.DataFrame:
    """Return who is no more by the register as known on a day, from a change after another on."""
    return (
        facts.entries.filter(pl.col("received_on") <= until)
        .sort("uscc", "version")
        .group_by("uscc")
        .agg(pl.col("status", "received_on").last())
        .filter(pl.col("status").is_in(_GONE), pl.col("received_on") > since)
    )


def _end(day: date, months: int) -> date:
    """Return the last day of the month so many months after that of a day."""
    return last_day(month_at(_number(day) + months))


def _number(day: date) -> int:
    return number_of(month_of(day))
