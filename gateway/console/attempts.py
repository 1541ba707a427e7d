"""Attempts to sign in, kept by the browser that began them: a sealed cookie each."""

import hashlib
import json
import re
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import asdict, dataclass
from typing import Final

from gateway.auth.sign_in import Attempt
from gateway.console.sealing import SealBroken, Sealer

LASTS_SECONDS: Final = 600
HOME: Final = "/console/"
_PURPOSE: Final = "attempt"
_OURS: Final = re.compile(r"/console/[A-Za-z0-9/_.?=&%+:-]{0,500}")


@dataclass(frozen=True)
class Begun:
    """An attempt, and the page that somebody wanted to see."""

    attempt: Attempt
    back_to: str


def cookie_name(state: str) -> str:
    """Name the cookie of an attempt: two tabs may sign in at once."""
    return f"wengang_attempt_{hashlib.sha256(state.encode()).hexdigest()[:16]}"


def written(sealer: Sealer, begun: Begun) -> str:
    """Return the cookie's value."""
    content = {
        **asdict(begun.attempt),
        "back_to": begun.back_to,
        "until": time.time() + LASTS_SECONDS,
    }
    sealed = sealer.seal(json.dumps(content).encode(), _PURPOSE)
    return urlsafe_b64encode(sealed).decode("ascii").rstrip("=")


def read(sealer: Sealer, cookie: str) -> Begun | None:
    """Return the attempt, unless it is not ours or too old."""
    try:
        sealed = urlsafe_b64decode(cookie.encode("ascii") + b"=" * (-len(cookie) % 4))
        said = json.loads(sealer.unseal(sealed, _PURPOSE))
    except (SealBroken, ValueError):
        return None
    if said["until"] < time.time():
        return None
    attempt = Attempt(state=said["state"], nonce=said["nonce"], verifier=said["verifier"])
    return Begun(attempt, said["back_to"])


def own_page(wanted: str | None) -> str:
    """Return `wanted` if it is a page of the console, else the first page: never elsewhere."""
    return wanted if wanted is not None and _OURS.fullmatch(wanted) else HOME
