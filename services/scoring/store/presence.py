"""Which kinds of facts there are about some enterprises: of most there are few.

One statement that asks costs less than the eight that would read nothing.
"""

from collections.abc import Collection
from typing import Final

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Text,
    any_,
    bindparam,
    exists,
    literal_column,
    or_,
    select,
)
from sqlalchemy.ext.asyncio import AsyncSession

from services.scoring.features.records import FEEDS
from services.scoring.store.affiliations import IS_RELATION, OTHER
from services.scoring.tables import (
    HELP,
    LAYOFF_REPORTS,
    OBSERVATIONS,
    OPINIONS,
    REFUTATIONS,
    SUCCESSIONS,
    VISITS,
)

_USCCS: Final = bindparam("usccs", type_=ARRAY(Text))


def _theirs(whose: ColumnElement[str]) -> ColumnElement[bool]:
    return whose == any_(_USCCS)


_ARE_THERE: Final = {
    "successions": or_(
        exists(literal_column("1")).where(_theirs(SUCCESSIONS.c.predecessor)),
        exists(literal_column("1")).where(_theirs(SUCCESSIONS.c.successor)),
    ),
    "affiliations": or_(
        exists(literal_column("1")).where(IS_RELATION, _theirs(OBSERVATIONS.c.uscc)),
        exists(literal_column("1")).where(IS_RELATION, _theirs(OTHER)),
    ),
    "records": exists(literal_column("1")).where(
        _theirs(OBSERVATIONS.c.uscc), OBSERVATIONS.c.feed.in_([feed.value for feed in FEEDS])
    ),
    **{
        name: exists(literal_column("1")).where(_theirs(table.c.uscc))
        for name, table in (
            ("reports", LAYOFF_REPORTS),
            ("opinions", OPINIONS),
            ("visits", VISITS),
            ("help", HELP),
            ("refutations", REFUTATIONS),
        )
    },
}
_ASK: Final = select(*(there.label(name) for name, there in _ARE_THERE.items()))


async def kinds(session: AsyncSession, usccs: Collection[str]) -> frozenset[str]:
    """Name the kinds (the frames of `Facts`) of which there is any fact about these enterprises."""
    found = (await session.execute(_ASK, {"usccs": sorted(usccs)})).mappings().one()
    return frozenset(name for name, there in found.items() if there)
