"""The envelope of a fact: CloudEvents 1.0 headers in binary mode, signed by who states it."""

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Self
from urllib.parse import quote, unquote
from uuid import UUID

from shared.auth.keys import SignatureRefused, SigningKey, TrustBundle

MESSAGE_ID = "Nats-Msg-Id"
ID = "ce-id"
SOURCE = "ce-source"
TYPE = "ce-type"
TIME = "ce-time"
ABOUT = "ce-subject"
ACTOR = "ce-actor"
KEY_ID = "ce-keyid"
SIGNATURE = "ce-signature"
TRACE = "traceparent"


@dataclass(frozen=True)
class Envelope:
    """Who stated what, when, about what, and on whose behalf."""

    id: UUID
    source: str
    type: str
    time: datetime
    about: str
    actor: str

    def headers(self, payload: bytes, *, key: SigningKey) -> dict[str, str]:
        """Return the headers of a message with this body, signed (Ed25519) with `key`."""
        signature = key.sign(self._signed_bytes(payload))
        return {
            MESSAGE_ID: str(self.id),
            ID: str(self.id),
            "ce-specversion": "1.0",
            SOURCE: f"/services/{self.source}",
            TYPE: self.type,
            TIME: self.time.isoformat(),
            ABOUT: quote(self.about),
            "content-type": "application/json",
            ACTOR: quote(self.actor, safe=":/@"),
            KEY_ID: key.name,
            SIGNATURE: base64.urlsafe_b64encode(signature).decode(),
        }

    @classmethod
    def read(cls, headers: Mapping[str, str], payload: bytes, *, trust: TrustBundle) -> Self:
        """Read and verify an envelope.

        Raises:
            KeyError, ValueError: a header is missing or malformed.
            SignatureRefused: not signed by its source, or altered since.
        """
        envelope = cls(
            id=UUID(headers[ID]),
            source=headers[SOURCE].removeprefix("/services/"),
            type=headers[TYPE],
            time=datetime.fromisoformat(headers[TIME]),
            about=unquote(headers.get(ABOUT, "")),
            actor=unquote(headers[ACTOR]),
        )
        # A service may state only facts of its own: the key, the source and the type must agree.
        if headers[KEY_ID] != envelope.source or envelope.type.split(".")[0] != envelope.source:
            raise SignatureRefused(f"{headers[KEY_ID]} may not state {envelope.type}")
        signature = base64.urlsafe_b64decode(headers[SIGNATURE])
        trust.verify(envelope.source, signature, envelope._signed_bytes(payload))
        return envelope

    def _signed_bytes(self, payload: bytes) -> bytes:
        parts = (
            str(self.id),
            self.source,
            self.type,
            self.time.isoformat(),
            self.about,
            self.actor,
            hashlib.sha256(payload).hexdigest(),
        )
        return "\n".join(parts).encode()
