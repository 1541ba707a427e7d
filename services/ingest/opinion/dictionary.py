"""The words of Chinese by jieba's dictionary: what is one, and where one meets the next."""

from collections.abc import Sequence
from functools import cache
from importlib import import_module
from types import ModuleType


def is_word(text: str) -> bool:
    """Tell whether the dictionary has the text as one word."""
    return bool(_jieba().has_word(text))


def cut(text: str) -> Sequence[tuple[str, int, int]]:
    """Return the words of a text with their places; nothing is guessed beyond the dictionary."""
    return [(str(word), int(start), int(end)) for word, start, end in _tokens(text)]


def _tokens(text: str) -> Sequence[tuple[str, int, int]]:
    tokens: Sequence[tuple[str, int, int]] = _jieba().tokenize(text, "default", False)
    return tokens


@cache
def _jieba() -> ModuleType:
    """Load the dictionary when a text is to be read: most processes never read one."""
    return import_module("rjieba")
