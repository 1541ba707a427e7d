"""The doors to explanations of assessments, and to the labels that warnings became."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from services.scoring.api.callers import ActingOfficer, RuleEditor
from services.scoring.domain.errors import AssessmentNotFound, DayAhead, EnterpriseNotFound
from services.scoring.handlers import explaining as handlers
from services.scoring.problems import PROBLEMS
from services.scoring.schemas.days import Day
from services.scoring.schemas.explaining import ExplanationRead, LabelRead
from services.scoring.schemas.outlook import OutlookRead
from shared.clock import Now
from shared.db import Transaction
from shared.languages import Speaks
from shared.pagination import Page, Pages, link_next
from shared.problems import responses

explaining_router = APIRouter()


@explaining_router.get(
    "/v1/enterprises/{uscc}/assessments/{as_of}/explanation",
    tags=["assessments"],
    responses=responses(PROBLEMS, EnterpriseNotFound, AssessmentNotFound),
)
async def explain_assessment(
    uscc: str, as_of: date, session: Transaction, caller: ActingOfficer, language: Speaks
) -> ExplanationRead:
    """Explain a judged day: what each fact adds, what speaks against, what would lower it.

    `learned` says the same of the model in service that day, feature by feature.
    """
    found = await handlers.explain_day(session, uscc, as_of, caller=caller)
    return ExplanationRead.of(uscc, found, language)


@explaining_router.get(
    "/v1/enterprises/{uscc}/outlook",
    tags=["assessments"],
    responses=responses(PROBLEMS, EnterpriseNotFound, DayAhead),
)
async def look_at_enterprise(
    uscc: str,
    session: Transaction,
    caller: ActingOfficer,
    now: Now,
    language: Speaks,
    on: Annotated[
        Day | None, Query(description="The day to judge, in Beijing; by default today.")
    ] = None,
) -> OutlookRead:
    """Judge any enterprise of the register, noticed or not: what is known, what is not, and why.

    `outlook` is `unknown` where nobody has reported anything lately. That is no sign of health.
    """
    found = await handlers.look_at(session, uscc, on, caller=caller, now=now)
    return OutlookRead.of(found, language)


@explaining_router.get("/v1/labels", tags=["labels"])
async def list_labels(
    request: Request, response: Response, session: Transaction, _caller: RuleEditor, page: Pages
) -> Page[LabelRead]:
    """List the warnings, the oldest first, with what became of them: labels to learn from."""
    found, cursor = await handlers.list_labels(session, page)
    link_next(request, response, cursor)
    return Page(data=[LabelRead.of(raised, told) for raised, told in found], next_cursor=cursor)
