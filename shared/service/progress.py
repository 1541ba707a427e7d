"""How far a service has got, as the operator's endpoint says it."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Annotated, Final

from fastapi import Query
from pydantic import AwareDatetime, BaseModel, Field
from sqlalchemy.ext.asyncio import AsyncSession

from shared.bus import progress
from shared.clock import Clock
from shared.db import kernel_of

# Work of the service's own that is under way in its tables, by kind.
Pending = Callable[[AsyncSession], Awaitable[Mapping[str, int]]]

# Older facts are the reconciler's: the bus has forgotten them.
_WINDOW: Final = timedelta(days=14)

Since = Annotated[
    AwareDatetime | None,
    Query(
        description="Count facts from this moment of real time on; 14 days ago by default. "
        "Counts of two services can be compared only if it is the same."
    ),
]


class ChoreRead(BaseModel):
    """Something that a worker does again and again."""

    name: str
    ran_for: datetime | None = Field(description="Business time of its last complete run.")
    done: bool = Field(description="Whether nothing is left to do at the present business time.")


class ProgressRead(BaseModel):
    """Where one service stands.

    What waits for a consumer is what the service that states its facts has `stated`, less what the
    consumer has `applied`.
    """

    outbox: int = Field(description="Facts that the bus has not taken yet.")
    stated: dict[str, int] = Field(description="Facts stated, by subject.")
    applied: dict[str, int] = Field(description="Facts applied or buried, by consumer.")
    chores: list[ChoreRead]
    pending: dict[str, int] = Field(description="Work of the service's own under way, by kind.")
    idle: bool = Field(description="Whether nothing is left to do but what consumers wait for.")


async def nothing_pending(_session: AsyncSession) -> Mapping[str, int]:
    """Say that a service has no work but facts and chores."""
    return {}


async def read(
    session: AsyncSession, pending: Pending, *, clock: Clock, since: datetime | None
) -> ProgressRead:
    """Read where the service of this session stands."""
    kernel, now = kernel_of(session), clock.now()
    stands = await progress.read(
        session, kernel.tables, kernel.service, since=since or datetime.now(UTC) - _WINDOW
    )
    chores = [
        ChoreRead(name=each.name, ran_for=each.ran_for, done=each.is_done(now, stands=clock.stands))
        for each in stands.chores
    ]
    under_way = dict(await pending(session))
    return ProgressRead(
        outbox=stands.outbox,
        stated=dict(stands.stated),
        applied=dict(stands.applied),
        chores=chores,
        pending=under_way,
        # Chores are announced by the first worker that leads: before that, all is yet to be done.
        idle=not stands.outbox
        and bool(chores)
        and all(chore.done for chore in chores)
        and not any(under_way.values()),
    )
