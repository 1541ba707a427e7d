"""Rows of warned enterprises."""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import case, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.matchmaking.domain.warned import WarnedEnterprise, WarnedState
from services.matchmaking.tables import CASE_PLACES, ENTERPRISES, WARNED_ENTERPRISES
from shared.pagination import Column, Keyset, PageQuery
from shared.sight import within

_ORDER = Keyset(
    Column(WARNED_ENTERPRISES.c.raised_on, date, descending=True),
    Column(WARNED_ENTERPRISES.c.warning_id, UUID, descending=True),
)
_NEWEST_HOLDS = ("uscc", "name", "district", "lifted_at")


@dataclass(frozen=True)
class WarnedFilter:
    """Which warned enterprises are wanted; `scope` holds the districts that the asker may see."""

    scope: Collection[str]
    district: str | None
    state: WarnedState


async def note(session: AsyncSession, told: WarnedEnterprise, *, opened_on: date | None) -> None:
    """Keep what a fact told, in whatever order facts arrive.

    The highest version holds; the warning was raised on the earliest day that any of them names.
    `opened_on` is what the fact that raised it says of that day, None for other facts.
    """
    table = WARNED_ENTERPRISES
    new = insert(table).values({**asdict(told), "opened_on": opened_on})
    newer = new.excluded.version > table.c.version
    changed = {
        name: case((newer, new.excluded[name]), else_=table.c[name]) for name in _NEWEST_HOLDS
    }
    await session.execute(
        new.on_conflict_do_update(
            index_elements=["warning_id"],
            set_={
                **changed,
                "version": func.greatest(table.c.version, new.excluded.version),
                "raised_on": func.least(table.c.raised_on, new.excluded.raised_on),
                "opened_on": func.coalesce(table.c.opened_on, new.excluded.opened_on),
            },
        )
    )


async def listed(
    session: AsyncSession, wanted: WarnedFilter, page: PageQuery
) -> tuple[Sequence[WarnedEnterprise], str | None]:
    """List warned enterprises, latest first, with the cursor of the next page."""
    table = WARNED_ENTERPRISES
    # The register decides from the moment a move is heard; until its entry comes, the warning.
    name = func.coalesce(ENTERPRISES.c.name, table.c.name)
    district = func.coalesce(ENTERPRISES.c.district, table.c.district)
    query = (
        select(
            table.c.warning_id,
            table.c.version,
            table.c.uscc,
            name.label("name"),
            district.label("district"),
            table.c.raised_on,
            table.c.lifted_at,
        )
        .outerjoin(ENTERPRISES, ENTERPRISES.c.uscc == table.c.uscc)
        .where(within(wanted.scope, registered=district, uscc=table.c.uscc, places=CASE_PLACES))
    )
    if wanted.district is not None:
        query = query.where(district == wanted.district)
    lifted = table.c.lifted_at.is_not(None)
    query = query.where(lifted if wanted.state is WarnedState.LIFTED else ~lifted)
    rows = (await session.execute(_ORDER.page(query, page))).mappings().all()
    found = [WarnedEnterprise(**row) for row in rows]
    return _ORDER.cut(found, page, lambda row: (row.raised_on, row.warning_id))
