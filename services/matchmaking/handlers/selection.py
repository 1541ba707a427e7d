"""Candidates arise by themselves: whoever is warned of and protected, one an episode."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from services.matchmaking.domain.candidate import Candidate, State, start
from services.matchmaking.domain.days import day_of
from services.matchmaking.domain.facts import selected
from services.matchmaking.domain.selection import in_order, overlap
from services.matchmaking.store import candidates
from services.matchmaking.store import selection as store
from shared.ids import uuid7

SYSTEM = "service:matchmaking"


async def select(session: AsyncSession, usccs: Collection[str] | None, *, now: datetime) -> None:
    """Select the candidates among these enterprises (None: among all) that today knows of.

    A warning of an enterprise whose candidate is under way joins it.
    """
    today = day_of(now)
    await store.take_turns(session)
    spells = await store.waiting(session, usccs, today=today)
    met = (overlap(warning, entries, today=today) for warning, entries in spells)
    overlaps = in_order(one for one in met if one is not None)
    known = dict(await candidates.under_way(session, [one.warning.uscc for one in overlaps]))
    for one in overlaps:
        candidate = known.get(one.warning.uscc)
        if candidate is None:
            candidate = Candidate(
                id=uuid7(),
                uscc=one.warning.uscc,
                district=one.warning.district,
                state=State.CANDIDATE,
                version=1,
                selected_on=one.day,
                lists=one.lists,
            )
            course = start(candidate, by=SYSTEM, now=now)
            await candidates.create(session, course.say(selected(course, now)))
            known[candidate.uscc] = candidate
        await candidates.join(session, one.warning.warning_id, candidate.id)
    if usccs is not None:
        await store.complete_lists(session, usccs)
