"""`test` and `check` start the right tools, and tell how they ended."""

import sys
from pathlib import Path

import pytest

from cli import checkout
from tests.integration.cli.conftest import Wengang


def test_tests_run_on_two_workers() -> None:
    start = [sys.executable, "-m", "pytest", "-n", "2", "--no-loadscope-reorder"]

    assert checkout.pytest("-k", "x") == [*start, "-k", "x"]
    assert checkout.pytest() == start


def test_real_data_is_found_beside_the_checkout(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("WENGANG_DATA", raising=False)
    monkeypatch.delenv("WENGANG_FULL", raising=False)
    root, data = tmp_path / "checkout", tmp_path / "shared" / "data"
    assert "WENGANG_DATA" not in checkout.environment(root, full=False)

    data.mkdir(parents=True)
    variables = checkout.environment(root, full=True)
    assert variables["WENGANG_DATA"] == str(data)
    assert variables["WENGANG_FULL"] == "1"

    monkeypatch.setenv("WENGANG_DATA", "/elsewhere")
    assert checkout.environment(root, full=False)["WENGANG_DATA"] == "/elsewhere"


@pytest.fixture
def tools(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand-ins for the tools, each of which notes its call and ends as its file says."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in ("python", "ruff", "mypy", "lint-imports"):
        tool = folder / name
        tool.write_text(
            f'#!/bin/sh\necho "{name} $*" >> {folder}/calls\ntest ! -e {folder}/{name}.fails\n'
        )
        tool.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(folder / "python"))
    return folder


CALLS = [
    "ruff format --check",
    "ruff check",
    "mypy ",
    "lint-imports ",
    "python -m pytest -n 2 --no-loadscope-reorder",
]


def test_a_check_runs_every_step(tools: Path, wengang: Wengang) -> None:
    code, out, _ = wengang("check")

    assert code == 0
    assert (tools / "calls").read_text().splitlines() == CALLS
    assert "── format passed in" in out


def test_a_check_ends_at_the_first_failure_unless_told_to_go_on(
    tools: Path, wengang: Wengang
) -> None:
    (tools / "mypy.fails").touch()

    code, out, _ = wengang("check")
    assert code == 1
    assert (tools / "calls").read_text().splitlines() == CALLS[:3]
    assert "── types failed" in out

    (tools / "calls").unlink()
    assert wengang("check", "--keep-going")[0] == 1
    assert (tools / "calls").read_text().splitlines() == CALLS


def test_a_tool_that_is_not_installed_is_named(tools: Path, wengang: Wengang) -> None:
    (tools / "ruff").unlink()

    code, _, error = wengang("check")

    assert code == 1
    assert "ruff is not installed" in error


def test_arguments_of_pytest_are_passed_on(tools: Path, wengang: Wengang) -> None:
    code, _, _ = wengang("test", "--full", "tests/unit", "-k", "uscc", "--as", "x", "-x")

    assert code == 0
    call = "python -m pytest -n 2 --no-loadscope-reorder tests/unit -k uscc --as x -x"
    assert (tools / "calls").read_text().splitlines() == [call]


def test_migrations_run_in_order_and_end_at_the_first_failure(
    tools: Path, wengang: Wengang
) -> None:
    assert wengang("migrate")[0] == 0
    assert (tools / "calls").read_text().splitlines() == [
        "python -m services.ingest migrate",
        "python -m services.scoring migrate",
        "python -m services.cases migrate",
        "python -m services.matchmaking migrate",
        "python -m gateway migrate",
    ]

    (tools / "calls").unlink()
    (tools / "python.fails").touch()
    code, _, error = wengang("migrate")
    assert code == 1
    assert "Migrating ingest failed (exit code 1)" in error
    assert (tools / "calls").read_text().splitlines() == ["python -m services.ingest migrate"]
