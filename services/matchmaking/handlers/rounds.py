"""Rounds, and who is invited to them."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.matchmaking.domain.candidate import Course, Finding, Step
from services.matchmaking.domain.errors import NotReviewed
from services.matchmaking.store import candidates, rounds
from services.matchmaking.store.candidates import CandidateFilter, Known
from services.matchmaking.store.rounds import Round
from services.matchmaking.store.scope import Scope
from shared.ids import uuid7
from shared.pagination import PageQuery

_VIABLE = frozenset({Finding.VIABLE_SHORT_OF_CASH, Finding.VIABLE_NEEDS_RESTRUCTURE})


async def open_round(
    session: AsyncSession, title: str, held_on: date, *, by: str, now: datetime
) -> Round:
    """Open a round."""
    opened = Round(uuid7(), title, held_on, by, now)
    await rounds.create(session, opened)
    return opened


async def list_rounds(session: AsyncSession, page: PageQuery) -> tuple[Sequence[Round], str | None]:
    """List rounds, with the cursor of the next page."""
    return await rounds.listed(session, page)


async def show(
    session: AsyncSession, round_id: UUID, *, scope: Scope
) -> tuple[Round, Sequence[Known]]:
    """Show a round with those invited whom the asker may see; raise RoundNotFound."""
    found = await rounds.find(session, round_id)
    return found, await candidates.every(session, CandidateFilter(round_id=round_id), scope)


async def invite(
    session: AsyncSession, round_id: UUID, wanted: Collection[UUID], *, by: str, now: datetime
) -> tuple[Round, Sequence[Known]]:
    """Invite candidates that a review found viable; who is invited already stays so.

    Raises RoundNotFound, CandidateNotFound, NotReviewed, StepRefused.
    """
    found = await rounds.find(session, round_id)
    already = await rounds.invited(session, round_id)
    # Held in the order of their ids, so that two invitations never wait for each other.
    for candidate_id in sorted(set(wanted) - set(already)):
        known = await candidates.hold(session, candidate_id, Scope())
        if known.candidate.finding not in _VIABLE:
            raise NotReviewed
        course = Course(known.candidate).take(Step.INVITE, by=by, now=now, note=found.title)
        await candidates.save(session, course)
    await rounds.invite(session, round_id, set(wanted), now=now)
    return await show(session, round_id, scope=Scope())
