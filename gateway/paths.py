"""What a request's path means: one reading of it, the same for the door and the service behind."""

from dataclasses import dataclass
from urllib.parse import quote, unquote_to_bytes

_LONGEST = 2_000


@dataclass(frozen=True)
class Target:
    """A path as its decoded segments."""

    segments: tuple[str, ...]

    @property
    def path(self) -> str:
        """Return the path as an ASGI application behind will see it, decoded."""
        return "/" + "/".join(self.segments)

    @property
    def raw(self) -> str:
        """Return the path as it is sent, percent-encoded."""
        return "/" + "/".join(quote(segment, safe="") for segment in self.segments)


def read(raw: bytes) -> Target | None:
    """Read a raw path; None where two programs could read it differently.

    So: empty segments, `.` and `..`, encoded slashes, what is encoded twice, control characters and
    what is no UTF-8 lead nowhere, rather than somewhere else than they seem to.
    """
    if not raw.startswith(b"/") or len(raw) > _LONGEST:
        return None
    if raw == b"/":
        return Target(())
    segments = [_segment(part) for part in raw[1:].split(b"/")]
    read_all = tuple(segment for segment in segments if segment is not None)
    return Target(read_all) if len(read_all) == len(segments) else None


def _segment(part: bytes) -> str | None:
    try:
        segment = unquote_to_bytes(part).decode("utf-8")
    except UnicodeDecodeError:
        return None
    if segment in {"", ".", ".."} or set(segment) & set("/\\%;?#") or not segment.isprintable():
        return None
    return segment
