"""The launcher's commands, and what they load before they hand over."""

import subprocess
import sys

import typer
from typer.testing import CliRunner

from launcher.commands import register


def test_the_commands_explain_themselves() -> None:
    app = typer.Typer()
    register(app)

    shown = CliRunner().invoke(app, ["up", "--help"])

    assert shown.exit_code == 0
    assert "--data" in shown.output
    assert "--port" in shown.output
    assert CliRunner().invoke(app, ["doctor", "--help"]).exit_code == 0


def test_help_loads_no_driver_and_no_server() -> None:
    heavy = "{'psycopg', 'nats', 'joserfc'}"
    seen = f"import sys, launcher.commands; print(sorted({heavy} & set(sys.modules)))"

    said = subprocess.run([sys.executable, "-c", seen], check=True, capture_output=True, text=True)

    assert said.stdout.strip() == "[]"
