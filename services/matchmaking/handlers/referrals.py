"""Referrals: sent, answered, decided on, ended."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.matchmaking.domain import referral as rules
from services.matchmaking.domain.candidate import MOST_TRIES, Candidate, Course, Step
from services.matchmaking.domain.days import day_of
from services.matchmaking.domain.errors import (
    NeedMissing,
    NotAuthorized,
    ProductNotFitting,
    ProductNotFound,
    QuotaExhausted,
    TooManyBanks,
)
from services.matchmaking.domain.facts import answered, declined, sent
from services.matchmaking.domain.matching import Filter, Offer, failures_of
from services.matchmaking.domain.referral import (
    MOST_BANKS,
    OPEN,
    DeclineCode,
    Referral,
    ReferralState,
    ReferralStep,
    Said,
)
from services.matchmaking.handlers.needs import firm_of, offers_for
from services.matchmaking.handlers.selection import SYSTEM
from services.matchmaking.store import (
    authorizations,
    candidates,
    ledger,
    needs,
    offers,
    products,
    referrals,
)
from services.matchmaking.store.referrals import ReferralFilter, Shown
from services.matchmaking.store.scope import Scope
from shared.calendar import Overrides, WorkingCalendar
from shared.ids import uuid7
from shared.pagination import PageQuery

CALENDAR: Final = WorkingCalendar(Overrides())
NO_BANK_LENDS: Final = "no_bank_lends"


async def pick(
    session: AsyncSession,
    candidate_id: UUID,
    *,
    bank: str,
    product: str,
    by: str,
    scope: Scope,
    now: datetime,
) -> Shown:
    """Refer a candidate to the bank of a product that the enterprise has chosen.

    Raises CandidateNotFound, NeedMissing, ProductNotFound, NotAuthorized, ProductNotFitting,
    TooManyBanks, QuotaExhausted, StepRefused.
    """
    candidate = (await candidates.hold(session, candidate_id, scope)).candidate
    need = (await needs.of(session, [candidate.id])).get(candidate.id)
    if need is None:
        raise NeedMissing
    given = await authorizations.of(session, candidate.id, kept=True)
    earlier = await referrals.of(session, candidate.id)
    stock = await offers.stocked(session, now=now)
    chosen = _chosen(offers_for(stock, given, earlier, now=now), bank, product)
    failures = failures_of(await firm_of(session, candidate), need, chosen, today=day_of(now))
    failed = [failure.filter for failure in failures]
    if Filter.AUTHORIZATION in failed:
        raise NotAuthorized
    if failed:
        raise ProductNotFitting(failed)
    if sum(one.state in OPEN for one in earlier) >= MOST_BANKS:
        raise TooManyBanks(MOST_BANKS)
    referral = rules.send(
        referral_id=uuid7(),
        candidate_id=candidate.id,
        uscc=candidate.uscc,
        district=candidate.district,
        product=chosen.product,
        amount=need.amount,
        tenor_months=need.tenor_months,
        round_id=None,
        now=now,
        calendar=CALENDAR,
    )
    held = await referrals.held_quota(session, bank, product)
    left = chosen.product.terms.quota - held
    if referral.amount > left:
        raise QuotaExhausted(left)
    await send_several(session, [candidate], [referral], by=by, now=now)
    return await referrals.find(session, referral.id, Scope())


async def send_several(
    session: AsyncSession,
    waiting: Sequence[Candidate],
    new: Sequence[Referral],
    *,
    by: str,
    now: datetime,
) -> None:
    """Send referrals of candidates that are held, within quotas that are held."""
    await referrals.create(session, new)
    courses: list[Course] = []
    for candidate in waiting:
        course = Course(candidate)
        own = (one for one in new if one.candidate_id == candidate.id)
        for referral in sorted(own, key=lambda one: (one.bank, one.product)):
            note = f"{referral.bank}/{referral.product}"
            course = course.take(Step.DISTRIBUTE, by=by, now=now, note=note)
            course = course.say(sent(referral, now))
        courses.append(course)
    await candidates.save_several(session, [one for one in courses if one.lines])


async def answer(
    session: AsyncSession, referral_id: UUID, said: Said, *, by: str, scope: Scope, now: datetime
) -> Shown:
    """Let a bank take a referral up or decline it.

    Raises ReferralNotFound, ReferralStepRefused, PackUnread, AskRefused.
    """
    candidate, shown = await held(session, referral_id, scope)
    is_read = await ledger.is_read(session, shown.referral)
    referral = rules.answer(shown.referral, said, is_read=is_read, now=now, calendar=CALENDAR)
    return await _said(session, candidate, referral, said, Step.CLAIM, by=by, scope=scope, now=now)


async def decide(
    session: AsyncSession, referral_id: UUID, said: Said, *, by: str, scope: Scope, now: datetime
) -> Shown:
    """Let a bank grant credit or refuse it.

    Raises ReferralNotFound, ReferralStepRefused, PackUnread, AskRefused, QuotaExhausted.
    """
    candidate, shown = await held(session, referral_id, scope)
    before = shown.referral
    product = await products.find(session, bank=before.bank, code=before.product)
    if product is None:
        raise ProductNotFound
    is_read = await ledger.is_read(session, before)
    referral = rules.decide(before, said, product, is_read=is_read, now=now)
    promised = await referrals.held_quota(session, before.bank, before.product)
    left = product.terms.quota - (promised - before.held)
    if referral.held > left:
        raise QuotaExhausted(left)
    return await _said(
        session, candidate, referral, said, Step.APPROVE, by=by, scope=scope, now=now
    )


async def list_referrals(
    session: AsyncSession, wanted: ReferralFilter, page: PageQuery, *, scope: Scope
) -> tuple[Sequence[Shown], str | None]:
    """List referrals, with the cursor of the next page."""
    return await referrals.listed(session, wanted, scope, page)


async def held(session: AsyncSession, referral_id: UUID, scope: Scope) -> tuple[Candidate, Shown]:
    """Hold a referral's candidate, then the referral; raise ReferralNotFound."""
    found = await referrals.find(session, referral_id, scope)
    known = await candidates.hold(session, found.referral.candidate_id, Scope())
    return known.candidate, await referrals.hold(session, referral_id, scope)


