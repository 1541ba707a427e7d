"""Who went on as whom: kept as last heard, and followed to the lists of predecessors.

After a merger or under a new code the predecessor is no more, and its jobs are the successor's:
so the successor stands on its protection lists, from when that is known. What comes out of a
division is another enterprise: it does not, and the old one stays on its lists.
"""

from collections.abc import Collection
from typing import Any, Final

from sqlalchemy import Date, Select, Subquery, case, cast, func, literal, null, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.matchmaking.store.rows import known_since_first, upsert_newest
from services.matchmaking.tables import LIST_ENTRIES, SUCCESSIONS
from shared.calendar import SHANGHAI
from shared.events.ingest import SuccessionKind, SuccessionRecorded

_ENDING: Final = (SuccessionKind.MERGER, SuccessionKind.CODE_CHANGE)
# Longer chains are not followed: no list is valid for so many mergers.
_MOST_LINKS: Final = 8
_COLUMNS: Final = list(SUCCESSIONS.c)
_KEY: Final = ("predecessor", "successor")


async def note(session: AsyncSession, fact: SuccessionRecorded) -> None:
    """Take over what is said of a pair, in whatever order versions come.

    The higher version holds, and the pair is known since the first day that any version names.
    """
    told_on = fact.received_at.astimezone(SHANGHAI).date()
    said = {
        **{name: getattr(fact, name) for name in (*_KEY, "version", "kind", "effective_on")},
        "known_on": told_on,
        "withdrawn_on": told_on if fact.withdrawn else None,
    }
    write = upsert_newest(_COLUMNS, [[said[of.name] for of in _COLUMNS]], _KEY)
    await session.execute(known_since_first(write, _COLUMNS, _KEY))


async def with_heirs(session: AsyncSession, usccs: Collection[str]) -> set[str]:
    """Return these enterprises and all in which they went on, along their chains."""
    found = set(usccs)
    ahead = found
    for _ in range(_MOST_LINKS):
        told = await session.scalars(
            select(SUCCESSIONS.c.successor).where(
                SUCCESSIONS.c.predecessor == func.any(sorted(ahead)),
                SUCCESSIONS.c.kind.in_(_ENDING),
            )
        )
        ahead = set(told) - found
        if not ahead:
            break
        found |= ahead
    return found


def standings(of: Select[Any]) -> Subquery:
    """Select the entries of lists on which enterprises stand, their own or their predecessors'.

    `of` selects the enterprises' codes. The days on which an entry is known and withdrawn are
    those of the successions as well; `listed_as` is the predecessor, null of an own entry.
    """
    asked = of.subquery()
    uscc = asked.c[0]
    # (whose standing, whose entries count, from which day on, until which day, by how many links)
    own = select(
        uscc.label("uscc"),
        uscc.label("named"),
        cast(null(), Date).label("since"),
        cast(null(), Date).label("until"),
        literal(0).label("links"),
    )
    line = own.cte("line", recursive=True)
    pair = SUCCESSIONS
    line = line.union(
        select(
            line.c.uscc,
            pair.c.predecessor,
            func.greatest(line.c.since, pair.c.known_on, pair.c.effective_on),
            func.least(line.c.until, pair.c.withdrawn_on),
            line.c.links + 1,
        ).where(
            pair.c.successor == line.c.named,
            pair.c.predecessor != line.c.uscc,
            pair.c.kind.in_(_ENDING),
            line.c.links < _MOST_LINKS,
        )
    )
    entry = LIST_ENTRIES
    return (
        select(
            line.c.uscc,
            case((line.c.links > 0, line.c.named)).label("listed_as"),
            *(entry.c[name] for name in ("list_kind", "edition", "valid_from", "valid_until")),
            func.greatest(entry.c.known_on, line.c.since).label("known_on"),
            func.least(entry.c.withdrawn_on, line.c.until).label("withdrawn_on"),
        )
        .join(entry, entry.c.uscc == line.c.named)
        .subquery()
    )
