"""Parquet files whose few bytes unpack to very many are refused before they are unpacked."""

import io
import random
from pathlib import Path

import polars as pl
import pytest

from services.ingest.files import parquet, parquet_columns, parquet_pages
from services.ingest.files.refusals import FileRefused
from tests.unit.ingest.records import uscc

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


def test_texts_written_by_what_they_share_are_refused_where_that_may_be_much(
    tmp_path: Path,
) -> None:
    """Of a page of 100 KB each of 10,000 values may be the long one with a letter more."""

    def by_prefixes(content: bytes) -> bytes:
        # In the header of the page of data the encoding stands before those of its levels, of
        # which both are RLE (3); 7 is 14 as zigzag.
        place = content.rindex(b"\x15\x06\x15\x06\x1c")
        return content[: place - 1] + b"\x0e" + content[place:]

    random.seed(1)
    texts = [str(random.random()) * 4 for _ in range(10_000)]  # noqa: S311  any texts
    long = written(pl.DataFrame({"uscc": texts}), compression="uncompressed")
    (tmp_path / "a").write_bytes(by_prefixes(long))
    with pytest.raises(FileRefused) as refused:
        parquet.check(tmp_path / "a")
    assert [fault.code for fault in refused.value.faults] == ["parquet_prefixes"]
    few = written(pl.DataFrame({"uscc": texts[:100]}), compression="uncompressed")
    (tmp_path / "b").write_bytes(by_prefixes(few))
    parquet.check(tmp_path / "b")


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
