"""Other names of an enterprise, which people add: what makes one that can be looked for."""

from typing import Final

from services.ingest.domain.shown import UNPRINTABLE

Aliases = tuple[str, ...]

_SHORTEST: Final = 2
_LONGEST: Final = 100


class AliasRefused(ValueError):
    """No text can be searched for such a name; `values` fill the text of `code`."""

    def __init__(self, code: str, **values: int) -> None:
        super().__init__(code)
        self.code = code
        self.values = values


def check_aliases(given: Aliases) -> Aliases:
    """Return the aliases as they are kept: trimmed, each once, in the order given.

    Raises AliasRefused: one is too short to be told from a word, too long, or cannot be printed.
    """
    kept = tuple(dict.fromkeys(" ".join(one.split()) for one in given))
    for one in kept:
        if len(one) < _SHORTEST:
            raise AliasRefused("too_short", limit=_SHORTEST)
        if len(one) > _LONGEST:
            raise AliasRefused("too_long", limit=_LONGEST)
        if UNPRINTABLE.search(one):
            raise AliasRefused("unprintable")
    return kept
