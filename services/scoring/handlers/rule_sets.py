"""Rule sets: drafted, compared, tried on history, proposed, approved by another, given up."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.scoring import rulebook
from services.scoring.domain import rule_life, trial
from services.scoring.domain.backtest import LONGEST
from services.scoring.domain.course import UNNOTICED
from services.scoring.domain.editions import Editions
from services.scoring.domain.errors import (
    RuleSetChangedMeanwhile,
    RuleSetRefused,
    RuleSetStepRefused,
    TrialEnded,
    TrialPeriodRefused,
)
from services.scoring.domain.rule_document import Difference, differences
from services.scoring.domain.rule_life import RuleEntry, RuleState, RuleStep, Signature
from services.scoring.domain.rules import RuleSet
from services.scoring.domain.trial import Compared, is_warned
from services.scoring.handlers import attempts
from services.scoring.history import Course, History, judge
from services.scoring.store import facts, rule_sets, rule_trials, standings
from services.scoring.store.attempts import forget
from services.scoring.store.rule_trials import Trial
from shared.auth.identity import Caller, Role
from shared.calendar import SHANGHAI
from shared.db import Sessions, transaction
from shared.ids import uuid7
from shared.pagination import PageQuery
from shared.service.state import Resources

# What one turn of the worker tries: facts that arrive meanwhile wait no longer than that.
_TRIED_AT_ONCE: Final = 200
_USUAL_PERIOD: Final = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Compare:
    """Two rule sets, and what is different between them."""

    before: RuleEntry
    after: RuleEntry
    differences: tuple[Difference, ...]


async def list_rule_sets(
    session: AsyncSession, page: PageQuery
) -> tuple[list[RuleEntry], str | None]:
    """Return a page of the rule sets, those from the last day first."""
    await rule_sets.in_force(session)
    return await rule_sets.page(session, page)


async def show(session: AsyncSession, version: str) -> RuleEntry:
    """Return a rule set. Raises RuleSetNotFound."""
    await rule_sets.in_force(session)
    return await rule_sets.get(session, version)


async def compare(
    session: AsyncSession, version: str, against: str | None, *, now: datetime
) -> Compare:
    """Compare a rule set with another, by default with the one that is in force today.

    That one is compared with the one before it: what it changed is asked most when it holds.

    Raises RuleSetNotFound.
    """
    editions = await rule_sets.in_force(session)
    usual = editions.on(_day(now))
    after = await rule_sets.get(session, version)
    if usual.version == version:
        usual = editions.on(usual.effective_from - timedelta(days=1))
    before = await rule_sets.get(session, against or usual.version)
    return Compare(before, after, differences(before.rules, after.rules))


async def put(
    session: AsyncSession,
    version: str,
    document: Mapping[str, Any],
    *,
    revision: int | None,
    by: str,
    now: datetime,
) -> RuleEntry:
    """Draft a rule set, or put other rules in the place of a draft's.

    Raises RuleSetRefused, RuleSetChangedMeanwhile, RuleSetStepRefused.
    """
    rules = rulebook.examine(document)
    if rules.version != version:
        raise RuleSetRefused([{"pointer": "/document/version", "code": "rule_version_differs"}])
    # A version of a built-in edition is taken even before anybody has read it.
    await rule_sets.in_force(session)
    digest, signed = rulebook.digest(rules), Signature(by, now)
    held = await rule_sets.find(session, version, lock=True)
    if held is None:
        drafted = rule_life.draft(rules, digest, signed)
        if revision not in {None, 0} or not await rule_sets.add(session, drafted):
            raise RuleSetChangedMeanwhile(version)
        return drafted
    edited = rule_life.edit(held, rules, digest, signed, revision=revision)
    await rule_sets.save(session, edited)
    return edited


async def propose(session: AsyncSession, version: str, *, by: str, now: datetime) -> RuleEntry:
    """Ask another person to approve a rule set that was tried.

    Raises RuleSetNotFound, RuleSetStepRefused, RuleSetNotAhead.
    """
    held = await rule_sets.get(session, version, lock=True)
    proposed = rule_life.propose(held, Signature(by, now), today=_day(now))
    await rule_sets.save(session, proposed)
    return proposed


async def approve(session: AsyncSession, version: str, *, by: str, now: datetime) -> RuleEntry:
    """Let a rule set come into force on its day.

    Raises RuleSetNotFound, RuleSetStepRefused, RuleSetSecondPersonNeeded, RuleSetNotAhead,
    RuleSetDayTaken.
    """
    held = await rule_sets.get(session, version, lock=True)
    approved = rule_life.approve(held, Signature(by, now), today=_day(now))
    await rule_sets.save(session, approved)
    return approved


async def withdraw(
    session: AsyncSession, version: str, because: str, *, caller: Caller, now: datetime
) -> RuleEntry:
    """Give a rule set up.

    Raises RuleSetNotFound, RuleSetStepRefused, RuleSetNotAhead, RuleSetSignerNeeded.
    """
    held = await rule_sets.get(session, version, lock=True)
    withdrawn = rule_life.withdraw(
        held,
        Signature(caller.actor, now),
        because,
        may_approve=caller.has(Role.CITY_ADMIN),
        today=_day(now),
    )
    await rule_sets.save(session, withdrawn)
    return withdrawn


async def ask_for_trial(
    session: AsyncSession,
    version: str,
    *,
    since: date | None,
    until: date | None,
    sample: int | None,
    by: str,
    now: datetime,
) -> Trial:
    """Have a rule set tried on a period, by default the last 90 days that are over.

    Raises RuleSetNotFound; RuleSetStepRefused, where it was given up; TrialPeriodRefused.
    """
    held = await rule_sets.get(session, version)
    if held.state is RuleState.WITHDRAWN:
        raise RuleSetStepRefused(RuleStep.TRY.value, held.state.value)
    yesterday = _day(now) - timedelta(days=1)
    last = min(until or yesterday, yesterday)
    first = since or last - _USUAL_PERIOD
    if not first <= last <= first + LONGEST:
        raise TrialPeriodRefused(first.isoformat(), last.isoformat())
    asked = Trial(
        id=uuid7(),
        rules=held.rules,
        digest=held.digest,
        since=first,
        until=last,
        sample=sample,
        asked_by=by,
        asked_at=now,
    )
    await rule_trials.add(session, asked)
    return asked


async def list_trials(
    session: AsyncSession, version: str, page: PageQuery
) -> tuple[list[Trial], str | None]:
    """Return a page of the trials of a rule set. Raises RuleSetNotFound."""
    await rule_sets.get(session, version)
    return await rule_trials.page(session, version, page)


async def cancel_trial(
    session: AsyncSession, version: str, trial_id: UUID, *, by: str, now: datetime
) -> Trial:
    """Call a trial off; it leaves its rules as far as they were. Raises TrialNotFound, TrialEnded.

    What it had counted so far stays: those enterprises were judged.
    """
    held = await rule_trials.get(session, version, trial_id, lock=True)
    if any(at is not None for at in (held.ended_at, held.cancelled_at, held.failed_at)):
        raise TrialEnded
    cancelled = replace(held, cancelled_at=now, cancelled_by=by)
    await rule_trials.save(session, cancelled)
    await forget(session, held.piece)
    return cancelled


async def share(every: timedelta, most: int, resources: Resources) -> None:
    """Try whatever waits, for as long as the process lives."""
    await attempts.share("rule-trials", go_on_trying, every, most, resources)


async def go_on_trying(sessions: Sessions, now: datetime, *, most: int, actor: str) -> bool:
    """Judge the next enterprises of the trial that waits longest; nothing of it is kept but counts.

    A trial of which a part has failed `most` times in a row has failed: its rules are not tried by
    it. True if there is more to try; raises what a part raises.
    """
    async with transaction(sessions, actor=actor) as session:
        waiting = await rule_trials.waiting(session)
        if waiting is None:
            return False
        failure = await attempts.spent(sessions, waiting.piece, most=most, actor=actor)
        if failure is not None:
            await rule_trials.save(session, replace(waiting, failed_at=now, failure=failure))
        else:
            async with attempts.attempt(sessions, waiting.piece, most=most, actor=actor):
                await _next_part(session, waiting, now)
        await forget(session, waiting.piece)
    return True


async def _next_part(session: AsyncSession, waiting: Trial, now: datetime) -> None:
    keys = await rule_trials.following(session, waiting, limit=_TRIED_AT_ONCE)
    if keys:
        compared = await _compared(session, waiting, list(keys))
        tally = trial.add(waiting.tally, compared)
        await rule_trials.save(
            session, replace(waiting, reached=list(keys.values())[-1], tally=tally)
        )
        return
    await rule_trials.save(session, replace(waiting, ended_at=now))
    held = await rule_sets.get(session, waiting.rules.version, lock=True)
    await rule_sets.save(session, rule_life.tried(held, waiting.digest))


async def _compared(session: AsyncSession, asked: Trial, usccs: list[str]) -> list[Compared]:
    """Judge the period by the rules that were in force, and by those that are tried."""
    firsts = dict.fromkeys(usccs, asked.since)
    opened = await standings.openings(session, firsts)
    courses = [
        Course(uscc, asked.since, asked.until, opened.get(uscc, UNNOTICED)) for uscc in usccs
    ]
    known = await facts.read(session, usccs, since=asked.since)
    editions = await rule_sets.in_force(session)
    # Beside the loop, so that facts are handled meanwhile.
    before = await asyncio.to_thread(judge, known, courses, editions)
    after = await asyncio.to_thread(judge, known, courses, _alone(asked.rules))
    was_warned, is_warned_now = _warned(before), _warned(after)
    return [
        Compared(
            uscc=uscc,
            before=before.today[uscc].after.place,
            after=after.today[uscc].after.place,
            likelihood_before=before.today[uscc].assessment.likelihood,
            likelihood_after=after.today[uscc].assessment.likelihood,
            was_warned=uscc in was_warned,
            is_warned=uscc in is_warned_now,
        )
        for uscc in usccs
    ]


def _alone(rules: RuleSet) -> Editions:
    return Editions.of([rules])


def _warned(history: History) -> set[str]:
    return {one.uscc for one in history.days if is_warned(one.after.place)}


def _day(now: datetime) -> date:
    return now.astimezone(SHANGHAI).date()
