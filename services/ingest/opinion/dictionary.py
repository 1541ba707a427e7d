"""The words of Chinese by jieba's dictionary: what is one, and where one meets the next."""

from collections.abc import Sequence

import rjieba


def is_word(text: str) -> bool:
    """Tell whether the dictionary has the text as one word."""
    return bool(rjieba.has_word(text))


def cut(text: str) -> Sequence[tuple[str, int, int]]:
    """Return the words of a text with their places; nothing is guessed beyond the dictionary."""
    return [(str(word), int(start), int(end)) for word, start, end in _tokens(text)]


def _tokens(text: str) -> Sequence[tuple[str, int, int]]:
    tokens: Sequence[tuple[str, int, int]] = rjieba.tokenize(text, "default", False)
    return tokens
