"""Who is signed in: sessions on the server, their tokens sealed, known by a cookie's random id."""

import hashlib
import hmac
import json
import secrets
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from gateway.auth.provider import IssuerUnavailable
from gateway.auth.sharing import Shared
from gateway.auth.sign_in import SignIn, Tokens
from gateway.console.sealing import SealBroken, Sealer
from gateway.store import console_sessions as store
from gateway.store.console_sessions import SessionRow
from shared.auth.hop import Unauthenticated
from shared.db import Sessions as DatabaseSessions
from shared.db import transaction

_ID_BYTES: Final = 32
_PURPOSE: Final = "session"
_TOUCH_AFTER: Final = timedelta(minutes=1)
_REFRESH_SECONDS: Final = 60.0  # before the access token ends: longer than any request takes


@dataclass(frozen=True)
class SignedIn:
    """A session in use; `id` is what the cookie says."""

    id: str
    csrf: str
    tokens: Tokens


class ConsoleSessions:
    """Opens, finds, renews and ends sessions."""

    def __init__(
        self,
        sessions: DatabaseSessions,
        sealer: Sealer,
        sign_in: SignIn,
        *,
        idle: timedelta,
        lifetime: timedelta,
    ) -> None:
        self._sessions = sessions
        self._sealer = sealer
        self._sign_in = sign_in
        self._idle = idle
        self._lifetime = lifetime
        self._renewing: Shared[bytes, Tokens | None] = Shared()

    async def open(self, tokens: Tokens) -> SignedIn:
        """Begin a session under a new id, and clear away those that are over."""
        raw, now = secrets.token_bytes(_ID_BYTES), datetime.now(UTC)
        row = SessionRow(_hash(raw), self._sealed(raw, tokens), now, now + self._lifetime)
        async with self._transaction() as session:
            await store.remove_ended(session, expired=now, unseen=now - self._idle)
            await store.add(session, row)
        return self._signed_in(raw, tokens)

    async def find(self, session_id: str) -> SignedIn | None:
        """Return the session of this id with an access token that is good for a while.

        None if there is none, if it is over, or if the provider has ended it. Raises
        IssuerUnavailable.
        """
        raw = _read(session_id)
        if raw is None:
            return None
        row, now = await self._row(raw), datetime.now(UTC)
        if row is None or row.expires_at <= now or row.seen_at <= now - self._idle:
            return None
        tokens = self._unsealed(raw, row)
        if tokens is not None and tokens.expires_at - time.time() < _REFRESH_SECONDS:
            tokens = await self._renewing.answer(row.id_hash, self._renewed(raw, tokens))
        if tokens is None:
            return None
        if now - row.seen_at > _TOUCH_AFTER:
            async with self._transaction() as session:
                await store.touch(session, row.id_hash, now)
        return self._signed_in(raw, tokens)

    async def end(self, session_id: str) -> None:
        """End the session of this id, if there is one."""
        raw = _read(session_id)
        if raw is not None:
            async with self._transaction() as session:
                await store.remove(session, _hash(raw))

    async def _renewed(self, raw: bytes, held: Tokens) -> Tokens | None:
        """Ask for new tokens and keep them; the provider is asked outside of any transaction."""
        try:
            tokens = await self._sign_in.refresh(held)
        except IssuerUnavailable:
            if held.expires_at > time.time():
                return held
            raise
        except Unauthenticated:
            # Another replica may have used the refresh token a moment ago.
            row = await self._row(raw)
            later = None if row is None else self._unsealed(raw, row)
            if later is not None and later.expires_at > max(held.expires_at, time.time()):
                return later
            await self.end(_written(raw))
            return None
        async with self._transaction() as session:
            await store.reseal(session, _hash(raw), self._sealed(raw, tokens))
        return tokens

    async def _row(self, raw: bytes) -> SessionRow | None:
        async with self._transaction() as session:
            return await store.find(session, _hash(raw))

    def _signed_in(self, raw: bytes, tokens: Tokens) -> SignedIn:
        csrf = hmac.digest(self._sealer.derived("csrf"), raw, "sha256")
        return SignedIn(_written(raw), _written(csrf), tokens)

    def _sealed(self, raw: bytes, tokens: Tokens) -> bytes:
        # Under a key that needs the cookie as well: a copy of the database opens nothing.
        return self._sealer.seal(json.dumps(asdict(tokens)).encode(), _PURPOSE, raw)

    def _unsealed(self, raw: bytes, row: SessionRow) -> Tokens | None:
        try:
            return Tokens(**json.loads(self._sealer.unseal(row.sealed, _PURPOSE, raw)))
        except (SealBroken, TypeError):
            return None  # the gateway's key or this form has changed: they sign in again

    @asynccontextmanager
    async def _transaction(self) -> AsyncIterator[AsyncSession]:
        async with transaction(self._sessions, actor="service:gateway") as session:
            yield session


def _hash(raw: bytes) -> bytes:
    return hashlib.sha256(raw).digest()


def _written(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode("ascii").rstrip("=")


def _read(session_id: str) -> bytes | None:
    try:
        raw = urlsafe_b64decode(session_id.encode("ascii") + b"=" * (-len(session_id) % 4))
    except ValueError:
        return None
    return raw if len(raw) == _ID_BYTES else None
