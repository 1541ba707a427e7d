"""An OpenID provider without a socket: its documents and keys, made in the test."""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import parse_qs

import httpx
from joserfc import jwt
from joserfc.jwk import ECKey, OKPKey, RSAKey

from gateway.auth.provider import ClientCredentials, Provider
from shared.http import AsyncClient

ISSUER = "https://issuer.example"
AUDIENCE = "gateway"
CREDENTIALS = ClientCredentials("gateway", "pa ss:word")
RSA = RSAKey.generate_key(2048, {"kid": "rsa", "use": "sig", "alg": "RS256"})
EC = ECKey.generate_key("P-256", {"kid": "ec", "use": "sig"})
ED = OKPKey.generate_key("Ed25519", {"kid": "ed", "use": "sig"})
STRANGER = RSAKey.generate_key(2048, {"kid": "rsa"})
DOCUMENT = {
    "issuer": ISSUER,
    "jwks_uri": f"{ISSUER}/jwks",
    "introspection_endpoint": f"{ISSUER}/introspect",
    "authorization_endpoint": f"{ISSUER}/authorize",
    "token_endpoint": f"{ISSUER}/token",
    "end_session_endpoint": f"{ISSUER}/end",
}
Form = Mapping[str, str]


def claims(**changed: Any) -> dict[str, Any]:
    """Return what a good access token of an officer says; None leaves a claim out."""
    now = int(time.time())
    good: dict[str, Any] = {
        "iss": ISSUER,
        "aud": ["console", AUDIENCE],
        "sub": "officer-110105",
        "iat": now,
        "exp": now + 86_400,
    }
    return {name: value for name, value in (good | changed).items() if value is not None}


@cache
def _signer(kind: type[RSAKey | ECKey | OKPKey], key: str, alg: str) -> RSAKey | ECKey | OKPKey:
    """Return a key for an algorithm; what it is made of is proved, which takes 50 ms."""
    return kind.import_key({**json.loads(key), "alg": alg})


def signed(
    said: Mapping[str, Any],
    *,
    key: RSAKey | ECKey | OKPKey = RSA,
    alg: str = "RS256",
    **header: Any,
) -> str:
    """Return a token; `header` changes its header."""
    head = {"typ": "JWT", "alg": alg, "kid": key.kid, **header}
    present = {name: value for name, value in head.items() if value is not None}
    signer = _signer(type(key), json.dumps(key.as_dict(private=True)), alg)
    return jwt.encode(present, dict(said), signer, [alg], default_type=None)


@dataclass
class Issuer:
    """What the provider answers, and what it was asked."""

    document: dict[str, Any] = field(default_factory=lambda: dict(DOCUMENT))
    keys: list[dict[str, Any]] = field(
        default_factory=lambda: [key.as_dict(private=False) for key in (RSA, EC, ED)]
    )
    introspected: dict[str, Any] = field(default_factory=dict)
    given: Callable[[Form], tuple[int, dict[str, Any]]] = lambda _form: (400, {"error": "no"})
    away: bool = False
    asked: list[str] = field(default_factory=list)
    authorizations: list[str] = field(default_factory=list)

    def answer(self, request: httpx.Request) -> httpx.Response:
        """Answer as a provider would."""
        path = request.url.path
        self.asked.append(path)
        if self.away:
            raise httpx.ConnectError("away", request=request)
        form = {name: held[0] for name, held in parse_qs(request.content.decode()).items()}
        self.authorizations += request.headers.get_list("authorization")
        if path == "/.well-known/openid-configuration":
            return httpx.Response(200, json=self.document)
        if path == "/jwks":
            return httpx.Response(200, json={"keys": self.keys})
        if path == "/introspect":
            return httpx.Response(200, content=json.dumps(self.introspected))
        status, said = self.given(form)
        return httpx.Response(status, json=said)

    def provider(self) -> Provider:
        """Return the provider as the gateway knows it."""
        return Provider(ISSUER, AsyncClient(transport=httpx.MockTransport(self.answer)))
