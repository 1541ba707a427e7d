"""Who sees an enterprise: the district of its register entry, and the one that has its case.

A case may lie elsewhere than the register says: the city dispatched it there, two districts
agreed on a transfer, or the enterprise has moved since. Whoever must act on a case sees the
enterprise in every service; each keeps where the cases lie, as `cases` states it.
"""

from collections.abc import Collection
from typing import Any, Final

from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    Uuid,
    any_,
    literal,
    or_,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.ext.asyncio import AsyncSession

from shared.events.cases import CasePlaced


def case_places(metadata: MetaData) -> Table:
    """Return the table of where cases lie, for a service's own schema."""
    return Table(
        "case_places",
        metadata,
        Column("case_id", Uuid, primary_key=True),
        Column("version", Integer, nullable=False),
        Column("uscc", Text(collation="C"), nullable=False),
        Column("district", Text, nullable=False),
        Column("stands", Boolean, nullable=False),
        Index("ix_case_places_uscc", "uscc", postgresql_where=text("stands")),
        Index("ix_case_places_district", "district", "uscc", postgresql_where=text("stands")),
    )


_TOLD: Final = ("case_id", "version", "uscc", "district", "stands")


async def note(session: AsyncSession, table: Table, event: CasePlaced) -> None:
    """Keep where a case lies; the higher version holds, in whatever order facts come."""
    told = {name: getattr(event, name) for name in _TOLD}
    write = insert(table).values(told)
    await session.execute(
        write.on_conflict_do_update(
            index_elements=["case_id"],
            set_={name: write.excluded[name] for name in told if name != "case_id"},
            where=table.c.version < write.excluded.version,
        )
    )


def within(
    districts: Collection[str],
    *,
    registered: ColumnElement[Any],
    uscc: ColumnElement[Any],
    places: Table,
) -> ColumnElement[bool]:
    """Match the enterprises that the districts see.

    `registered` is the district by the register, `uscc` the enterprise of a row.
    """
    ours = literal(sorted(districts), ARRAY(Text))
    with_case = select(places.c.uscc).where(places.c.stands, places.c.district == any_(ours))
    return or_(registered == any_(ours), uscc.in_(with_case))
