"""Which data is late: every feed of every agency against the time that its contract gives."""

from collections.abc import Mapping
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from gateway.console.desk import desk_of
from gateway.console.pages import page
from gateway.console.visits import needed, visit

_PART: Final = ("late", "incomplete")
_IN_ORDER: Final = {state: place for place, state in enumerate(_PART)}


async def show(request: Request) -> Response:
    """List what came last of each feed, what is awaited, what is late.

    `?late=true`: only that; `?incomplete=true`: what came in time, and most likely not whole.
    """
    who = await visit(request)
    every = needed(await who.api.get("v1", "freshness"))["data"]
    asked = (state for state in _PART if request.query_params.get(state) == "true")
    only = next(asked, None)
    rows = [row for row in every if only in {None, row["state"]}]
    return await page(
        request,
        "freshness.html",
        visit=who,
        rows=sorted(rows, key=_gravity),
        names=await desk_of(request).partner_names(),
        only=only,
        **{state: sum(row["state"] == state for row in every) for state in _PART},
    )


def _gravity(row: Mapping[str, Any]) -> tuple[int, int, str, str]:
    """Order what is late longest first, then what is not whole; what nobody has sent last."""
    state = _IN_ORDER.get(row["state"], len(_IN_ORDER))
    last = len(_IN_ORDER) + 1 if row["agency"] is None else state
    return last, -row["working_days_late"], row["feed"], row["agency"] or ""
