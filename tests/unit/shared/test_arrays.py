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
TEXTS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=6)
NONE = st.none()
ANYTHING = st.one_of(
    CODES,
    st.sampled_from(["NULL", "null", "", '"', "\\", "{}", ",", " "]),
    TEXTS,
    NONE,
)
DAYS = st.dates()
MOMENTS = st.datetimes()
NUMBERS = st.integers(-(2**63), 2**63 - 1)


def read(by: type[ListDumper], values: list[object]) -> object:
    """Write a list, and read it as psycopg reads what PostgreSQL writes."""
    transformer = Transformer()
    written = by(list, transformer).upgrade(values, PyFormat.TEXT).dump(values)
    assert written is not None
    return transformer.get_loader(adapters.types["text"].array_oid, Format.TEXT).load(written)


@given(
    st.one_of(
        st.lists(CODES),
        st.lists(CODES | NONE),
        st.lists(ANYTHING),
        st.lists(NUMBERS),
        st.lists(NUMBERS | NONE),
        st.lists(st.booleans() | NONE),
        st.lists(DAYS | NONE),
        st.lists(MOMENTS | NONE),
    )
)
@example(["91110105MA00000004"])
@example(["null"])
@example(["nu", "ll"])
@example(["a", ""])
@example(['a"b', "{c}", "d,e", " f", "\\"])
@example(["\\\\", '\\"', '","'])
@example([1, None])
@example([None, 2**40])
@example(["NULL", None, "null"])
@example([None, "", "a"])
@example(["\\", None, '"'])
@example([None, None])
@example([["a"], ["b"]])
def test_lists_say_what_psycopg_would_say(values: list[object]) -> None:
    assert read(QuickDumper, values) == read(ListDumper, values)


@pytest.mark.parametrize("values", [["a", "b\0"], ["a", None, "b\0"]])
def test_text_that_is_none_for_postgresql_is_refused(values: list[object]) -> None:
    with pytest.raises(DataError):
        read(QuickDumper, values)


@given(st.lists(CODES | TEXTS | NONE) | st.lists(NUMBERS | NONE))
def test_texts_and_numbers_never_take_the_slow_way(values: list[object]) -> None:
    def slow(*_args: object) -> None:
        raise AssertionError("slow")

    with pytest.MonkeyPatch.context() as watched:
        watched.setattr(ListDumper, "_dump_list", slow)
        assert QuickDumper(list, Transformer()).dump(values) is not None


def test_codes_are_written_without_quotes() -> None:
    written = QuickDumper(list, Transformer()).dump(["91110105MA00000004", "X"])
    assert written == b"{91110105MA00000004,X}"
