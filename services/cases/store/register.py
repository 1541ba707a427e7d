"""What cases know of enterprises, the numbers of cases, and the days of the calendar."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.cases.tables import CALENDAR_DAYS, CASE_NUMBERS, ENTERPRISES
from shared.calendar import Overrides, WorkingCalendar


@dataclass(frozen=True)
class Enterprise:
    """An enterprise by name and district: as registered, or as a warning said before that."""

    uscc: str
    name: str
    district: str


async def meet(session: AsyncSession, said: Enterprise) -> Enterprise:
    """Return what the register says of the enterprise, or else what a warning `said`.

    Holds the enterprise until the transaction ends: of two warnings, the second waits here and
    then sees the case that the first has opened.
    """
    write = insert(ENTERPRISES).values(
        uscc=said.uscc, version=0, name=said.name, district=said.district
    )
    # Writing the row onto itself locks and returns it.
    row = await session.execute(
        write.on_conflict_do_update(
            index_elements=["uscc"], set_={"version": ENTERPRISES.c.version}
        ).returning(ENTERPRISES)
    )
    known = row.one()
    if known.version == 0:
        return said
    return Enterprise(known.uscc, known.name, known.district)


async def name_of(session: AsyncSession, uscc: str) -> str:
    """Return the name of an enterprise that has a case."""
    found = await session.scalars(select(ENTERPRISES.c.name).where(ENTERPRISES.c.uscc == uscc))
    return str(found.one())


async def next_number(session: AsyncSession, *, district: str, year: int) -> str:
    """Give out the next case number of a district and year: 110105-2026-000123.

    A transaction that rolls back takes its number with it; one that a case once had stays its.
    """
    write = insert(CASE_NUMBERS).values(district=district, year=year, last=1)
    last = await session.scalar(
        write.on_conflict_do_update(
            index_elements=["district", "year"], set_={"last": CASE_NUMBERS.c.last + 1}
        ).returning(CASE_NUMBERS.c.last)
    )
    return f"{district}-{year}-{last:06d}"


async def calendar(session: AsyncSession) -> WorkingCalendar:
    """Read the working calendar, with the days that an administrator changed."""
    rows = (await session.execute(select(CALENDAR_DAYS))).all()
    return WorkingCalendar(
        Overrides(
            made_working=frozenset(row.day for row in rows if row.worked),
            made_off=frozenset(row.day for row in rows if not row.worked),
        )
    )


async def change_day(session: AsyncSession, day: date, *, worked: bool | None) -> None:
    """Make a day working or off; with None, leave it to the calendar's library again."""
    if worked is None:
        await session.execute(delete(CALENDAR_DAYS).where(CALENDAR_DAYS.c.day == day))
        return
    write = insert(CALENDAR_DAYS).values(day=day, worked=worked)
    await session.execute(
        write.on_conflict_do_update(index_elements=["day"], set_={"worked": worked})
    )
