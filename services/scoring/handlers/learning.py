"""The worker's part in learned models: it trains what was asked for, beside the loop."""

import asyncio
from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any, Final
from uuid import UUID

import polars as pl
import structlog

from services.scoring.domain.model_life import ModelEntry
from services.scoring.handlers.examples import gather, past_days
from services.scoring.learning import Learned, Unfit, learn, plan
from services.scoring.model import artifact
from services.scoring.model.fitted import Model
from services.scoring.store import models
from shared.db import Sessions, transaction
from shared.keeping import Keeping
from shared.service.state import Resources

log = structlog.get_logger(__name__)

# A training that did not end so often, since its worker died, will not end.
_MOST_ATTEMPTS: Final = 3
_HELD_EVERY_SECONDS: Final = 60.0
# The newest ends of months are learned from; of a city, so many examples.
_MOST_DAYS: Final = 48
_MOST_EXAMPLES: Final = 400_000


async def share(every: timedelta, resources: Resources) -> None:
    """Train whatever is asked for, for as long as the process lives."""
    while True:
        try:
            busy = await learn_next(resources.sessions, resources.clock.now, actor=resources.actor)
        except Exception:
            # The database does not have to be there always; a lease that was not given back ends.
            log.exception("learning.not_done")
            busy = False
        if not busy:
            await asyncio.sleep(every.total_seconds())


async def learn_next(sessions: Sessions, now: Callable[[], datetime], *, actor: str) -> bool:
    """Train the model that waits longest; False if none waits.

    Each step is a transaction of its own, none of them long; the training itself is in none.
    """
    async with transaction(sessions, actor=actor) as session:
        taken = await models.take(session)
        if taken is not None and taken[1] > _MOST_ATTEMPTS:
            await models.give_up(session, taken[0].id, _reason("training_died"))
            return True
    if taken is None:
        return False
    entry, _attempt = taken
    holding = Keeping(partial(_hold, sessions, entry.id, actor), every=_HELD_EVERY_SECONDS)
    try:
        async with holding:
            found = await _learned(sessions, entry, actor)
            made = await asyncio.to_thread(artifact.to_text, found.model)
    except Unfit as unfit:
        log.info("learning.unfit", model=entry.version, code=unfit.code)
        async with transaction(sessions, actor=actor) as session:
            await models.give_up(session, entry.id, _reason(unfit.code, **unfit.values))
    else:
        async with transaction(sessions, actor=actor) as session:
            await models.finish(session, entry.id, card=found.card, made=made, now=now())
        log.info("learning.trained", model=entry.version, digest=made[1])
    return True


async def _learned(sessions: Sessions, entry: ModelEntry, actor: str) -> Learned:
    asking = entry.asking
    handed_over = asking.handed_over_until
    past = await past_days(sessions, asking.as_of, handed_over_until=handed_over, actor=actor)
    days = past[-_MOST_DAYS:]
    planned = plan(days, asking)
    sample = min(asking.sample, max(1, _MOST_EXAMPLES // len(days)))

    async def found(*, tested: bool) -> dict[date, pl.DataFrame]:
        gathered = await gather(
            sessions,
            planned.tested if tested else [d for d in days if d < planned.cut],
            [asking.as_of] if tested else [planned.cut, asking.as_of],
            sample=sample,
            by_rules=tested,
            handed_over_until=handed_over,
            actor=actor,
        )
        return gathered.of

    before = await found(tested=False)
    tested = await found(tested=True)
    told, rival = await _champion(sessions, planned.cut, entry, actor)
    return await asyncio.to_thread(
        learn,
        asking,
        planned,
        before=before[planned.cut],
        tested=tested[asking.as_of],
        whole=before[asking.as_of],
        champion=told,
        rival=rival,
    )


async def _champion(
    sessions: Sessions, cut: date, entry: ModelEntry, actor: str
) -> tuple[dict[str, Any] | None, Model | None]:
    """Return the champion, to be tested beside: only if it learned from nothing that is tested."""
    async with transaction(sessions, actor=actor) as session:
        champion = await models.champion_entry(session)
        if champion is None or champion.asking.target is not entry.asking.target:
            return None, None
        is_fair = champion.asking.as_of <= cut
        made = await models.trained(session, champion) if is_fair else None
    told = {"version": champion.version, "is_fair": is_fair}
    return told, None if made is None else made.model


async def _hold(sessions: Sessions, model_id: UUID, actor: str) -> None:
    async with transaction(sessions, actor=actor) as session:
        await models.hold(session, model_id)


def _reason(code: str, **values: object) -> dict[str, Any]:
    return {"code": code, "values": values}
