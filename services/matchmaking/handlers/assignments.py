"""The assignment of a round: all its enterprises and all products at once, under quotas."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.matchmaking.assignment.assign import assign
from services.matchmaking.assignment.offers import Assignment, Offer, Problem, ProductKey
from services.matchmaking.domain import referral as rules
from services.matchmaking.domain.candidate import Candidate, State
from services.matchmaking.domain.days import day_of
from services.matchmaking.domain.matching import match
from services.matchmaking.domain.need import Need
from services.matchmaking.domain.product import Product
from services.matchmaking.domain.referral import MOST_BANKS
from services.matchmaking.handlers.needs import firm_of, offers_for
from services.matchmaking.handlers.referrals import CALENDAR, send
from services.matchmaking.store import (
    assignments,
    authorizations,
    candidates,
    needs,
    offers,
    products,
    referrals,
    rounds,
)
from services.matchmaking.store.assignments import Record
from services.matchmaking.store.candidates import CandidateFilter
from services.matchmaking.store.offers import Stocked
from services.matchmaking.store.referrals import Shown
from services.matchmaking.store.rounds import Round
from services.matchmaking.store.scope import Scope
from shared.ids import uuid7

# With a need, and no bank that is being asked: others are on their way already.
_WAITING = frozenset({State.NEED_FILED, State.MATCHED, State.REMATCH})


@dataclass(frozen=True)
class Assigned:
    """What an assignment brought, and how near it came to what is possible at all."""

    record: Record
    referrals: Sequence[Shown]


async def assign_round(
    session: AsyncSession, round_id: UUID, *, by: str, now: datetime
) -> Assigned:
    """Refer the enterprises of a round to at most three banks each, as well as quotas allow.

    Raises RoundNotFound, BoundNotFound.
    """
    found = await rounds.find(session, round_id)
    wanted = CandidateFilter(states=_WAITING, round_id=round_id)
    waiting = [one.candidate for one in await candidates.hold_several(session, wanted, Scope())]
    await products.hold(session)
    stock = await offers.stocked(session, now=now)
    filed = await needs.of(session, [one.id for one in waiting])
    problem = Problem(
        offers=[
            offer
            for one in waiting
            if (need := filed.get(one.id)) is not None
            for offer in await _fitting(session, one, need, stock, now=now)
        ],
        quotas={_key(one.product): one.quota_left for one in stock},
        seed=_seed(found, waiting),
        banks_per_firm=MOST_BANKS,
    )
    # The solver computes for as long as it needs; other requests go on meanwhile.
    result = await asyncio.to_thread(assign, problem)
    sent = await _send(session, found, waiting, filed, stock, result, by=by, now=now)
    record = Record(
        id=uuid7(),
        round_id=round_id,
        assigned_at=now,
        assigned_by=by,
        seed=problem.seed,
        candidates=len(waiting),
        offers=len(problem.offers),
        chosen=len(result.chosen),
        value=result.value,
        bound=result.bound,
        gap=result.gap,
    )
    await assignments.keep(session, record)
    return Assigned(record, [await referrals.find(session, one, Scope()) for one in sent])


async def _fitting(
    session: AsyncSession,
    candidate: Candidate,
    need: Need,
    stock: Sequence[Stocked],
    *,
    now: datetime,
) -> list[Offer]:
    """Return the products that are for a candidate, with how well they fit."""
    given = await authorizations.of(session, candidate.id, kept=True)
    earlier = await referrals.of(session, candidate.id)
    available = offers_for(stock, given, earlier, now=now)
    found = match(await firm_of(session, candidate), need, available, today=day_of(now))
    return [
        Offer(candidate.uscc, _key(one.offer.product), need.amount, float(one.fit.total))
        for one in found.matched
    ]


async def _send(
    session: AsyncSession,
    found: Round,
    waiting: Sequence[Candidate],
    filed: Mapping[UUID, Need],
    stock: Sequence[Stocked],
    result: Assignment,
    *,
    by: str,
    now: datetime,
) -> list[UUID]:
    offered = {_key(one.product): one.product for one in stock}
    sent: list[UUID] = []
    for candidate in waiting:
        new = [
            rules.send(
                referral_id=uuid7(),
                candidate_id=candidate.id,
                uscc=candidate.uscc,
                district=candidate.district,
                product=offered[offer.product],
                amount=offer.amount,
                tenor_months=filed[candidate.id].tenor_months,
                round_id=found.id,
                now=now,
                calendar=CALENDAR,
            )
            for offer in result.chosen
            if offer.firm == candidate.uscc
        ]
        if new:
            await send(session, candidate, new, by=by, now=now)
            sent += [one.id for one in new]
    return sent


def _key(product: Product) -> ProductKey:
    return ProductKey(product.bank.client_id, product.code)


def _seed(found: Round, waiting: Sequence[Candidate]) -> str:
    """Return a seed that follows from who meets when, so that the lots can be drawn again."""
    named = ":".join([found.title, str(found.held_on), *(one.uscc for one in waiting)])
    return sha256(named.encode()).hexdigest()[:16]
