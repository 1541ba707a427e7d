"""`wengang bench`: what it prints, writes and ends with."""

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from benchmarks.catalogue import Benchmark, Chosen
from benchmarks.commands import register, run

MADE = Benchmark(("made/fast", "made/slow"), "tests.unit.benchmarks.made:measure")
BROKEN = Benchmark(("made/broken",), "tests.unit.benchmarks.made:fail")


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WENGANG_LANG", "en")
    monkeypatch.setenv("COLUMNS", "120")


def test_a_table_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert run([Chosen(MADE, MADE.names)], None) == 0

    head, fast, slow = (line.split() for line in capsys.readouterr().out.splitlines())
    assert head == ["benchmark", "figure", "limit", "unit", "ratio", "limited", "by"]
    assert fast == ["made/fast", "900", "1,200", "events/s", "0.750", "bare"]
    assert slow == ["made/slow", "30.0", "12.0", "ms", "2.50", "hops"]


def test_json_alone_goes_to_standard_output(capsys: pytest.CaptureFixture[str]) -> None:
    assert run([Chosen(MADE, ("made/slow",))], "-") == 0

    said = capsys.readouterr()
    assert json.loads(said.out) == [
        {
            "name": "made/slow",
            "figure": 30.0,
            "unit": "ms",
            "limit": 12.0,
            "limit_name": "hops",
            "ratio": 2.5,
        }
    ]
    assert "made/slow" in said.err


def test_json_is_written_to_a_file(tmp_path: Path) -> None:
    assert run([Chosen(MADE, MADE.names)], str(tmp_path / "bench.json")) == 0

    written = json.loads((tmp_path / "bench.json").read_text(encoding="utf-8"))
    assert [one["name"] for one in written] == ["made/fast", "made/slow"]


def test_what_fails_is_told_and_the_others_are_measured(
    capsys: pytest.CaptureFixture[str],
) -> None:
    broken, made = Chosen(BROKEN, BROKEN.names), Chosen(MADE, ("made/fast",))

    assert run([broken, made], None) == 3
    assert run([broken], None) == 1
    assert "made/broken: not measured: no servers" in capsys.readouterr().err


def test_an_unknown_name_is_a_misuse() -> None:
    app = typer.Typer()
    register(app)

    done = CliRunner().invoke(app, ["nothing-of-the-kind"])

    assert done.exit_code == 2
    assert "bus/events" in done.stderr
