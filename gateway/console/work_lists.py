"""The list of the week: whom a district's officers look at first, and what is new on it."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from gateway.console.lists import Choice
from gateway.console.pages import page
from gateway.console.visits import Visit, needed, visit

WORK_LISTS: Final = "/console/work-lists"


async def show(request: Request) -> Response:
    """Show the last list of a district, or that of `?week=`."""
    who = await visit(request)
    seen = who.me["districts"]
    district = request.query_params.get("district") or (seen[0]["code"] if seen else "")
    lists: Sequence[Mapping[str, Any]] = needed(
        await who.api.get("v1", "work-lists", query=[("district", district)])
    )["data"]
    weeks = [str(one["week"]) for one in lists]
    asked = request.query_params.get("week", "")
    week = asked if asked in weeks else next(iter(weeks), "")
    found = needed(await who.api.get("v1", "work-lists", district, week)) if week else None
    return await page(
        request,
        "work_list.html",
        visit=who,
        found=found,
        made_of=(date.fromisoformat(week) - timedelta(days=1)).isoformat() if week else None,
        district=district,
        choices=_choices(who, district, week, lists),
    )


def _choices(
    who: Visit, district: str, week: str, lists: Sequence[Mapping[str, Any]]
) -> list[Choice]:
    """Offer the weeks, and the districts to whoever sees more than one."""
    speech = who.speech
    weeks = [(one["week"], speech.date(one["week"])) for one in lists]
    choices = [Choice("week", speech.text("work_list.week"), week, weeks)] if weeks else []
    seen = who.me["districts"]
    if len(seen) > 1:
        names = [(each["code"], each["name"]) for each in seen]
        choices.insert(0, Choice("district", speech.text("filter.district"), district, names))
    return choices
