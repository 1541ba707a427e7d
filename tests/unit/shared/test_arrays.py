"""A list is written as psycopg itself writes it, whatever stands in it."""

from hypothesis import example, given
from hypothesis import strategies as st
from psycopg.adapt import PyFormat, Transformer
from psycopg.types.array import ListDumper

from shared.arrays import CodesDumper

CODES = st.text("0123456789ABCDEFGHJKLMNPQRTUWXY", min_size=1, max_size=18)
ANYTHING = st.one_of(
    CODES,
    st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=6),
    st.none(),
)


def written(by: type[ListDumper], values: list[object]) -> bytes:
    dumper = by(list, Transformer()).upgrade(values, PyFormat.TEXT)
    told = dumper.dump(values)
    assert told is not None
    return bytes(told)


@given(st.one_of(st.lists(CODES), st.lists(ANYTHING)))
@example(["91110105MA00000004"])
@example(["null"])
@example(["nu", "ll"])
@example(["a", ""])
@example(['a"b', "{c}", "d,e", " f", "\\"])
@example([None, None])
@example([["a"], ["b"]])
def test_lists_are_written_as_psycopg_writes_them(values: list[object]) -> None:
    assert written(CodesDumper, values) == written(ListDumper, values)


def test_codes_are_written_without_quotes() -> None:
    assert written(CodesDumper, ["91110105MA00000004", "X"]) == b"{91110105MA00000004,X}"
