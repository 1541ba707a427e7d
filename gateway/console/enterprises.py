"""Any enterprise of the register: found by name or code, and what can be said of it."""

import asyncio
from http import HTTPStatus
from typing import Final
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from gateway.console.cases import titles
from gateway.console.pages import page, with_query
from gateway.console.visits import needed, visit

ENTERPRISES: Final = "/console/enterprises"
_CODE_LENGTH: Final = 18


async def find(request: Request) -> Response:
    """List the enterprises of the person's districts by a part of their names; a code leads on."""
    who = await visit(request)
    asked = request.query_params.get("q", "").strip()
    code = asked.upper()
    if len(code) == _CODE_LENGTH and code.isascii() and code.isalnum():
        return RedirectResponse(f"{ENTERPRISES}/{quote(code)}", HTTPStatus.SEE_OTHER)
    cursor = request.query_params.get("cursor", "")
    query = [(name, of) for name, of in (("q", asked), ("cursor", cursor)) if of]
    found = needed(await who.api.get("v1", "enterprises", query=query))
    following = found["next_cursor"]
    return await page(
        request,
        "enterprises.html",
        visit=who,
        asked=asked,
        rows=found["data"],
        next_page=with_query(request, cursor=following) if following else None,
        first_page=with_query(request, cursor=None) if cursor else None,
    )


async def show(request: Request) -> Response:
    """Show how an enterprise is judged today or on a day, and what is unknown of it."""
    who = await visit(request)
    on = request.query_params.get("on", "")
    entry = ("v1", "enterprises", str(request.path_params["uscc"]))
    path = (*entry, "outlook")
    answer = await who.api.get(*path, query=[("on", on)] if on else [])
    refusal = None
    if answer.status in {HTTPStatus.BAD_REQUEST, HTTPStatus.CONFLICT}:
        # A day that is none, or lies ahead: say so above what can be said of today.
        refusal, answer = who.speech.text("enterprises.no_such_day"), await who.api.get(*path)
    found = needed(answer)
    successions, feeds = await asyncio.gather(
        who.api.get(*entry, "successions"), who.api.get("v1", "feeds")
    )
    return await page(
        request,
        "enterprise.html",
        visit=who,
        status=HTTPStatus.OK if refusal is None else HTTPStatus.BAD_REQUEST,
        found=found,
        refusal=refusal,
        successions=successions.body["data"] if successions.good else (),
        sources=titles(feeds),
    )
