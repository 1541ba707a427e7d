"""Learned models: asked for, shown, promoted by a second person, retired, compared with today."""

from datetime import date, datetime
from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.scoring.domain import model_life
from services.scoring.domain.errors import DayAhead
from services.scoring.domain.model_life import Asking, ModelEntry, Target
from services.scoring.domain.rule_life import Signature
from services.scoring.store import models
from shared.calendar import SHANGHAI
from shared.ids import uuid7
from shared.pagination import PageQuery

_FOLLOWED: Final = "{version} took its place"


async def ask(
    session: AsyncSession,
    *,
    target: Target,
    sample: int,
    handed_over_until: date | None,
    seed: int,
    by: str,
    now: datetime,
) -> ModelEntry:
    """Have a model trained on what is known today; the worker does it.

    Raises DayAhead: what is still to be received was not handed over.
    """
    model_id, signed = uuid7(), Signature(by, now)
    today = now.astimezone(SHANGHAI).date()
    if handed_over_until is not None and handed_over_until > today:
        raise DayAhead(handed_over_until.isoformat(), today.isoformat())
    asking = Asking(target, today, sample, handed_over_until, seed)
    await models.add(session, model_id, asking, signed)
    return await models.get(session, model_id)


async def list_models(
    session: AsyncSession, page: PageQuery
) -> tuple[list[ModelEntry], str | None]:
    """Return a page of the models, the last asked for first."""
    return await models.page(session, page)


async def show(session: AsyncSession, model_id: UUID) -> ModelEntry:
    """Return a model. Raises ModelNotFound."""
    return await models.get(session, model_id)


async def promote(
    session: AsyncSession, model_id: UUID, *, revision: int | None, by: str, now: datetime
) -> ModelEntry:
    """Make a model the champion; the one before is retired.

    Raises ModelNotFound, ModelChangedMeanwhile, ModelStepRefused, ModelSecondPersonNeeded.
    """
    await models.one_at_a_time(session)
    before = await models.champion_entry(session)
    held = await models.get(session, model_id, lock=True)
    signed = Signature(by, now)
    promoted = model_life.promote(held, signed, revision=revision)
    if before is not None:
        because = _FOLLOWED.format(version=promoted.version)
        await models.save(session, model_life.retire(before, signed, because))
    await models.save(session, promoted)
    return promoted


async def retire(
    session: AsyncSession,
    model_id: UUID,
    because: str,
    *,
    revision: int | None,
    by: str,
    now: datetime,
) -> ModelEntry:
    """Take a model out of service.

    Raises ModelNotFound, ModelChangedMeanwhile, ModelStepRefused.
    """
    held = await models.get(session, model_id, lock=True)
    retired = model_life.retire(held, Signature(by, now), because, revision=revision)
    await models.save(session, retired)
    return retired
