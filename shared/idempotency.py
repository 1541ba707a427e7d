"""One effect for one Idempotency-Key, however often the request comes (IETF draft, §14.4)."""

import hashlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Final

from fastapi import Depends, Header, Request, Response
from pydantic import BaseModel
from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from shared.auth.caller import CallerDep
from shared.db import Transaction, kernel_of

REPLAYED: Final = "Idempotent-Replayed"
_MEDIA_TYPE: Final = "application/json"
_UNANSWERED: Final = 0


class IdempotencyKeyMissing(Exception):
    """A write without a key could be applied twice by a retry."""


class IdempotencyKeyReused(Exception):
    """The key belongs to another request: it is answered with that one, or not at all."""


@dataclass(frozen=True)
class OnceCall:
    """A request that takes effect once; the record of its answer commits with the effect."""

    session: AsyncSession
    client: str
    key: str
    request_hash: bytes

    async def answer(
        self,
        status: int | Callable[[Any], int],
        model: type[BaseModel],
        produce: Callable[[], Awaitable[object]],
        *,
        headers: Callable[[Any], Mapping[str, str]] | None = None,
    ) -> Response:
        """Do it and answer, or answer as the first time.

        `produce` returns what `model` can read; `headers` makes further headers from that, and
        `status`, where it is a function, the status. A refusal (an exception) rolls everything
        back, and the key stays free.

        Raises:
            IdempotencyKeyReused: the key came before with another request.
        """
        if (earlier := await self._claim()) is not None:
            return earlier
        produced = await produce()
        body = model.model_validate(produced, from_attributes=True).model_dump_json().encode()
        more = {} if headers is None else dict(headers(produced))
        code = status if isinstance(status, int) else status(produced)
        table = kernel_of(self.session).tables.idempotency
        await self.session.execute(
            update(table)
            .where(table.c.client == self.client, table.c.key == self.key)
            .values(status=code, headers=more, response=body)
        )
        return Response(body, code, more, _MEDIA_TYPE)

    async def _claim(self) -> Response | None:
        """Take the key; wait for whoever holds it, and return their answer."""
        table = kernel_of(self.session).tables.idempotency
        # A second request with the key waits here until the first has committed or rolled back.
        taken = await self.session.execute(
            insert(table)
            .values(
                client=self.client,
                key=self.key,
                request_hash=self.request_hash,
                status=_UNANSWERED,
                headers={},
                response=b"",
            )
            .on_conflict_do_nothing()
            .returning(table.c.key)
        )
        if taken.first() is not None:
            return None
        first = (
            await self.session.execute(
                select(table).where(table.c.client == self.client, table.c.key == self.key)
            )
        ).one()
        if first.request_hash != self.request_hash:
            raise IdempotencyKeyReused
        return Response(
            first.response, first.status, {**first.headers, REPLAYED: "true"}, _MEDIA_TYPE
        )


IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        max_length=200,
        description="Any unique text; the same request with the same key takes effect once.",
    ),
]


async def _once(
    request: Request, session: Transaction, caller: CallerDep, key: IdempotencyKey = None
) -> OnceCall:
    check_key(key)
    content = hashlib.sha256(await request.body()).digest()
    return once_of(request, session, caller.actor, key, content=content)


def check_key(key: str | None) -> None:
    """Refuse a write without a key. Raises IdempotencyKeyMissing."""
    if not key:
        raise IdempotencyKeyMissing


def once_of(
    request: Request, session: AsyncSession, client: str, key: str | None, *, content: bytes
) -> OnceCall:
    """Let a request take effect once whose body was read as a stream; `content` is its digest."""
    check_key(key)
    # Another query, or another version to match, is another request.
    asked = (request.method, request.url.path, request.url.query, request.headers.get("if-match"))
    what = hashlib.sha256(f"{asked}\n".encode())
    # A file that comes in pieces has no body yet: how long it is says which one is meant.
    if (length := request.headers.get("upload-length")) is not None:
        what.update(f"{length}\n".encode())
    what.update(content)
    return OnceCall(session, client, key or "", what.digest())


Once = Annotated[OnceCall, Depends(_once, scope="function")]
