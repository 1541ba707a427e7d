"""The OpenID provider, known by discovery: its endpoints and its keys, kept while it is away."""

import asyncio
import json
import math
import time
from base64 import b64encode
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar
from urllib.parse import quote

import structlog
from joserfc.errors import JoseError
from joserfc.jwk import JWKRegistry, Key, KeySet

from shared.http import AsyncClient, Response, Unreachable

log = structlog.get_logger(__name__)

T = TypeVar("T")

_FRESH_SECONDS: Final = 600.0
_KEPT_SECONDS: Final = 86_400.0  # an hour without the provider must refuse no valid token
_RETRY_SECONDS: Final = 5.0
_AWAY_SECONDS: Final = 1.0
_ASYMMETRIC: Final = frozenset({"RSA", "EC", "OKP"})
_OK: Final = 200


class IssuerUnavailable(Exception):
    """Nobody can say now whether a token is good: not the caller's fault, and soon over."""


@dataclass(frozen=True)
class Metadata:
    """What we need of a discovery document (OpenID Connect Discovery 1.0, RFC 8414)."""

    jwks_uri: str
    introspection_endpoint: str | None
    authorization_endpoint: str | None
    token_endpoint: str | None
    end_session_endpoint: str | None


@dataclass(frozen=True)
class ClientCredentials:
    """A client of ours at the provider."""

    client_id: str
    secret: str

    def basic(self) -> str:
        """Return the value of an Authorization header (RFC 6749 §2.3.1: encoded before joined)."""
        pair = f"{quote(self.client_id, safe='')}:{quote(self.secret, safe='')}"
        return "Basic " + b64encode(pair.encode()).decode()


class _Remembered(Generic[T]):
    """A value that is fetched: fresh for a while, kept on while it cannot be fetched again."""

    def __init__(self, fetch: Callable[[], Awaitable[T]]) -> None:
        self._fetch = fetch
        self._one_at_a_time = asyncio.Lock()
        self._held: tuple[float, T] | None = None
        self._tried_at = -math.inf
        self.failed = False
        """Whether the last try to fetch it failed."""

    async def get(self) -> T:
        """Return the value; fetch it if it is old. Raise IssuerUnavailable if there is none."""
        held = self._held
        if held is not None and (self._age(held) < _FRESH_SECONDS or self._tried_lately()):
            return held[1]
        return await self.renewed()

    async def renewed(self) -> T:
        """Fetch anew, but not more often than every few seconds; else return what is held."""
        async with self._one_at_a_time:
            if not self._tried_lately():
                self._tried_at = time.monotonic()
                try:
                    self._held, self.failed = (time.monotonic(), await self._fetch()), False
                except IssuerUnavailable as error:
                    self.failed = True
                    log.warning("issuer.unavailable", reason=str(error))
            if self._held is None or self._age(self._held) > _KEPT_SECONDS:
                raise IssuerUnavailable("nothing was ever fetched, or too long ago")
            return self._held[1]

    def _tried_lately(self) -> bool:
        return time.monotonic() - self._tried_at < _RETRY_SECONDS

    @staticmethod
    def _age(held: tuple[float, T]) -> float:
        return time.monotonic() - held[0]


