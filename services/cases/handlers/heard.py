"""What others say: warnings open cases or join them, the register and the feeds are remembered."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.cases.domain import warnings
from services.cases.domain.case import ENDED, Decision
from services.cases.domain.remarks import Remark, learn_of_layoffs, remark
from services.cases.domain.warnings import Course, Heard
from services.cases.store import cases, register, remarks, staff
from services.cases.store.register import Enterprise
from services.cases.tables import ENTERPRISES
from shared.calendar import SHANGHAI, WorkingCalendar
from shared.events.ingest import EnterprisesChanged, ObservationsRecorded
from shared.ids import uuid7
from shared.register import Entry, note


async def hear(session: AsyncSession, heard: Heard, said: Enterprise, *, now: datetime) -> None:
    """Let a warning open, reopen or join a case; an older version of it than is known does nothing.

    `said` is the enterprise as the warning has it, for one whose register entry has not come yet.
    """
    await staff.take_turn(session)
    await remarks.take_turn(session, heard.uscc)
    enterprise = await register.meet(session, said)
    known = await cases.warning(session, heard.warning_id)
    if known is not None and known.version >= heard.version:
        return
    case = await cases.latest_of(session, heard.uscc)
    course = warnings.course(case, known, heard, now)
    if course is Course.REMEMBER:
        await cases.remember(session, heard.attached(counts=False))
        return
    calendar = await register.calendar(session)
    if case is None or course is Course.OPEN:
        year = now.astimezone(SHANGHAI).year
        decision = warnings.open_case(
            heard,
            case_id=uuid7(),
            number=await register.next_number(session, district=enterprise.district, year=year),
            district=enterprise.district,
            now=now,
            calendar=calendar,
        )
        decision = await _informed(session, decision, heard, now=now, calendar=calendar)
    elif course is Course.REOPEN:
        decision = warnings.reopen(case, heard, now=now, calendar=calendar)
        decision = await _informed(session, decision, heard, now=now, calendar=calendar)
    else:
        decision = warnings.join(case, known, heard, now=now, calendar=calendar)
    await cases.save(session, decision, calendar)


async def _informed(
    session: AsyncSession,
    decision: Decision,
    heard: Heard,
    *,
    now: datetime,
    calendar: WorkingCalendar,
) -> Decision:
    """Let a case that begins know what was said before it: reported layoffs, lines that wait."""
    reported = await staff.reported_layoffs(session, heard.uscc)
    learned = learn_of_layoffs(decision.case, reported, now=now, calendar=calendar)
    decision = decision if learned is None else decision.then(learned)
    for said in await remarks.take(session, heard.uscc, since=heard.occurred_at):
        decision = decision.then(remark(decision.case, said))
    return decision


async def note_remark(session: AsyncSession, line_id: UUID, uscc: str, said: Remark) -> None:
    """Write a line into the enterprise's open case; without one, let it wait for the next."""
    await remarks.take_turn(session, uscc)
    case = await cases.latest_of(session, uscc)
    if case is None or case.status in ENDED:
        await remarks.leave(session, line_id, uscc, said)
        return
    await cases.save(session, remark(case, said), await register.calendar(session))


async def keep_enterprises(session: AsyncSession, event: EnterprisesChanged) -> None:
    """Take over changed entries of the register.

    Names follow at once. An open case stays where it was dispatched: moving it is a transfer,
    which two districts agree on.
    """
    columns = zip(event.uscc, event.version, event.name, event.district, strict=True)
    await note(session, ENTERPRISES, (Entry(*row) for row in columns))
    await staff.keep_trades(session, event)


async def keep_observations(
    session: AsyncSession, events: Sequence[ObservationsRecorded], *, now: datetime
) -> None:
    """Take over what tells of enterprises' staff; other feeds are passed over.

    A layoff that is reported for a day bounds the resolution of the enterprise's open case.
    """
    counted = [event for event in events if event.feed == staff.HEADCOUNT_FEED]
    reports = [event for event in events if event.feed == staff.LAYOFF_FEED]
    if reports:
        await staff.take_turn(session, writing=True)
    await staff.keep_headcounts(session, counted)
    changed = {uscc for event in reports for uscc in await staff.keep_layoffs(session, event)}
    if not changed:
        return
    calendar = await register.calendar(session)
    for case in await cases.open_of(session, changed):
        reported = await staff.reported_layoffs(session, case.uscc)
        learned = learn_of_layoffs(case, reported, now=now, calendar=calendar)
        if learned is not None:
            await cases.save(session, learned, calendar)
