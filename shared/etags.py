"""ETags of things that count their versions: how they are written, and read back from If-Match."""

import re
from typing import Annotated, Final

from fastapi import Header

IfMatch = Annotated[
    str | None, Header(max_length=100, description="The ETag on which the change is decided.")
]

_ETAG: Final = re.compile(r'"([0-9]{1,9})"')
_NO_VERSION: Final = -1


def etag(version: int) -> str:
    """Write a version as an ETag."""
    return f'"{version}"'


def version_of(if_match: str | None) -> int | None:
    """Read the version that must hold; None if any does."""
    if if_match is None or if_match == "*":
        return None
    found = _ETAG.fullmatch(if_match)
    # What is no ETag of ours matches nothing.
    return int(found[1]) if found else _NO_VERSION
