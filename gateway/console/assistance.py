"""Requests to departments: a department's page, and taking one back from the page of its case."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Final
from uuid import UUID

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from gateway.console.attempts import HOME
from gateway.console.lists import REQUESTS
from gateway.console.pages import page, with_query
from gateway.console.visits import Refused, Visit, needed, visit

_PENDING: Final = ("asked", "accepted")
_ENDED: Final = ("answered", "returned", "withdrawn")
# What is said with a step, by the name that the API has for it.
_SAID: Final[Mapping[str, str]] = {
    "accept": "",
    "answer": "answer",
    "return": "reason",
    "withdraw": "reason",
}


@dataclass(frozen=True)
class Sent:
    """What was sent about a request, and why it was refused."""

    request_id: str
    step: str
    said: str
    key: str
    refusal: str | None = None


async def show(request: Request) -> Response:
    """List what the department was asked; `?ended=true` what became of it."""
    who = await visit(request)
    return await _page(who, done=request.query_params.get("done", ""))


async def take_step(request: Request) -> Response:
    """Take a step with a request; what is refused comes back with what was typed."""
    request_id = str(request.path_params["request_id"])
    async with request.form() as form:
        typed = {name: value for name, value in form.items() if isinstance(value, str)}
    who = await visit(request)
    step = typed.get("step", "")
    sent = Sent(request_id, step, typed.get("said", "").strip(), typed.get("key", ""))
    if not who.wrote(typed):
        stale = replace(sent, refusal=who.speech.text("action.stale"))
        return await _page(who, sent=stale, status=HTTPStatus.FORBIDDEN)
    if step not in _SAID:
        return await back_to_list(request)
    answer = await who.api.post(
        *("v1", "assistance-requests", request_id, step),
        body={_SAID[step]: sent.said} if _SAID[step] else {},
        headers={"Idempotency-Key": sent.key},
    )
    if step == "withdraw":
        needed(answer)
        return _back_to_case(typed.get("case", ""))
    if answer.good:
        return RedirectResponse(f"{REQUESTS}?done={step}", HTTPStatus.SEE_OTHER)
    if answer.status == HTTPStatus.NOT_FOUND:
        raise Refused(answer)
    errors = [str(each["message"]) for each in answer.body.get("errors", ())]
    told = "；".join(errors) or str(answer.body.get("detail", ""))
    return await _page(who, sent=replace(sent, refusal=told), status=answer.status)


async def back_to_list(_request: Request) -> Response:
    """Lead whoever reloads the address of a form back to the list."""
    return RedirectResponse(REQUESTS, HTTPStatus.SEE_OTHER)


def _back_to_case(said: str) -> Response:
    """Lead back to the case that a form names, once it is seen to be an id and no other address."""
    try:
        address = f"/console/cases/{UUID(said)}"
    except ValueError:
        address = HOME
    return RedirectResponse(address, HTTPStatus.SEE_OTHER)


async def _page(
    who: Visit, *, sent: Sent | None = None, done: str = "", status: int = HTTPStatus.OK
) -> Response:
    request = who.request
    shows_ended = request.query_params.get("ended") == "true"
    query = [("status", each) for each in (_ENDED if shows_ended else _PENDING)]
    if cursor := request.query_params.get("cursor"):
        query.append(("cursor", cursor))
    found = needed(await who.api.get("v1", "assistance-requests", query=query))
    following = found["next_cursor"]
    return await page(
        request,
        "assistance.html",
        visit=who,
        status=status,
        rows=found["data"],
        keys={each["id"]: secrets.token_urlsafe(24) for each in found["data"]},
        shows_ended=shows_ended,
        sent=sent,
        done=done if done in _SAID else "",
        next_page=with_query(request, cursor=following) if following else None,
        first_page=with_query(request, cursor=None) if cursor else None,
    )
