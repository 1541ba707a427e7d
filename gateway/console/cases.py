"""The page of a case, and taking a step with it."""

import asyncio
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from typing import Any, Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from gateway.console import forms
from gateway.console.calls import Answer, Api
from gateway.console.desk import desk_of
from gateway.console.lists import ENDED
from gateway.console.pages import page, with_query
from gateway.console.visits import NotSignedIn, Visit, needed, visit
from shared.messages import known

_MOST_WARNINGS: Final = 5
_TIMELINE_ROWS: Final = "200"
_DEEDS_SHOWN: Final = (("limit", "200"),)
# What leads off the straight way to a proven outcome; offered after what leads along it.
_ASIDES: Final = frozenset(
    {
        *("return", "doubt", "refute", "suspend", "extend", "send_back", "give_up", "reopen"),
        *("propose_transfer", "refuse_transfer", "withdraw_transfer"),
    }
)
_STEPS: Final = "words.case_step."


@dataclass(frozen=True)
class Doubt:
    """A doubt about a fact as it was sent, and why it was refused; `opened`: it was not."""

    feed: str = ""
    period: str = ""
    said: str = ""
    refusal: str | None = None
    opened: bool = False


@dataclass(frozen=True)
class Form:
    """A step's form as it is shown: what was typed, and what is wrong with it."""

    step: str
    key: str
    typed: Mapping[str, str] = field(default_factory=dict)
    faults: Mapping[str, str] = field(default_factory=dict)
    unplaced: Sequence[str] = ()
    refusal: str | None = None
    trace: str | None = None


async def show(request: Request) -> Response:
    """Show a case; `?step=` opens the form of a step."""
    who = await visit(request)
    step = request.query_params.get("step", "")
    done = request.query_params.get("done", "")
    return await case_page(
        who,
        _id(request),
        form=_blank(who, step) if known(_STEPS + step) else None,
        done=done if known(_STEPS + done) else None,
    )


async def by_number(request: Request) -> Response:
    """Lead whoever typed a case's number to the case.

    Raises HTTPException, 404: no case of theirs has it.
    """
    who = await visit(request)
    number = str(request.path_params["number"])
    answer = await who.api.get("v1", "cases", query=[("number", number)])
    found = answer.body["data"] if answer.good else ()
    if not found and answer.status < HTTPStatus.INTERNAL_SERVER_ERROR:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    (case, *_) = needed(answer)["data"]
    return RedirectResponse(f"/console/cases/{case['id']}", HTTPStatus.SEE_OTHER)


async def take_step(request: Request) -> Response:
    """Take a step; what is refused comes back with what was typed."""
    case_id = _id(request)
    async with request.form() as sent:
        typed = {name: value for name, value in sent.items() if isinstance(value, str)}
    try:
        who = await visit(request)
    except NotSignedIn:
        return await _signed_out_meanwhile(request, case_id, typed)
    form = Form(typed.get("step", ""), typed.get("key", ""), typed)
    if not who.wrote(typed):
        refusal = who.speech.text("action.stale")
        return await case_page(
            who, case_id, form=replace(form, refusal=refusal), status=HTTPStatus.FORBIDDEN
        )
    headers = {"Idempotency-Key": form.key}
    if form.step not in forms.DEEDS:
        # A step is decided on what the page showed; what was seen or done stands by itself.
        headers["If-Match"] = f'"{typed.get("version", "")}"'
    answer = await who.api.post(
        *("v1", "cases", case_id, forms.DEEDS.get(form.step, "transitions")),
        body=forms.request_of(form.step, typed, who.me),
        headers=headers,
    )
    if answer.good:
        # The step is part of a catalogue key, so it is one of ours and safe in an address.
        ours = form.step != "refuse_transfer" or answer.body["district"] in who.me["districts"]
        place = f"/console/cases/{case_id}?done={form.step}" if ours else "/console/"
        return RedirectResponse(place, HTTPStatus.SEE_OTHER)
    return await case_page(who, case_id, form=_refused(who, form, answer), status=answer.status)


async def back_to_case(request: Request) -> Response:
    """Lead whoever reloads the address of a form back to its case."""
    return RedirectResponse(f"/console/cases/{_id(request)}", HTTPStatus.SEE_OTHER)


