"""What a sender sent, in a form that can be stored, logged and read back to them safely."""

import re

from services.ingest.domain.unreadable import Named, NotANumber, RepeatedNames, Untranslated

LONGEST = 64

# Control characters (NUL, which PostgreSQL's text refuses), lone surrogates (no UTF-8), line and
# paragraph separators, and marks that turn the direction of writing (they disguise a name).
UNPRINTABLE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)

# Of those, what can be stored nowhere.
UNKEEPABLE = re.compile("[\x00\ud800-\udfff]")


def safe(text: str) -> str:
    """Return the text with unprintable characters written as escapes, cut to `LONGEST`."""
    escaped = UNPRINTABLE.sub(_escape, text[: LONGEST + 1])
    return escaped if len(escaped) <= LONGEST else escaped[: LONGEST - 1] + "…"


def shown(value: object) -> str | None:
    """Return a raw value as its sender would recognise it; None stays None.

    Objects and lists are named, not shown: they fit no column and may hold anything.
    """
    if value is None:
        return None
    if isinstance(value, dict | RepeatedNames):
        return "{…}"
    if isinstance(value, list):
        return "[…]"
    if isinstance(value, bool):
        return str(value).lower()
    return safe(value.text if isinstance(value, NotANumber | Untranslated | Named) else str(value))


def pointer_to(*steps: str | int) -> str:
    """Return the JSON pointer (RFC 6901) to a member; names are shown safely."""
    return "".join(f"/{_step(step)}" for step in steps)


def _step(step: str | int) -> str:
    return safe(str(step)).replace("~", "~0").replace("/", "~1")


def _escape(match: re.Match[str]) -> str:
    return f"\\u{ord(match[0]):04x}"