async def close(
    session: AsyncSession,
    candidate_id: UUID,
    step: ReferralStep,
    *,
    when: Callable[[Referral], bool],
    code: DeclineCode | None = None,
) -> None:
    """End those referrals of a candidate, which is held, of which `when` says so."""
    for referral in await referrals.of(session, candidate_id):
        if when(referral):
            ended = rules.step(referral, step)
            await referrals.save(session, replace(ended, code=code or referral.code))


async def settle(session: AsyncSession, course: Course, *, said_no: bool, now: datetime) -> None:
    """Save a candidate's course; where no bank is left that could lend, look for others or stop."""
    one = course.candidate
    banks = await referrals.of(session, one.id)
    if one.may(Step.RUN_OUT) and not any(each.state in OPEN for each in banks):
        course = course.take(Step.RUN_OUT, by=SYSTEM, now=now)
        course = course.set(tries=one.tries + said_no)
        if course.candidate.tries >= MOST_TRIES:
            course = course.take(Step.GIVE_UP, by=SYSTEM, now=now)
            course = course.say(declined(course, NO_BANK_LENDS, now))
    if course.lines:
        await candidates.save(session, course)


async def mark_late(session: AsyncSession, now: datetime) -> None:
    """Mark answers and decisions that are late; end what was never decided."""
    await referrals.mark_late(session, now)
    for overdue in await referrals.overdue_for_good(session, now):
        candidate, shown = await held(session, overdue.id, Scope())
        if shown.referral.state is not ReferralState.ACCEPTED:
            continue
        await referrals.save(session, rules.step(shown.referral, ReferralStep.LAPSE))
        await settle(session, Course(candidate), said_no=True, now=now)


async def _said(
    session: AsyncSession,
    candidate: Candidate,
    referral: Referral,
    said: Said,
    step: Step,
    *,
    by: str,
    scope: Scope,
    now: datetime,
) -> Shown:
    await referrals.save(session, referral)
    course = Course(candidate)
    if said.yes and candidate.may(step):
        course = course.take(step, by=by, now=now)
    course = course.say(answered(referral, now))
    await candidates.save(session, course)
    if not said.yes:
        await settle(session, Course(candidate), said_no=True, now=now)
    return await referrals.find(session, referral.id, scope)


def _chosen(available: Sequence[Offer], bank: str, product: str) -> Offer:
    for one in available:
        if (one.product.bank.client_id, one.product.code) == (bank, product):
            return one
    raise ProductNotFound
