"""The directory of officers, and the days of the calendar."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from services.cases.domain import officer
from services.cases.domain.errors import OfficerChangedMeanwhile
from services.cases.domain.officer import Officer
from services.cases.store import officers, register
from shared.pagination import PageQuery


async def put_officer(
    session: AsyncSession, wanted: Officer, *, expected_version: int | None = None
) -> Officer:
    """Make the directory say this of an officer.

    Raises OfficerRefused, OfficerChangedMeanwhile, LastAdministrator.
    """
    administrators = await officers.administrators(session)
    known = await officers.find(session, wanted.subject)
    if expected_version not in {None, known.version if known else 0}:
        raise OfficerChangedMeanwhile(wanted.subject)
    decision = officer.appoint(wanted, known)
    officer.keep_an_administrator(administrators, [wanted])
    return await officers.save(session, decision)


async def put_officers(session: AsyncSession, wanted: Sequence[Officer]) -> int:
    """Make the directory say this of several officers; return how many entries it changed.

    Raises OfficerRefused, OfficerChangedMeanwhile, LastAdministrator.
    """
    administrators = await officers.administrators(session)
    officer.keep_an_administrator(administrators, wanted)
    changed = 0
    for one in wanted:
        decision = officer.appoint(one, await officers.find(session, one.subject))
        await officers.save(session, decision)
        changed += decision.event is not None
    return changed


async def change_day(session: AsyncSession, day: date, *, worked: bool | None) -> None:
    """Make a day working or off; with None, leave it to the notice of the State Council again."""
    await register.change_day(session, day, worked=worked)


async def list_officers(
    session: AsyncSession, page: PageQuery
) -> tuple[Sequence[Officer], str | None]:
    """List the officers, with the cursor of the next page."""
    return await officers.every(session, page)
