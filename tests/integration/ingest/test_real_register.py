"""Real entries of Beijing's registry (1980-2003) through the rules of the register's feed."""

import csv
import lzma
import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from stdnum.cn import uscc as oracle

from services.ingest.domain.feeds import FEEDS
from services.ingest.domain.rows import sift
from services.ingest.domain.unreadable import Record
from shared.codes.divisions import DivisionUnknown, find

DATA = os.environ.get("WENGANG_DATA")


@pytest.mark.skipif(DATA is None, reason="WENGANG_DATA is not set: no real registry rows")
def test_real_entries_are_taken_unless_their_credit_code_or_district_is_bad() -> None:
    entries = list(real_entries(Path(DATA or "")))
    records: list[Record] = [
        {
            "uscc": entry["统一社会信用代码"],
            "name": entry["企业名称"],
            "district": code_of(entry["地区"]),
            "status": "active",
            "established_on": entry["注册日期"],
        }
        for entry in entries
    ]
    sifted = sift(FEEDS["enterprise_register"], records, today=date(2020, 8, 3))

    bad_code = {n for n, e in enumerate(entries) if not oracle.is_valid(e["统一社会信用代码"])}
    lower_case = {
        n for n, e in enumerate(entries) if e["统一社会信用代码"].upper() != e["统一社会信用代码"]
    }
    no_district = {n for n, e in enumerate(entries) if not code_of(e["地区"])}
    assert {fault.row for fault in sifted.faults} == bad_code | lower_case | no_district
    assert len(sifted.rows) > 50_000


def real_entries(data: Path) -> Iterator[dict[str, str]]:
    """Read every year's file of Beijing."""
    for file in sorted((data / "registry_cn" / "csv").glob("*/北京.csv.xz")):
        with lzma.open(file, "rt", encoding="utf-8", newline="") as lines:
            yield from csv.DictReader(lines)


def code_of(short: str) -> str:
    """Return the code of a district's short name; nothing for a blank or N/A."""
    try:
        return find(short).code
    except DivisionUnknown:
        return ""
