"""The width of characters: digits, letters and signs that were typed as wide as Chinese ones."""

from typing import Final

_FIRST: Final = 0xFF01
_LAST: Final = 0xFF5E
_NARROWED: Final = {
    **{wide: wide - 0xFEE0 for wide in range(_FIRST, _LAST + 1)},
    0x3000: 0x20,
    0xA0: 0x20,
}


def half_width(text: str) -> str:
    """Return the text with every such character in its narrow form."""
    return text if text.isascii() else text.translate(_NARROWED)
