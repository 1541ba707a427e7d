"""The rules by which enterprises are judged: what a set changes, what it would do, who agrees."""

import json
import secrets
from collections.abc import Mapping, Sequence
from datetime import date
from http import HTTPStatus
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from gateway.console.pages import page, with_query
from gateway.console.visits import Refused, Visit, needed, visit
from gateway.console.words import Speech

RULE_SETS: Final = "/console/rule-sets"
_RUNNING: Final = "running"
# What may be done from the page, in which state.
_STEPS: Final = {
    "draft": ("try", "withdraw"),
    "tried": ("try", "propose", "withdraw"),
    "proposed": ("try", "approve", "withdraw"),
    "approved": ("withdraw",),
    "withdrawn": (),
}
_PATHS: Final = {
    "try": "trials",
    "propose": "proposal",
    "approve": "approval",
    "withdraw": "withdrawal",
}


async def show_all(request: Request) -> Response:
    """List the rule sets."""
    who = await visit(request)
    cursor = request.query_params.get("cursor")
    query = [("cursor", cursor)] if cursor else []
    found = needed(await who.api.get("v1", "rule-sets", query=query))
    following = found["next_cursor"]
    return await page(
        request,
        "rule_sets.html",
        visit=who,
        rows=found["data"],
        in_force=None if cursor else _in_force(who, found["data"]),
        stopped=[one for one in found["data"] if _is_stopped(who, one)],
        signer=who.name_of,
        next_page=with_query(request, cursor=following) if following else None,
        first_page=with_query(request, cursor=None) if cursor else None,
    )


async def show(request: Request) -> Response:
    """Show one: its differences from another, its trials, and the next steps."""
    return await _page(await visit(request))


async def take_step(request: Request) -> Response:
    """Take a step; what is refused comes back with the reason."""
    version = str(request.path_params["version"])
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
        *("v1", "rule-sets", version, _PATHS[step]),
        body={"because": said} if step == "withdraw" else {},
        headers={"Idempotency-Key": typed.get("key", "")},
    )
    if answer.good:
        return RedirectResponse(f"{RULE_SETS}/{version}?done={step}", HTTPStatus.SEE_OTHER)
    if answer.status == HTTPStatus.NOT_FOUND:
        raise Refused(answer)
    errors = [str(each["message"]) for each in answer.body.get("errors", ())]
    told = "；".join(errors) or str(answer.body.get("detail", ""))
    return await _page(who, refusal=told, status=answer.status)


async def cancel_trial(request: Request) -> Response:
    """Call a trial off; what has ended meanwhile stays as it is."""
    version, trial_id = (str(request.path_params[name]) for name in ("version", "trial_id"))
    async with request.form() as form:
        typed = {name: value for name, value in form.items() if isinstance(value, str)}
    who = await visit(request)
    if who.wrote(typed):
        answer = await who.api.post(
            *("v1", "rule-sets", version, "trials", trial_id, "cancellation"),
            body={},
            headers={"Idempotency-Key": typed.get("key", "")},
        )
        if answer.status == HTTPStatus.NOT_FOUND:
            raise Refused(answer)
    return await back(request)


async def back(request: Request) -> Response:
    """Lead whoever reloads the address of a form back to the rule set."""
    return RedirectResponse(f"{RULE_SETS}/{request.path_params['version']}", HTTPStatus.SEE_OTHER)


