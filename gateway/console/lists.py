"""The lists: my work, and the warnings for those who see the whole city."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from gateway.console.calls import Query
from gateway.console.pages import page, with_query
from gateway.console.visits import Visit, needed, visit
from gateway.console.words import GROUPS, Speech

REQUESTS: Final = "/console/assistance"
LEVELS: Final = ("red", "orange", "yellow", "blue")
OPEN: Final = (
    "pending_dispatch",
    "dispatched",
    "accepted",
    "verifying",
    "planned",
    "in_disposition",
    "suspended",
    "pending_review",
    "resolved",
    "follow_up",
)
ENDED: Final = ("closed", "closed_unresolved", "closed_false_positive", "archived")
_STATUSES: Final[Mapping[str, tuple[str, ...]]] = {"open": OPEN, "ended": ENDED, "all": ()}
_DESK: Final = ("pending_dispatch", "dispatched", "pending_review")
_UNIT: Final = ("dispatched", "accepted", "verifying", "in_disposition")
_STATES: Final = ("standing", "lifted")


@dataclass(frozen=True)
class Choice:
    """A condition of a list that is chosen from a few; the first option is the usual one."""

    name: str
    label: str
    chosen: str
    options: Sequence[tuple[str, str]]


async def work(request: Request) -> Response:
    """List the cases of the officer's districts, what is due first in front."""
    who = await visit(request)
    if who.is_department:
        return RedirectResponse(REQUESTS, HTTPStatus.SEE_OTHER)
    chosen = {name: request.query_params.get(name, "") for name in _CASE_FILTERS}
    status = chosen["status"] or "open"
    query = [("status", each) for each in _STATUSES.get(status, (status,))]
    query += _said(chosen, "level", "district", "uscc", "overdue")
    found = needed(await who.api.get("v1", "cases", query=[*query, *_cursor(request)]))
    return await page(
        request,
        "work.html",
        visit=who,
        groups=_grouped(who.speech, found["data"]),
        chosen={**chosen, "status": status},
        quick=_quick(who),
        is_plain=not any(chosen.values()),
        choices=[
            Choice("status", who.speech.text("filter.status"), status, _statuses(who.speech)),
            *_level_and_district(who, chosen),
        ],
        without_uscc=with_query(request, uscc=None, cursor=None),
        **_pages(request, found),
    )


async def warnings(request: Request) -> Response:
    """List the warnings, the last raised first; within a page, the gravest first."""
    who = await visit(request)
    chosen = {name: request.query_params.get(name, "") for name in _WARNING_FILTERS}
    state = chosen["state"] or _STATES[0]
    query = [] if state == "all" else [("state", state)]
    query += _said(chosen, "level", "district")
    found = needed(await who.api.get("v1", "warnings", query=[*query, *_cursor(request)]))
    return await page(
        request,
        "warnings.html",
        visit=who,
        rows=sorted(found["data"], key=_gravity),
        choices=[
            Choice("state", who.speech.text("filter.state"), state, _states(who.speech)),
            *_level_and_district(who, chosen),
        ],
        **_pages(request, found),
    )


def unknown_filters(who: Visit, problem: Mapping[str, Any]) -> list[tuple[str, str]]:
    """List the conditions that the API did not understand, as the page names them, with values."""
    faults = [
        (str(each.get("parameter", "")).partition(".")[0], str(each.get("value", "")))
        for each in problem.get("errors", ())
    ]
    return [(who.speech.text(f"filter.{name}"), value) for name, value in faults if name in _NAMED]


_NAMED: Final = frozenset({"status", "level", "district", "state", "overdue"})
_CASE_FILTERS: Final = ("status", "level", "district", "uscc", "overdue")
_WARNING_FILTERS: Final = ("state", "level", "district")


def _said(chosen: Mapping[str, str], *names: str) -> list[tuple[str, str]]:
    return [(name, chosen[name]) for name in names if chosen[name]]


def _cursor(request: Request) -> Query:
    cursor = request.query_params.get("cursor")
    return [("cursor", cursor)] if cursor else []


def _pages(request: Request, found: Mapping[str, Any]) -> dict[str, Any]:
    following = found["next_cursor"]
    is_first = "cursor" not in request.query_params
    return {
        "next_page": with_query(request, cursor=following) if following else None,
        "first_page": None if is_first else with_query(request, cursor=None),
    }


def _quick(who: Visit) -> list[tuple[str, str]]:
    """Offer what this officer has to look for: the desk's part of a case's life, or the unit's."""
    desk = _DESK if who.is_desk else ()
    unit = () if who.is_city else _UNIT
    statuses = [each for each in OPEN if each in {*desk, *unit}]
    named = [(name, f"/console/?status={name}") for name in (*statuses, "ended")]
    return [("", "/console/"), ("overdue", "/console/?overdue=true"), *named]


def _gravity(warning: Mapping[str, Any]) -> tuple[int, int]:
    return LEVELS.index(warning["level"]), -warning["jobs_at_risk"]


def _grouped(
    speech: Speech, rows: Sequence[Mapping[str, Any]]
) -> list[tuple[str, list[Mapping[str, Any]]]]:
    """Put the rows, which come by due date, under what is late, due today, and later."""
    grouped: dict[str, list[Mapping[str, Any]]] = {group: [] for group in GROUPS}
    for row in rows:
        grouped[speech.urgency(row)].append(row)
    return [(group, held) for group, held in grouped.items() if held]


def _statuses(speech: Speech) -> list[tuple[str, str]]:
    named = [(name, speech.text(f"filter.{name}")) for name in _STATUSES]
    return named + [(each, speech.word("case_status", each)) for each in (*OPEN, *ENDED)]


def _states(speech: Speech) -> list[tuple[str, str]]:
    named = [(each, speech.word("warning_state", each)) for each in _STATES]
    return [*named, ("all", speech.text("filter.all"))]


def _level_and_district(who: Visit, chosen: Mapping[str, str]) -> list[Choice]:
    """Offer the levels, and the districts to whoever sees more than one."""
    speech = who.speech
    every = ("", speech.text("filter.all"))
    label = speech.text("filter.district")
    levels = [every, *((each, speech.word("level", each)) for each in LEVELS)]
    choices = [Choice("level", speech.text("filter.level"), chosen["level"], levels)]
    seen = who.me["districts"]
    if len(seen) > 1:
        names = [every, *((each["code"], each["name"]) for each in seen)]
        choices.append(Choice("district", label, chosen["district"], names))
    return choices
