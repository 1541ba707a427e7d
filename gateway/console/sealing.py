"""Sealing what the console keeps of people: tokens in the database, attempts in cookies."""

import secrets
from base64 import urlsafe_b64decode
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from shared.auth.keys import SigningKey

_NONCE_BYTES: Final = 12
_KEY_BYTES: Final = 32


class SealBroken(Exception):
    """It was not sealed by us for this purpose, or it was altered."""


class Sealer:
    """AES-256-GCM under keys derived from the gateway's private key (RFC 5869)."""

    def __init__(self, key: SigningKey) -> None:
        private = str(key.jwk.as_dict(private=True)["d"])
        self._root = urlsafe_b64decode(private + "=" * (-len(private) % 4))

    def derived(self, purpose: str, salt: bytes = b"") -> bytes:
        """Return 32 bytes that only this deployable can know, for one purpose and salt."""
        info = f"wengang console {purpose} v1".encode()
        return HKDF(SHA256(), _KEY_BYTES, salt=salt or None, info=info).derive(self._root)

    def seal(self, content: bytes, purpose: str, salt: bytes = b"") -> bytes:
        """Encrypt; only the same purpose and salt open it."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return nonce + AESGCM(self.derived(purpose, salt)).encrypt(nonce, content, None)

    def unseal(self, sealed: bytes, purpose: str, salt: bytes = b"") -> bytes:
        """Return what was sealed; raise SealBroken."""
        nonce, content = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
        try:
            return AESGCM(self.derived(purpose, salt)).decrypt(nonce, content, None)
        except (InvalidTag, ValueError) as error:
            raise SealBroken from error
