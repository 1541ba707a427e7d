"""The doors to rule sets: the city's analysts write them, another administrator approves."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query, Request, Response, status
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError

from services.scoring.api.callers import (
    ActingOfficer,
    Administrator,
    RuleEditor,
)
from services.scoring.domain.errors import (
    RuleSetChangedMeanwhile,
    RuleSetDayTaken,
    RuleSetNotAhead,
    RuleSetNotFound,
    RuleSetRefused,
    RuleSetSecondPersonNeeded,
    RuleSetSignerNeeded,
    RuleSetStepRefused,
    TrialEnded,
    TrialNotFound,
    TrialPeriodRefused,
)
from services.scoring.domain.rule_life import RuleEntry
from services.scoring.handlers import rule_sets as handlers
from services.scoring.problems import PROBLEMS
from services.scoring.schemas.rule_sets import (
    RuleSetDifferencesRead,
    RuleSetRead,
    RuleSetWhole,
    RuleSetWithdrawal,
    RuleSetWrite,
    RuleTrialRead,
    RuleTrialWrite,
)
from shared.clock import Now
from shared.db import Transaction
from shared.etags import IfMatch, etag, version_of
from shared.idempotency import Once
from shared.languages import Speaks
from shared.pagination import Page, Pages, link_next
from shared.problems import responses

rule_sets_router = APIRouter(prefix="/v1/rule-sets", tags=["rule sets"])

Version = Annotated[str, Path(min_length=1, max_length=40)]


@rule_sets_router.get("")
async def list_rule_sets(
    request: Request, response: Response, session: Transaction, _caller: ActingOfficer, page: Pages
) -> Page[RuleSetRead]:
    """List the rule sets: those in force, before and to come, and those that are being written."""
    found, cursor = await handlers.list_rule_sets(session, page)
    link_next(request, response, cursor)
    return Page(data=[RuleSetRead.of(entry) for entry in found], next_cursor=cursor)


@rule_sets_router.get("/{version}", responses=responses(PROBLEMS, RuleSetNotFound))
async def show_rule_set(
    version: Version, response: Response, session: Transaction, _caller: ActingOfficer
) -> RuleSetWhole:
    """Show a rule set with all that it says."""
    entry = await handlers.show(session, version)
    response.headers["ETag"] = etag(entry.revision)
    return RuleSetWhole.of(entry)


@rule_sets_router.get("/{version}/differences", responses=responses(PROBLEMS, RuleSetNotFound))
async def compare_rule_sets(
    version: Version,
    session: Transaction,
    _caller: ActingOfficer,
    now: Now,
    against: Annotated[
        str | None,
        Query(
            max_length=40,
            description="By default the one in force today; of that, the one before it.",
        ),
    ] = None,
) -> RuleSetDifferencesRead:
    """Say what is different between another rule set and this one."""
    return RuleSetDifferencesRead.of(await handlers.compare(session, version, against, now=now))


@rule_sets_router.put(
    "/{version}",
    response_model=RuleSetWhole,
    responses=responses(PROBLEMS, RuleSetRefused, RuleSetChangedMeanwhile, RuleSetStepRefused),
)
async def put_rule_set(
    version: Version,
    asked: RuleSetWrite,
    session: Transaction,
    once: Once,
    caller: RuleEditor,
    now: Now,
    if_match: IfMatch = None,
) -> Response:
    """Draft a rule set, or edit a draft."""

    async def put() -> RuleSetWhole:
        with _read_as_body(asked):
            entry = await handlers.put(
                session,
                version,
                asked.document,
                revision=version_of(if_match),
                by=caller.actor,
                now=now,
            )
        return RuleSetWhole.of(entry)

    return await once.answer(status.HTTP_200_OK, RuleSetWhole, put, headers=_tagged)


@rule_sets_router.get("/{version}/trials", responses=responses(PROBLEMS, RuleSetNotFound))
async def list_rule_trials(
    version: Version,
    request: Request,
    response: Response,
    session: Transaction,
    _caller: RuleEditor,
    page: Pages,
    language: Speaks,
) -> Page[RuleTrialRead]:
    """List the trials of a rule set on history, the last asked first, with what they found."""
    entry = await handlers.show(session, version)
    found, cursor = await handlers.list_trials(session, version, page)
    link_next(request, response, cursor)
    told = [RuleTrialRead.of(one, entry.digest, language) for one in found]
    return Page(data=told, next_cursor=cursor)


@rule_sets_router.post(
    "/{version}/trials",
    status_code=status.HTTP_202_ACCEPTED,
    response_model=RuleTrialRead,
    responses=responses(PROBLEMS, RuleSetNotFound, RuleSetStepRefused, TrialPeriodRefused),
)
async def try_rule_set(
    version: Version,
    asked: RuleTrialWrite,
    session: Transaction,
    once: Once,
    caller: RuleEditor,
    now: Now,
    language: Speaks,
) -> Response:
    """Have a rule set tried on history: days are judged again, and nothing of it is kept."""

    async def ask() -> RuleTrialRead:
        trial = await handlers.ask_for_trial(
            session,
            version,
            since=asked.since,
            until=asked.until,
            sample=asked.sample,
            by=caller.actor,
            now=now,
        )
        return RuleTrialRead.of(trial, trial.digest, language)

    return await once.answer(status.HTTP_202_ACCEPTED, RuleTrialRead, ask)


@rule_sets_router.post(
    "/{version}/trials/{trial_id}/cancellation",
    response_model=RuleTrialRead,
    responses=responses(PROBLEMS, RuleSetNotFound, TrialNotFound, TrialEnded),
)
async def cancel_rule_trial(
    version: Version,
    trial_id: UUID,
    session: Transaction,
    once: Once,
    caller: RuleEditor,
    now: Now,
    language: Speaks,
) -> Response:
    """Call a trial off; it says no more of its rules than before, and another can be asked for."""

    async def cancel() -> RuleTrialRead:
        entry = await handlers.show(session, version)
        trial = await handlers.cancel_trial(session, version, trial_id, by=caller.actor, now=now)
        return RuleTrialRead.of(trial, entry.digest, language)

    return await once.answer(status.HTTP_200_OK, RuleTrialRead, cancel)


@rule_sets_router.post(
    "/{version}/proposal",
    response_model=RuleSetRead,
    responses=responses(PROBLEMS, RuleSetNotFound, RuleSetStepRefused, RuleSetNotAhead),
)
async def propose_rule_set(
    version: Version, session: Transaction, once: Once, caller: RuleEditor, now: Now
) -> Response:
    """Ask another person to approve a rule set that was tried."""

    async def propose() -> RuleSetRead:
        return _told(await handlers.propose(session, version, by=caller.actor, now=now))

    return await once.answer(status.HTTP_200_OK, RuleSetRead, propose, headers=_tagged)


@rule_sets_router.post(
    "/{version}/approval",
    response_model=RuleSetRead,
    responses=responses(
        PROBLEMS,
        RuleSetNotFound,
        RuleSetStepRefused,
        RuleSetSecondPersonNeeded,
        RuleSetNotAhead,
        RuleSetDayTaken,
    ),
)
async def approve_rule_set(
    version: Version, session: Transaction, once: Once, caller: Administrator, now: Now
) -> Response:
    """Let a rule set come into force on its day; whoever wrote or proposed it does not."""

    async def approve() -> RuleSetRead:
        return _told(await handlers.approve(session, version, by=caller.actor, now=now))

    return await once.answer(status.HTTP_200_OK, RuleSetRead, approve, headers=_tagged)


@rule_sets_router.post(
    "/{version}/withdrawal",
    response_model=RuleSetRead,
    responses=responses(
        PROBLEMS, RuleSetNotFound, RuleSetStepRefused, RuleSetNotAhead, RuleSetSignerNeeded
    ),
)
async def withdraw_rule_set(
    version: Version,
    asked: RuleSetWithdrawal,
    session: Transaction,
    once: Once,
    caller: RuleEditor,
    now: Now,
) -> Response:
    """Give a rule set up; an approved one before its day, who signed it or an administrator."""

    async def withdraw() -> RuleSetRead:
        withdrawn = await handlers.withdraw(session, version, asked.because, caller=caller, now=now)
        return _told(withdrawn)

    return await once.answer(status.HTTP_200_OK, RuleSetRead, withdraw, headers=_tagged)


@contextmanager
def _read_as_body(asked: RuleSetWrite) -> Iterator[None]:
    """Tell of what is no rule set as of any other body."""
    try:
        yield
    except ValidationError as error:
        faults = [
            {**dict(fault), "loc": ("body", "document", *fault["loc"])} for fault in error.errors()
        ]
        raise RequestValidationError(faults, body=asked.model_dump()) from error


def _told(entry: RuleEntry) -> RuleSetRead:
    return RuleSetRead.of(entry)


def _tagged(shown: RuleSetRead) -> dict[str, str]:
    return {"ETag": etag(shown.revision)}
