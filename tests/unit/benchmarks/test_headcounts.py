"""The headcounts of the benchmark are good, but for those that are wrong on purpose."""

from pathlib import Path

import polars as pl

from benchmarks import headcounts
from shared.codes.uscc import check_uscc
from tests.unit.ingest.records import uscc


def test_credit_codes_are_canonical() -> None:
    codes = headcounts.usccs(0, 30)
    assert [check_uscc(code) for code in codes] == [uscc(number) for number in range(30)]


def test_a_share_is_changed_and_little_is_wrong(tmp_path: Path) -> None:
    first = pl.read_csv(headcounts.file(tmp_path, "csv", rows=5000, month="2024-01"))
    again = pl.read_parquet(
        headcounts.file(tmp_path, "parquet", rows=5000, month="2024-01", changed=0.05)
    )
    differ = (first["insured_headcount"] != again["insured_headcount"]).sum()
    assert 150 < differ < 350
    assert (first["uscc"].str.len_bytes() == 17).sum() == 20
    assert len(pl.read_ndjson(headcounts.file(tmp_path, "ndjson", rows=9, month="2024-01"))) == 9
