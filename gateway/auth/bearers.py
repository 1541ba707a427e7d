"""From a bearer token to an identity, with a short memory of what was checked."""

import asyncio
import hashlib
import time
from collections import OrderedDict
from typing import Final, TypeVar

import structlog

from gateway.auth.provider import ClientCredentials, IssuerUnavailable, Provider
from gateway.auth.sharing import Shared
from gateway.auth.tokens import LONGEST_TOKEN, Identity, check_introspected, looks_like_jwt, verify
from shared.auth.hop import Unauthenticated

log = structlog.get_logger(__name__)

T = TypeVar("T")

_REFUSED_SECONDS: Final = 10.0
_MOST_REMEMBERED: Final = 10_000
_MOST_ASKED_AT_ONCE: Final = 16  # a flood of made-up tokens must not become one at the provider
_OK: Final = 200


class Bearers:
    """Tells who bears a token; a refused one is remembered as refused."""

    def __init__(
        self,
        provider: Provider,
        *,
        credentials: ClientCredentials,
        audience: str,
        remember_seconds: float,
    ) -> None:
        self._provider = provider
        self._credentials = credentials
        self._audience = audience
        self._remember_seconds = remember_seconds
        # By hash: whoever reads this process's memory finds no token here.
        self._known: OrderedDict[bytes, tuple[float, Identity]] = OrderedDict()
        # Apart, so that a flood of made-up tokens pushes no good one out.
        self._refused: OrderedDict[bytes, float] = OrderedDict()
        self._asking: Shared[bytes, Identity] = Shared()
        self._few = asyncio.Semaphore(_MOST_ASKED_AT_ONCE)

    async def identify(self, token: str) -> Identity:
        """Return who bears the token.

        Raises:
            Unauthenticated: the token is not good.
            IssuerUnavailable: nobody can tell.
        """
        if len(token) > LONGEST_TOKEN:
            raise Unauthenticated("too long")
        digest = hashlib.sha256(token.encode()).digest()
        now = time.time()
        until, known = self._known.get(digest, (0.0, None))
        if known is not None and until > now:
            return known
        if self._refused.get(digest, 0.0) > now:
            raise Unauthenticated("refused before")
        try:
            identity = await self._asking.answer(digest, self._check(token))
        except Unauthenticated:
            # To check a JWT again costs nothing, and its key may be known by then.
            if not looks_like_jwt(token):
                _remember(self._refused, digest, time.time() + _REFUSED_SECONDS)
            raise
        until = min(identity.expires_at, time.time() + self._remember_seconds)
        _remember(self._known, digest, (until, identity))
        return identity

    async def _check(self, token: str) -> Identity:
        if looks_like_jwt(token):
            return await verify(token, provider=self._provider, audience=self._audience)
        async with self._few:
            return await self._introspect(token)

    async def _introspect(self, token: str) -> Identity:
        endpoint = (await self._provider.metadata()).introspection_endpoint
        if endpoint is None:
            raise Unauthenticated("the provider introspects no tokens")
        form = {"token": token, "token_type_hint": "access_token"}
        status, said = await self._provider.post(endpoint, form, self._credentials)
        if status != _OK:
            log.error("issuer.refuses_us", status=status)
            raise IssuerUnavailable(f"introspection answered {status}")
        return check_introspected(said, issuer=self._provider.issuer, audience=self._audience)


def _remember(memory: OrderedDict[bytes, T], digest: bytes, value: T) -> None:
    memory[digest] = value
    memory.move_to_end(digest)
    while len(memory) > _MOST_REMEMBERED:
        memory.popitem(last=False)
