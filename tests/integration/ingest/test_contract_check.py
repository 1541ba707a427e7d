"""`wengang contracts check FILE`: may an edited contract be the next version, and if not, why."""

import re
from importlib.resources import files
from pathlib import Path

import pytest
from typer.testing import CliRunner

from services.ingest.commands import contracts

CONTRACTS = files("services.ingest") / "contracts"
NEWEST = (CONTRACTS / "insured_headcount" / "1.1.0.yaml").read_text(encoding="utf-8")


@pytest.fixture(autouse=True)
def _in_english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WENGANG_LANG", "en")


def edited(version: str, *changes: tuple[str, str]) -> str:
    """Return the contract of the headcounts with other words in it."""
    text = NEWEST.replace("version: 1.1.0", f"version: {version}")
    for before, after in changes:
        assert before in text
        text = text.replace(before, after)
    return text


def checked(folder: Path, text: str) -> tuple[int, str]:
    file = folder / "new.yaml"
    file.write_text(text, encoding="utf-8")
    told = CliRunner().invoke(contracts, ["check", str(file)])
    return told.exit_code, told.output


RENAMED = ("name: left\n", "name: gone\n")
NARROWER = re.search(r"name: left\n(?:.*\n)*?.*maximum: (\d+)", NEWEST)
assert NARROWER is not None
TIGHTER = (NARROWER[0], NARROWER[0].replace(f"maximum: {NARROWER[1]}", "maximum: 9"))
REQUIRED = (
    NARROWER[0],
    NARROWER[0].replace("name: left\n", "name: left\n        required: true\n"),
)


@pytest.mark.parametrize(
    ("version", "changes", "code", "told"),
    [
        ("1.1.0", (), 0, "was given out, and this is it"),
        ("1.1.0", (TIGHTER,), 1, "is never edited: write the changes as a new version"),
        ("1.2.0", (TIGHTER,), 1, "asks for a higher number than 1.2.0: raise its major part"),
        ("2.0.0", (TIGHTER,), 0, "2.0.0 may be given out. Let 1.1.0 be deprecated"),
        ("2.0.0", (REQUIRED,), 0, "may be given out"),
        ("2.0.0", (RENAMED,), 1, "what they say would have no place any more: left."),
        ("1.1.1", (), 0, "may be given out"),
        ("0.9.0", (), 1, "raise its patch part"),
    ],
)
def test_what_becomes_of_an_edited_contract(
    tmp_path: Path, version: str, changes: tuple[tuple[str, str], ...], code: int, told: str
) -> None:
    exit_code, output = checked(tmp_path, edited(version, *changes))
    assert exit_code == code
    assert told in output


def test_each_difference_is_told_with_what_it_asks(tmp_path: Path) -> None:
    _, output = checked(tmp_path, edited("2.0.0", RENAMED))
    assert "left: the column is gone" in output
    assert "gone: a column is new; it may be left out" in output
    _, output = checked(tmp_path, edited("2.0.0", TIGHTER))
    assert "left: the maximum falls from" in output


def test_senders_of_a_version_are_named_with_their_last_day(tmp_path: Path) -> None:
    _, output = checked(tmp_path, edited("2.0.0", RENAMED))
    assert "senders of insured_headcount 1.0.0 are still taken (until: 2027-06-30)" in output


def test_what_is_no_contract_is_refused(tmp_path: Path) -> None:
    for text in ("a: [", "[]", "kind: x\n", edited("2.0.0", ("kind: DataContract", "kind: x"))):
        exit_code, output = checked(tmp_path, text)
        assert exit_code == 1
        assert output.startswith("this is no contract: ")


def test_what_a_contract_lacks_is_named(tmp_path: Path) -> None:
    for text in ("", "[]", "text"):
        _, output = checked(tmp_path, text)
        assert "the document has no fields: kind, apiVersion, name, schema" in output
    _, output = checked(tmp_path, edited("2.0.0", ("slaProperties:", "other:")))
    assert "insured_headcount: the field 'slaProperties' is missing" in output


def test_a_feed_that_nobody_knows_is_new(tmp_path: Path) -> None:
    exit_code, output = checked(
        tmp_path, edited("1.0.0", ("name: insured_headcount\nversion", "name: x\nversion"))
    )
    assert exit_code == 0
    assert "is a new feed" in output
