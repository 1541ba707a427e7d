"""The authorization request of the code flow: what is asked, and whether the answer is its own."""

import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlencode

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from cli.identity.pkce import METHOD, challenge, new_verifier
from cli.identity.provider import Provider, Tokens
from cli.refusals import Refused
from cli.texts import text

_SCOPE: Final = "openid profile groups"
# Signatures by a private key alone: never "none", never one that the client could make.
_ALGORITHMS: Final = ["RS256", "RS384", "RS512", "PS256", "ES256", "ES384", "EdDSA", "Ed25519"]
_LEEWAY_SECONDS: Final = 60


def _random() -> str:
    return secrets.token_urlsafe(24)


@dataclass(frozen=True)
class Authorization:
    """One sign-in under way; its secrets never leave this process but as the flow has it."""

    provider: Provider
    client_id: str
    redirect_uri: str
    state: str = field(default_factory=_random)
    nonce: str = field(default_factory=_random)
    verifier: str = field(default_factory=new_verifier)

    @property
    def address(self) -> str:
        """Where the person signs in."""
        asked = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": self.redirect_uri,
            "scope": _SCOPE,
            "state": self.state,
            "nonce": self.nonce,
            "code_challenge": challenge(self.verifier),
            "code_challenge_method": METHOD,
        }
        mark = "&" if "?" in self.provider.authorization_endpoint else "?"
        return f"{self.provider.authorization_endpoint}{mark}{urlencode(asked)}"

    def is_answered_by(self, answer: Mapping[str, str]) -> bool:
        """Tell whether a redirect belongs to this request, and not to another or a forged one."""
        return hmac.compare_digest(answer.get("state", "").encode(), self.state.encode())

    def redeem(self, answer: Mapping[str, str]) -> tuple[Tokens, str]:
        """Return the tokens for the redirect's code, and the subject who signed in.

        Raises Refused: the answer is not ours, says no, or its ID token does not hold.
        """
        if not self.is_answered_by(answer):
            raise Refused(text("login.forged"))
        # RFC 9207: the answer of another provider is none.
        if answer.get("iss", self.provider.issuer).rstrip("/") != self.provider.issuer.rstrip("/"):
            raise Refused(text("login.forged"))
        if "code" not in answer:
            reason = answer.get("error_description") or answer.get("error") or "?"
            raise Refused(text("login.refused", reason=reason))
        tokens = self.provider.tokens(
            self.client_id,
            {
                "grant_type": "authorization_code",
                "code": answer["code"],
                "redirect_uri": self.redirect_uri,
                "code_verifier": self.verifier,
            },
        )
        return tokens, self._subject(tokens.id_token)

    def _subject(self, id_token: str | None) -> str:
        try:
            keys = KeySet.import_key_set(self.provider.keys())  # type: ignore[arg-type]
            claims: dict[str, Any] = jwt.decode(id_token or "", keys, _ALGORITHMS).claims
            jwt.JWTClaimsRegistry(
                leeway=_LEEWAY_SECONDS,
                iss={"essential": True, "value": self.provider.issuer},
                aud={"essential": True, "value": self.client_id},
                exp={"essential": True},
                nonce={"essential": True, "value": self.nonce},
                sub={"essential": True},
            ).validate(claims)
        except (JoseError, ValueError, KeyError, TypeError) as fault:
            raise Refused(text("login.id_token", fault=type(fault).__name__)) from fault
        return str(claims["sub"])
