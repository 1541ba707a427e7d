"""Columns that would tell the answer, or only where a row stood in the file: left out, and said.

What only may tell too much stays, with a question: nobody but its owner knows when it was known.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import numpy as np
import polars as pl

from services.scoring.model.arrays import Flags, Floats
from services.scoring.model.cases import Cases, Layout
from services.scoring.model.errors import Caution
from services.scoring.model.metrics import roc_auc
from services.scoring.model.words import label_values

TELLS: Final = "tells_label"
NUMBERS: Final = "numbers_rows"
RARE: Final = "rare_texts"
CONSTANT: Final = "never_varies"
_KNOWN: Final = 0.9
_PERFECT: Final = 1e-12
# So improbable is what is told as no chance.
_CHANCE: Final = 1e-6
_FEWEST: Final = 10  # cases
_KINDS: Final = 12  # values that a column of codes has at most
_LONG: Final = 4  # digits of a number that may be an id
# Of what several rows say of one case, a value stands in this many rows at least, on average.
_ROWS_OF_ONE: Final = 1.5
_NAMED: Final = re.compile(
    r"(^|[^a-z])(id|ids|code|cik|gvkey|permno|uscc)$|编号|代码|编码|证号|序号|信用码", re.IGNORECASE
)


def suspects(learned: Cases) -> dict[str, str]:
    """Name the columns to leave out, with the reason; judged on the cases to learn from."""
    found: dict[str, str] = {}
    for name, values in learned.values.items():
        column = values[:, 0]
        if _tells(column, learned.labels):
            found[name.rsplit("=", 1)[0]] = TELLS
        elif _numbers(column, learned.rows):
            found[name] = NUMBERS
    return found


def unused(
    frame: pl.DataFrame, layout: Layout, kinds: Mapping[str, Sequence[str]]
) -> dict[str, str]:
    """Name the columns of which nothing comes to the model, with the reason."""
    found: dict[str, str] = {}
    for name in frame.columns:
        if name in layout.reserved:
            continue
        if frame[name].n_unique() == 1:
            found[name] = CONSTANT
        elif name in kinds and not kinds[name]:
            found[name] = RARE
    return found


def _tells(column: Floats, labels: Floats) -> bool:
    known = np.isfinite(column)
    if known.mean() < _KNOWN:
        # A date of closing is there for those who closed, whatever it says.
        return bool((known == (labels > 0)).all() or (known == (labels == 0)).all())
    area = roc_auc(labels[known], column[known])
    return bool(area > 1 - _PERFECT or area < _PERFECT)


def _numbers(column: Floats, rows: int) -> bool:
    if not np.isfinite(column).all() or (column % 1).any():
        return False
    return bool(len(np.unique(column)) == len(column) and np.ptp(column) < 2 * rows)


def questions(frame: pl.DataFrame, learned: Cases, layout: Layout) -> tuple[Caution, ...]:
    """Ask about columns that may tell too much: of the outcome, or of who the case is."""
    found: list[Caution] = []
    if told := _of_events_alone(learned):
        found.append(Caution("only_events", {"columns": ", ".join(told)}))
    if not layout.id and (named := _of_one_case(frame, layout)):
        found.append(Caution("rows_of_one", {"columns": ", ".join(named)}))
    if like := [name for name in learned.values if _like_id(name, learned.values[name][:, 0])]:
        found.append(Caution("like_ids", {"columns": ", ".join(like)}))
    return tuple(found)


def _of_events_alone(learned: Cases) -> list[str]:
    """Name the values, or the columns where they are filled, that events alone have."""
    base = float(learned.labels.mean())
    found = []
    for name, values in sorted(learned.values.items()):
        for said, part in _parts(name, values[:, 0]):
            count = int(part.sum())
            if count >= _FEWEST and learned.labels[part].all() and base**count < _CHANCE:
                found.append(f"{said} ({count})")
    return found


def _parts(name: str, column: Floats) -> Iterator[tuple[str, Flags]]:
    known = np.isfinite(column)
    if "=" in name:
        yield name, column == 1
        return
    if not known.all():
        yield name, known
    different = np.unique(column[known])
    if len(different) <= _KINDS:
        for value in different:
            yield f"{name}={value:g}", column == value


def _of_one_case(frame: pl.DataFrame, layout: Layout) -> list[str]:
    """Name the columns whose rows of one value always have the same label: one case in several."""
    labels = label_values(frame[layout.label], layout.positive)
    base = float(np.nanmean(labels))
    rows = pl.DataFrame({"label": pl.Series(labels, nan_to_null=True)})
    found = []
    for name in frame.columns:
        column = frame[name]
        if name in layout.reserved or not (column.dtype == pl.String or _whole(column)):
            continue
        of_one = (
            rows.with_columns(column.alias("value"))
            .drop_nulls()
            .group_by("value")
            .agg(pl.len().cast(pl.Float64).alias("count"), pl.col("label").sum().alias("events"))
        )
        count, events = of_one["count"].to_numpy(), of_one["events"].to_numpy()
        if len(count) <= _KINDS or count.mean() < _ROWS_OF_ONE:
            continue
        alike = ((events == 0) | (events == count)).all()
        if alike and np.log(base**count + (1 - base) ** count).sum() < np.log(_CHANCE):
            found.append(name)
    return found


def _whole(column: pl.Series) -> bool:
    return column.dtype == pl.Float64 and bool((column.drop_nulls() % 1 == 0).all())


def _like_id(name: str, column: Floats) -> bool:
    known = column[np.isfinite(column)]
    if (known % 1).any() or len(different := np.unique(known)) <= _KINDS:
        return False
    if _NAMED.search(name):
        return True
    long = np.unique(np.floor(np.log10(np.maximum(np.abs(known), 1))))
    return len(different) == len(column) and len(long) == 1 and long[0] >= _LONG - 1
