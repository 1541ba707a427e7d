"""Proof Key for Code Exchange (RFC 7636), method S256."""

import hashlib
import secrets
from base64 import urlsafe_b64encode

METHOD = "S256"


def new_verifier() -> str:
    """Return a fresh code verifier of 43 characters (256 random bits)."""
    return secrets.token_urlsafe(32)


def challenge(verifier: str) -> str:
    """Return the code challenge of a verifier (§4.2)."""
    return urlsafe_b64encode(hashlib.sha256(verifier.encode("ascii")).digest()).decode().rstrip("=")
