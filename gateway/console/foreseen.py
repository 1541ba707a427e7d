"""Why the learned model says what it says of an enterprise on the warning list."""

from starlette.requests import Request
from starlette.responses import Response

from gateway.console.cases import titles
from gateway.console.pages import page
from gateway.console.visits import needed, visit


async def show(request: Request) -> Response:
    """Show what the model says beside the rules, and which facts it has that from."""
    who = await visit(request)
    warning = needed(await who.api.get("v1", "warnings", str(request.path_params["warning_id"])))
    judged = ("v1", "enterprises", warning["enterprise"]["uscc"], "assessments", warning["as_of"])
    explained = needed(await who.api.get(*judged, "explanation"))
    feeds = await who.api.get("v1", "feeds")
    return await page(
        request,
        "foreseen.html",
        visit=who,
        warning=warning,
        learned=explained["learned"],
        sources=titles(feeds),
    )
