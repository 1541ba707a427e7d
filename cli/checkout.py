"""The project's checkout: where its tests are, and how its tools are started there."""

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from cli.refusals import Refused
from cli.texts import text


def checkout() -> Path:
    """Return the folder of the checkout that this command runs from. Raises Refused elsewhere."""
    root = Path(__file__).resolve().parents[1]
    if not ((root / "pyproject.toml").is_file() and (root / "tests").is_dir()):
        raise Refused(text("checks.no_checkout"))
    return root


def environment(root: Path, *, full: bool) -> dict[str, str]:
    """Return the environment of the tests: real data is found where it lies beside the checkout."""
    variables = dict(os.environ)
    data = root.parent / "shared" / "data"
    if "WENGANG_DATA" not in variables and data.is_dir():
        variables["WENGANG_DATA"] = str(data)
    if full:
        variables["WENGANG_FULL"] = "1"
    return variables


def pytest(*more: str) -> list[str]:
    """Return the command that runs the tests on two workers; what is in `more` comes last."""
    # The tests say themselves which of them stay together (tests/scheduling.py).
    return [sys.executable, "-m", "pytest", "-n", "2", "--no-loadscope-reorder", *more]


def tool(name: str, *arguments: str) -> list[str]:
    """Return the command of a tool that is installed beside this interpreter."""
    return [str(Path(sys.executable).parent / name), *arguments]


def timed(
    command: Sequence[str], root: Path, variables: Mapping[str, str] | None = None
) -> tuple[int, float]:
    """Run a command in the checkout; return its exit code and the seconds it took."""
    started = time.monotonic()
    try:
        ended = subprocess.run(command, cwd=root, env=variables, check=False)  # noqa: S603 our tools
    except FileNotFoundError as fault:
        raise Refused(text("checks.no_tool", tool=Path(command[0]).name)) from fault
    return ended.returncode, time.monotonic() - started
