"""Who is in two periods is counted as one would by hand."""

import struct

from hypothesis import given
from hypothesis import strategies as st

from services.ingest.columns.overlap import in_both, standing

ROWS = st.lists(st.tuples(st.integers(1, 6), st.integers(1, 5)), max_size=12)


def written(rows: list[tuple[int, int]]) -> bytes:
    """Return rows as PostgreSQL hands them over."""
    return b"".join(struct.pack(">ih", *row) for row in rows)


@given(ROWS, ROWS)
def test_what_was_said_last_stands(
    said: list[tuple[int, int]], gone: list[tuple[int, int]]
) -> None:
    last = {id_: max(v for i, v in gone if i == id_) for id_, _ in gone}
    stands = {id_ for id_, version in said if version > last.get(id_, 0)}
    assert standing(written(said), written(gone)).tolist() == sorted(stands)


@given(ROWS, ROWS)
def test_those_in_both_are_counted_once(
    one: list[tuple[int, int]], other: list[tuple[int, int]]
) -> None:
    both = {id_ for id_, _ in one} & {id_ for id_, _ in other}
    assert in_both(standing(written(one), b""), standing(written(other), b"")) == len(both)
