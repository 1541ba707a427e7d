"""The entry of `wengang`: reads the global options, runs the command, and ends with its code."""

import os
import re
import sys
from collections.abc import Mapping, Sequence
from importlib.metadata import EntryPoint
from typing import Annotated, Final

import typer
from pydantic import ValidationError
from rich.text import Text
from typer import rich_utils
from typer.main import get_group

from cli.asked import Asked
from cli.discovery import DiscoveredCommands
from cli.refusals import ExitCode, Refused
from cli.terminal import complain
from cli.texts import examples, text

_GLOBAL = ("--as", "--gateway")
# What follows these is somebody else's command line.
_PASS_ON = frozenset({"test", "check"})
_HELP_OF_TYPER: Final = "Show this message and exit."
# What typer says in English of a wrong command line -> how we say it.
_MISUSES: Final = (
    (re.compile(r"No such command '(?P<name>.*)'\."), "usage.no_such_command"),
    (
        re.compile(r"No such command '(?P<name>.*)'\. Did you mean (?P<near>.*)\?"),
        "usage.did_you_mean",
    ),
    (re.compile(r"Got unexpected extra argument(?:s|\(s\))? \((?P<name>.*)\)"), "usage.extra"),
    (
        re.compile(r"Invalid value for '(?P<name>.*)': \w+ '(?P<file>.*)' does not exist\."),
        "usage.no_file",
    ),
    (
        re.compile(r"Invalid value for '(?P<name>.*)': \w+ '(?P<file>.*)' is a directory\."),
        "usage.is_folder",
    ),
)
_VALUES: Final[Mapping[str, str]] = {
    "greater_than_equal": "usage.at_least",
    "less_than_equal": "usage.at_most",
    "int_parsing": "usage.number",
}


def main() -> None:
    """Run the command line of this process."""
    raise SystemExit(run(sys.argv[1:]))


def run(arguments: Sequence[str], *, declared: Sequence[EntryPoint] | None = None) -> int:
    """Run a command and return its exit code; every failure becomes a sentence.

    `declared`: the commands there are; those that are installed by default.
    """
    _speak()
    app = typer.Typer(cls=DiscoveredCommands, help=text("help"), epilog=_EXAMPLES)
    app.callback(no_args_is_help=True)(_root)
    group = get_group(app)
    if isinstance(group, DiscoveredCommands):
        group.declared = declared
    try:
        ended = group.main(_hoisted(arguments), prog_name="wengang", standalone_mode=False)
    except Refused as refused:
        complain(refused.sentence, *refused.details)
        return refused.exit_code
    except typer.TyperException as misuse:
        _explain(misuse)
        return misuse.exit_code
    except typer.Abort:
        complain(text("aborted"))
        return ExitCode.FAILED
    except Exception as fault:
        if os.environ.get("WENGANG_DEBUG"):
            raise
        complain(text("unexpected", fault=f"{type(fault).__name__}: {fault}"), text("debug"))
        return ExitCode.FAILED
    return ended if isinstance(ended, int) else ExitCode.DONE


def _root(
    ctx: typer.Context,
    profile: Annotated[
        str | None,
        typer.Option("--as", envvar="WENGANG_PROFILE", help=text("options.profile")),
    ] = None,
    gateway: Annotated[
        str | None,
        typer.Option("--gateway", envvar="WENGANG_GATEWAY_URL", help=text("options.gateway")),
    ] = None,
) -> None:
    ctx.obj = Asked(profile or None, gateway.rstrip("/") if gateway else None)


def _hoisted(arguments: Sequence[str]) -> list[str]:
    """Move the global options to the front: people write them last too."""
    moved: list[str] = []
    rest: list[str] = []
    waiting = list(arguments)
    while waiting:
        argument = waiting.pop(0)
        if argument == "--" or argument in _PASS_ON:
            rest += [argument, *waiting]
            break
        if argument in _GLOBAL and waiting:
            moved += [argument, waiting.pop(0)]
        elif argument.startswith(tuple(f"{name}=" for name in _GLOBAL)):
            moved.append(argument)
        else:
            rest.append(argument)
    return moved + rest


def _explain(misuse: typer.TyperException) -> None:
    """Say what is wrong with the command line, and where its help is."""
    if not (sentence := misuse.format_message()):
        return  # a group that was called alone has shown its help
    parameter, option = getattr(misuse, "param", None), getattr(misuse, "option_name", None)
    if type(misuse).__name__ == "MissingParameter" and parameter is not None:
        sentence = text("usage.missing", name=parameter.get_error_hint())
    elif type(misuse).__name__ == "NoSuchOption":
        sentence = text("usage.no_such_option", name=option)
    elif parameter is not None and isinstance(misuse.__cause__, ValidationError):
        sentence = _wrong_value(parameter.get_error_hint(), misuse.__cause__) or sentence
    else:
        for pattern, code in _MISUSES:
            if found := pattern.fullmatch(sentence):
                sentence = text(code, **found.groupdict())
    context = getattr(misuse, "ctx", None)
    path = context.command_path if context is not None else "wengang"
    complain(sentence, text("usage.help", command=f"{path} --help"))


def _wrong_value(name: str, fault: ValidationError) -> str | None:
    """Say what a value has to be; None where typer's own words have to do."""
    told = fault.errors()[0]
    code = _VALUES.get(told["type"])
    context = told.get("ctx", {})
    limit = context.get("ge", context.get("le"))
    limits = {} if limit is None else {"limit": limit}
    return None if code is None else text(code, name=name, **limits)


def _speak() -> None:
    """Give the frame of typer's help pages the user's language."""
    rich_utils.ARGUMENTS_PANEL_TITLE = text("frame.arguments")
    rich_utils.OPTIONS_PANEL_TITLE = text("frame.options")
    rich_utils.COMMANDS_PANEL_TITLE = text("frame.commands")
    rich_utils.REQUIRED_LONG_STRING = text("frame.required")
    rich_utils.DEFAULT_STRING = text("frame.default", value="{}")
    rich_utils.ENVVAR_STRING = text("frame.variable", value="{}")
    rich_utils.highlighter = _Words()


class _Words(rich_utils.OptionHighlighter):
    """Colours a text of a help page as typer does, and makes it one of the user's language.

    Between words of Chinese there is no blank: they are folded, where typer would cut them off.
    """

    def highlight(self, shown: Text) -> None:
        """Work on the text in place."""
        if shown.plain == _HELP_OF_TYPER:
            shown.plain = text("frame.help")
        super().highlight(shown)
        shown.overflow = "fold"


_EXAMPLES = examples(
    "wengang --as officer-110105 cases list",
    "wengang --as agency-hrss push insured_headcount headcount.ndjson",
    "wengang warnings list -o json",
)
