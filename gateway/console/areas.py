"""Area alerts: districts in which many enterprises lost much staff in one month."""

from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from gateway.console.lists import Choice
from gateway.console.pages import page, with_query
from gateway.console.visits import Visit, needed, visit

AREA_ALERTS: Final = "/console/area-alerts"


async def show_all(request: Request) -> Response:
    """List the alerts of the districts that the person sees, the last raised first."""
    who = await visit(request)
    district = request.query_params.get("district", "")
    cursor = request.query_params.get("cursor", "")
    query = [(name, of) for name, of in (("district", district), ("cursor", cursor)) if of]
    found = needed(await who.api.get("v1", "area-alerts", query=query))
    following = found["next_cursor"]
    return await page(
        request,
        "area_alerts.html",
        visit=who,
        rows=found["data"],
        choices=_choices(who, district),
        next_page=with_query(request, cursor=following) if following else None,
        first_page=with_query(request, cursor=None) if cursor else None,
    )


async def show(request: Request) -> Response:
    """Show one with its enterprises, the largest loss first."""
    who = await visit(request)
    alert = needed(await who.api.get("v1", "area-alerts", str(request.path_params["alert_id"])))
    return await page(request, "area_alert.html", visit=who, alert=alert)


def _choices(who: Visit, district: str) -> list[Choice]:
    """Offer the districts to whoever sees more than one."""
    seen = who.me["districts"]
    if len(seen) < 2:  # noqa: PLR2004  one is no choice
        return []
    every = ("", who.speech.text("filter.all"))
    names = [every, *((each["code"], each["name"]) for each in seen)]
    return [Choice("district", who.speech.text("filter.district"), district, names)]
