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
from services.matchmaking.domain.referral import MOST_BANKS, Referral
from services.matchmaking.handlers.needs import firms_of, offers_for
from services.matchmaking.handlers.referrals import CALENDAR, send_several
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
    filed = await needs.of(session, [one.id for one in waiting])
    # From here on nobody else can use the quotas that are given out.
    await products.hold(session)
    stock = await offers.stocked(session, now=now)
    problem = Problem(
        offers=await _fitting(session, waiting, filed, stock, now=now),
        quotas={_key(one.product): one.quota_left for one in stock},
        seed=_seed(found, waiting),
        banks_per_firm=MOST_BANKS,
    )
    # The solver computes for as long as it needs; other requests go on meanwhile.
    result = await asyncio.to_thread(assign, problem)
    sent = _referrals(found, waiting, filed, stock, result, now=now)
    await send_several(session, waiting, sent, by=by, now=now)
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
    return Assigned(record, await referrals.several(session, [one.id for one in sent]))


async def _fitting(
    session: AsyncSession,
    waiting: Sequence[Candidate],
    filed: Mapping[UUID, Need],
    stock: Sequence[Stocked],
    *,
    now: datetime,
) -> list[Offer]:
    """Return, for every candidate, the products that are for it and how well they fit."""
    ids = [one.id for one in waiting]
    given = await authorizations.of_several(session, ids, kept=True)
    earlier = await referrals.of_several(session, ids)
    firms = await firms_of(session, waiting)
    fitting: list[Offer] = []
    for one in waiting:
        if (need := filed.get(one.id)) is None:
            continue
        available = offers_for(stock, given[one.id], earlier[one.id], now=now)
        found = match(firms[one.uscc], need, available, today=day_of(now))
        fitting += [
            Offer(one.uscc, _key(each.offer.product), need.amount, float(each.fit.total))
            for each in found.matched
        ]
    return fitting


def _referrals(
    found: Round,
    waiting: Sequence[Candidate],
    filed: Mapping[UUID, Need],
    stock: Sequence[Stocked],
    result: Assignment,
    *,
    now: datetime,
) -> list[Referral]:
    offered = {_key(one.product): one.product for one in stock}
    by_firm = {one.uscc: one for one in waiting}
    return [
        rules.send(
            referral_id=uuid7(),
            candidate_id=by_firm[offer.firm].id,
            uscc=offer.firm,
            district=by_firm[offer.firm].district,
            product=offered[offer.product],
            amount=offer.amount,
            tenor_months=filed[by_firm[offer.firm].id].tenor_months,
            round_id=found.id,
            now=now,
            calendar=CALENDAR,
        )
        for offer in result.chosen
    ]


def _key(product: Product) -> ProductKey:
    return ProductKey(product.bank.client_id, product.code)


def _seed(found: Round, waiting: Sequence[Candidate]) -> str:
    """Return a seed that follows from who meets when, so that the lots can be drawn again."""
    named = ":".join([found.title, str(found.held_on), *(one.uscc for one in waiting)])
    return sha256(named.encode()).hexdigest()[:16]
