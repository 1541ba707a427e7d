"""Parquet for whoever reads row by row; its columns are read by `parquet_columns`.

That is imported on use: 50 MB of polars, of which a process that only receives files has no need.
"""

from collections.abc import Generator
from importlib import import_module
from pathlib import Path
from types import ModuleType


def check(path: Path) -> None:
    """Look at what the file declares, and at the names of its columns. Raises FileRefused."""
    _columns().check(path)


def rows(path: Path) -> Generator[tuple[int, list[str]], None, None]:
    """Yield the rows as cells with their numbers, the header first. Raises FileRefused."""
    yield from _columns().rows(path)


def _columns() -> ModuleType:
    return import_module("services.ingest.files.parquet_columns")
