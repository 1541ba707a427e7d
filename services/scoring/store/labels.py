"""What labels are made of: outcomes of cases, refutations, the months after a warning."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import BigInteger, Select, and_, cast, func, or_, select
from sqlalchemy.dialects.postgresql import distinct_on, insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.scoring.domain.course import Leaving
from services.scoring.domain.labels import Told
from services.scoring.domain.rules import Source
from services.scoring.tables import (
    ASSESSMENTS,
    OBSERVATIONS,
    OUTCOMES,
    REFUTATIONS,
    WARNINGS,
)
from shared.events.cases import CaseClosed, CaseReopened, CaseResolved
from shared.events.ingest import Operation
from shared.pagination import Column, Keyset, PageQuery

_OLDEST: Final = Keyset(Column(WARNINGS.c.raised_at, datetime), Column(WARNINGS.c.id, UUID))


@dataclass(frozen=True, slots=True)
class Raised:
    """A warning as it was raised, and what is known of it since."""

    warning_id: UUID
    uscc: str
    district: str
    raised_on: date
    rules: str
    likelihood: float
    families: Mapping[str, float]
    place: str
    jobs_at_risk: int
    told: Told


async def keep_outcome(
    session: AsyncSession, event: CaseResolved | CaseClosed | CaseReopened
) -> None:
    """Keep what became of a case; one that is opened again has no outcome."""
    outcome = None if isinstance(event, CaseReopened) else event.outcome
    put = insert(OUTCOMES).values(
        case_id=event.case_id,
        version=event.version,
        warning_id=event.warning_id,
        outcome=outcome,
        occurred_at=event.occurred_at,
    )
    await session.execute(
        put.on_conflict_do_update(
            index_elements=[OUTCOMES.c.case_id],
            set_={
                name: put.excluded[name]
                for name in ("version", "warning_id", "outcome", "occurred_at")
            },
            where=OUTCOMES.c.version < put.excluded.version,
        )
    )


async def page(session: AsyncSession, query: PageQuery) -> tuple[list[Raised], str | None]:
    """Return a page of the warnings that were raised, the oldest first."""
    rows = (await session.execute(_OLDEST.page(_raised(), query))).mappings().all()
    shown, cursor = _OLDEST.cut(rows, query, lambda row: (row["raised_at"], row["id"]))
    months = await _months(session, [row["uscc"] for row in shown])
    return [_labelled(row, months.get(row["uscc"], ())) for row in shown], cursor


def _raised() -> Select[Any]:
    warned, judged = WARNINGS.c, ASSESSMENTS.c
    outcome = (
        select(func.max(OUTCOMES.c.outcome))
        .where(OUTCOMES.c.warning_id == warned.id)
        .scalar_subquery()
    )
    refuted = select(REFUTATIONS.c.warning_id).where(REFUTATIONS.c.warning_id == warned.id)
    return (
        select(
            warned.id,
            warned.uscc,
            warned.district,
            warned.raised_at,
            warned.raised_on,
            judged.rules,
            judged.likelihood,
            judged.families,
            judged.place,
            judged.jobs_at_risk,
            func.coalesce(judged.headcount, warned.headcount).label("headcount"),
            outcome.label("outcome"),
            refuted.exists().label("is_refuted"),
        )
        .join(ASSESSMENTS, and_(judged.uscc == warned.uscc, judged.as_of == warned.raised_on))
        # What a correction of the data took back was never said of the enterprise.
        .where(or_(warned.because.is_(None), warned.because != Leaving.CORRECTED.value))
    )


async def _months(
    session: AsyncSession, usccs: Sequence[str]
) -> dict[str, tuple[tuple[str, int], ...]]:
    """Return the newest version of each month's headcount."""
    said = OBSERVATIONS.c
    newest = (
        select(said.uscc, said.period, said.operation, said.measures)
        .where(said.feed == Source.HEADCOUNT.value, said.uscc == func.any(sorted(set(usccs))))
        .ext(distinct_on(said.uscc, said.period))
        .order_by(said.uscc, said.period, said.version.desc())
        .subquery()
    )
    count = cast(newest.c.measures["insured_headcount"].astext, BigInteger)
    rows = await session.execute(
        select(newest.c.uscc, newest.c.period, count)
        .where(newest.c.operation != Operation.WITHDRAW.value, count.is_not(None))
        .order_by(newest.c.uscc, newest.c.period)
    )
    months: dict[str, list[tuple[str, int]]] = {}
    for uscc, period, headcount in rows:
        months.setdefault(uscc, []).append((period, headcount))
    return {uscc: tuple(told) for uscc, told in months.items()}


def _labelled(row: Mapping[str, Any], months: Sequence[tuple[str, int]]) -> Raised:
    first = f"{row['raised_on']:%Y-%m}"
    return Raised(
        warning_id=row["id"],
        uscc=row["uscc"],
        district=row["district"],
        raised_on=row["raised_on"],
        rules=row["rules"],
        likelihood=row["likelihood"],
        families=row["families"],
        place=row["place"],
        jobs_at_risk=row["jobs_at_risk"],
        told=Told(
            raised_on=row["raised_on"],
            headcount=row["headcount"],
            headcounts=tuple(each for each in months if each[0] >= first),
            is_refuted=row["is_refuted"],
            outcome=row["outcome"],
        ),
    )
