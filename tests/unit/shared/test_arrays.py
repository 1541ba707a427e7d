"""A list says to PostgreSQL what psycopg itself would say, whatever stands in it."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from psycopg import DataError, adapters
from psycopg.adapt import PyFormat, Transformer
from psycopg.pq import Format
from psycopg.types.array import ListDumper

from shared.arrays import QuickDumper

CODES = st.text("0123456789ABCDEFGHJKLMNPQRTUWXY", min_size=1, max_size=18)
ANYTHING = st.one_of(
    CODES,
    st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=6),
    st.none(),
)
NUMBERS = st.integers(-(2**63), 2**63 - 1)


def read(by: type[ListDumper], values: list[object]) -> object:
    """Write a list, and read it as psycopg reads what PostgreSQL writes."""
    transformer = Transformer()
    written = by(list, transformer).upgrade(values, PyFormat.TEXT).dump(values)
    assert written is not None
    return transformer.get_loader(adapters.types["text"].array_oid, Format.TEXT).load(written)


@given(st.one_of(st.lists(CODES), st.lists(ANYTHING), st.lists(NUMBERS)))
@example(["91110105MA00000004"])
@example(["null"])
@example(["nu", "ll"])
@example(["a", ""])
@example(['a"b', "{c}", "d,e", " f", "\\"])
@example(["\\\\", '\\"', '","'])
@example([1, None])
@example([None, None])
@example([["a"], ["b"]])
def test_lists_say_what_psycopg_would_say(values: list[object]) -> None:
    assert read(QuickDumper, values) == read(ListDumper, values)


def test_text_that_is_none_for_postgresql_is_refused() -> None:
    with pytest.raises(DataError):
        read(QuickDumper, ["a", "b\0"])


def test_codes_are_written_without_quotes() -> None:
    written = QuickDumper(list, Transformer()).dump(["91110105MA00000004", "X"])
    assert written == b"{91110105MA00000004,X}"
