"""Trials of rule sets on history: what was asked, how far they are, what they have counted."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import RowMapping, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.scoring import rulebook
from services.scoring.domain.attempts import Failure
from services.scoring.domain.errors import TrialNotFound
from services.scoring.domain.places import Place
from services.scoring.domain.rule_document import plain
from services.scoring.domain.rules import RuleSet
from services.scoring.domain.trial import Compared, Tally
from services.scoring.store import attempts, portions
from services.scoring.tables import RULE_TRIALS
from shared.pagination import Column, Keyset, PageQuery

_NEWEST: Final = Keyset(Column(RULE_TRIALS.c.id, UUID, descending=True))
_PIECES: Final = "trial/"


@dataclass(frozen=True, slots=True)
class Trial:
    """A trial of some rules on a period: of all enterprises, or of a sample of so many.

    `reached` is the key of the last enterprise that was judged.
    """

    id: UUID
    rules: RuleSet
    digest: str
    since: date
    until: date
    sample: int | None
    asked_by: str
    asked_at: datetime
    ended_at: datetime | None = None
    reached: str = ""
    tally: Tally = field(default_factory=Tally)
    cancelled_at: datetime | None = None
    cancelled_by: str | None = None
    failed_at: datetime | None = None
    failure: Failure | None = None

    @property
    def piece(self) -> str:
        """Name its next part among all work that is tried."""
        return f"{_PIECES}{self.id}"


async def add(session: AsyncSession, trial: Trial) -> None:
    """Let a trial wait for the worker."""
    await session.execute(
        insert(RULE_TRIALS).values(
            id=trial.id,
            version=trial.rules.version,
            digest=trial.digest,
            document=plain(trial.rules),
            since=trial.since,
            until=trial.until,
            sample=trial.sample,
            asked_by=trial.asked_by,
            asked_at=trial.asked_at,
        )
    )


async def waiting(session: AsyncSession) -> Trial | None:
    """Return the trial that has waited longest, locked; None if there is none, or in a pause."""
    query = select(RULE_TRIALS).where(
        RULE_TRIALS.c.ended_at.is_(None),
        RULE_TRIALS.c.cancelled_at.is_(None),
        RULE_TRIALS.c.failed_at.is_(None),
        attempts.is_due(func.concat(_PIECES, RULE_TRIALS.c.id)),
    )
    locked = query.order_by(RULE_TRIALS.c.id).limit(1).with_for_update(skip_locked=True)
    row = (await session.execute(locked)).mappings().one_or_none()
    return None if row is None else _trial(row)


async def get(session: AsyncSession, version: str, trial_id: UUID, *, lock: bool = False) -> Trial:
    """Return a trial of a rule set. Raises TrialNotFound."""
    query = select(RULE_TRIALS).where(
        RULE_TRIALS.c.id == trial_id, RULE_TRIALS.c.version == version
    )
    row = (await session.execute(query.with_for_update() if lock else query)).mappings().first()
    if row is None:
        raise TrialNotFound
    return _trial(row)


async def following(session: AsyncSession, trial: Trial, *, limit: int) -> dict[str, str]:
    """Return the next enterprises of a trial, each with its key in the trial's order."""
    return await portions.following(
        session,
        reached=trial.reached,
        sample=trial.sample,
        judged=trial.tally.judged,
        limit=limit,
    )


async def save(session: AsyncSession, trial: Trial) -> None:
    """Write how far a trial is, and what it has counted."""
    tally = trial.tally
    await session.execute(
        update(RULE_TRIALS)
        .where(RULE_TRIALS.c.id == trial.id)
        .values(
            ended_at=trial.ended_at,
            reached=trial.reached,
            judged=tally.judged,
            up=tally.up,
            down=tally.down,
            warned_before=tally.warned_before,
            warned_after=tally.warned_after,
            moves=[
                {"before": before.value, "after": after.value, "count": count}
                for (before, after), count in sorted(tally.moves.items())
            ],
            examples=[asdict(one) for one in tally.examples],
            cancelled_at=trial.cancelled_at,
            cancelled_by=trial.cancelled_by,
            failed_at=trial.failed_at,
            failure=None if trial.failure is None else asdict(trial.failure),
        )
    )


async def page(
    session: AsyncSession, version: str, query: PageQuery
) -> tuple[list[Trial], str | None]:
    """Return a page of the trials of a rule set, the last asked first."""
    asked = select(RULE_TRIALS).where(RULE_TRIALS.c.version == version)
    rows = (await session.execute(_NEWEST.page(asked, query))).mappings().all()
    shown, cursor = _NEWEST.cut(rows, query, lambda row: (row["id"],))
    return [_trial(row) for row in shown], cursor


def _trial(row: RowMapping) -> Trial:
    return Trial(
        id=row["id"],
        rules=rulebook.read(row["document"]),
        digest=row["digest"],
        since=row["since"],
        until=row["until"],
        sample=row["sample"],
        asked_by=row["asked_by"],
        asked_at=row["asked_at"],
        ended_at=row["ended_at"],
        reached=row["reached"],
        tally=Tally(
            judged=row["judged"],
            up=row["up"],
            down=row["down"],
            warned_before=row["warned_before"],
            warned_after=row["warned_after"],
            moves={
                (Place(one["before"]), Place(one["after"])): one["count"] for one in row["moves"]
            },
            examples=tuple(_example(one) for one in row["examples"]),
        ),
        cancelled_at=row["cancelled_at"],
        cancelled_by=row["cancelled_by"],
        failed_at=row["failed_at"],
        failure=None if row["failure"] is None else Failure(**row["failure"]),
    )


def _example(told: Mapping[str, Any]) -> Compared:
    return Compared(**{**told, "before": Place(told["before"]), "after": Place(told["after"])})
