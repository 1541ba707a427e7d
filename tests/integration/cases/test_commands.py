"""The offline commands: directory files, the first administrator, the working calendar."""

from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
import typer
from typer.testing import CliRunner, Result

from services.cases.commands import register
from tests.integration.cases.conftest import environment
from tests.integration.database import PlatformDatabase

Wengang = Callable[..., Result]

DIRECTORY = """
[[officers]]
login = "city-admin"
family_name = "王"
given_name = "伟"
title = "市级管理员"
roles = ["city_admin"]
districts = []

[[officers]]
login = "lead-1101K1"
family_name = "沈"
given_name = "雪梅"
title = "负责人"
roles = ["district_lead"]
districts = ["1101K1"]

[[agencies]]
client_id = "agency-hrss"
name = "人社局"
feeds = []
"""


@pytest.fixture
def wengang(
    cases_database: PlatformDatabase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Wengang:
    """Run a command as an operator would, on an empty schema."""
    cases_database.empty("cases")
    for name, value in environment(cases_database, tmp_path).items():
        monkeypatch.setenv(name, value)
    app = typer.Typer()
    register(app)
    return lambda *arguments: CliRunner().invoke(app, [str(part) for part in arguments])


def looked_up(database: PlatformDatabase, query: str) -> list[tuple[object, ...]]:
    with psycopg.connect(database.admin_url) as connection:
        return connection.execute(query.encode()).fetchall()


OFFICERS = "SELECT subject, name, roles, districts, version FROM cases.officers ORDER BY subject"
TOLD = "SELECT subject, actor FROM cases.event_log"


def test_a_directory_is_loaded_once_however_often(
    cases_database: PlatformDatabase, wengang: Wengang, tmp_path: Path
) -> None:
    file = tmp_path / "principals.toml"
    file.write_text(DIRECTORY, encoding="utf-8")

    first, again = wengang("officers", "load", file), wengang("officers", "load", file)

    assert (first.exit_code, first.stderr) == (0, "2 officers, 2 changed\n")
    assert (again.exit_code, again.stderr) == (0, "2 officers, 0 changed\n")
    assert looked_up(cases_database, OFFICERS) == [
        ("city-admin", "王伟", ["city_admin"], [], 1),
        ("lead-1101K1", "沈雪梅", ["district_lead"], ["1101K1"], 1),
    ]
    assert looked_up(cases_database, TOLD) == [("cases.officer.changed.v1", "operator:command")] * 2


@pytest.mark.parametrize(
    ("text", "said"),
    [("officers = 3", "officers"), ("[[officers]", "FILE"), (b"\xff\xfe\x00", "FILE")],
)
def test_a_file_that_is_no_directory_changes_nothing(
    cases_database: PlatformDatabase,
    wengang: Wengang,
    tmp_path: Path,
    text: str | bytes,
    said: str,
) -> None:
    file = tmp_path / "broken.toml"
    file.write_bytes(text.encode() if isinstance(text, str) else text)

    result = wengang("officers", "load", file)

    assert result.exit_code == 2
    assert said in result.stderr
    assert looked_up(cases_database, OFFICERS) == []


def test_one_wrong_officer_keeps_the_whole_file_out(
    cases_database: PlatformDatabase, wengang: Wengang, tmp_path: Path
) -> None:
    file = tmp_path / "wrong.toml"
    file.write_text(DIRECTORY.replace('["1101K1"]', '["310101"]'), encoding="utf-8")

    result = wengang("officers", "load", file)

    assert result.exit_code == 1
    assert result.stderr == "no district has the code 310101\n"
    assert looked_up(cases_database, OFFICERS) == []
    assert looked_up(cases_database, TOLD) == []


def test_a_directory_without_its_last_administrator_is_kept_out(
    cases_database: PlatformDatabase, wengang: Wengang, tmp_path: Path
) -> None:
    file = tmp_path / "principals.toml"
    file.write_text(DIRECTORY, encoding="utf-8")
    wengang("officers", "load", file)
    left = DIRECTORY.replace('roles = ["city_admin"]', 'roles = ["city_admin"]\nactive = false')
    file.write_text(left.replace('"雪梅"', '"雪"'), encoding="utf-8")

    result = wengang("officers", "load", file)

    assert result.exit_code == 1
    assert "city-admin" in result.stderr
    assert [row[4] for row in looked_up(cases_database, OFFICERS)] == [1, 1]


def test_the_first_administrator_is_granted(
    cases_database: PlatformDatabase, wengang: Wengang
) -> None:
    result = wengang("officers", "grant", "wang", "--name", "王伟", "--role", "city_admin")

    assert result.exit_code == 0
    assert looked_up(cases_database, OFFICERS) == [("wang", "王伟", ["city_admin"], [], 1)]


def test_settings_that_are_missing_are_named_never_shown(
    wengang: Wengang, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CASES_DATABASE__URL", "mysql://root:hidden@localhost/db")
    wrong = wengang("working-days", "set", "2027-02-06", "--worked")
    monkeypatch.delenv("CASES_DATABASE__URL")
    missing = wengang("working-days", "set", "2027-02-06", "--worked")

    assert (wrong.exit_code, missing.exit_code) == (2, 2)
    assert "CASES_DATABASE__URL: " in wrong.stderr
    assert "hidden" not in wrong.output
    assert "CASES_DATABASE: " in missing.stderr


def test_days_are_corrected_and_given_back(
    cases_database: PlatformDatabase, wengang: Wengang
) -> None:
    days = "SELECT day::text, worked FROM cases.calendar_days ORDER BY day"

    assert wengang("working-days", "set", "2027-02-06", "--worked").exit_code == 0
    assert wengang("working-days", "set", "2027-02-12", "--off").exit_code == 0
    assert looked_up(cases_database, days) == [("2027-02-06", True), ("2027-02-12", False)]
    assert wengang("working-days", "set", "2027-02-06").exit_code == 0
    assert looked_up(cases_database, days) == [("2027-02-12", False)]
