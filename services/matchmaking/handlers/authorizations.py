"""Authorisations: given, confirmed, taken back, run out."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.matchmaking.domain import authorization as rules
from services.matchmaking.domain.authorization import Authorization, Scope, Standing
from services.matchmaking.domain.candidate import Course, Step
from services.matchmaking.domain.days import day_of
from services.matchmaking.domain.errors import StepRefused
from services.matchmaking.domain.referral import DeclineCode, ReferralState, ReferralStep
from services.matchmaking.handlers import referrals
from services.matchmaking.handlers.selection import SYSTEM
from services.matchmaking.store import authorizations, banks, candidates
from services.matchmaking.store.authorizations import AuthorizationFilter
from services.matchmaking.store.scope import Scope as Bounds
from shared.ids import uuid7
from shared.pagination import PageQuery

_UNSIGNED = frozenset({ReferralState.SENT, ReferralState.ACCEPTED, ReferralState.APPROVED})


async def give(
    session: AsyncSession,
    candidate_id: UUID,
    scope: Scope,
    *,
    paper_reference: str | None,
    is_own: bool,
    by: str,
    bounds: Bounds,
    now: datetime,
) -> Authorization:
    """Take an authorisation down: the enterprise's own holds at once.

    Raises CandidateNotFound, StepRefused, AskRefused.
    """
    candidate = (await candidates.hold(session, candidate_id, bounds)).candidate
    if not candidate.may(Step.AUTHORIZE):
        raise StepRefused(Step.AUTHORIZE, candidate.state)
    given = rules.give(
        scope,
        authorization_id=uuid7(),
        candidate_id=candidate.id,
        uscc=candidate.uscc,
        by=by,
        paper_reference=paper_reference,
        is_own=is_own,
        known_banks=await banks.every(session),
        today=day_of(now),
    )
    await authorizations.create(session, given, now=now)
    if given.standing is Standing.ACTIVE:
        course = Course(candidate).take(Step.AUTHORIZE, by=by, now=now)
        await candidates.save(session, course)
    return given


async def confirm(
    session: AsyncSession, authorization_id: UUID, *, by: str, bounds: Bounds, now: datetime
) -> Authorization:
    """Confirm a signed paper as a second person.

    Raises AuthorizationNotFound, AuthorizationEnded, SecondPersonNeeded, StepRefused.
    """
    given = await _held(session, authorization_id, bounds)
    confirmed = rules.confirm(given, by=by, today=day_of(now))
    candidate = (await candidates.hold(session, given.candidate_id, bounds)).candidate
    course = Course(candidate).take(Step.AUTHORIZE, by=by, now=now, note=given.paper_reference)
    await candidates.save(session, course)
    await authorizations.save(session, confirmed)
    return confirmed


async def withdraw(
    session: AsyncSession, authorization_id: UUID, *, by: str, bounds: Bounds, now: datetime
) -> Authorization:
    """Take an authorisation back: banks that no other covers read no more, and are told.

    Raises AuthorizationNotFound, AuthorizationEnded.
    """
    given = await _held(session, authorization_id, bounds)
    withdrawn = rules.withdraw(given)
    await authorizations.save(session, withdrawn)
    if given.standing is not Standing.ACTIVE:
        return withdrawn
    today = day_of(now)
    candidate = (await candidates.hold(session, given.candidate_id, bounds)).candidate
    others = [
        one
        for one in await authorizations.of(session, candidate.id)
        if one.id != given.id and one.holds(today)
    ]
    await referrals.close(
        session,
        candidate.id,
        ReferralStep.WITHDRAW,
        # As when the enterprise signs elsewhere: no bank learns of another.
        code=DeclineCode.FIRM_WITHDREW,
        when=lambda one: one.state in _UNSIGNED and not rules.covering(others, one.bank, today),
    )
    course = Course(candidate)
    if not others and course.candidate.may(Step.WITHDRAW):
        await candidates.save(session, course.take(Step.WITHDRAW, by=by, now=now))
    elif others:
        await referrals.settle(session, course, said_no=False, now=now)
    return withdrawn


async def list_authorizations(
    session: AsyncSession, wanted: AuthorizationFilter, page: PageQuery, *, bounds: Bounds
) -> tuple[Sequence[Authorization], str | None]:
    """List authorisations, with the cursor of the next page."""
    return await authorizations.listed(session, wanted, bounds, page)


async def run_out(session: AsyncSession, now: datetime) -> None:
    """Let authorisations end after their last day, and with the last of them the way to a bank."""
    today = day_of(now)
    for candidate_id in await authorizations.run_out(session, today=today):
        known = await candidates.hold(session, candidate_id, Bounds())
        left = [one for one in await authorizations.of(session, candidate_id) if one.holds(today)]
        await referrals.close(
            session,
            candidate_id,
            ReferralStep.EXPIRE,
            when=lambda one, left=left: (
                one.state is ReferralState.SENT  # type: ignore[misc]
                and not rules.covering(left, one.bank, today)
            ),
        )
        course = Course(known.candidate)
        if not left and course.candidate.may(Step.EXPIRE):
            await candidates.save(session, course.take(Step.EXPIRE, by=SYSTEM, now=now))
        else:
            await referrals.settle(session, course, said_no=False, now=now)


async def _held(session: AsyncSession, authorization_id: UUID, bounds: Bounds) -> Authorization:
    """Hold the candidate before its authorisation: everybody takes both in this order."""
    found = await authorizations.find(session, authorization_id, bounds)
    await candidates.hold(session, found.candidate_id, bounds)
    return await authorizations.hold(session, authorization_id, bounds)
