"""C libraries are loaded where they are needed, and after they were told how much they may take."""

import subprocess
import sys

import pytest

LOADED = "import sys; print(*sorted({'catboost', 'numpy', 'pandas', 'polars'} & set(sys.modules)))"


def loaded(*modules: str) -> list[str]:
    """Return which of the large libraries a process has when it has imported these modules."""
    told = subprocess.run(
        [sys.executable, "-P", "-c", f"import {', '.join(modules)}; {LOADED}"],
        capture_output=True,
        text=True,
        check=True,
    )
    return told.stdout.split()


@pytest.mark.parametrize(
    "package",
    [
        "services.ingest",
        "services.scoring",
        "services.cases",
        "services.matchmaking",
        "gateway",
    ],
)
def test_nothing_is_loaded_before_it_is_restrained(package: str) -> None:
    """`shared.service.native` speaks through the environment, which is read at the import."""
    assert loaded("shared.service.process", f"{package}.settings") == []


def test_who_only_receives_files_has_no_polars() -> None:
    assert loaded("services.ingest.main") == []


def test_who_works_them_off_has() -> None:
    assert loaded("services.ingest.worker") == ["numpy", "polars"]


def test_who_scores_has_no_trees_before_there_is_a_model() -> None:
    """CatBoost brings pandas: together they take as long to load as all of the web framework."""
    assert loaded("services.scoring.main", "services.scoring.worker") == ["numpy", "polars"]
