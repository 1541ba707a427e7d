"""Per-hop tokens: the gateway signs who calls what; the service behind it checks for itself."""

import hashlib
import time
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from shared.auth.identity import Caller, CallerKind, Role
from shared.auth.keys import SigningKey, TrustBundle
from shared.ids import uuid7

ISSUER = "gateway"
LIFETIME_SECONDS = 60
LEEWAY_SECONDS = 10  # FAPI 2.0 accepts clocks up to 10 s ahead
_ALGORITHM = "Ed25519"


class Unauthenticated(Exception):
    """The request carries no token by which this service can know its caller."""


def mint(
    key: SigningKey, caller: Caller, *, audience: str, method: str, path: str, query: str = ""
) -> str:
    """Return a token for one request of `caller` to one service, valid for a minute."""
    now = int(time.time())
    claims: dict[str, Any] = {
        "iss": key.name,
        "aud": audience,
        "sub": caller.subject,
        "kind": caller.kind,
        "name": caller.name,
        "roles": sorted(caller.roles),
        "districts": sorted(caller.districts),
        "feeds": sorted(caller.feeds),
        "usccs": sorted(caller.usccs),
        "jti": str(uuid7()),
        "iat": now,
        "exp": now + LIFETIME_SECONDS,
        "req": _request_hash(method, path, query),
    }
    return jwt.encode({"alg": _ALGORITHM, "kid": key.name}, claims, key.jwk, [_ALGORITHM])


def verify(
    token: str, *, trust: TrustBundle, audience: str, method: str, path: str, query: str = ""
) -> Caller:
    """Return the caller that the gateway vouches for.

    The token must be the gateway's, in time, and made for this service, method, path and query.

    Raises:
        Unauthenticated: it is not.
    """
    key = trust.keys.get(ISSUER)
    if not isinstance(key, OKPKey):
        raise Unauthenticated("the gateway's key is not known here")
    try:
        decoded = jwt.decode(token, key, [_ALGORITHM])
        # joserfc checks the signature only; the claims are ours to check.
        jwt.JWTClaimsRegistry(
            leeway=LEEWAY_SECONDS,
            iss={"essential": True, "value": ISSUER},
            aud={"essential": True, "value": audience},
            exp={"essential": True},
            iat={"essential": True},
            sub={"essential": True},
            req={"essential": True, "value": _request_hash(method, path, query)},
        ).validate(decoded.claims)
        return _caller(decoded.claims)
    except (JoseError, ValueError, KeyError, TypeError) as error:
        raise Unauthenticated(type(error).__name__) from error


def _caller(claims: dict[str, Any]) -> Caller:
    if claims["exp"] - claims["iat"] > LIFETIME_SECONDS:
        raise ValueError("lives longer than a hop")
    return Caller(
        subject=str(claims["sub"]),
        kind=CallerKind(claims["kind"]),
        name=str(claims["name"]),
        roles=frozenset(Role(role) for role in claims["roles"]),
        districts=frozenset(str(code) for code in claims["districts"]),
        feeds=frozenset(str(feed) for feed in claims["feeds"]),
        usccs=frozenset(str(uscc) for uscc in claims["usccs"]),
    )


def _request_hash(method: str, path: str, query: str) -> str:
    return hashlib.sha256(f"{method.upper()} {path}?{query}".encode()).hexdigest()
