"""Lists come out of a real PostgreSQL as they went in, whatever stands in them."""

from collections.abc import Iterator
from datetime import date
from typing import Any, LiteralString

import psycopg
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from shared.arrays import QuickDumper

TEXTS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=6)
WORDS = st.sampled_from(["NULL", "null", "", '"', "\\", "{}", ",", " ", "91110105MA00000004"])
NUMBERS = st.integers(-(2**63), 2**63 - 1)


@pytest.fixture(scope="module")
def connection(postgres_admin_url: str) -> Iterator[psycopg.Connection]:
    """A connection that writes lists as our services do."""
    with psycopg.connect(postgres_admin_url.replace("+psycopg", ""), autocommit=True) as opened:
        opened.adapters.register_dumper(list, QuickDumper)
        yield opened


def back(connection: psycopg.Connection, kind: LiteralString, values: list[Any]) -> Any:
    row = connection.execute(f"SELECT %s::{kind}[]", [values]).fetchone()
    assert row is not None
    return row[0]


@given(values=st.lists(TEXTS | WORDS | st.none()))
@example(values=["NULL", None, "null"])
@example(values=[None, '"', "\\", ""])
@example(values=[None, None])
def test_texts_come_back(connection: psycopg.Connection, values: list[str | None]) -> None:
    assert back(connection, "text", values) == values


@given(values=st.lists(NUMBERS | st.none()))
@example(values=[None, 0, -1])
def test_whole_numbers_come_back(connection: psycopg.Connection, values: list[int | None]) -> None:
    assert back(connection, "bigint", values) == values


@given(values=st.lists(st.dates() | st.none()))
@example(values=[None, date.min, date.max])
def test_days_come_back(connection: psycopg.Connection, values: list[date | None]) -> None:
    assert back(connection, "date", values) == values
