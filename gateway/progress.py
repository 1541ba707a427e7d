"""How far the whole platform has got: every service is asked, in the caller's name.

Counts of facts only grow. If two rounds of asking find the same counts, those held at the moment
between the rounds, in all services at once: what then was stated and not applied would show.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Final
from urllib.parse import urlencode

from pydantic import BaseModel, Field, ValidationError

from gateway.routes import SERVICES
from gateway.upstream import Upstreams
from shared.auth.identity import Caller
from shared.bus.streams import DURABLES
from shared.http import Unreachable
from shared.service.progress import ProgressRead

# As long as the bus keeps facts; older ones are the reconciler's.
_WINDOW: Final = timedelta(days=14)
_PATH: Final = "/v1/operations/progress"

Ask = Callable[[str, datetime], Awaitable[ProgressRead | None]]


class ConsumerRead(BaseModel):
    """What waits for a consumer."""

    name: str
    service: str
    waiting: int | None = Field(description="Null where a service did not answer.")


class PlatformProgressRead(BaseModel):
    """Where the platform stands."""

    services: dict[str, ProgressRead | None] = Field(description="Null where one did not answer.")
    consumers: list[ConsumerRead]
    idle: bool = Field(
        description="Whether every fact is applied, every chore done at the present business "
        "time, and no service has work of its own."
    )


async def asked(
    upstreams: Upstreams, service: str, caller: Caller, *, since: datetime
) -> ProgressRead | None:
    """Ask a service behind the door; None if it cannot answer now."""
    try:
        answer = await upstreams.ask(
            service, _PATH, urlencode({"since": since.isoformat()}), caller
        )
    except Unreachable:
        return None
    if answer.status_code != HTTPStatus.OK:
        return None
    try:
        return ProgressRead.model_validate_json(answer.content)
    except ValidationError:  # another release, which says it otherwise
        return None


async def platform(ask: Ask) -> PlatformProgressRead:
    """Ask all services, and once more if nothing seemed left to do."""
    since = datetime.now(UTC) - _WINDOW
    first = await _round(ask, since)
    if not seems_idle(first):
        return _told(first, idle=False)
    second = await _round(ask, since)
    return _told(second, idle=seems_idle(second) and _counts(first) == _counts(second))


def waiting(read: Mapping[str, ProgressRead | None]) -> Mapping[str, int | None]:
    """Count, for each consumer, the facts that it has not applied."""
    counts: dict[str, int | None] = {}
    for durable in DURABLES:
        producer, consumer = read.get(durable.producer), read.get(durable.service)
        counts[durable.name] = (
            None
            if producer is None or consumer is None
            else producer.stated[durable.subject] - consumer.applied[durable.name]
        )
    return counts


def seems_idle(read: Mapping[str, ProgressRead | None]) -> bool:
    """Tell whether nothing is left to do in what one round has read."""
    idle = all(told is not None and told.idle for told in read.values())
    return idle and not any(waiting(read).values())


async def _round(ask: Ask, since: datetime) -> Mapping[str, ProgressRead | None]:
    answers = await asyncio.gather(*(ask(service, since) for service in SERVICES))
    return dict(zip(SERVICES, answers, strict=True))


def _counts(read: Mapping[str, ProgressRead | None]) -> object:
    return {name: told and (told.stated, told.applied) for name, told in read.items()}


def _told(read: Mapping[str, ProgressRead | None], *, idle: bool) -> PlatformProgressRead:
    left = waiting(read)
    return PlatformProgressRead(
        services=dict(read),
        consumers=[
            ConsumerRead(name=durable.name, service=durable.service, waiting=left[durable.name])
            for durable in DURABLES
        ],
        idle=idle,
    )
