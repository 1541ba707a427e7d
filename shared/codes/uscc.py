"""The unified social credit code (统一社会信用代码, GB 32100-2015) and its faults."""

import re
from enum import StrEnum

LENGTH = 18

# Digits and capitals without I, O, S, V, Z; the place of a character is its value.
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"

# Powers of 3 modulo 31: 1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28.
WEIGHTS = tuple(pow(3, place, 31) for place in range(LENGTH - 1))
_VALUES = {character: value for value, character in enumerate(ALPHABET)}

# Registration authority and category may be letters (N: rural collectives), which python-stdnum
# refuses; the six places of the division code are digits.
_DIVISION = range(2, 8)
_SHAPE = re.compile(rf"[{ALPHABET}]{{2}}[0-9]{{6}}[{ALPHABET}]{{10}}")


class UsccFault(StrEnum):
    """What is wrong with a code."""

    BLANK = "blank"
    LENGTH = "length"
    LOWER_CASE = "lower_case"
    CHARACTER = "character"
    CHECK_CHARACTER = "check_character"


class UsccRefused(ValueError):
    """The text is not a canonical unified social credit code.

    `position` counts from 1, and is None for a wrong length. `found` and `expected` are
    characters, or lengths; `expected` is empty where many characters would do.
    """

    code = "uscc_refused"

    def __init__(
        self, fault: UsccFault, *, position: int | None, found: str, expected: str
    ) -> None:
        self.fault = fault
        self.position = position
        self.found = found
        self.expected = expected
        place = f" at position {position}" if position is not None else ""
        wanted = f", expected {expected}" if expected else ""
        super().__init__(f"not a credit code: {fault}{place}: found {found!r}{wanted}")


def check_uscc(text: str) -> str:
    """Return `text` if it is a canonical code, or raise `UsccRefused` with the first fault.

    Nothing is repaired: two spellings of one code would be two enterprises. Usable as a pydantic
    `AfterValidator`.
    """
    if _SHAPE.fullmatch(text) is None:
        raise _fault_of_shape(text)
    expected = check_character(text)
    if text[-1] != expected:
        raise UsccRefused(
            UsccFault.CHECK_CHARACTER, position=LENGTH, found=text[-1], expected=expected
        )
    return text


def check_character(code: str) -> str:
    """Compute the 18th character from the 17 before it (GB 32100-2015, after GB/T 17710)."""
    # Seventeen weights: zip stops before the 18th character.
    total = sum(_VALUES[letter] * weight for letter, weight in zip(code, WEIGHTS, strict=False))
    return ALPHABET[-total % 31]


def _fault_of_shape(text: str) -> UsccRefused:
    for position, letter in enumerate(text, start=1):
        # First, because an invisible character (BOM, ideographic space) explains a wrong length.
        if letter.isspace() or not letter.isprintable():
            return UsccRefused(UsccFault.BLANK, position=position, found=letter, expected="")
    if len(text) != LENGTH:
        return UsccRefused(
            UsccFault.LENGTH, position=None, found=str(len(text)), expected=str(LENGTH)
        )
    place, letter = next(
        (place, letter) for place, letter in enumerate(text) if letter not in _allowed(place)
    )
    if letter.upper() in _allowed(place):
        return UsccRefused(
            UsccFault.LOWER_CASE, position=place + 1, found=letter, expected=letter.upper()
        )
    return UsccRefused(UsccFault.CHARACTER, position=place + 1, found=letter, expected="")


def _allowed(place: int) -> str:
    return ALPHABET[:10] if place in _DIVISION else ALPHABET
