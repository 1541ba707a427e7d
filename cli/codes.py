"""Codes of the API as people write and read them: words are taken for codes, names are shown."""

from collections.abc import Callable

from cli.texts import text
from shared.codes.divisions import DivisionUnknown, district, find
from shared.messages import Language, catalogue, spoken

_COLOUR = "色"


def code_of(kind: str) -> Callable[[str], str]:
    """Return a reader of what people write for a code of `words.<kind>`: a word, in any case.

    What it does not know it leaves as it is: the gateway says which values there are.
    """
    prefix = f"words.{kind}."
    codes: dict[str, str] = {}
    for language in Language:
        for code, said in catalogue(language).items():
            if code.startswith(prefix):
                bare = code.removeprefix(prefix)
                codes |= {_plain(said): bare, _plain(bare): bare}

    def read(said: str) -> str:
        asked = _plain(said)
        return codes.get(asked) or codes.get(asked.removesuffix(_COLOUR)) or said

    return read


def told(kind: str, *, without: frozenset[str] = frozenset()) -> list[str]:
    """List the codes of a kind with their words, one per line of a help page."""
    prefix = f"words.{kind}."
    return [
        f"  {code.removeprefix(prefix)}  {said}"
        for code, said in catalogue(spoken()).items()
        if code.startswith(prefix) and code.removeprefix(prefix) not in without
    ]


def district_code(said: str) -> str:
    """Return the code of a district by its name; what is no name stays as it is."""
    try:
        return find(said).code
    except DivisionUnknown:
        return said.strip().upper()


def district_name(code: str) -> str:
    """Return the name of a district in the language of whoever sits at the terminal."""
    try:
        found = district(code)
    except DivisionUnknown:
        return code
    return found.english if spoken() is Language.EN else found.name


def cadence(duration: str) -> str:
    """Return how often a feed comes: P1M is monthly."""
    names = {
        "P1D": text("cadence.daily"),
        "P1M": text("cadence.monthly"),
        "P1Y": text("cadence.yearly"),
    }
    return names.get(duration, duration)


def _plain(said: str) -> str:
    return said.strip().casefold().replace("-", "_").replace(" ", "_")
