"""Turns the rows of a panel into cases: what each column said of an id, newest first.

A column's history is that of its own values: rows of several kinds (a report a year, a news item
a day) may stand in one panel, each kind filling its own columns.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from services.scoring.model.arrays import Flags, Floats, Ints
from services.scoring.model.columns import as_key, as_years
from services.scoring.model.errors import PanelRefused
from services.scoring.model.words import divided, label_values

# Of the frame that orders the rows; no panel has such columns.
_KEY, _TESTED_ROW, _MOMENT, _LABEL = "\0key", "\0tested", "\0moment", "\0label"
_ROW, _LAST = "\0row", "\0last"
PLACE = "\0place"  # of a row in the file, from 1: names the case where there is no id
STEPS = 6  # how many values back a history is told apart; further back only counts
_KINDS = 12  # of a column of text, so many frequent values are told apart
_RARE = 10


@dataclass(frozen=True)
class Layout:
    """What the columns of a panel are for; the rest says something of the case."""

    label: str
    id: str | None = None
    time: str | None = None
    split: str | None = None
    drop: tuple[str, ...] = ()
    positive: str | None = None

    @property
    def reserved(self) -> frozenset[str]:
        """Name the columns that are not told to the model."""
        named = (PLACE, self.label, self.id, self.time, self.split, *self.drop)
        return frozenset(name for name in named if name is not None)


@dataclass(frozen=True)
class Cases:
    """Cases in the order of their keys; `values[column]` is (cases, steps), newest first."""

    keys: tuple[str, ...]
    values: Mapping[str, Floats]
    counts: Mapping[str, Floats]  # how often a column was filled at all
    ages: Mapping[str, Floats]  # years from a column's last value to the case's last row
    moments: Floats  # of the last row; 0 without time
    labels: Floats  # nan: unknown
    tested: Flags
    rows: int
    unlabelled: int
    places: Ints | None = None  # of the rows in the file, where nothing else names the cases

    def __len__(self) -> int:
        """Return how many cases there are."""
        return len(self.keys)

    def take(self, chosen: Ints) -> "Cases":
        """Return these cases alone."""
        return Cases(
            tuple(self.keys[i] for i in chosen),
            {name: values[chosen] for name, values in self.values.items()},
            {name: values[chosen] for name, values in self.counts.items()},
            {name: values[chosen] for name, values in self.ages.items()},
            self.moments[chosen],
            self.labels[chosen],
            self.tested[chosen],
            self.rows,
            self.unlabelled,
            None if self.places is None else self.places[chosen],
        )

    def name(self, case: int) -> str:
        """Return what a case is called: its id, or the number of its row."""
        return self.keys[case] if self.places is None else str(self.places[case])


def check(frame: pl.DataFrame, layout: Layout) -> None:
    """Refuse options that name no column."""
    for name in (layout.label, layout.id, layout.time, layout.split, *layout.drop):
        if name is not None and name not in frame.columns:
            raise PanelRefused("no_column", column=name, columns=", ".join(frame.columns[:40]))
    if layout.time is not None and layout.id is None:
        raise PanelRefused("time_without_id")


def gather(frame: pl.DataFrame, layout: Layout, kinds: Mapping[str, Sequence[str]]) -> Cases:
    """Return the cases of a panel. `kinds`: of columns of text, the values told apart."""
    check(frame, layout)
    count = frame.height
    told = _told(frame, layout, kinds)
    moments = as_years(frame[layout.time]) if layout.time else np.zeros(count)
    place = pl.DataFrame(
        {
            # Without ids a row's contents name it: the same row twice is in one fold.
            _KEY: as_key(frame[layout.id]) if layout.id else told.hash_rows().cast(pl.String),
            _TESTED_ROW: _tested(frame, layout),
            _MOMENT: pl.Series(moments).fill_nan(None),
            _LABEL: label_values(frame[layout.label], layout.positive),
            PLACE: frame[PLACE] if PLACE in frame.columns else pl.int_range(count, eager=True) + 1,
        }
    )
    place, told = _with_past(place, told)
    keys = [_KEY, _TESTED_ROW, _MOMENT]
    # Rows of one moment have no order of their own: their contents decide, not the file.
    tied = place.select(keys).is_duplicated().any()
    table = place.hstack(told.get_columns())
    table = table.sort([*keys, *told.columns, _LABEL] if tied else keys, nulls_last=False)
    place, told = table.select(place.columns), table.select(told.columns)
    owner = (
        place.select(pl.struct(_KEY, _TESTED_ROW).rle_id()).to_series().to_numpy()
        if layout.id
        else np.arange(count)
    )
    cases = _grouped(place, told, owner.astype(np.int64))
    places = None if layout.id else place[PLACE].to_numpy().astype(np.int64)
    return replace(cases, rows=count, places=places)


def _with_past(place: pl.DataFrame, told: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Let a tested case know the rows of its id before it, even if others learn from them.

    A split in time gives an id both kinds of rows. What its earlier ones say was known, and without
    them there would be no change to see; their labels stay with those who learn.
    """
    last = place.filter(_TESTED_ROW).group_by(_KEY).agg(pl.col(_MOMENT).max().alias(_LAST))
    before = (
        place.with_row_index(_ROW)
        .filter(~pl.col(_TESTED_ROW))
        .join(last, on=_KEY, maintain_order="left")
        .filter(pl.col(_MOMENT) < pl.col(_LAST))
    )
    copies = before.with_columns(
        pl.lit(value=True).alias(_TESTED_ROW), pl.lit(None, pl.Float64).alias(_LABEL)
    ).select(place.columns)
    return pl.concat([place, copies]), pl.concat([told, told[before[_ROW].to_list()]])


