"""Real register files go through the gateway by a mapping, and bad files get a clear problem."""

import csv
import io
import json
import lzma
import os
import signal
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from tests.e2e.city import STEADY, City
from tests.platform import ROOT, Platform
from tests.unit.ingest.archives import packed

DATA: Final = os.environ.get("WENGANG_DATA")
MAPPING: Final = ROOT / "mappings" / "registry_cn.yaml"
# The years with the three bad credit codes are among them.
YEARS: Final = frozenset({"1980", "1982", "1994", "1995", "2003"})
FILES: Final = "/v1/feeds/insured_headcount/files"
HEADER: Final = "uscc,month,insured_headcount\n"


def _real_files(folder: Path) -> Iterator[Path]:
    """Unpack the register's files, as an agency would have them."""
    if DATA is None:
        pytest.skip("WENGANG_DATA is not set: no real register files")
    full = bool(os.environ.get("WENGANG_FULL"))
    for source in sorted(Path(DATA, "registry_cn", "csv").glob("*/*.csv.xz")):
        year = source.parent.name
        if full or year in YEARS:
            file = folder / f"{year}.csv"
            file.write_bytes(lzma.decompress(source.read_bytes()))
            yield file


def test_real_register_files_are_imported_by_a_mapping(city: City, tmp_path: Path) -> None:
    platform = city.platform
    rejected: dict[str, tuple[str | None, str, str]] = {}
    rows, unknowns = 0, 0
    for file in _real_files(tmp_path):
        with file.open(encoding="utf-8", newline="") as lines:
            table = list(csv.DictReader(lines))
        told = _pushed(
            platform, "agency-amr", "enterprise_register", file, "--mapping", str(MAPPING)
        )
        counts = told["counts"]
        assert counts["rows"] == len(table) == told["total"]
        assert counts["rows"] == sum(counts.values()) - counts["rows"]
        assert counts["accepted"] + counts["rejected"] == len(table)
        assert (told["encoding"], told["format"]) == ("utf-8", "csv")
        assert told["mapping"].startswith("registry_cn@")
        for error in told["errors"]:
            code = table[error["row"] - 2]["统一社会信用代码"]
            rejected[code] = (error["column"], error["code"], error["message"])
        rows += len(table)
        unknowns += sum(kind["rows"] for kind in told["unknowns"])
    bad = {code: reason for code, reason in rejected.items() if reason[0] == "统一社会信用代码"}
    assert set(bad) == {"91110000x00016731Q", "91110102x00012095Q", "无"}
    assert bad["91110000x00016731Q"][1:] == (
        "uscc_lower_case",
        "character 9 is the small letter x; it must be X",
    )
    assert bad["无"][1:] == ("uscc_length", "must have 18 characters, has 1")
    # What remains: no district, or a capital that is a scrap of a foreign name.
    others = {(reason[0], reason[1]) for code, reason in rejected.items() if code not in bad}
    assert others <= {("地区", "missing"), ("注册资金", "amount_unreadable")}
    assert rows > len(YEARS) * 100
    (one,) = platform.every("city-admin", "/v1/enterprises?q=辉腾印刷")
    assert (one["district"], one["registered_capital"]) == ("110106", "5000000.00")


def test_a_file_in_gb18030_is_first_tried_then_taken(city: City, tmp_path: Path) -> None:
    file = tmp_path / "登记.csv"
    file.write_bytes(
        "企业名称,统一社会信用代码,注册日期,注册资金,地区\r\n"
        "北京国标编码试验有限公司,91110105MA01A00139,2003-01-01,300(万美元),朝阳\r\n"
        "北京旧币种试验有限公司,91110108MA01A0014P,1993-01-01,25(万德国马克),海淀\r\n".encode(
            "gb18030"
        )
    )
    arguments = ("agency-amr", "enterprise_register", file, "--mapping", str(MAPPING))
    tried = _pushed(city.platform, *arguments, "--dry-run")
    assert (tried["dry_run"], tried["encoding"]) == (True, "gb18030")
    assert city.platform.every("city-admin", "/v1/enterprises?q=国标编码试验") == []
    told = _pushed(city.platform, *arguments)
    assert told["counts"] == tried["counts"]
    found = [
        city.platform.every("city-admin", f"/v1/enterprises?q={name}试验")
        for name in ("国标编码", "旧币种")
    ]
    # Others of the real register may be called alike, but not so.
    assert told["counts"]["accepted"] == sum(map(len, found))


