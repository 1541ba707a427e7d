"""JSON read strictly: nothing that a parser would silently choose or round is let through."""

import json
from decimal import Decimal, InvalidOperation
from typing import Final

from services.ingest.domain.unreadable import NotANumber, Record, RepeatedNames

# So many characters always fit PostgreSQL's bigint; Python would read 4,300 digits.
_INTEGER_LENGTH = 18


def loads(text: str) -> object:
    """Return the document; numbers are int, or Decimal where they are no short integers.

    Raises json.JSONDecodeError, RecursionError.
    """
    return _DECODER.decode(text)


def first(text: str, place: int) -> tuple[object, int]:
    """Return the value that begins at a place, and where it ends; whatever may follow.

    Raises json.JSONDecodeError, RecursionError.
    """
    return _DECODER.raw_decode(text, place)


def _object(pairs: list[tuple[str, object]]) -> Record:
    members = dict(pairs)
    if len(members) == len(pairs):
        return members
    seen: set[str] = set()
    repeated: dict[str, None] = {}
    for name, _ in pairs:
        if name in seen:
            repeated[name] = None
        seen.add(name)
    return RepeatedNames(tuple(repeated))


def _integer(text: str) -> int | Decimal:
    return int(text) if len(text) <= _INTEGER_LENGTH else Decimal(text)


def _number(text: str) -> Decimal | NotANumber:
    try:
        return Decimal(text)
    except InvalidOperation:
        return NotANumber(text)


_DECODER: Final = json.JSONDecoder(
    object_pairs_hook=_object,
    parse_int=_integer,
    parse_float=_number,
    parse_constant=NotANumber,
)
