"""Writing to people: complaints and notes on standard error, and text that is safe to show."""

import sys
from typing import Final

from rich.console import Console
from rich.text import Text

from cli.texts import text

_WIDE = 240  # a pipe has no width: nothing is cut
_HARMLESS: Final = frozenset("\n\u00a0\u3000")


def console(*, error: bool = False) -> Console:
    """Return a console on standard output or error; NO_COLOR and pipes are honoured."""
    stream = sys.stderr if error else sys.stdout
    width = None if stream.isatty() else _WIDE
    return Console(stderr=error, width=width, highlight=False)


def complain(sentence: str, *details: str) -> None:
    """Say on standard error why something was not done."""
    lines = Text.assemble((text("error"), "bold red"), plain(sentence))
    for detail in details:
        lines.append(f"\n  {plain(detail)}")
    console(error=True).print(lines, soft_wrap=True)


def note(sentence: str) -> None:
    """Say something beside the result, on standard error."""
    # An address has to stay whole, however long: the terminal breaks it, not we.
    console(error=True).print(Text(plain(sentence), style="dim"), soft_wrap=True)


def plain(said: str) -> str:
    """Return the text without characters that could steer a terminal; wide blanks are blanks."""
    return "".join(mark if mark.isprintable() or mark in _HARMLESS else "�" for mark in said)