async def case_page(
    who: Visit,
    case_id: str,
    *,
    form: Form | None = None,
    done: str | None = None,
    doubt: Doubt | None = None,
    status: int = HTTPStatus.OK,
) -> Response:
    """Show a case with all that is known of it, and what was just done or refused."""
    api, request = who.api, who.request
    timeline_query = [("limit", _TIMELINE_ROWS)]
    if after := request.query_params.get("after"):
        timeline_query.append(("cursor", after))
    found, passed, feeds, services, *listed = await asyncio.gather(
        api.get("v1", "cases", case_id),
        api.get("v1", "cases", case_id, "timeline", query=timeline_query),
        api.get("v1", "feeds"),
        api.get("v1", "cases", case_id, "services"),
        api.get("v1", "cases", case_id, "visits", query=_DEEDS_SHOWN),
        api.get("v1", "cases", case_id, "evidence", query=_DEEDS_SHOWN),
        api.get("v1", "cases", case_id, "reports", query=_DEEDS_SHOWN),
        api.get("v1", "cases", case_id, "assistance-requests", query=_DEEDS_SHOWN),
    )
    case, timeline = needed(found), needed(passed)
    enterprise, successions, tickets, *warnings = await asyncio.gather(
        api.get("v1", "enterprises", case["uscc"]),
        api.get("v1", "enterprises", case["uscc"], "successions"),
        api.get("v1", "correction-tickets", query=[("uscc", case["uscc"]), *_DEEDS_SHOWN]),
        *(api.get("v1", "warnings", each["id"]) for each in _latest(case["warnings"])),
    )
    following = timeline["next_cursor"]
    judged, visits, evidence, reports, assistance = (_data(each) for each in (services, *listed))
    return await page(
        request,
        "case.html",
        visit=who,
        status=status,
        case=case,
        steps=sorted(case["allowed_steps"], key=lambda step: step in _ASIDES),
        asides=_ASIDES,
        is_ended=case["status"] in ENDED,
        form=form,
        fields=forms.fields(form.step, who.me) if form else (),
        is_allowed=form is not None
        and form.step in (*case["allowed_steps"], *case["allowed_deeds"]),
        visits=visits,
        evidence=evidence,
        reports=reports,
        assistance=assistance,
        services=judged,
        unfit={each["code"] for each in judged if each["eligible"] == "no"},
        done=done,
        enterprise=enterprise.body if enterprise.good else None,
        successions=successions.body["data"] if successions.good else (),
        warnings=[warning.body for warning in warnings if warning.good],
        explained=await _explained(api, [each.body for each in warnings if each.good]),
        sources=titles(feeds),
        tickets=tickets.body["data"] if tickets.good else (),
        agencies=await desk_of(request).partner_names(),
        doubt=doubt or Doubt(opened=request.query_params.get("ticket") == "opened"),
        doubt_key=_new_key(),
        timeline=timeline["data"],
        names=_names(who, case, timeline["data"]),
        more_timeline=with_query(request, after=following) if following else None,
    )


async def _explained(
    api: Api, warnings: Sequence[Mapping[str, Any]]
) -> Mapping[str, Mapping[str, Any]]:
    """Return why the warnings stand where they do, by their ids; a lifted one stands nowhere."""
    standing = [each for each in warnings if each["state"] == "standing"]
    answers = await asyncio.gather(
        *(
            api.get(
                *("v1", "enterprises", each["enterprise"]["uscc"]),
                *("assessments", each["as_of"], "explanation"),
            )
            for each in standing
        )
    )
    pairs = zip(standing, answers, strict=True)
    return {each["id"]: answer.body for each, answer in pairs if answer.good}


def _data(answer: Answer) -> Sequence[Mapping[str, Any]]:
    """Return the rows; whoever is only asked to take a case over has none of its inner ones."""
    if answer.status == HTTPStatus.NOT_FOUND:
        return ()
    rows: Sequence[Mapping[str, Any]] = needed(answer)["data"]
    return rows


def _blank(who: Visit, step: str) -> Form:
    return Form(step, _new_key(), forms.begun(step, who.speech.now.date()))


def _names(
    who: Visit, case: Mapping[str, Any], timeline: Sequence[Mapping[str, Any]]
) -> Mapping[str, str]:
    """Return the names of those who acted, by subject."""
    named = {each["actor"].rpartition(":")[2]: each["actor_name"] for each in timeline}
    known = named | {case["officer"]: case["officer_name"], who.me["subject"]: who.me["name"]}
    return {subject: name for subject, name in known.items() if subject and name}


def _latest(warnings: list[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    # Their ids begin with the time of their making.
    return sorted(warnings, key=lambda each: str(each["id"]), reverse=True)[:_MOST_WARNINGS]


def titles(feeds: Answer) -> Mapping[str, str]:
    """Map the feeds to their titles, in the language of the page."""
    listed = feeds.body["data"] if feeds.good else ()
    return {feed["name"]: feed["title"] for feed in listed}


def _refused(who: Visit, form: Form, answer: Answer) -> Form:
    said = answer.body
    # What a problem's text says is meant for programs; where it matters there are words for people.
    spoken = known(f"words.refusal.{answer.code}")
    refusal = who.speech.word("refusal", answer.code) if spoken else said.get("detail")
    places = {each.name for each in forms.fields(form.step, who.me)}
    faults: dict[str, str] = {}
    unplaced: list[str] = []
    for error in said.get("errors", ()):
        place, message = str(error.get("pointer", "")).removeprefix("/"), str(error["message"])
        if place in places:
            faults[place] = "；".join(filter(None, (faults.get(place), message)))
        else:
            unplaced.append(message)
    server_failed = answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR
    # A key that belongs to what was sent before would only ever be answered with that.
    is_used = answer.code == "idempotency_key_reused"
    return replace(
        form,
        key=_new_key() if is_used else form.key,
        refusal=refusal or who.speech.text("entrance.failure_text"),
        faults=faults,
        unplaced=unplaced,
        trace=said.get("trace_id") if server_failed else None,
    )


async def _signed_out_meanwhile(
    request: Request, case_id: str, typed: Mapping[str, str]
) -> Response:
    names = [each.name for each in forms.fields(typed.get("step", ""), {"roles": ()})]
    return await page(
        request,
        "notice.html",
        status=HTTPStatus.UNAUTHORIZED,
        notice="entrance.expired",
        again=f"/console/cases/{case_id}",
        typed=[(name, typed[name]) for name in names if typed.get(name)],
    )


def _id(request: Request) -> str:
    return str(request.path_params["case_id"])


def _new_key() -> str:
    """Make the key under which one form takes effect once, however often it is sent."""
    return secrets.token_urlsafe(24)