class Provider:
    """One issuer that we trust. Nothing is asked of it before the first token comes."""

    def __init__(self, issuer: str, http: AsyncClient) -> None:
        self.issuer = issuer
        self._http = http
        self._away_until = -math.inf
        self._metadata = _Remembered(self._discover)
        self._keys = _Remembered(self._fetch_keys)

    async def metadata(self) -> Metadata:
        """Return what the provider says of itself; raise IssuerUnavailable."""
        return await self._metadata.get()

    async def keys_for(self, kid: str | None) -> KeySet:
        """Return the keys that sign, asked for anew if none has this id (they are rotated).

        Raises IssuerUnavailable.
        """
        keys = await self._keys.get()
        if kid is None or _has(keys, kid):
            return keys
        keys = await self._keys.renewed()
        if self._keys.failed and not _has(keys, kid):
            raise IssuerUnavailable(f"whether there is a key {kid!r} cannot be asked")
        return keys

    async def post(
        self, url: str, form: Mapping[str, str], credentials: ClientCredentials
    ) -> tuple[int, dict[str, Any]]:
        """Post a form in the name of a client; return status and JSON, or raise IssuerUnavailable.

        A refusal (4xx) is an answer, too.
        """
        if time.monotonic() < self._away_until:
            raise IssuerUnavailable("away a moment ago")
        headers = {"authorization": credentials.basic(), "accept": "application/json"}
        try:
            answer = await self._http.post(url, data=dict(form), headers=headers)
        except Unreachable as error:
            # Whoever asks next must not wait as long to learn the same.
            self._away_until = time.monotonic() + _AWAY_SECONDS
            raise IssuerUnavailable(error.code) from error
        if answer.is_server_error:
            raise IssuerUnavailable(f"{url} answered {answer.status_code}")
        return answer.status_code, _object(answer)

    async def _discover(self) -> Metadata:
        document = await self._get(f"{self.issuer.rstrip('/')}/.well-known/openid-configuration")
        if document.get("issuer") != self.issuer:
            # Another issuer's document must not lend us its keys (RFC 8414 §3.3).
            raise IssuerUnavailable(f"the document is of another issuer: {document.get('issuer')}")
        jwks_uri = self._endpoint(document, "jwks_uri")
        if jwks_uri is None:
            raise IssuerUnavailable("the document names no jwks_uri")
        return Metadata(
            jwks_uri=jwks_uri,
            introspection_endpoint=self._endpoint(document, "introspection_endpoint"),
            authorization_endpoint=self._endpoint(document, "authorization_endpoint"),
            token_endpoint=self._endpoint(document, "token_endpoint"),
            end_session_endpoint=self._endpoint(document, "end_session_endpoint"),
        )

    async def _fetch_keys(self) -> KeySet:
        document = await self._get((await self.metadata()).jwks_uri)
        listed = document.get("keys")
        keys = [_key(entry) for entry in listed] if isinstance(listed, list) else []
        return KeySet([key for key in keys if key is not None])

    async def _get(self, url: str) -> dict[str, Any]:
        try:
            answer = await self._http.get(url, headers={"accept": "application/json"})
        except Unreachable as error:
            raise IssuerUnavailable(error.code) from error
        if answer.status_code != _OK:
            raise IssuerUnavailable(f"{url} answered {answer.status_code}")
        return _object(answer)

    def _endpoint(self, document: Mapping[str, Any], name: str) -> str | None:
        url = document.get(name)
        if not isinstance(url, str):
            return None
        # Secrets and keys must not travel less safely than the issuer is named.
        safe = "https://" if self.issuer.startswith("https://") else ("https://", "http://")
        return url if url.startswith(safe) else None


def _has(keys: KeySet, kid: str) -> bool:
    return any(key.kid == kid for key in keys)


def _object(answer: Response) -> dict[str, Any]:
    try:
        content = json.loads(answer.content)
    except ValueError as error:
        raise IssuerUnavailable(f"{answer.request.url} answered no JSON") from error
    if not isinstance(content, dict):
        raise IssuerUnavailable(f"{answer.request.url} answered no JSON object")
    return content


def _key(entry: object) -> Key | None:
    """Import a public key; None for one that we cannot use, which must not spoil the others."""
    if not isinstance(entry, dict) or entry.get("kty") not in _ASYMMETRIC:
        return None
    # Canaille calls its key RS256 and signs with RS512: which algorithms count is ours to say.
    public = {name: value for name, value in entry.items() if name not in {"alg", "key_ops"}}
    try:
        return JWKRegistry.import_key(public)
    except (JoseError, ValueError, TypeError) as error:
        log.warning("issuer.key_unusable", kid=entry.get("kid"), error=type(error).__name__)
        return None
