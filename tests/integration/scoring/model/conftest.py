"""Real labelled panels, laid out as someone would who has only the command's help page."""

import lzma
import os
from pathlib import Path

import polars as pl
import pytest


def _data(folder: str) -> Path:
    root = os.environ.get("WENGANG_DATA")
    if root is None:
        pytest.skip("needs real panels (WENGANG_DATA)")
    found = Path(root) / folder
    if not found.is_dir():
        pytest.skip(f"{folder} is absent from WENGANG_DATA")
    return found


def _rows(file: Path) -> pl.DataFrame:
    return pl.read_csv(lzma.decompress(file.read_bytes()), infer_schema_length=None)


@pytest.fixture
def bankruptcies(tmp_path: Path) -> Path:
    """Five years of each American firm; the authors' validation years are the test."""
    source = _data("us_bankruptcy")
    parts = [
        _rows(source / f"5_{part}_for_LSTM.csv.xz").with_columns(part=pl.lit(name))
        for part, name in (("train", "train"), ("validation", "test"))
    ]
    file = tmp_path / "us.parquet"
    pl.concat(parts).write_parquet(file)
    return file


@pytest.fixture
def ratios(tmp_path: Path) -> Path:
    """Polish firms by 64 ratios, a sample: every bankrupt one and a third of the others."""
    text = lzma.decompress((_data("polish_bankruptcy") / "5year.arff.xz").read_bytes()).decode()
    head, _, body = text.partition("@data")
    names = [line.split()[1] for line in head.splitlines() if line.startswith("@attribute")]
    lines = [line for line in body.split() if line]
    kept = [line for place, line in enumerate(lines) if line.endswith(",1") or place % 3 == 0]
    file = tmp_path / "polish.csv"
    file.write_text("\n".join([",".join(names), *kept]))
    return file
