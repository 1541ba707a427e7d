"""The files of a city: in their offices' forms, whole, the same each time, the truth apart."""

import csv
import json
from hashlib import sha256
from pathlib import Path
from xml.etree import ElementTree
from zipfile import ZipFile

import pytest
import yaml

from services.ingest.domain.feeds import FEEDS
from services.ingest.files.reading import Sending, entries, form_of
from services.ingest.files.workbook import WorkbookBounds
from services.ingest.mapping.reading import read_mapping
from simulation.files import write
from simulation.shape import Parameters
from simulation.world.world import World

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


@pytest.fixture(scope="module")
def town(given: Parameters) -> World:
    return World(given, seed=2, enterprises=400, opinions=600)


@pytest.fixture(scope="module")
def folder(town: World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("city")
    write(place, town)
    return place


def lines(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def sheet(path: Path) -> list[list[str]]:
    with ZipFile(path) as book:
        tree = ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml"))  # noqa: S314 our own
    return [
        ["".join(cell.itertext()) for cell in row.iter(f"{MAIN}c")]
        for row in tree.iter(f"{MAIN}row")
    ]


def test_the_streams_hold_what_the_agencies_push(town: World, folder: Path) -> None:
    for feed in ("enterprise_register", "insured_headcount"):
        pushed = [
            json.loads(json.dumps(record))
            for one in town.history()
            if one.feed == feed
            for record in one.records
        ]
        assert lines(folder / f"{feed}.ndjson") == pushed
    assert len(list((folder / "days").iterdir())) == 62
    day = folder / "days" / "2020-08-14"
    assert {path.name for path in day.iterdir()} >= {
        "insured_headcount.ndjson",
        "opinion_item.ndjson",
    }


def test_the_lists_are_in_the_departments_form(folder: Path) -> None:
    text = (folder / "protection_list.csv").read_bytes().decode("gb18030")
    rows = list(csv.DictReader(text.splitlines()))
    assert len(rows) > 10
    assert {row["名单类别"] for row in rows} <= {"优先保障", "重点保障", "普惠保障"}
    assert {row["生效日期"] for row in rows} == {"2020年6月15日"}
    assert (folder / "days" / "2020-08-26" / "protection_list.csv").exists()


def test_the_ledger_of_reports_is_a_workbook_with_a_title(folder: Path) -> None:
    title, heads, *rows = sheet(folder / "layoff_report.xlsx")
    assert title == ["企业裁减人员报告台账"]
    assert heads[:3] == ["统一社会信用代码", "报告日期", "拟裁减人数"]
    assert rows
    assert all(len(row) == 6 and row[2].isdigit() and row[1].endswith("日") for row in rows)


def test_the_mappings_name_the_heads_of_their_files(folder: Path) -> None:
    lists = yaml.safe_load((folder / "mappings/protection_list.yaml").read_text(encoding="utf-8"))
    text = (folder / "protection_list.csv").read_bytes().decode("gb18030")
    ledger = yaml.safe_load((folder / "mappings/layoff_report.yaml").read_text(encoding="utf-8"))
    heads = {
        "protection_list": text.splitlines()[0].split(","),
        "layoff_report": sheet(folder / "layoff_report.xlsx")[1],
    }
    for mapping in (lists, ledger):
        sources = [
            rule if isinstance(rule, str) else rule["from"] for rule in mapping["columns"].values()
        ]
        assert sources == heads[mapping["feed"]]


def test_the_truth_lies_apart(town: World, folder: Path) -> None:
    text = (folder / "truth/truth.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    assert [row["uscc"] for row in rows] == [one.uscc for one in town.truth()]
    assert {row["is_mass"] for row in rows} == {"True", "False"}


def test_a_city_moved_in_time_keeps_its_numbers(town: World, folder: Path, tmp_path: Path) -> None:
    counts = write(tmp_path, town, later_by=76)
    before = lines(folder / "insured_headcount.ndjson")
    after = lines(tmp_path / "insured_headcount.ndjson")
    assert counts["insured_headcount.ndjson"] == len(before)
    assert max(str(row["month"]) for row in after) == "2026-10"
    assert [row["insured_headcount"] for row in after] == [
        row["insured_headcount"] for row in before
    ]
    assert (tmp_path / "days" / "2026-11-30").is_dir()


def test_the_same_city_makes_the_same_bytes(town: World, folder: Path, tmp_path: Path) -> None:
    write(tmp_path, town)

    def digests(place: Path) -> dict[str, str]:
        return {
            str(path.relative_to(place)): sha256(path.read_bytes()).hexdigest()
            for path in place.rglob("*")
            if path.is_file()
        }

    assert digests(tmp_path) == digests(folder)


@pytest.mark.parametrize("name", ["protection_list.csv", "layoff_report.xlsx"])
def test_the_mappings_turn_the_offices_files_into_what_was_pushed(
    town: World, folder: Path, name: str
) -> None:
    feed = name.partition(".")[0]
    mapping = read_mapping((folder / "mappings" / f"{feed}.yaml").read_bytes())
    sending = Sending(folder / name, name, FEEDS[feed], mapping)
    form = form_of(sending, WorkbookBounds())
    with entries(sending, form, WorkbookBounds()) as found:
        read = [entry.record for entry in found]
    pushed = [record for one in town.history() if one.feed == feed for record in one.records]
    assert read == [{key: str(value) for key, value in record.items()} for record in pushed]
