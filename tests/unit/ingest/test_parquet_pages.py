"""Parquet files whose few bytes unpack to very many are refused before they are unpacked."""

import io
import random
import struct
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from services.ingest.files import parquet, parquet_columns, parquet_pages
from services.ingest.files.refusals import FileRefused
from tests.unit.ingest.records import uscc
from tests.unit.ingest.test_hostile_files import told

FRAME = pl.DataFrame(
    {"uscc": [uscc(1)] * 3000, "month": ["2020-07"] * 3000, "insured_headcount": range(3000)}
)


def written(frame: pl.DataFrame, **form: object) -> bytes:
    """Return a frame as a file."""
    target = io.BytesIO()
    frame.write_parquet(target, **form)  # type: ignore[arg-type]
    return target.getvalue()


def refusal(path: Path, content: bytes) -> str | None:
    """Return why a file is refused, to its last row; None if it is read."""
    path.write_bytes(content)
    try:
        parquet.check(path)
        assert len(list(parquet.rows(path))) == parquet_columns.height(path) + 1
    except FileRefused as refused:
        return refused.faults[0].code
    return None


@pytest.mark.parametrize("compression", ["zstd", "snappy", "gzip", "lz4", "uncompressed"])
def test_files_of_any_compression_are_read(tmp_path: Path, compression: str) -> None:
    assert refusal(tmp_path / "a", written(FRAME, compression=compression)) is None
    nested = FRAME.with_columns(more=[[1, 2]] * 3000)
    assert refusal(tmp_path / "a", written(nested, row_group_size=500)) is None


def test_a_cell_that_unpacks_to_very_many_bytes_is_refused(tmp_path: Path) -> None:
    content = written(pl.DataFrame({"uscc": ["x" * 70_000_000]}))
    assert len(content) < 10_000
    assert refusal(tmp_path / "a", content) == "parquet_too_large"


def test_a_word_that_is_long_in_every_row_is_refused_by_its_row(tmp_path: Path) -> None:
    """It stands once in the file, and would be in memory once for each row."""
    words = ["x", "y" * 2_000_000, *["z" * 3_000_000] * 300]
    content = written(pl.DataFrame({"uscc": words}))
    assert len(content) < 10_000
    (tmp_path / "a").write_bytes(content)
    with pytest.raises(FileRefused) as refused:
        list(parquet.rows(tmp_path / "a"))
    assert [(fault.code, fault.row) for fault in refused.value.faults] == [("row_too_long", 4)]


def test_long_rows_come_in_parts_and_none_is_lost(tmp_path: Path) -> None:
    words = [f"{number:06d}" + "x" * 900_000 for number in range(4)] * 25
    (tmp_path / "a").write_bytes(written(pl.DataFrame({"uscc": words})))
    parts = list(parquet_columns.slices(tmp_path / "a"))
    assert max(part.height for part in parts) * 900_000 < 40_000_000
    assert [word for part in parts for word in part["uscc"]] == words
    assert len(list(parquet.rows(tmp_path / "a"))) == 101


def test_groups_are_unpacked_one_after_the_other(tmp_path: Path) -> None:
    """Each is less than may be unpacked at once; all of them are 1.8 GB."""
    names = ("uscc", "month", "insured_headcount")
    frame = pl.DataFrame({name: ["x" * 20_000_000] * 30 for name in names})
    (tmp_path / "a").write_bytes(written(frame, row_group_size=1))
    found = told(tmp_path / "a", "a.parquet")
    assert found["codes"] == ["row_too_long"]
    assert found["grown"] < 900  # type: ignore[operator]  # numbers of JSON


@pytest.mark.parametrize("after", [0, 1, 499, 500, 501, 1700, 2999, 3000])
@pytest.mark.parametrize("unpacked", [1, 40_000, 2**30])
def test_every_row_comes_once_whatever_is_read_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, after: int, unpacked: int
) -> None:
    monkeypatch.setattr(parquet_columns, "_MOST_UNPACKED", unpacked)
    (tmp_path / "a").write_bytes(written(FRAME, row_group_size=500))
    parts = list(parquet_columns.slices(tmp_path / "a", after=after, size=700))
    found = [int(each) for part in parts for each in part["insured_headcount"]]
    assert found == list(range(after, 3000))
    assert parquet_columns.height(tmp_path / "a") == 3000


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


def test_a_group_of_too_many_rows_is_refused_however_few_bytes_it_has(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parquet_pages, "_MOST_OF_GROUP", 1024 * 1024)
    rows = 30_000
    frame = pl.DataFrame({name: [1] * rows for name in "abc"})
    content = written(frame, row_group_size=rows)
    assert len(content) < 4_000
    assert refusal(tmp_path / "a", content) == "parquet_too_large"
    assert refusal(tmp_path / "a", written(frame, row_group_size=10_000)) is None


def test_bytes_that_are_changed_or_cut_off_are_read_or_refused(tmp_path: Path) -> None:
    good = written(FRAME)
    chance = random.Random(1)  # noqa: S311 no secret
    for _ in range(60):
        content = bytearray(good)
        for _ in range(chance.choice([1, 5, 50])):
            place = chance.choice([chance.randrange(len(good)), -1 - chance.randrange(900)])
            content[place] = chance.randrange(256)
        assert refusal(tmp_path / "a", bytes(content)) in {
            None,
            "parquet_unreadable",
            "parquet_too_large",
        }
    for length in range(4, len(good), 397):
        assert refusal(tmp_path / "a", good[:length]) == "parquet_unreadable"
