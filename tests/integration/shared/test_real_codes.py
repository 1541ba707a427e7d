"""Real credit codes are accepted or refused as they should, and real districts are ours."""

import csv
import lzma
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from shared.codes.divisions import find, today
from shared.codes.uscc import UsccFault, UsccRefused, check_uscc
from tests.unit.shared.test_codes_divisions import TODAY


def registry(pattern: str) -> Iterator[str]:
    """Yield the credit codes of real registry files; skip where they are absent."""
    root = os.environ.get("WENGANG_DATA")
    if not root:
        pytest.skip("needs real registry data (WENGANG_DATA)")
    paths = sorted((Path(root) / "registry_cn").glob(pattern))
    if not paths:
        pytest.skip("the registry files are absent from WENGANG_DATA")
    for path in paths:
        with lzma.open(path, "rt", encoding="utf-8", newline="") as lines:
            yield from (row["统一社会信用代码"] for row in csv.DictReader(lines))


def refusals(codes: Iterator[str]) -> tuple[int, dict[str, UsccFault]]:
    """Return how many codes there were, and the refused with their faults."""
    total, refused = 0, {}
    for total, code in enumerate(codes, start=1):  # noqa: B007 the last number is the count
        try:
            check_uscc(code)
        except UsccRefused as refusal:
            refused[code] = refusal.fault
    return total, refused


def test_real_codes_of_beijing() -> None:
    total, refused = refusals(registry("csv/*/*.csv.xz"))
    assert total == 51_060
    assert refused == {
        "91110000x00016731Q": UsccFault.LOWER_CASE,
        "91110102x00012095Q": UsccFault.LOWER_CASE,
        "无": UsccFault.LENGTH,
    }


def test_real_codes_of_four_other_provinces() -> None:
    assert refusals(registry("csv_other/*.csv.xz")) == (21_614, {})


def editions() -> dict[str, dict[str, str]]:
    """Return the county-level codes of Beijing by edition of GB/T 2260."""
    root = os.environ.get("WENGANG_DATA")
    if not root:
        pytest.skip("needs editions of GB/T 2260 (WENGANG_DATA)")
    found = {}
    for path in sorted((Path(root) / "code_lists" / "GB2260").glob("*.tsv")):
        with path.open(encoding="utf-8", newline="") as lines:
            rows = list(csv.DictReader(lines, delimiter="\t"))
        found[path.stem] = {
            row["Code"]: row["Name"]
            for row in rows
            if row["Code"].startswith("11") and not row["Code"].endswith("00")
        }
    if not found:
        pytest.skip("the editions of GB/T 2260 are absent from WENGANG_DATA")
    return found


def test_the_latest_edition_is_our_table() -> None:
    assert editions()["201810"] == TODAY


def test_every_edition_leads_to_the_district_of_today() -> None:
    for edition, names in editions().items():
        for code, name in names.items():
            assert find(name) == today(code), edition
