"""What a token says, once it is checked: a person, or a machine of a partner."""

import json
import time
from base64 import urlsafe_b64decode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from joserfc import jwt
from joserfc.errors import JoseError, UnsupportedAlgorithmError
from joserfc.jwa import JWSAlgModel
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from gateway.auth.provider import Provider
from shared.auth.hop import Unauthenticated

# What providers sign with; never `none`, never a shared secret.
ALGORITHMS: Final = ("RS256", "RS512", "PS256", "ES256", "EdDSA", "Ed25519")
LEEWAY_SECONDS: Final = 10  # FAPI 2.0 accepts clocks up to 10 s ahead
LONGEST_TOKEN: Final = 16_384

_ACCESS_TYPES: Final = frozenset({"at+jwt", "application/at+jwt"})  # RFC 9068
_BEARER_TYPES: Final = frozenset({"bearer", "access_token"})
_OF_ID_TOKENS: Final = frozenset({"nonce", "at_hash", "c_hash", "s_hash", "amr"})


class _Signatures(JWSRegistry):
    """What providers really send: header fields that we need not know, and `EdDSA`.

    RFC 9864 gives that algorithm another name, and joserfc warns of the old one at each token.
    """

    max_header_length = 4_096  # some carry a chain of certificates

    def get_alg(self, name: str) -> JWSAlgModel:
        """Return an algorithm that counts."""
        if name not in ALGORITHMS:
            raise UnsupportedAlgorithmError(f"{name!r} does not count")
        return self.algorithms[name]


_SIGNATURES: Final = _Signatures(strict_check_header=False)


@dataclass(frozen=True)
class Identity:
    """Whom the provider vouches for, and until when (seconds since 1970).

    `name` is the subject of a person, or the client id of a machine.
    """

    name: str
    is_machine: bool
    expires_at: float


def looks_like_jwt(token: str) -> bool:
    """Tell a JWT from an opaque token, without believing it."""
    return token.count(".") == 2 and _header(token) is not None  # noqa: PLR2004 three parts


def kid_of(token: str) -> str | None:
    """Return the id of the key that a JWT says to be signed with, without believing it."""
    kid = (_header(token) or {}).get("kid")
    return kid if isinstance(kid, str) else None


async def verify(token: str, *, provider: Provider, audience: str) -> Identity:
    """Check a JWT access token by the provider's keys.

    Raises:
        Unauthenticated: it is not a good access token of this provider for us.
        IssuerUnavailable: the keys are not known and cannot be asked for.
    """
    keys = await provider.keys_for(kid_of(token))
    try:
        decoded = decode(token, keys)
        # joserfc checks the signature only; the claims are ours to check.
        jwt.JWTClaimsRegistry(
            leeway=LEEWAY_SECONDS,
            iss={"essential": True, "value": provider.issuer},
            aud={"essential": True, "value": audience},
            exp={"essential": True},
            sub={"essential": True},
        ).validate(decoded.claims)
    except (JoseError, ValueError, TypeError) as error:
        raise Unauthenticated(type(error).__name__) from error
    if not _is_access_token(decoded.header, decoded.claims):
        raise Unauthenticated("not an access token")
    return identity_of(decoded.claims)


def decode(token: str, keys: KeySet) -> jwt.Token:
    """Check the signature of a JWT, and nothing else; raise JoseError, ValueError, TypeError."""
    return jwt.decode(token, keys, registry=_SIGNATURES)


def identity_of(claims: Mapping[str, Any]) -> Identity:
    """Read checked claims, of a JWT or of an introspection (RFC 7662); raise Unauthenticated.

    A client's own token has its id as subject (RFC 9068 §2.2), or no subject at all.
    """
    subject, client_id, expires_at = claims.get("sub"), claims.get("client_id"), claims.get("exp")
    name = subject or client_id
    if not isinstance(name, str) or not isinstance(expires_at, int | float):
        raise Unauthenticated("the token names nobody, or never ends")
    return Identity(name, is_machine=name == client_id, expires_at=float(expires_at))


def check_introspected(said: Mapping[str, Any], *, issuer: str, audience: str) -> Identity:
    """Read what an introspection endpoint said of a token; raise Unauthenticated."""
    if said.get("active") is not True:
        raise Unauthenticated("not active")
    if said.get("iss", issuer) != issuer:
        raise Unauthenticated("of another issuer")
    if str(said.get("token_type", "bearer")).lower() not in _BEARER_TYPES:
        raise Unauthenticated("not an access token")
    named = said.get("aud", audience)
    if audience not in (named if isinstance(named, list) else [named]):
        raise Unauthenticated("for another audience")
    found, begins = identity_of(said), said.get("nbf", 0)
    now = time.time()
    if found.expires_at <= now - LEEWAY_SECONDS:
        raise Unauthenticated("expired")
    if not isinstance(begins, int | float) or begins > now + LEEWAY_SECONDS:
        raise Unauthenticated("not valid yet")
    return found


def _is_access_token(header: Mapping[str, Any], claims: Mapping[str, Any]) -> bool:
    """Tell an access token from an ID token of the same provider, which may name us as well."""
    if str(header.get("typ", "")).lower() in _ACCESS_TYPES:
        return True
    if "typ" in claims:  # Keycloak: Bearer, ID, Refresh, Logout
        return bool(claims["typ"] == "Bearer")
    return not _OF_ID_TOKENS & claims.keys()


def _header(token: str) -> dict[str, Any] | None:
    part = token.partition(".")[0]
    try:
        header = json.loads(urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (ValueError, RecursionError):
        return None
    return header if isinstance(header, dict) else None
