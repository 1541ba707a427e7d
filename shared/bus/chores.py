"""What a leading worker does again and again, and the account of the instant for which it did."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from shared.bus.tables import KernelTables

# On a clock that runs, a chore may be so late before it counts as not done.
_LATE: Final = timedelta(minutes=1)
# A run so soon after the noted one is not noted again: most turns of a chore find nothing to do.
_SAME: Final = _LATE / 3


@dataclass(frozen=True)
class Chore:
    """A chore as its worker announced it.

    `business`: it follows business time, and is done at once when that is moved. `ran_for`: the
    business instant of its last complete run.
    """

    name: str
    every: timedelta
    business: bool
    ran_for: datetime | None = None

    def is_done(self, now: datetime, *, stands: bool) -> bool:
        """Tell whether nothing is left to do at `now`, of a clock that stands or runs."""
        if not self.business:
            return True
        if self.ran_for is None:
            return False
        return self.ran_for >= (now if stands else now - self.every - _LATE)


async def announce(session: AsyncSession, tables: KernelTables, chores: Sequence[Chore]) -> None:
    """Say which chores there are; what others of the same name have done, stays known."""
    chore = tables.chore
    await session.execute(delete(chore).where(chore.c.name.not_in([each.name for each in chores])))
    for each in chores:
        said = {"every": each.every, "business": each.business}
        await session.execute(
            insert(chore)
            .values(name=each.name, **said)
            .on_conflict_do_update(index_elements=["name"], set_=said)
        )


def is_news(ran_for: datetime, noted: datetime | None, *, stands: bool) -> bool:
    """Tell whether a run has to be noted by who noted the one for `noted` last."""
    if noted is None or stands:
        return ran_for != noted
    return not noted <= ran_for < noted + _SAME


async def note(
    session: AsyncSession, tables: KernelTables, name: str, *, ran_for: datetime, stands: bool
) -> None:
    """Note a complete run, in its own transaction; `stands`: of a clock that moves when it is set.

    Where the clock runs, what is noted may be a little old: nobody asks for it to the second.
    """
    chore = tables.chore
    older = chore.c.ran_for != ran_for if stands else chore.c.ran_for < ran_for - _SAME
    await session.execute(
        update(chore)
        .where(chore.c.name == name, or_(chore.c.ran_for.is_(None), older))
        .values(ran_for=ran_for)
    )


async def announced(session: AsyncSession, tables: KernelTables) -> Sequence[Chore]:
    """List the chores; empty until the first worker has led."""
    rows = await session.execute(select(tables.chore).order_by(tables.chore.c.name))
    return [Chore(**row) for row in rows.mappings()]
