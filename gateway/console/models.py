"""Learned models: their cards, what has drifted since, and who puts one into service."""

import secrets
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from gateway.console.pages import page, with_query
from gateway.console.visits import Refused, Visit, needed, visit

MODELS: Final = "/console/models"
# What may be done from the page, in which state.
_STEPS: Final = {
    "waiting": (),
    "unfit": (),
    "trained": ("promote", "retire"),
    "champion": ("retire",),
    "retired": ("promote",),
}
_PATHS: Final = {"promote": "promotion", "retire": "retirement"}
_ADMINISTRATOR: Final = "city_admin"


async def show_all(request: Request) -> Response:
    """List the models, and let a training be asked for."""
    return await _list(await visit(request))


async def train(request: Request) -> Response:
    """Ask for a training."""
    async with request.form() as form:
        typed = {name: value for name, value in form.items() if isinstance(value, str)}
    who = await visit(request)
    if not who.wrote(typed):
        return await _list(
            who, refusal=who.speech.text("action.stale"), status=HTTPStatus.FORBIDDEN
        )
    handed_over = typed.get("handed_over_until", "").strip()
    answer = await who.api.post(
        *("v1", "models"),
        body={"target": typed.get("target", ""), "handed_over_until": handed_over or None},
        headers={"Idempotency-Key": typed.get("key", "")},
    )
    if answer.good:
        return RedirectResponse(f"{MODELS}/{answer.body['id']}", HTTPStatus.SEE_OTHER)
    return await _list(who, refusal=_told(answer.body), status=answer.status)


async def show(request: Request) -> Response:
    """Show the card of a model; `?drift=1` compares it with today."""
    return await _page(await visit(request))


async def take_step(request: Request) -> Response:
    """Take a step; what is refused comes back with the reason."""
    model_id = str(request.path_params["model_id"])
    async with request.form() as form:
        typed = {name: value for name, value in form.items() if isinstance(value, str)}
    who = await visit(request)
    step = typed.get("step", "")
    if not who.wrote(typed):
        return await _page(
            who, refusal=who.speech.text("action.stale"), status=HTTPStatus.FORBIDDEN
        )
    if step not in _PATHS:
        return await back(request)
    said = typed.get("because", "").strip()
    answer = await who.api.post(
        *("v1", "models", model_id, _PATHS[step]),
        body={"because": said} if step == "retire" else {},
        # A step is decided on what the page showed.
        headers={
            "Idempotency-Key": typed.get("key", ""),
            "If-Match": f'"{typed.get("revision", "")}"',
        },
    )
    if answer.good:
        return RedirectResponse(f"{MODELS}/{model_id}?done={step}", HTTPStatus.SEE_OTHER)
    if answer.status == HTTPStatus.NOT_FOUND:
        raise Refused(answer)
    return await _page(who, refusal=_told(answer.body), status=answer.status)


async def back(request: Request) -> Response:
    """Lead whoever reloads the address of a form back to the model."""
    return RedirectResponse(f"{MODELS}/{request.path_params['model_id']}", HTTPStatus.SEE_OTHER)


async def _list(who: Visit, *, refusal: str = "", status: int = HTTPStatus.OK) -> Response:
    request = who.request
    cursor = request.query_params.get("cursor")
    query = [("cursor", cursor)] if cursor else []
    found = needed(await who.api.get("v1", "models", query=query))
    following = found["next_cursor"]
    return await page(
        request,
        "models.html",
        visit=who,
        status=status,
        rows=found["data"],
        key=secrets.token_urlsafe(24),
        refusal=refusal,
        next_page=with_query(request, cursor=following) if following else None,
        first_page=with_query(request, cursor=None) if cursor else None,
    )


async def _page(who: Visit, *, refusal: str = "", status: int = HTTPStatus.OK) -> Response:
    request = who.request
    model_id = str(request.path_params["model_id"])
    model = needed(await who.api.get("v1", "models", model_id))
    drift = None
    if who.is_city and model["card"] and request.query_params.get("drift"):
        drift = needed(await who.api.get("v1", "models", model_id, "drift"))
    may = _ADMINISTRATOR in who.me["roles"]
    done = request.query_params.get("done", "")
    return await page(
        request,
        "model.html",
        visit=who,
        status=status,
        model=model,
        card=model["card"],
        drift=drift,
        steps=_STEPS[model["state"]] if may else (),
        key=secrets.token_urlsafe(24),
        refusal=refusal,
        done=done if done in _PATHS else "",
    )


def _told(body: Mapping[str, Any]) -> str:
    errors = [str(each["message"]) for each in body.get("errors", ())]
    return "；".join(errors) or str(body.get("detail", ""))
