"""What becomes of rows in columns, against what is on record: as `domain/settling.py` decides."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from services.ingest.columns.reading import ROW
from services.ingest.domain.fates import MOST_VERSIONS

ID: Final = "enterprise_id"
PERIOD: Final = "period"
VERSION: Final = "version"
WITHDRAWN: Final = "withdrawn"
NOTED: Final = "noted"
"""Of what is on record: who repeats it is written down, as `domain/settling.py` says."""
_HELD: Final = "_held"


# Of rows in the order of their keys: each that has the key of the one before it.
_SAME_KEY: Final = (
    (pl.col(PERIOD) == pl.col(PERIOD).shift()) & (pl.col(ID) == pl.col(ID).shift())
).fill_null(value=False)


_NEVER: Final = pl.lit(value=False)


@dataclass(frozen=True)
class Settlement:
    """The versions to write, in the order of their keys, and the account of all rows."""

    versions: pl.DataFrame
    accepted: int
    duplicate: int
    superseding: int


def settle(rows: pl.DataFrame, held: pl.DataFrame, *, measured: Sequence[str]) -> Settlement:
    """Decide each row against what is on record; a later row of a key sees the earlier ones.

    Both have enterprise and period; `held` the current version of each key that has one. What only
    repeats what is to be noted is a duplicate, and written.
    """
    ordered = _in_order(rows)
    if held.is_empty() and not ordered.select(_SAME_KEY.any()).item():
        versions = ordered.with_columns(pl.lit(1, pl.Int16).alias(VERSION))
        return Settlement(versions, accepted=rows.height, duplicate=0, superseding=0)
    unchanged = _unchanged(ordered, held, measured)
    ordered = ordered.filter(~unchanged)
    beside = ordered.join(held, on=[PERIOD, ID], how="left", suffix=_HELD, maintain_order="left")
    again = _SAME_KEY
    says_the_same = pl.all_horizontal(
        pl.lit(value=True),
        *(
            pl.col(name).eq_missing(
                pl.when(again).then(pl.col(name).shift()).otherwise(pl.col(name + _HELD))
            )
            for name in measured
        ),
    )
    stands = again | (pl.col(VERSION).is_not_null() & ~pl.col(WITHDRAWN).fill_null(value=False))
    once_more = ~again & pl.col(NOTED).fill_null(value=False) if NOTED in held.columns else _NEVER
    judged = (
        beside.with_columns((stands & says_the_same).alias("duplicate_"))
        .with_columns((~pl.col("duplicate_") | once_more).alias("written_"))
        .with_columns(
            (
                pl.col(VERSION).fill_null(0)
                + pl.col("written_").cast(pl.Int16).cum_sum().over(PERIOD, ID)
            )
            .cast(pl.Int16)
            .alias(VERSION)
        )
    )
    written = judged.filter(pl.col("written_"))
    accepted = int((written[VERSION] == 1).sum())
    superseding = int((~written["duplicate_"]).sum()) - accepted
    return Settlement(
        written.select(*ordered.columns, VERSION),
        accepted=accepted,
        duplicate=rows.height - accepted - superseding,
        superseding=superseding,
    )


def crowded(rows: pl.DataFrame, held: pl.DataFrame) -> list[int]:
    """Return enterprises of which a key might get more versions than a key may have."""
    most = held[VERSION].max() if held.height else 0
    if not isinstance(most, int) or most + rows.height <= MOST_VERSIONS:
        return []
    coming = rows.group_by(PERIOD, ID).len()
    beside = coming.join(held.select(PERIOD, ID, VERSION), on=[PERIOD, ID], how="left")
    there = pl.col(VERSION).cast(pl.Int64).fill_null(0)
    over = beside.filter(there + pl.col("len") > MOST_VERSIONS)
    return over[ID].unique().to_list()


def _in_order(rows: pl.DataFrame) -> pl.DataFrame:
    """Return rows in the order of their keys; those that stand so already are not moved."""
    if rows[ROW].is_sorted() and rows[ID].is_sorted() and rows[PERIOD].n_unique() <= 1:
        return rows
    return rows.sort(PERIOD, ID, ROW)


def _unchanged(ordered: pl.DataFrame, held: pl.DataFrame, measured: Sequence[str]) -> pl.Series:
    """Tell which rows surely say what is on record: most, when a whole month is sent again.

    Only of rows about one period, and of keys that are there once.
    """
    none = pl.repeat(value=False, n=ordered.height, eager=True, dtype=pl.Boolean)
    periods = pl.concat([ordered[PERIOD], held[PERIOD]])
    if held.is_empty() or periods.n_unique() > 1 or not held[ID].is_sorted():
        return none
    ids, known = ordered[ID].to_numpy(), held[ID].to_numpy()
    places = np.minimum(np.searchsorted(known, ids), len(known) - 1)
    again = ids[1:] == ids[:-1]
    alike = known[places] == ids
    alike[1:] &= ~again
    alike[:-1] &= ~again
    there = pl.Series(places)
    same = pl.Series(alike) & ~held[WITHDRAWN].gather(there)
    if NOTED in held.columns:
        same = same & ~held[NOTED].gather(there)
    for name in measured:
        same = same & ordered[name].eq_missing(held[name].gather(there))
    return same
