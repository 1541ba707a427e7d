"""The registry of learned models: what was asked for, what came of it, who is the champion."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

import polars as pl
from sqlalchemy import RowMapping, func, insert, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert as put
from sqlalchemy.ext.asyncio import AsyncSession

from services.scoring.domain.errors import ModelNotFound
from services.scoring.domain.model_life import Asking, ModelEntry, ModelState, Target, version_of
from services.scoring.domain.rule_life import Signature
from services.scoring.model import artifact
from services.scoring.model.shadow import MonthsModel
from services.scoring.tables import LEARNED, MODELS
from shared.pagination import Column, Keyset, PageQuery
from shared.rows import unnest

_NEWEST: Final = Keyset(Column(MODELS.c.number, int, descending=True))
# The artifact is large, and read by whoever judges alone.
_SHOWN: Final = [of for of in MODELS.c if of.name != "artifact"]
# Whoever holds a training says so more often than this; real time, for leases do not replay.
_LEASE: Final = text("interval '5 minutes'")
_LOCK: Final = "SELECT pg_advisory_xact_lock(hashtextextended('scoring.champion', 0))"
# By digest: what was read once need not be read again.
_READ: Final[dict[str, MonthsModel]] = {}
_FEW: Final = 2


@dataclass(frozen=True, slots=True)
class Noted:
    """A model, what it foresees, and the likelihood that it gave an enterprise on a day.

    The likelihood is None where it was in service, but nothing was kept of what it said.
    """

    model: MonthsModel
    target: Target
    likelihood: float | None


async def add(session: AsyncSession, model_id: UUID, asking: Asking, signed: Signature) -> None:
    """Let a training wait for the worker."""
    await session.execute(
        insert(MODELS).values(
            id=model_id,
            state=ModelState.WAITING.value,
            revision=1,
            target=asking.target.value,
            as_of=asking.as_of,
            sample=asking.sample,
            handed_over_until=asking.handed_over_until,
            seed=asking.seed,
            asked_by=signed.by,
            asked_at=signed.at,
        )
    )


async def page(session: AsyncSession, query: PageQuery) -> tuple[list[ModelEntry], str | None]:
    """Return a page of the models, the last asked for first."""
    rows = (await session.execute(_NEWEST.page(select(*_SHOWN), query))).mappings().all()
    shown, cursor = _NEWEST.cut(rows, query, lambda row: (row["number"],))
    return [_entry(row) for row in shown], cursor


async def get(session: AsyncSession, model_id: UUID, *, lock: bool = False) -> ModelEntry:
    """Return a model; ModelNotFound if there is none."""
    query = select(*_SHOWN).where(MODELS.c.id == model_id)
    row = (
        (await session.execute(query.with_for_update() if lock else query)).mappings().one_or_none()
    )
    if row is None:
        raise ModelNotFound
    return _entry(row)


async def one_at_a_time(session: AsyncSession) -> None:
    """Let nobody else promote a model until this transaction ends."""
    await session.execute(text(_LOCK))


async def champion_entry(session: AsyncSession) -> ModelEntry | None:
    """Return the champion's entry; None if there is none."""
    query = select(*_SHOWN).where(MODELS.c.state == ModelState.CHAMPION.value)
    row = (await session.execute(query)).mappings().one_or_none()
    return None if row is None else _entry(row)


async def champion(session: AsyncSession) -> MonthsModel | None:
    """Return the champion; None if there is none."""
    query = select(MODELS.c.number, MODELS.c.digest, MODELS.c.id)
    found = (
        await session.execute(query.where(MODELS.c.state == ModelState.CHAMPION.value))
    ).first()
    return None if found is None else await _read(session, found.id, found.number, found.digest)


async def noted(session: AsyncSession, uscc: str, day: date) -> Noted | None:
    """Return what the champion of a day said of an enterprise; None if there was none, or nothing.

    The model is the one that said it, whatever has become of it since.
    """
    query = (
        select(MODELS.c.id, MODELS.c.number, MODELS.c.digest, MODELS.c.target, LEARNED.c.likelihood)
        .join(LEARNED, LEARNED.c.model == MODELS.c.number)
        .where(LEARNED.c.uscc == uscc, LEARNED.c.as_of == day)
    )
    row = (await session.execute(query)).first()
    if row is None:
        return None
    model = await _read(session, row.id, row.number, row.digest)
    return Noted(model, Target(row.target), row.likelihood)


async def in_service(session: AsyncSession, moment: datetime) -> Noted | None:
    """Return the model that was in service at a moment; None if there was none."""
    query = (
        select(MODELS.c.id, MODELS.c.number, MODELS.c.digest, MODELS.c.target)
        .where(
            MODELS.c.promoted_at <= moment,
            or_(MODELS.c.retired_at.is_(None), MODELS.c.retired_at > moment),
        )
        .order_by(MODELS.c.promoted_at.desc())
        .limit(1)
    )
    row = (await session.execute(query)).first()
    if row is None:
        return None
    model = await _read(session, row.id, row.number, row.digest)
    return Noted(model, Target(row.target), None)


