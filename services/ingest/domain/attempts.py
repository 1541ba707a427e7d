"""How often an import is tried that fails by itself, and after what pause."""

from dataclasses import dataclass
from datetime import timedelta

from services.ingest.domain.rows import Fault
from shared.pauses import pause


@dataclass(frozen=True)
class Again:
    """It is tried again after `pause`; so often it has failed since it last got further."""

    pause: timedelta
    failures: int


@dataclass(frozen=True)
class SetAside:
    """It has failed often enough: a person decides when it is taken up again."""

    failures: int


def after_failure(failures: int, *, most: int) -> Again | SetAside:
    """Decide what becomes of an import that had failed `failures` times and fails again."""
    failures += 1
    return SetAside(failures) if failures >= most else Again(pause(failures), failures)


def set_aside(failures: int, failure: str) -> Fault:
    """Tell the sender of a file why it was set aside; `failure` is what our programs call it."""
    return Fault(0, None, "import_failed", None, {"attempts": failures, "failure": failure})
