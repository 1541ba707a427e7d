"""What an enterprise wants to borrow, and which products are for it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.matchmaking.domain import need as rules
from services.matchmaking.domain.authorization import Authorization, covering
from services.matchmaking.domain.candidate import Candidate, Course, Step
from services.matchmaking.domain.days import day_of
from services.matchmaking.domain.errors import NeedMissing
from services.matchmaking.domain.firm import Firm, firm
from services.matchmaking.domain.matching import Match, Offer, match
from services.matchmaking.domain.need import Need
from services.matchmaking.domain.referral import OPEN, SAID_NO, Referral
from services.matchmaking.handlers.candidates import CandidateView, view
from services.matchmaking.store import (
    authorizations,
    candidates,
    enterprises,
    headcounts,
    needs,
    offers,
    referrals,
)
from services.matchmaking.store.candidates import Known
from services.matchmaking.store.offers import Stocked
from services.matchmaking.store.scope import Scope


async def file(
    session: AsyncSession,
    candidate_id: UUID,
    need: Need,
    *,
    by: str,
    scope: Scope,
    now: datetime,
) -> CandidateView:
    """Keep what the enterprise wants, and match it with the products of the day.

    Raises CandidateNotFound, AskRefused, StepRefused.
    """
    known = await candidates.hold(session, candidate_id, scope)
    rules.check(need, today=day_of(now))
    course = Course(known.candidate).take(Step.FILE_NEED, by=by, now=now)
    await needs.put(session, candidate_id, need, by=by, now=now)
    found = await matched(session, known.candidate, need, now=now)
    if found.matched:
        course = course.take(Step.MATCH, by=by, now=now, note=f"seed {found.seed}")
    candidate = await candidates.save(session, course)
    return await view(session, Known(candidate, known.name))


async def show_matches(
    session: AsyncSession, candidate_id: UUID, *, scope: Scope, now: datetime
) -> Match:
    """Match a candidate with the products as they are now; raise CandidateNotFound, NeedMissing."""
    candidate = (await candidates.find(session, candidate_id, scope)).candidate
    need = (await needs.of(session, [candidate.id])).get(candidate.id)
    if need is None:
        raise NeedMissing
    return await matched(session, candidate, need, now=now)


async def matched(
    session: AsyncSession, candidate: Candidate, need: Need, *, now: datetime
) -> Match:
    """Match a candidate's need with every product."""
    today = day_of(now)
    return match(
        await firm_of(session, candidate),
        need,
        offers_for(
            await offers.stocked(session, now=now),
            await authorizations.of(session, candidate.id),
            await referrals.of(session, candidate.id),
            now=now,
        ),
        today=today,
    )


async def firm_of(session: AsyncSession, candidate: Candidate) -> Firm:
    """Return a candidate's enterprise as products look at it."""
    return (await firms_of(session, [candidate]))[candidate.uscc]


async def firms_of(session: AsyncSession, candidates_: Sequence[Candidate]) -> Mapping[str, Firm]:
    """Return the enterprises of candidates as products look at them."""
    usccs = [one.uscc for one in candidates_]
    entries = await enterprises.of(session, usccs)
    staff = await headcounts.latest(session, usccs)
    return {
        one.uscc: firm(
            one.uscc,
            district=one.district,
            industry_code=entries.get(one.uscc, {}).get("industry"),
            staff=staff.get(one.uscc),
        )
        for one in candidates_
    }


def offers_for(
    stock: Sequence[Stocked],
    given: Sequence[Authorization],
    sent: Sequence[Referral],
    *,
    now: datetime,
) -> list[Offer]:
    """Say of each product whether this candidate may be, or was, referred to its bank."""
    today = day_of(now)
    asked = {one.bank for one in sent if one.state in OPEN | SAID_NO}
    return [
        Offer(
            product=one.product,
            quota_left=one.quota_left,
            record=one.record,
            authorized=bool(covering(given, one.product.bank.client_id, today)),
            asked=one.product.bank.client_id in asked,
        )
        for one in stock
    ]
