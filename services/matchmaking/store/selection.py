"""Warnings that stood while their enterprise was on a list, and belong to no candidate yet."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Final

from sqlalchemy import Date, and_, cast, func, or_, select, true
from sqlalchemy.dialects.postgresql import distinct_on, insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.matchmaking.domain.candidate import ListSnapshot, State
from services.matchmaking.domain.selection import ListedSpell, WarnedSpell
from services.matchmaking.store import successions
from services.matchmaking.tables import (
    CANDIDATE_LISTS,
    CANDIDATE_WARNINGS,
    CANDIDATES,
    ENTERPRISES,
    WARNED_ENTERPRISES,
)
from shared.events.ingest import ProtectionListKind

# One at a time: who has just written a warning or a list sees what the one before has written.
_LOCK: Final = 0x6D617463680001
_ZONE: Final = "Asia/Shanghai"
_OF_ENTRY: Final = ("list_kind", "edition", "valid_from", "valid_until", "listed_as")

Spells = tuple[WarnedSpell, Sequence[ListedSpell]]


async def take_turns(session: AsyncSession) -> None:
    """Wait for whoever selects at the moment; the turn ends with the transaction."""
    await session.execute(select(func.pg_advisory_xact_lock(_LOCK)))


async def waiting(
    session: AsyncSession, usccs: Collection[str] | None, *, today: date
) -> Sequence[Spells]:
    """Return the warnings of these enterprises (None: of all) that have met a list until today."""
    warned = WARNED_ENTERPRISES
    meant = true() if usccs is None else warned.c.uscc == func.any(sorted(usccs))
    entry = successions.standings(select(warned.c.uscc).where(meant).distinct())
    lifted_on = cast(func.timezone(_ZONE, warned.c.lifted_at), Date)
    first = func.greatest(warned.c.opened_on, entry.c.valid_from, entry.c.known_on)
    last = func.least(today, lifted_on, entry.c.valid_until, entry.c.withdrawn_on)
    query = (
        select(
            warned.c.warning_id,
            warned.c.uscc,
            func.coalesce(ENTERPRISES.c.district, warned.c.district).label("district"),
            warned.c.opened_on,
            lifted_on.label("lifted_on"),
            *(entry.c[name] for name in (*_OF_ENTRY, "known_on", "withdrawn_on")),
        )
        .join(entry, and_(entry.c.uscc == warned.c.uscc, first <= last))
        .outerjoin(ENTERPRISES, ENTERPRISES.c.uscc == warned.c.uscc)
        .where(
            warned.c.opened_on.is_not(None),
            ~select(CANDIDATE_WARNINGS.c.warning_id)
            .where(CANDIDATE_WARNINGS.c.warning_id == warned.c.warning_id)
            .exists(),
            meant,
        )
    )
    found: dict[WarnedSpell, list[ListedSpell]] = {}
    for row in await session.execute(query):
        warning = WarnedSpell(row.warning_id, row.uscc, row.district, row.opened_on, row.lifted_on)
        snapshot = ListSnapshot(
            ProtectionListKind(row.list_kind),
            row.edition,
            row.valid_from,
            row.valid_until,
            row.listed_as,
        )
        spell = ListedSpell(snapshot, row.known_on, row.withdrawn_on)
        found.setdefault(warning, []).append(spell)
    return list(found.items())


async def complete_lists(session: AsyncSession, usccs: Collection[str]) -> None:
    """Add lists that protected on the day of selection, but were heard of after the selection."""
    chosen = CANDIDATES
    entry = successions.standings(
        select(chosen.c.uscc)
        .where(chosen.c.uscc == func.any(sorted(usccs)), chosen.c.state == State.CANDIDATE)
        .distinct()
    )
    day = chosen.c.selected_on
    known = (
        select(chosen.c.id, *(entry.c[name] for name in _OF_ENTRY))
        .ext(distinct_on(chosen.c.id, entry.c.list_kind, entry.c.edition))
        .join(entry, entry.c.uscc == chosen.c.uscc)
        .where(
            chosen.c.uscc == func.any(sorted(usccs)),
            chosen.c.state == State.CANDIDATE,
            entry.c.valid_from <= day,
            entry.c.known_on <= day,
            or_(entry.c.valid_until.is_(None), entry.c.valid_until >= day),
            or_(entry.c.withdrawn_on.is_(None), entry.c.withdrawn_on >= day),
        )
        # An own entry before that of a predecessor.
        .order_by(
            chosen.c.id, entry.c.list_kind, entry.c.edition, entry.c.listed_as.asc().nulls_first()
        )
    )
    write = insert(CANDIDATE_LISTS).from_select(["candidate_id", *_OF_ENTRY], known)
    by, before = (func.coalesce(of.listed_as, "") for of in (write.excluded, CANDIDATE_LISTS.c))
    await session.execute(
        write.on_conflict_do_update(
            index_elements=list(CANDIDATE_LISTS.primary_key),
            set_={name: write.excluded[name] for name in _OF_ENTRY[2:]},
            where=by < before,
        )
    )
