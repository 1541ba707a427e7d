"""Signing keys of the deployables, and the bundle of public keys by which they know each other."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from joserfc.jwk import OKPKey


class SignatureRefused(Exception):
    """A signature is missing, false, or made by someone who may not make it."""


@dataclass(frozen=True)
class SigningKey:
    """The private Ed25519 key of one deployable; its name is the key id."""

    name: str
    jwk: OKPKey
    _raw: Ed25519PrivateKey

    @classmethod
    def load(cls, path: Path) -> "SigningKey":
        """Read a private JWK (RFC 8037) whose `kid` names its holder."""
        return cls._of(OKPKey.import_key(json.loads(path.read_text())))

    @classmethod
    def generate(cls, name: str) -> "SigningKey":
        """Make a new key for the deployable `name`."""
        return cls._of(OKPKey.generate_key("Ed25519", {"kid": name, "alg": "Ed25519"}))

    @classmethod
    def _of(cls, jwk: OKPKey) -> "SigningKey":
        raw = jwk.private_key
        if not isinstance(raw, Ed25519PrivateKey) or jwk.kid is None:
            raise ValueError("not a private Ed25519 key with a kid")
        return cls(jwk.kid, jwk, raw)

    def sign(self, data: bytes) -> bytes:
        """Return the 64-byte signature of `data`."""
        return self._raw.sign(data)

    def private_json(self) -> str:
        """Return the private JWK as JSON, for a file that only its holder may read."""
        return json.dumps(self.jwk.as_dict(private=True))


@dataclass(frozen=True)
class TrustBundle:
    """The public keys of all deployables by name (a JWKS document)."""

    keys: Mapping[str, OKPKey]

    @classmethod
    def load(cls, path: Path) -> "TrustBundle":
        """Read a JWKS file; every key needs a `kid`."""
        keys = (OKPKey.import_key(entry) for entry in json.loads(path.read_text())["keys"])
        return cls({str(key.kid): key for key in keys})

    @classmethod
    def of(cls, keys: Iterable[SigningKey]) -> "TrustBundle":
        """Collect the public halves of `keys`."""
        return cls({key.name: OKPKey.import_key(key.jwk.as_dict(private=False)) for key in keys})

    def public_json(self) -> str:
        """Return the bundle as a JWKS document."""
        return json.dumps({"keys": [key.as_dict(private=False) for key in self.keys.values()]})

    def verify(self, name: str, signature: bytes, data: bytes) -> None:
        """Check that `name` signed `data`; raise SignatureRefused otherwise."""
        key = self.keys.get(name)
        if key is None:
            raise SignatureRefused(f"no public key of {name!r} is known")
        raw = key.public_key
        if not isinstance(raw, Ed25519PublicKey):
            raise SignatureRefused(f"the key of {name!r} is not an Ed25519 key")
        try:
            raw.verify(signature, data)
        except InvalidSignature as error:
            raise SignatureRefused(f"not signed by {name!r}, or altered since") from error
