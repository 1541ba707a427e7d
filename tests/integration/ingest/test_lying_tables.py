"""Tables of columns whose footer or pages lie are refused soon, before anything is unpacked."""

import struct
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from tests.integration.ingest.test_hostile_files import told
from tests.unit.ingest.test_parquet_pages import written


def test_groups_are_unpacked_one_after_the_other(tmp_path: Path) -> None:
    """Each is less than may be unpacked at once; all of them are 1.8 GB."""
    names = ("uscc", "month", "insured_headcount")
    frame = pl.DataFrame({name: ["x" * 20_000_000] * 30 for name in names})
    (tmp_path / "a").write_bytes(written(frame, row_group_size=1))
    found = told(tmp_path / "a", "a.parquet")
    assert found["codes"] == ["row_too_long"]
    assert found["grown"] < 900  # type: ignore[operator]  # numbers of JSON


def number(value: int) -> bytes:
    """Return a number as Thrift's compact protocol has it, without its sign."""
    held = b""
    while value > 127:
        held, value = held + bytes([value & 127 | 128]), value >> 7
    return held + bytes([value])


def footed(pages: bytes, footer: bytes) -> bytes:
    """Return a file of these pages and this footer."""
    return b"PAR1" + pages + footer + struct.pack("<I", len(footer)) + b"PAR1"


PAGE = b"\x15\x00\x15\x00\x15\x00\x00"  # of no bytes
MANY = 20_000


def overlapping() -> bytes:
    """Return a file whose every column has the same pages: to look at them all takes hours."""
    about = b"".join(
        bytes([step << 4 | 6]) + number(value << 1)
        for step, value in ((5, 0), (2, len(PAGE) * MANY), (2, 4))
    )
    chunk = b"\x3c" + about + b"\x00\x00"
    group = b"\x19\xfc" + number(MANY) + chunk * MANY + b"\x26\x02\x00"
    return footed(PAGE * MANY, b"\x49\x1c" + group + b"\x00")


def of_more_values() -> bytes:
    """Return a file of which a page declares more values than any memory holds."""
    content = written(pl.DataFrame({"uscc": ["x", None] * 50}), compression="uncompressed")
    # The header of a page of data: field 5 of the page's, and its own first field.
    place = content.index(b"\x2c\x15", 4)
    assert content[place + 2 : place + 4] == number(200)
    return content[: place + 2] + number(2**31 - 2) + content[place + 4 :]


LYING: dict[str, Callable[[], bytes]] = {
    "a page of more values than its column": of_more_values,
    "lists within lists": lambda: footed(bytes(20), b"\x49" + b"\x19" * 5000),
    "a group of fewer fields than are asked for": lambda: footed(
        bytes(20), b"\x49\x1c\x19\x1c\x39\x08\x00\x00\x00"
    ),
    "columns of the same pages": overlapping,
    "a footer of very many structs": lambda: footed(
        bytes(20), b"\x49\xfc" + number(10_000_000) + b"\x15\x02\x00" * 10_000_000 + b"\x00"
    ),
}


@pytest.mark.parametrize("name", LYING)
def test_a_footer_that_lies_is_refused_soon(tmp_path: Path, name: str) -> None:
    (tmp_path / "a").write_bytes(LYING[name]())
    found = told(tmp_path / "a", "a.parquet")
    assert found["codes"] == ["parquet_unreadable"]
    assert found["grown"] < 200  # type: ignore[operator]  # numbers of JSON
