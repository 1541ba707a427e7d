"""`wengang migrate`: brings every deployable's schema to this release; for operators."""

import subprocess
import sys
from typing import Annotated

import typer

from cli.deployables import PACKAGES
from cli.operations import services
from cli.refusals import ExitCode, Refused
from cli.terminal import note
from cli.texts import examples, text


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        "migrate",
        help=text("migrate.help"),
        epilog=examples("wengang migrate", "wengang migrate --service cases"),
    )(migrate)


def migrate(
    service: Annotated[
        str | None, typer.Option("--service", help=text("operations.service"))
    ] = None,
) -> None:
    """Run the migrations one deployable after the other; the first failure ends it."""
    for name in services(service):
        note(text("migrate.running", name=name))
        # Each with its own settings and database role, from the environment.
        ended = subprocess.run(  # noqa: S603 our own interpreter and packages
            [sys.executable, "-m", PACKAGES[name], "migrate"], check=False
        )
        if ended.returncode:
            hints = [text("migrate.how")] if ended.returncode == ExitCode.USAGE else []
            raise Refused(text("migrate.failed", name=name, code=ended.returncode), *hints)
    note(text("migrate.done"))