def _pushed(platform: Platform, agency: str, feed: str, file: Path, *more: str) -> Any:
    """Push a file by the command line; return what it says of the import."""
    done = platform.command("--as", agency, "push", feed, str(file), *more, "-o", "json")
    told = json.loads(done.stdout or "{}")
    codes = {"completed": 0, "completed_with_errors": 3, "rejected": 1}
    assert done.returncode == codes[told["state"]], done.stderr
    return told


def _sent(platform: Platform, body: bytes, query: str = "") -> Any:
    """Send a file, and return the import when it has ended."""
    answer = platform.call("agency-hrss", "POST", FILES + query, content=body)
    assert answer.status_code == 202, answer.text
    where = answer.headers["Location"]
    return platform.wait(
        lambda: (told := platform.get("agency-hrss", where))["finished_at"] and told
    )


def _bomb() -> bytes:
    """Return a workbook whose sheet is 20 MiB of nothing, packed a thousandfold."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/workbook.xml", "<workbook/>")
        packed.writestr("xl/worksheets/sheet1.xml", bytes(20 * 1024 * 1024))
    return target.getvalue()


BAD_FILES: Final[dict[str, tuple[bytes, str, list[tuple[int | None, str | None, str]]]]] = {
    "zero bytes": (b"", "a.csv", [(None, None, "file_empty")]),
    "only a header": (HEADER.encode(), "a.csv", [(None, None, "file_without_rows")]),
    "broken bytes": (
        HEADER.encode() + "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳".encode() + b",2026-10,\xff1\n",
        "a.csv",
        [(2, None, "encoding_broken")],
    ),
    "missing and unknown columns": (
        b"uscc,month,headcount\nx,y,z\n",
        "a.csv",
        [(1, "insured_headcount", "column_missing"), (1, "headcount", "unknown_column")],
    ),
    "a column twice": (
        b"uscc,month,month,insured_headcount\na,b,c,d\n",
        "a.csv",
        [(1, "month", "repeated_column")],
    ),
    "a quotation mark too few": (
        HEADER.encode() + b'x,"2026-10,1\n',
        "a.csv",
        [(2, None, "quote_unclosed")],
    ),
    "one very long line": (
        HEADER.encode() + b"x" * 1_200_000 + b"\n",
        "a.csv",
        [(2, None, "line_too_long")],
    ),
    "a document of another program": (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
        "a.xls",
        [(None, None, "file_other")],
    ),
    "an archive that leads out of itself": (
        packed({"../../a.csv": HEADER.encode()}),
        "a.zip",
        [(None, None, "archive_path")],
    ),
    "a protected workbook": (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
        "a.xlsx",
        [(None, None, "workbook_encrypted")],
    ),
    "a zip bomb": (_bomb(), "a.xlsx", [(None, None, "workbook_too_large")]),
    "no workbook": (b"uscc,month\n", "a.xlsx", [(None, None, "workbook_unreadable")]),
    "packed": (b"\x1f\x8b\x08\x00", "a.csv.gz", [(None, None, "file_compressed")]),
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_a_file_that_cannot_be_read_says_where_and_why(city: City, name: str) -> None:
    body, filename, expected = BAD_FILES[name]
    told = _sent(city.platform, body, f"?filename={filename}")
    assert (told["state"], told["counts"]["rows"]) == ("rejected", 0)
    assert [(each["row"], each["column"], each["code"]) for each in told["errors"]] == expected
    assert all(each["message"] for each in told["errors"])


def test_a_worker_that_is_killed_leaves_a_file_that_is_ended_in_the_same_counts(
    city: City,
) -> None:
    platform = city.platform
    months = [f"{year}-{month:02}" for year in range(1990, 2026) for month in range(1, 13)]
    # Every eleventh row is wrong, and every month comes as often as the round goes.
    lines = [
        f"{STEADY},{months[n % len(months)]},{'x' if n % 11 == 0 else n // len(months)}\n"
        for n in range(8_000)
    ]
    # A blank line lets it go row by row, in many parts; in columns it would be a single one.
    body = (HEADER + "".join(lines) + "\n").encode()
    tried = _sent(platform, body, "?filename=a.csv&dry_run=true")
    answer = platform.call("agency-hrss", "POST", FILES + "?filename=a.csv", content=body)
    where = answer.headers["Location"]
    platform.wait(lambda: platform.get("agency-hrss", where)["counts"]["rows"] > 0)
    os.kill(platform.pids()["ingest-worker"], signal.SIGKILL)
    stopped = platform.get("agency-hrss", where)
    assert stopped["state"] == "committing"
    assert 0 < stopped["counts"]["rows"] < 8_000
    ended = platform.wait(
        lambda: (told := platform.get("agency-hrss", where))["finished_at"] and told, within=120
    )
    assert ended["counts"] == tried["counts"]
    assert ended["counts"]["rejected"] == 728
    assert ended["errors"] == tried["errors"]


def test_lines_that_are_bad_are_turned_away_one_by_one(city: City) -> None:
    good = {"uscc": STEADY, "month": "2026-01", "insured_headcount": 300}
    lines = [
        json.dumps(good).encode(),
        b'{"uscc": "\xff"}',
        json.dumps(good | {"month": "2026-12"}).encode(),
        json.dumps(good | {"uscc": STEADY + "\x00"}).encode(),
        b"[1]",
        b'{"uscc": "' + b"x" * 1_200_000 + b'"}',
        json.dumps(good | {"uscc": "91110105MA01A0009T"}).encode(),
        json.dumps(good)[:-9].encode(),
    ]
    told = _sent(city.platform, b"\n".join(lines), "?filename=a.ndjson&reject_above=100")
    assert told["counts"] == {
        "rows": 8,
        "accepted": 1,
        "duplicate": 0,
        "superseding": 0,
        "rejected": 6,
        "quarantined": 1,
    }
    assert [(each["row"], each["code"]) for each in told["errors"]] == [
        (2, "not_utf8"),
        (3, "month_in_future"),
        (4, "uscc_blank"),
        (5, "not_an_object"),
        (6, "line_too_long"),
        (8, "line_truncated"),
    ]


def test_what_cannot_be_sent_is_refused_at_once(city: City) -> None:
    platform = city.platform
    body = HEADER.encode()
    unknown = platform.call("agency-hrss", "POST", "/v1/feeds/nothing/files", content=body)
    assert (unknown.status_code, unknown.json()["code"]) == (403, "feed_not_held")
    mapping = platform.call("agency-hrss", "POST", FILES + "?mapping=none@2", content=body)
    assert (mapping.status_code, mapping.json()["code"]) == (404, "mapping_not_found")
    other = platform.call("bank-a", "POST", FILES, content=body)
    assert other.status_code == 404


def test_a_bad_mapping_names_its_lines(city: City, tmp_path: Path) -> None:
    file, mapping = tmp_path / "a.csv", tmp_path / "bad.yaml"
    file.write_text(HEADER)
    mapping.write_text("feed: insured_headcount\ncolumns:\n  uscc: 代码\n  salary: 工资\n")
    said = platform_says(city, file, mapping)
    assert "row 4" in said
    assert "salary" in said
    assert "month" in said


def platform_says(city: City, file: Path, mapping: Path) -> str:
    """Return what the command line says of a push that is refused."""
    arguments = ("--as", "agency-hrss", "push", "insured_headcount", str(file))
    return city.platform.cli(*arguments, "--mapping", str(mapping), code=1)
