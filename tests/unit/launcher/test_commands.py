"""The launcher's commands explain themselves."""

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