async def trained(session: AsyncSession, entry: ModelEntry) -> MonthsModel | None:
    """Return what a training made; None if it made nothing."""
    if entry.digest is None:
        return None
    return await _read(session, entry.id, entry.number, entry.digest)


async def save(session: AsyncSession, entry: ModelEntry) -> None:
    """Write what has become of a model."""
    signed = {
        f"{name}_{part}": None if one is None else getattr(one, part)
        for name, one in (("promoted", entry.promoted), ("retired", entry.retired))
        for part in ("by", "at")
    }
    await session.execute(
        update(MODELS)
        .where(MODELS.c.id == entry.id)
        .values(
            state=entry.state.value,
            revision=entry.revision,
            because=entry.because,
            **signed,
        )
    )


async def take(session: AsyncSession) -> tuple[ModelEntry, int] | None:
    """Hold the training that waits longest; None if none does. Also tell which attempt it is.

    Whoever died holding one lets go of it with its lease.
    """
    free = or_(MODELS.c.taken_at.is_(None), MODELS.c.taken_at < func.clock_timestamp() - _LEASE)
    waiting = (
        select(MODELS.c.id)
        .where(MODELS.c.state == ModelState.WAITING.value, free)
        .order_by(MODELS.c.number)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    row = (
        (
            await session.execute(
                update(MODELS)
                .where(MODELS.c.id == waiting.scalar_subquery())
                .values(taken_at=func.clock_timestamp(), attempts=MODELS.c.attempts + 1)
                .returning(*_SHOWN)
            )
        )
        .mappings()
        .one_or_none()
    )
    return None if row is None else (_entry(row), row["attempts"])


async def hold(session: AsyncSession, model_id: UUID) -> None:
    """Go on holding a training."""
    await session.execute(
        update(MODELS).where(MODELS.c.id == model_id).values(taken_at=func.clock_timestamp())
    )


async def finish(
    session: AsyncSession,
    model_id: UUID,
    *,
    card: Mapping[str, Any],
    made: tuple[str, str],
    now: datetime,
) -> None:
    """Keep what a training made: the card, and the artifact with its sha256."""
    artifact_text, digest = made
    await _end(
        session,
        model_id,
        state=ModelState.TRAINED.value,
        card=dict(card),
        artifact=artifact_text,
        digest=digest,
        trained_at=now,
    )


async def give_up(session: AsyncSession, model_id: UUID, reason: Mapping[str, Any]) -> None:
    """Note why a training made nothing."""
    await _end(session, model_id, state=ModelState.UNFIT.value, reason=dict(reason))


async def note(session: AsyncSession, model: MonthsModel, said: pl.DataFrame) -> None:
    """Keep what the champion said today: uscc, as_of, likelihood, low, high."""
    number = number_of(model)
    rows = [
        (uscc, as_of, number, likelihood, low, high)
        for uscc, as_of, likelihood, low, high in said.iter_rows()
    ]
    if not rows:
        return
    columns = list(LEARNED.c)
    given = put(LEARNED).from_select(columns, select(unnest(columns, rows)))
    await session.execute(
        given.on_conflict_do_update(
            index_elements=[LEARNED.c.uscc, LEARNED.c.as_of],
            set_={name: given.excluded[name] for name in ("model", "likelihood", "low", "high")},
        )
    )


def number_of(model: MonthsModel) -> int:
    """Return the number under which a model is registered."""
    return int(model.version.rpartition("-")[2])


async def _end(session: AsyncSession, model_id: UUID, **values: object) -> None:
    waiting = MODELS.c.state == ModelState.WAITING.value
    await session.execute(
        update(MODELS)
        .where(MODELS.c.id == model_id, waiting)
        .values(revision=MODELS.c.revision + 1, **values)
    )


async def _read(session: AsyncSession, model_id: UUID, number: int, digest: str) -> MonthsModel:
    if digest not in _READ:
        told = await session.scalar(select(MODELS.c.artifact).where(MODELS.c.id == model_id))
        if told is None:
            raise ModelNotFound
        while len(_READ) >= _FEW:
            del _READ[next(iter(_READ))]
        _READ[digest] = MonthsModel(version_of(number), artifact.from_text(told, digest))
    # Two trainings on the same facts make the same model under two numbers.
    return replace(_READ[digest], version=version_of(number))


def _entry(row: RowMapping) -> ModelEntry:
    def signature(name: str) -> Signature | None:
        return (
            None if row[f"{name}_by"] is None else Signature(row[f"{name}_by"], row[f"{name}_at"])
        )

    return ModelEntry(
        id=row["id"],
        number=row["number"],
        asking=Asking(
            target=Target(row["target"]),
            as_of=row["as_of"],
            sample=row["sample"],
            handed_over_until=row["handed_over_until"],
            seed=row["seed"],
        ),
        state=ModelState(row["state"]),
        revision=row["revision"],
        asked=Signature(row["asked_by"], row["asked_at"]),
        reason=row["reason"],
        card=row["card"] or {},
        digest=row["digest"],
        trained_at=row["trained_at"],
        promoted=signature("promoted"),
        retired=signature("retired"),
        because=row["because"],
    )
