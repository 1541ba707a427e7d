"""Files of other authorities go through the gateway by a mapping alone, each row accounted for."""

import csv
import io
import json
import lzma
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

from tests.e2e.city import City, push
from tests.platform import ROOT
from tests.unit.ingest.records import an_enterprise

DATA: Final = os.environ.get("WENGANG_DATA")
FULL: Final = bool(os.environ.get("WENGANG_FULL"))
FATES: Final = ("accepted", "duplicate", "superseding", "rejected", "quarantined")
WIDE: Final = "eff"
# Ragged rows, a row of nothing but commas, amendments in a cell, 119 columns.
SOME: Final = frozenset({"mo.csv.xz", "or.csv.xz", "2009.csv.xz", "effectifTestData.csv"})
# Of either of them several notices are in the files that are always read.
EMPLOYERS: Final = ("Lockheed Martin", "StarTek")


@dataclass(frozen=True)
class Foreign:
    """A folder of files: to which feed they go, by which agency and mapping."""

    files: str
    feed: str
    agency: str
    mapping: str
    delimiter: str = ","


FOLDERS: Final = (
    Foreign("warn_states/*.csv.xz", "layoff_report", "agency-hrss", "warn_states"),
    Foreign("warn_ny/*.csv.xz", "layoff_report", "agency-hrss", "warn_ny"),
    Foreign("layoffs_fyi/*.csv.xz", "opinion_item", "agency-opinion", "layoffs_fyi"),
    Foreign(
        "signaux_faibles/effectif/*.csv",
        "insured_headcount",
        "agency-hrss",
        "signaux_faibles_effectif",
        ";",
    ),
)


def _files() -> Iterator[tuple[Foreign, Path]]:
    for folder in FOLDERS:
        for file in sorted(Path(DATA or "").glob(folder.files)):
            if FULL or file.name in SOME:
                yield folder, file


def _counted(body: bytes, delimiter: str) -> int:
    """Count the rows as anybody would; of months side by side, each that is said."""
    text = io.StringIO(body.decode("utf-8-sig"), newline="")
    header, *rows = csv.reader(text, delimiter=delimiter)
    wide = [place for place, name in enumerate(header) if name.startswith(f"{WIDE}2")]
    if wide:
        return sum(bool(row[place].strip()) for row in rows for place in wide)
    return sum(any(map(str.strip, row)) for row in rows)


@pytest.mark.skipif(DATA is None, reason="WENGANG_DATA is not set: no real files")
def test_every_row_of_foreign_files_has_one_fate(city: City, tmp_path: Path) -> None:
    platform = city.platform
    records = [
        an_enterprise(900 + number, name=name) for number, name in enumerate(EMPLOYERS, start=1)
    ]
    assert push(platform, "agency-amr", "enterprise_register", records)["counts"]["rejected"] == 0
    accepted = 0
    for folder, source in _files():
        body = source.read_bytes()
        body = lzma.decompress(body) if source.suffix == ".xz" else body
        file = tmp_path / f"{folder.mapping}-{source.name.removesuffix('.xz')}"
        file.write_bytes(body)
        mapping = str(ROOT / "mappings" / f"{folder.mapping}.yaml")
        document = Path(mapping).read_text(encoding="utf-8")
        arguments = ("push", folder.feed, str(file), "--mapping", mapping, "-o", "json")
        told = json.loads(platform.command("--as", folder.agency, *arguments).stdout)
        counts = told["counts"]
        assert counts["rows"] == _counted(body, folder.delimiter), file.name
        assert counts["rows"] == sum(counts[fate] for fate in FATES), file.name
        text = io.StringIO(body.decode("utf-8-sig"), newline="")
        header = {" ".join(name.split()) for name in next(csv.reader(text))}
        for error in told["errors"]:
            column = error["column"]
            assert error["row"] > 1
            # What the file does not have at all is called as the mapping calls it first.
            lacks = error["code"] == "missing" and column in document
            assert lacks or column in header or folder.delimiter != ",", (file.name, error)
        accepted += counts["accepted"]
    assert accepted >= len(EMPLOYERS)
