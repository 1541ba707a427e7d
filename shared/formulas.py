"""What a spreadsheet would run if it were typed or read from CSV: texts from outside may not."""

from typing import Final

# The first signs of a formula, also full-width as East Asian programs take them; a tab or a line
# break before them is passed over by some programs.
_SIGNS: Final = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
_BREAKS: Final = ("\t", "\r", "\n")


def may_run(text: str) -> bool:
    """Tell whether a program for tables might take a text for a formula."""
    return text.startswith(_BREAKS) or text.lstrip("\ufeff\u200b \xa0\u3000").startswith(_SIGNS)
