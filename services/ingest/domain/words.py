"""What senders call the choices of a column: the words of its contract, and those of their offices.

For cells, which people fill in; JSON gives the codes themselves.
"""

import re
import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from importlib.resources import files
from types import MappingProxyType
from typing import Final

_ASIDE: Final = re.compile(r"[（(][^（）()]*[）)]")
_MARKS: Final = re.compile(r"[\W_]+")
# In a description: `active 存续，cancelled 注销，…`; the word ends where the next code begins.
_LABEL: Final = r"(?<![a-z0-9_]){code}[ =:：]+(?P<label>[^，。；,;]+)"


def _read() -> Mapping[str, Mapping[str, Mapping[str, Sequence[str]]]]:
    return tomllib.loads((files("services.ingest") / "words.toml").read_text("utf-8"))


OF_OFFICES: Final = _read()
"""Feed, column, code: further words in use."""


def labels_of(choices: Sequence[str], description: str) -> Mapping[str, str]:
    """Return by its code what the description of a column calls each choice."""
    found = {
        code: label["label"].strip()
        for code in choices
        if (label := re.search(_LABEL.format(code=re.escape(code)), description))
    }
    return MappingProxyType(found)


def words_of(
    choices: Sequence[str], labels: Mapping[str, str], further: Mapping[str, Sequence[str]]
) -> Mapping[str, str]:
    """Return which choice each word means, as words are compared. Raises ValueError."""
    words: dict[str, str] = {}
    for code in choices:
        label = labels.get(code, code)
        for word in (code, label, _ASIDE.sub("", label), *further.get(code, ())):
            if words.setdefault(as_compared(word), code) != code:
                raise ValueError(f"two choices are called {word}")
    return MappingProxyType(words)


def as_compared(word: str) -> str:
    """Return a word without width, case, blanks and marks: `吊销，未注销` is `吊销未注销`."""
    return _MARKS.sub("", unicodedata.normalize("NFKC", word)).casefold()
