"""An OpenID provider: where it answers (discovery), and its token endpoint."""

import time
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import quote, urlsplit

from cli.refusals import Refused
from cli.texts import text
from shared.http import Response, SyncClient, Unreachable, sync_client

_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


@dataclass(frozen=True)
class Tokens:
    """What the provider gave; `expires_at` in seconds since 1970."""

    access_token: str
    expires_at: float
    refresh_token: str | None
    id_token: str | None


@dataclass(frozen=True)
class Provider:
    """A provider's addresses, from its own document."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str

    @classmethod
    def discover(cls, issuer: str) -> Self:
        """Ask the issuer for its addresses. Raises Refused when it is none or does not answer."""
        address = f"{issuer.rstrip('/')}/.well-known/openid-configuration"
        with open_client(issuer) as client:
            document = _object(_reached(client, "GET", address))
        # OpenID Connect Discovery §4.3: an issuer speaks only for itself.
        if str(document.get("issuer", "")).rstrip("/") != issuer.rstrip("/"):
            raise Refused(text("login.not_a_provider", issuer=issuer))
        try:
            return cls(
                issuer=str(document["issuer"]),
                authorization_endpoint=str(document["authorization_endpoint"]),
                token_endpoint=str(document["token_endpoint"]),
                jwks_uri=str(document["jwks_uri"]),
            )
        except KeyError as fault:
            raise Refused(text("login.not_a_provider", issuer=issuer)) from fault

    def keys(self) -> dict[str, Any]:
        """Return the provider's public keys (JWK set)."""
        with open_client(self.issuer) as client:
            return _object(_reached(client, "GET", self.jwks_uri))

    def tokens(
        self, client_id: str, asked: Mapping[str, str], *, secret: str | None = None
    ) -> Tokens:
        """Ask the token endpoint; a client with a secret by HTTP Basic, a public one by its id.

        Raises Refused when the provider says no.
        """
        form, headers = dict(asked), {"Accept": "application/json"}
        if secret is None:
            form["client_id"] = client_id
        else:
            # RFC 6749 §2.3.1: both are form-encoded first.
            pair = f"{quote(client_id, safe='')}:{quote(secret, safe='')}"
            headers["Authorization"] = f"Basic {b64encode(pair.encode()).decode()}"
        with open_client(self.issuer) as client:
            answer = _reached(client, "POST", self.token_endpoint, data=form, headers=headers)
        document = _object(answer)
        if not answer.is_success or "access_token" not in document:
            reason = document.get("error_description") or document.get("error")
            raise Refused(text("login.refused", reason=reason or f"HTTP {answer.status_code}"))
        return Tokens(
            access_token=str(document["access_token"]),
            expires_at=time.time() + float(document.get("expires_in", 300)),
            refresh_token=document.get("refresh_token"),
            id_token=document.get("id_token"),
        )


def open_client(address: str) -> SyncClient:
    """Return a client for an address; a proxy is used only beyond this machine."""
    return sync_client("", proxied=urlsplit(address).hostname not in _LOOPBACK)


def _reached(client: SyncClient, method: str, address: str, **given: Any) -> Response:  # noqa: ANN401 as httpx
    try:
        return client.request(method, address, **given)
    except Unreachable as fault:
        raise Refused(text("login.provider_unreachable", address=address)) from fault


def _object(answer: Response) -> dict[str, Any]:
    try:
        document = answer.json()
    except ValueError:
        return {}
    return document if isinstance(document, dict) else {}