async def _page(who: Visit, *, refusal: str = "", status: int = HTTPStatus.OK) -> Response:
    request = who.request
    version = str(request.path_params["version"])
    against = request.query_params.get("against", "")
    query = [("against", against)] if against else []
    compared = needed(await who.api.get("v1", "rule-sets", version, "differences", query=query))
    trials: list[dict[str, Any]] = []
    if who.is_city:
        trials = needed(await who.api.get("v1", "rule-sets", version, "trials"))["data"]
    entry = compared["after"]
    done = request.query_params.get("done", "")
    shown = await page(
        request,
        "rule_set.html",
        visit=who,
        status=status,
        entry=entry,
        before=compared["before"],
        differences=[
            {
                "pointer": one["pointer"],
                "place": _place(who.speech, one["pointer"]),
                "before": _written(one["before"]),
                "after": _written(one["after"]),
            }
            for one in compared["differences"]
        ],
        trials=trials,
        running=_RUNNING in {one["state"] for one in trials},
        steps=_steps(who, entry),
        is_stopped=_is_stopped(who, entry),
        needs_signer=who.is_city and _is_ahead(who, entry) and not _may_withdraw(who, entry),
        needs_another=entry["state"] == "proposed" and not _may_approve(who, entry),
        signer=who.name_of,
        key=secrets.token_urlsafe(24),
        refusal=refusal,
        done=done if done in _PATHS else "",
    )
    if request.headers.get("HX-Request") and _RUNNING not in {one["state"] for one in trials}:
        # The trial has ended that the page was looking at: what may be done now is another thing.
        shown.headers["HX-Refresh"] = "true"
    return shown


def _steps(who: Visit, entry: Mapping[str, Any]) -> tuple[str, ...]:
    """Offer what would not be refused: whoever wrote or proposed rules does not approve them."""
    if not who.is_city or entry["is_built_in"]:
        return ()
    steps = _STEPS[entry["state"]]
    if entry["state"] == "approved" and not _is_ahead(who, entry):
        return ()
    refused = set() if _may_approve(who, entry) else {"approve"}
    if not _may_withdraw(who, entry):
        refused.add("withdraw")
    return tuple(step for step in steps if step not in refused)


def _may_approve(who: Visit, entry: Mapping[str, Any]) -> bool:
    return _is_administrator(who) and _actor(who) not in _signers(entry, "edited", "proposed")


def _may_withdraw(who: Visit, entry: Mapping[str, Any]) -> bool:
    """What two persons agreed on is given up by one of them, or by an administrator."""
    agreed = _signers(entry, "edited", "proposed", "approved")
    return entry["state"] != "approved" or _is_administrator(who) or _actor(who) in agreed


def _in_force(who: Visit, rows: Sequence[Mapping[str, Any]]) -> str | None:
    """Name the rule set that enterprises are judged by today; of one day, a city's own."""
    held = [one for one in rows if one["state"] == "approved" and not _is_ahead(who, one)]
    held.sort(key=lambda one: (one["effective_from"], not one["is_built_in"]))
    return held[-1]["version"] if held else None


def _is_stopped(who: Visit, entry: Mapping[str, Any]) -> bool:
    """Tell whether two persons had agreed on it, and it was given up before its day."""
    was_approved = entry["state"] == "withdrawn" and entry["approved"] is not None
    return was_approved and _is_ahead(who, entry)


def _is_ahead(who: Visit, entry: Mapping[str, Any]) -> bool:
    return date.fromisoformat(entry["effective_from"]) > who.speech.now.date()


def _signers(entry: Mapping[str, Any], *names: str) -> set[str]:
    return {entry[name]["by"] for name in names if entry[name]}


def _is_administrator(who: Visit) -> bool:
    return "city_admin" in who.me["roles"]


def _actor(who: Visit) -> str:
    return f"officer:{who.me['subject']}"


def _place(speech: Speech, pointer: str) -> str:
    """Say where in the rules something stands, in words; indicators with their ids."""
    segments = pointer.removeprefix("/").split("/")
    return " / ".join(_named(speech, segment) for segment in segments)


def _named(speech: Speech, segment: str) -> str:
    """Call a field, a family or a source what people call it; an id stays as it is."""
    if (name := speech.word("indicator", segment)) != segment:
        return speech.text("rule_sets.indicator", id=segment, name=name)
    names = (speech.word(kind, segment) for kind in ("rule_field", "family", "source"))
    return next((name for name in names if name != segment), segment)


def _written(value: object) -> str:
    if isinstance(value, str):
        return value
    return "—" if value is None else json.dumps(value, ensure_ascii=False)
