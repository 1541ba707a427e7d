"""Successions: every version of what is known of one enterprise going on as another."""

from typing import Any, Final

from sqlalchemy import Select, Table, func, or_, select
from sqlalchemy.dialects.postgresql import distinct_on, insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.ingest.domain.succession import Said, Succession
from services.ingest.tables import ENTERPRISES, SUCCESSIONS
from shared.bus import outbox
from shared.events.ingest import SuccessionKind

_LOCK: Final = "ingest-successions"
_PREDECESSORS = ENTERPRISES.alias("predecessors")
_SUCCESSORS = ENTERPRISES.alias("successors")


async def one_at_a_time(session: AsyncSession) -> None:
    """Wait until nobody else records successions; held to the end of the transaction."""
    await session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(_LOCK, 0))))


async def of(session: AsyncSession, *usccs: str) -> list[Succession]:
    """Return the newest version of every succession of these enterprises, withdrawn ones too."""
    newest = (
        _versions()
        .where(or_(_PREDECESSORS.c.uscc.in_(usccs), _SUCCESSORS.c.uscc.in_(usccs)))
        .ext(distinct_on(_PREDECESSORS.c.uscc, _SUCCESSORS.c.uscc))
        .order_by(_PREDECESSORS.c.uscc, _SUCCESSORS.c.uscc, SUCCESSIONS.c.version.desc())
    )
    return [
        Succession(
            predecessor=row.predecessor,
            successor=row.successor,
            version=row.version,
            said=Said(SuccessionKind(row.kind), row.effective_on, row.reference),
            withdrawn=row.withdrawn,
            recorded_by=row.recorded_by,
            recorded_at=row.recorded_at,
        )
        for row in await session.execute(newest)
    ]


async def save(session: AsyncSession, one: Succession) -> None:
    """Append a version of a pair, whose entries are locked, and state it."""
    row = {
        "predecessor_id": _id(one.predecessor),
        "successor_id": _id(one.successor),
        "version": one.version,
        "kind": one.said.kind.value,
        "effective_on": one.said.effective_on,
        "reference": one.said.reference,
        "withdrawn": one.withdrawn,
        "recorded_by": one.recorded_by,
        "recorded_at": one.recorded_at,
    }
    await session.execute(insert(SUCCESSIONS).values(row))
    await outbox.put(session, one.fact())


def _versions() -> Select[Any]:
    return (
        select(
            _PREDECESSORS.c.uscc.label("predecessor"),
            _SUCCESSORS.c.uscc.label("successor"),
            *(SUCCESSIONS.c[name] for name in _names(SUCCESSIONS)),
        )
        .join(_PREDECESSORS, _PREDECESSORS.c.id == SUCCESSIONS.c.predecessor_id)
        .join(_SUCCESSORS, _SUCCESSORS.c.id == SUCCESSIONS.c.successor_id)
    )


def _names(table: Table) -> list[str]:
    return [of.name for of in table.c if of.name not in {"predecessor_id", "successor_id"}]


def _id(uscc: str) -> Any:  # noqa: ANN401 a subquery in the place of a value
    return select(ENTERPRISES.c.id).where(ENTERPRISES.c.uscc == uscc).scalar_subquery()
