"""The warning list: what was told, and the facts that tell it."""

from collections.abc import Collection, Mapping, Sequence
from typing import Final

from sqlalchemy import ARRAY, RowMapping, Text, any_, bindparam, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.scoring.domain.course import Leaving
from services.scoring.domain.warning import Decision, Enterprise, RiskWarning, State
from services.scoring.tables import WARNINGS
from shared.bus import outbox
from shared.events.scoring import Reason, RiskLevel
from shared.rows import Given

_STANDING: Final = select(WARNINGS).where(
    WARNINGS.c.uscc == any_(bindparam("usccs", type_=ARRAY(Text))),
    WARNINGS.c.state == State.STANDING.value,
)
_SAVED: Final = Given(list(WARNINGS.c))
_UPSERT: Final = insert(WARNINGS).from_select(list(WARNINGS.c), select(_SAVED.table))
_SAVE: Final = _UPSERT.on_conflict_do_update(
    index_elements=[WARNINGS.c.id],
    set_={of.name: _UPSERT.excluded[of.name] for of in WARNINGS.c if not of.primary_key},
)


async def standing(session: AsyncSession, usccs: Collection[str]) -> dict[str, RiskWarning]:
    """Return the standing warnings of these enterprises, one each at most."""
    rows = await session.execute(_STANDING, {"usccs": list(usccs)})
    return {row["uscc"]: _warning(row) for row in rows.mappings()}


async def save(
    session: AsyncSession,
    decisions: Sequence[Decision],
    enterprises: Mapping[str, Enterprise],
) -> None:
    """Write what was decided and state its facts; under the lock of the enterprises."""
    rows = [
        _row(decision.warning, enterprises[decision.warning.uscc].district)
        for decision in decisions
    ]
    if not rows:
        return
    await session.execute(_SAVE, _SAVED.of(rows))
    await outbox.put(session, *(fact for decision in decisions for fact in decision.facts))


def _row(warning: RiskWarning, district: str) -> tuple[object, ...]:
    """Return a row in the order of WARNINGS' columns."""
    return (
        warning.id,
        warning.uscc,
        district,
        warning.state.value,
        warning.level.value,
        warning.version,
        warning.raised_at,
        warning.raised_on,
        warning.as_of,
        warning.likelihood,
        warning.headcount,
        warning.jobs_at_risk,
        [reason.model_dump(mode="json") for reason in warning.reasons],
        warning.lifted_at,
        None if warning.because is None else warning.because.value,
    )


def _warning(row: RowMapping) -> RiskWarning:
    return RiskWarning(
        id=row["id"],
        uscc=row["uscc"],
        state=State(row["state"]),
        level=RiskLevel(row["level"]),
        version=row["version"],
        raised_at=row["raised_at"],
        raised_on=row["raised_on"],
        as_of=row["as_of"],
        likelihood=row["likelihood"],
        headcount=row["headcount"],
        jobs_at_risk=row["jobs_at_risk"],
        reasons=tuple(Reason.model_validate(reason) for reason in row["reasons"]),
        lifted_at=row["lifted_at"],
        because=None if row["because"] is None else Leaving(row["because"]),
    )
