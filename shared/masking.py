"""What must never be written down in a log, a trace or a problem: secrets and personal data."""

import re
from collections.abc import Iterable, Mapping

HIDDEN = "***"

_SECRET_NAME = re.compile(
    r"passw(or)?d|passwd|pwd|secret|token|authorization|cookie|credential|api_?key|private_?key"
    r"|signature|assertion|code_verifier|database_?url|(^|_)(otp|dsn)(_|$)",
    re.IGNORECASE,
)
_PERSONAL_NAME = re.compile(
    r"(^|_)(phone|mobile|telephone|tel|id_?card|id_?number|identity_number|email"
    r"|legal_representative|contact)(_|$)",
    re.IGNORECASE,
)
# A USCC has 18 places too; a birth date in places 7 to 14 tells a resident's number apart.
_RESIDENT_NUMBER = re.compile(
    r"(?<![0-9A-Za-z])([1-9]\d{2})\d{3}(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])"
    r"(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx](?![0-9A-Za-z])"
)
_MOBILE_NUMBER = re.compile(r"(?<![0-9A-Za-z])(?:\+?86[- ]?)?(1[3-9]\d)\d{4}(\d{4})(?![0-9A-Za-z])")
_BEARER = re.compile(r"(?i)\b(bearer|basic|dpop)\s+[A-Za-z0-9._~+/=-]{8,}")
_JWT = re.compile(r"\beyJ[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*")
_URL_PASSWORD = re.compile(r"([a-z][a-z0-9+.-]*://[^\s:/@]*):[^\s/@]+@", re.IGNORECASE)
_MAX_DEPTH = 6
_LONG_NUMBER = 10**40


def is_sensitive(name: str) -> bool:
    """Say whether values under this name are secrets or personal data."""
    return bool(_SECRET_NAME.search(name) or _PERSONAL_NAME.search(name))


def mask_text(text: str) -> str:
    """Hide tokens, passwords in URLs, and the numbers of residents and mobile phones."""
    text = _URL_PASSWORD.sub(rf"\1:{HIDDEN}@", text)
    text = _BEARER.sub(rf"\1 {HIDDEN}", text)
    text = _JWT.sub(HIDDEN, text)
    text = _RESIDENT_NUMBER.sub(r"\1***************", text)
    return _MOBILE_NUMBER.sub(r"\1****\2", text)


def mask(value: object, *, depth: int = 0) -> object:
    """Mask a value as deep as logs go; what lies deeper is hidden."""
    if isinstance(value, str):
        return mask_text(value)
    if isinstance(value, Mapping | list | tuple | set | frozenset):
        return HIDDEN if depth >= _MAX_DEPTH else _mask_held(value, depth + 1)
    if value is None or isinstance(value, bool | float):
        return value
    # A resident's number or a phone's may come as a number too.
    if isinstance(value, int) and abs(value) >= _LONG_NUMBER:
        return HIDDEN
    masked = mask_text(str(value))
    return value if isinstance(value, int) and masked == str(value) else masked


def _mask_held(value: Mapping[object, object] | Iterable[object], depth: int) -> object:
    if isinstance(value, Mapping):
        return {
            key: HIDDEN if is_sensitive(str(key)) else mask(held, depth=depth)
            for key, held in value.items()
        }
    return [mask(held, depth=depth) for held in value]
