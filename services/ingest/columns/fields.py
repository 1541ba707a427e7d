"""Lines taken apart at the sign between fields: as columns of text, and which have too many."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import polars as pl

from services.ingest.columns.scan import Block

_RETURN: Final = ord("\r")


def fields(block: Block, names: Sequence[str], *, delimiter: str) -> tuple[pl.DataFrame, pl.Series]:
    """Return the fields of each line, null where one is blank or not there, and who has more.

    What stands behind the last of them is not read; that a line is longer than what was read
    of it gives it away, be it behind a blank field.
    """
    text = block.text
    frame = pl.read_csv(
        # A line of our own, so that the first of theirs does not say how many there may be.
        b"-"
        + delimiter.encode() * (len(names) - 1)
        + b"\n"
        + (text.replace(b"\r\n", b"\n") if b"\r" in text else text),
        has_header=False,
        separator=delimiter,
        quote_char=None,
        schema=dict.fromkeys(names, pl.String),
        truncate_ragged_lines=True,
        missing_columns="insert",
    ).slice(1)
    read = frame.select(pl.sum_horizontal(pl.all().str.len_bytes())).to_series()
    return frame, _lengths(block) > read.cast(pl.Int64) + (len(names) - 1)


def _lengths(block: Block) -> pl.Series:
    """Return how many bytes each line has before its end."""
    lengths = np.diff(block.ends, prepend=-1) - 1
    if b"\r" in block.text:
        lengths -= np.frombuffer(block.text, np.uint8)[block.ends - 1] == _RETURN
    return pl.Series(lengths)
