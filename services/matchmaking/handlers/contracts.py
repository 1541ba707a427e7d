"""Contracts, money drawn, and whether the jobs were kept."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.matchmaking.domain import contract as rules
from services.matchmaking.domain import referral as referral_rules
from services.matchmaking.domain.candidate import Course, Step
from services.matchmaking.domain.contract import CHECKED_AFTER_MONTHS, Commitment, Contract
from services.matchmaking.domain.days import day_of, oldest_kept_month
from services.matchmaking.domain.facts import checked, drawn, signed
from services.matchmaking.domain.referral import DeclineCode, ReferralState, ReferralStep
from services.matchmaking.handlers import referrals as handled
from services.matchmaking.handlers.selection import SYSTEM
from services.matchmaking.store import candidates, contracts, ledger, referrals
from services.matchmaking.store.contracts import Signed
from services.matchmaking.store.scope import Scope
from shared.ids import uuid7
from shared.pagination import PageQuery

_UNSIGNED = frozenset({ReferralState.SENT, ReferralState.ACCEPTED, ReferralState.APPROVED})


@dataclass(frozen=True)
class Terms:
    """What a bank says of a contract."""

    amount: Decimal
    tenor_months: int
    annual_rate_percent: Decimal
    signed_on: date
    jobs_committed: int


async def sign(
    session: AsyncSession, referral_id: UUID, terms: Terms, *, by: str, scope: Scope, now: datetime
) -> Signed:
    """Take down that a contract was signed; other banks that were asked are let go.

    Raises ReferralNotFound, ReferralStepRefused, PackUnread, AskRefused.
    """
    candidate, shown = await handled.held(session, referral_id, scope)
    is_read = await ledger.is_read(session, shown.referral)
    referral = referral_rules.bank_step(shown.referral, ReferralStep.SIGN, is_read=is_read)
    contract, commitments = rules.sign(
        shown.referral,
        contract_id=uuid7(),
        amount=terms.amount,
        tenor_months=terms.tenor_months,
        annual_rate_percent=terms.annual_rate_percent,
        signed_on=terms.signed_on,
        jobs_committed=terms.jobs_committed,
        today=day_of(now),
    )
    # From here on the contract says how much of the quota is used.
    await referrals.save(session, replace(referral, approved_amount=contract.amount))
    await contracts.create(session, contract, commitments)
    await handled.close(
        session,
        candidate.id,
        ReferralStep.WITHDRAW,
        when=lambda one: one.state in _UNSIGNED,
        code=DeclineCode.FIRM_WITHDREW,
    )
    course = Course(candidate)
    if candidate.may(Step.SIGN):
        course = course.take(Step.SIGN, by=by, now=now)
    await candidates.save(session, course.say(signed(contract, now)))
    return await contracts.find(session, contract.id, scope)


async def draw(
    session: AsyncSession,
    contract_id: UUID,
    amount: Decimal,
    drawn_on: date,
    *,
    by: str,
    scope: Scope,
    now: datetime,
) -> Signed:
    """Take down that money was drawn; raise ContractNotFound, AskRefused."""
    found = await contracts.find(session, contract_id, scope)
    candidate = (await candidates.hold(session, found.contract.candidate_id, Scope())).candidate
    contract = await contracts.hold(session, contract_id, scope)
    after, drawdown = rules.draw(
        contract, drawdown_id=uuid7(), amount=amount, drawn_on=drawn_on, today=day_of(now)
    )
    await contracts.draw(session, after, drawdown)
    course = Course(candidate)
    if candidate.may(Step.DRAW):
        course = course.take(Step.DRAW, by=by, now=now, note=str(amount))
    await candidates.save(session, course.say(drawn(after, drawdown, now)))
    return await contracts.find(session, contract_id, scope)


async def show(session: AsyncSession, contract_id: UUID, *, scope: Scope) -> Signed:
    """Show a contract; raise ContractNotFound."""
    return await contracts.find(session, contract_id, scope)


async def show_drawn(session: AsyncSession, drawdown_id: UUID, *, scope: Scope) -> Signed:
    """Show the contract under which money was drawn; raise DrawdownNotFound."""
    return await contracts.of_drawdown(session, drawdown_id, scope)


async def list_contracts(
    session: AsyncSession, page: PageQuery, *, scope: Scope
) -> tuple[Sequence[Signed], str | None]:
    """List contracts, with the cursor of the next page."""
    return await contracts.listed(session, scope, page)


async def check_commitments(
    session: AsyncSession, *, now: datetime, usccs: Collection[str] | None = None
) -> None:
    """Look at the promises whose day has come and whose month says something new."""
    today = day_of(now)
    due = await contracts.due_checks(
        session, today=today, kept_since=oldest_kept_month(today), usccs=usccs
    )
    for one in due:
        found = rules.check(one.commitment, one.insured, today=today)
        if found is None:
            continue
        await contracts.save_check(session, found)
        await _follow(session, one.contract, found, now=now)


async def _follow(
    session: AsyncSession, contract: Contract, found: Commitment, *, now: datetime
) -> None:
    candidate = (await candidates.hold(session, contract.candidate_id, Scope())).candidate
    course = Course(candidate)
    last = found.months == CHECKED_AFTER_MONTHS[-1]
    step = Step.COMPLETE if last else Step.MONITOR
    if found.kept is not None:
        if candidate.may(step):
            course = course.take(step, by=SYSTEM, now=now)
        course = course.say(checked(contract, found, now))
    await candidates.save(session, course)
