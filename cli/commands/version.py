"""`wengang version`: which release this is."""

import platform
from importlib.metadata import version as installed_version

import typer

from cli.output import Output, OutputOption, show_one
from cli.texts import text


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("version", help=text("commands.version"))(version)


def version(output: OutputOption = Output.TABLE) -> None:
    """Show the release, and what it runs on."""
    told = {
        "wengang": installed_version("wengang"),
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
    }
    show_one(told, output)