def _grouped(place: pl.DataFrame, told: pl.DataFrame, owner: Ints) -> Cases:
    size = np.bincount(owner)
    last = np.cumsum(size) - 1
    steps = min(STEPS, int(size.max()))
    moments = place[_MOMENT].to_numpy().astype(np.float64)
    labels = place[_LABEL].to_numpy().astype(np.float64)
    values: dict[str, Floats] = {}
    counts: dict[str, Floats] = {}
    ages: dict[str, Floats] = {}
    for name in told.columns:
        column = told[name].to_numpy().astype(np.float64)
        values[name], counts[name], newest = _history(column, owner, size, steps)
        ages[name] = np.where(newest >= 0, moments[last] - moments[newest], np.nan)
    known, _, _ = _history(labels, owner, size, 1)
    return Cases(
        keys=tuple(str(key) for key in place[_KEY].to_numpy()[last]),
        values=values,
        counts=counts,
        ages=ages,
        moments=np.nan_to_num(moments[last]),
        labels=known[:, 0],
        tested=place[_TESTED_ROW].to_numpy()[last].astype(np.bool_),
        rows=place.height,
        unlabelled=int(np.isnan(known[:, 0]).sum()),
    )


def _history(column: Floats, code: Ints, size: Ints, steps: int) -> tuple[Floats, Floats, Ints]:
    """Return the last filled values of each case, newest first, their number, the newest's row."""
    filled = np.flatnonzero(np.isfinite(column))
    owner = code[filled]
    count = np.bincount(owner, minlength=len(size))
    ends = np.cumsum(count)
    back = ends[owner] - 1 - np.arange(len(filled))
    near = back < steps
    history = np.full((len(size), steps), np.nan)
    history[owner[near], back[near]] = column[filled[near]]
    newest = np.full(len(size), -1, dtype=np.int64)
    newest[owner[back == 0]] = filled[back == 0]
    return history, count.astype(np.float64), newest


def frequent(frame: pl.DataFrame, layout: Layout) -> dict[str, tuple[str, ...]]:
    """Name, for each column of text, the values that are frequent enough to be told apart."""
    rare = max(_RARE, frame.height // 1000)
    kinds: dict[str, tuple[str, ...]] = {}
    for name in frame.columns:
        if name in layout.reserved or frame[name].dtype != pl.String:
            continue
        words = frame[name].rename("word").drop_nulls()
        found = words.value_counts().filter(pl.col("count") >= rare)
        ranked = found.sort(["count", "word"], descending=[True, False]).head(_KINDS)
        kinds[name] = tuple(ranked["word"].to_list())
    return kinds


def _told(frame: pl.DataFrame, layout: Layout, kinds: Mapping[str, Sequence[str]]) -> pl.DataFrame:
    """Return what the model may know of each row, in numbers."""
    columns: list[pl.Series] = []
    for name in frame.columns:
        if name in layout.reserved:
            continue
        column = frame[name]
        if column.dtype != pl.String:
            columns.append(column.cast(pl.Float64))
            continue
        columns += [
            (column == value).cast(pl.Float64).alias(f"{name}={value}")
            for value in kinds.get(name, ())
        ]
    return pl.DataFrame(columns)


def _tested(frame: pl.DataFrame, layout: Layout) -> pl.Series:
    if layout.split is None:
        return pl.repeat(value=False, n=frame.height, eager=True, dtype=pl.Boolean)
    tested, _ = divided(frame[layout.split])
    return tested
