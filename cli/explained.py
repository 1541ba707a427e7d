"""How explanations are shown: parts of what the rules say, shares of what the model says."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import typer

from cli.output import Column, Output, show_rows
from cli.terminal import note
from cli.texts import text, word

_PARTS: Final = (
    Column("contribution"),
    Column("sentence"),
    Column("period"),
    Column("source", "source"),
    Column("import_id"),
)
_LEARNED: Final = (
    Column("effect"),
    Column("sentence"),
    Column("read_from"),
)
_DONE: Final[Mapping[str, str]] = {
    "visit": "warnings.deeds",
    "service": "warnings.deeds",
    "loan": "warnings.drawdowns",
}
"""Sources whose facts were not pushed, but done here: where they are found."""
_MOST_LEARNED: Final = 5
_MOST_READ: Final = 2


def show_parts(parts: Sequence[Mapping[str, Any]], output: Output) -> None:
    """Show the parts of what the rules say, and how to follow those that no import brought."""
    show_rows(parts, _PARTS, output)
    if output is not Output.TABLE:
        return
    for where in dict.fromkeys(_DONE[one["source"]] for one in parts if one["source"] in _DONE):
        note(text(where))


def show_learned(learned: Mapping[str, Any] | None) -> None:
    """Say what the model says beside the rules, and the largest shares of it."""
    if learned is None:
        return
    percent = {name: round(100 * learned[name]) for name in ("likelihood", "low", "high")}
    target = word("target", learned["target"])
    typer.echo("\n" + text("warnings.learned", model=learned["model"], target=target, **percent))
    parts = learned["contributions"][:_MOST_LEARNED]
    show_rows([{**one, "read_from": _read_from(one)} for one in parts], _LEARNED, Output.TABLE)
    sums = {name: 100 * learned[name] for name in ("start", "likelihood")}
    typer.echo(text("warnings.learned_sum", **sums))


def _read_from(part: Mapping[str, Any]) -> str:
    """Name the observations that a share was read from; of many, how many there are."""
    read = part["observations"]
    named = [
        f"{word('source', one['feed'])} {one['period']} {one['import_id']}"
        for one in read[:_MOST_READ]
    ]
    more = len(read) - len(named)
    return "\n".join([*named, *([text("warnings.more_read", count=more)] if more else [])])
