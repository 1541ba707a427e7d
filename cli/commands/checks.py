"""`wengang test` and `wengang check`: what a change has to pass, here as in CI."""

import sys
from typing import Annotated

import typer

from cli.checkout import checkout, environment, pytest, timed, tool
from cli.refusals import ExitCode
from cli.texts import examples, text


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command(
        "test",
        help=text("checks.test"),
        epilog=examples("wengang test", "wengang test --full", "wengang test tests/unit -k uscc"),
        context_settings={"allow_extra_args": True, "ignore_unknown_options": True},
    )(run_tests)
    app.command("check", help=text("checks.check"), epilog=examples("wengang check"))(check)


def run_tests(
    ctx: typer.Context,
    full: Annotated[bool, typer.Option("--full", help=text("checks.full"))] = False,
) -> None:
    """Run the tests; further arguments are pytest's."""
    root = checkout()
    code, _ = timed(pytest(*ctx.args), root, environment(root, full=full))
    raise typer.Exit(ExitCode.FAILED if code else ExitCode.DONE)


def check(
    keep_going: Annotated[
        bool, typer.Option("--keep-going", help=text("checks.keep_going"))
    ] = False,
    full: Annotated[bool, typer.Option("--full", help=text("checks.full"))] = False,
) -> None:
    """Run every check in order: format, lint, types, imports, tests."""
    root = checkout()
    steps = {
        "format": tool("ruff", "format", "--check"),
        "lint": tool("ruff", "check"),
        "types": tool("mypy"),
        "imports": tool("lint-imports"),
        "tests": pytest(),
    }
    failed: list[str] = []
    for name, command in steps.items():
        _say(text("checks.step", name=name))
        code, seconds = timed(command, root, environment(root, full=full))
        _say(text("checks.failed" if code else "checks.passed", name=name, seconds=round(seconds)))
        if code:
            failed.append(name)
            if not keep_going:
                break
    raise typer.Exit(ExitCode.FAILED if failed else ExitCode.DONE)


def _say(line: str) -> None:
    # At once: the tools write to the same stream.
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
