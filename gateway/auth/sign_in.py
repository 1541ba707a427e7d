"""Signing people in at the provider: authorization code with PKCE (S256 only), and refreshing."""

import hashlib
import secrets
import time
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from joserfc import jwt
from joserfc.errors import JoseError

from gateway.auth.provider import ClientCredentials, IssuerUnavailable, Provider
from gateway.auth.tokens import LEEWAY_SECONDS, decode, kid_of
from shared.auth.hop import Unauthenticated

SCOPES: Final = ("openid", "profile")
_OK: Final = 200


@dataclass(frozen=True)
class Attempt:
    """What the browser's session must hold while somebody signs in; each value is used once."""

    state: str
    nonce: str
    verifier: str

    @classmethod
    def new(cls) -> "Attempt":
        """Begin an attempt."""
        return cls(*(secrets.token_urlsafe(48) for _ in range(3)))

    @property
    def challenge(self) -> str:
        """Return the S256 challenge of the verifier (RFC 7636 §4.2)."""
        digest = hashlib.sha256(self.verifier.encode("ascii")).digest()
        return urlsafe_b64encode(digest).decode("ascii").rstrip("=")


@dataclass(frozen=True)
class Tokens:
    """What the provider gave; `expires_at` is that of the access token, in seconds since 1970."""

    access_token: str
    refresh_token: str | None
    id_token: str | None
    expires_at: float


class SignIn:
    """One of our clients at the provider, through which people sign in."""

    def __init__(
        self, provider: Provider, *, credentials: ClientCredentials, redirect_uri: str
    ) -> None:
        self._provider = provider
        self._credentials = credentials
        self._redirect_uri = redirect_uri

    async def address(self, attempt: Attempt) -> str:
        """Return where to send the browser; raise IssuerUnavailable."""
        endpoint = (await self._provider.metadata()).authorization_endpoint
        query = {
            "response_type": "code",
            "client_id": self._credentials.client_id,
            "redirect_uri": self._redirect_uri,
            "scope": " ".join(SCOPES),
            "state": attempt.state,
            "nonce": attempt.nonce,
            "code_challenge": attempt.challenge,
            "code_challenge_method": "S256",
        }
        return _with_query(_named(endpoint, "authorization_endpoint"), query)

    async def exchange(self, answer: Mapping[str, str], attempt: Attempt) -> Tokens:
        """Turn what the browser brought back into tokens.

        Raises:
            Unauthenticated: it is not the answer to this attempt, or the provider refuses.
            IssuerUnavailable: the provider does not answer.
        """
        code = answer.get("code")
        returned = secrets.compare_digest(answer.get("state", "").encode(), attempt.state.encode())
        # RFC 9207: the answer of another provider must not be taken for ours.
        issuer = answer.get("iss", self._provider.issuer)
        if not returned or code is None or issuer != self._provider.issuer:
            raise Unauthenticated("not the answer to this attempt")
        tokens = await self._token(
            {
                "grant_type": "authorization_code",
                "code": code,
                "redirect_uri": self._redirect_uri,
                "code_verifier": attempt.verifier,
            }
        )
        await self._check_id_token(tokens.id_token, attempt.nonce)
        return tokens

    async def refresh(self, tokens: Tokens) -> Tokens:
        """Ask for a new access token; a provider that keeps the refresh token need not repeat it.

        Raises Unauthenticated, IssuerUnavailable.
        """
        if tokens.refresh_token is None:
            raise Unauthenticated("no refresh token")
        new = await self._token(
            {"grant_type": "refresh_token", "refresh_token": tokens.refresh_token}
        )
        return Tokens(
            access_token=new.access_token,
            refresh_token=new.refresh_token or tokens.refresh_token,
            id_token=new.id_token or tokens.id_token,
            expires_at=new.expires_at,
        )

    async def end_address(self, tokens: Tokens, *, back_to: str) -> str:
        """Return where to send the browser to sign out at the provider, or `back_to` itself."""
        endpoint = (await self._provider.metadata()).end_session_endpoint
        if endpoint is None:
            return back_to
        query = {
            "client_id": self._credentials.client_id,
            "post_logout_redirect_uri": back_to,
        }
        hint = {} if tokens.id_token is None else {"id_token_hint": tokens.id_token}
        return _with_query(endpoint, query | hint)

    async def _token(self, form: Mapping[str, str]) -> Tokens:
        endpoint = _named((await self._provider.metadata()).token_endpoint, "token_endpoint")
        asked_at = time.time()
        status, said = await self._provider.post(endpoint, form, self._credentials)
        access_token = said.get("access_token")
        if status != _OK or not isinstance(access_token, str):
            raise Unauthenticated(str(said.get("error", "no token")))
        lifetime = said.get("expires_in", 300)
        return Tokens(
            access_token=access_token,
            refresh_token=_text(said, "refresh_token"),
            id_token=_text(said, "id_token"),
            expires_at=asked_at + (lifetime if isinstance(lifetime, int | float) else 300),
        )

    async def _check_id_token(self, token: str | None, nonce: str) -> None:
        """Tie the tokens to the browser that began (OpenID Connect Core §3.1.3.7)."""
        if token is None:
            raise Unauthenticated("no ID token")
        try:
            keys = await self._provider.keys_for(kid_of(token))
            claims = decode(token, keys).claims
            jwt.JWTClaimsRegistry(
                leeway=LEEWAY_SECONDS,
                iss={"essential": True, "value": self._provider.issuer},
                aud={"essential": True, "value": self._credentials.client_id},
                exp={"essential": True},
                sub={"essential": True},
                nonce={"essential": True, "value": nonce},
            ).validate(claims)
        except (JoseError, ValueError, TypeError) as error:
            raise Unauthenticated(type(error).__name__) from error


def _text(said: Mapping[str, Any], name: str) -> str | None:
    value = said.get(name)
    return value if isinstance(value, str) else None


def _named(endpoint: str | None, name: str) -> str:
    if endpoint is None:
        raise IssuerUnavailable(f"the provider names no {name}")
    return endpoint


def _with_query(url: str, query: Mapping[str, str]) -> str:
    return f"{url}{'&' if '?' in url else '?'}{urlencode(query)}"
