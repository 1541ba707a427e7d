"""What the command line says, in the language of whoever sits at the terminal."""

from rich.markup import escape

from shared.messages import known, say, spoken


def text(code: str, /, **values: object) -> str:
    """Return the text `cli.<code>` with its fields filled in."""
    return say(f"cli.{code}", spoken(), **values)


def word(kind: str, value: str) -> str:
    """Return what a code means (`words.<kind>.<value>`), or the code itself if nobody said."""
    code = f"words.{kind}.{value}"
    return say(code, spoken()) if known(code) else value


def examples(*lines: str) -> str:
    """Return the end of a help page: commands to copy, one per line."""
    return "\n".join([text("examples"), *(f"[cyan]{escape(line)}[/]" for line in lines)])
