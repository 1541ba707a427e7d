"""Doubting a fact at the page of a case: a correction ticket to the agency that had sent it."""

from dataclasses import replace
from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from gateway.console.cases import Doubt, case_page
from gateway.console.visits import needed, visit


async def open_ticket(request: Request) -> Response:
    """Open a ticket on a fact about the case's enterprise; a refusal keeps what was typed."""
    case_id = str(request.path_params["case_id"])
    async with request.form() as sent:
        typed = {name: value for name, value in sent.items() if isinstance(value, str)}
    who = await visit(request)
    doubt = Doubt(typed.get("feed", ""), typed.get("period", ""), typed.get("said", "").strip())
    if not who.wrote(typed):
        stale = replace(doubt, refusal=who.speech.text("action.stale"))
        return await case_page(who, case_id, doubt=stale, status=HTTPStatus.FORBIDDEN)
    case = needed(await who.api.get("v1", "cases", case_id))
    answer = await who.api.post(
        *("v1", "correction-tickets"),
        body={
            "feed": doubt.feed,
            "uscc": case["uscc"],
            "period": doubt.period,
            "doubt": doubt.said,
        },
        headers={"Idempotency-Key": typed.get("key", "")},
    )
    if answer.good:
        address = f"/console/cases/{case_id}?ticket=opened#tickets"
        return RedirectResponse(address, HTTPStatus.SEE_OTHER)
    errors = [str(each["message"]) for each in answer.body.get("errors", ())]
    told = "；".join(errors) or str(answer.body.get("detail", ""))
    return await case_page(who, case_id, doubt=replace(doubt, refusal=told), status=answer.status)
