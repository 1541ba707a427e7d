"""Which data is late: every feed of every agency against the time that its contract gives."""

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from gateway.console.pages import page
from gateway.console.visits import needed, visit


async def show(request: Request) -> Response:
    """List what came last of each feed, what is awaited, what is late; `?late=true` only that."""
    who = await visit(request)
    every = needed(await who.api.get("v1", "freshness"))["data"]
    only_late = request.query_params.get("late") == "true"
    rows = [row for row in every if row["late"] or not only_late]
    return await page(
        request,
        "freshness.html",
        visit=who,
        rows=sorted(rows, key=_gravity),
        late=sum(row["late"] for row in every),
        only_late=only_late,
    )


def _gravity(row: Mapping[str, Any]) -> tuple[bool, int, bool, str, str]:
    """Order what is late longest first, and what nobody has ever sent last."""
    unsent = row["agency"] is None
    return unsent, -row["working_days_late"], not row["late"], row["feed"], row["agency"] or ""
