"""Backtests: how right the warnings were on the city's own history, and what each source adds."""

import secrets
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from gateway.console.pages import page, with_query
from gateway.console.visits import Refused, Visit, needed, visit

BACKTESTS: Final = "/console/backtests"
# Half the width of a drawn bar: zero stands in the middle.
_HALF: Final = 100.0
_FIGURES: Final = ("precision", "recall", "early_recall")


async def show_all(request: Request) -> Response:
    """List the backtests, and let the city ask for another."""
    return await _list(await visit(request))


async def ask(request: Request) -> Response:
    """Ask for a backtest; what is refused comes back with the reason."""
    async with request.form() as form:
        typed = {name: value for name, value in form.items() if isinstance(value, str)}
    who = await visit(request)
    if not who.wrote(typed):
        stale = who.speech.text("action.stale")
        return await _list(who, refusal=stale, status=HTTPStatus.FORBIDDEN)
    horizon = typed.get("horizon_days", "")
    answer = await who.api.post(
        *("v1", "backtests"),
        body={
            "since": typed.get("since") or None,
            "until": typed.get("until") or None,
            "horizon_days": int(horizon) if horizon.isdigit() else 90,
            "rules": typed.get("rules") or None,
        },
        headers={"Idempotency-Key": typed.get("key", "")},
    )
    if answer.good:
        return RedirectResponse(f"{BACKTESTS}/{answer.body['id']}", HTTPStatus.SEE_OTHER)
    return await _list(who, refusal=_why(answer.body), status=answer.status)


async def show(request: Request) -> Response:
    """Show a backtest: how far it is, or what it found."""
    who = await visit(request)
    told = needed(await who.api.get("v1", "backtests", str(request.path_params["backtest_id"])))
    report = told["report"]
    return await page(
        request,
        "backtest.html",
        visit=who,
        told=told,
        report=report,
        ways=() if report is None else _ways(report),
        sources=() if report is None else _sources(report["ablation"]),
        key=secrets.token_urlsafe(24),
    )


async def cancel(request: Request) -> Response:
    """Call a backtest off; what has ended meanwhile stays as it is."""
    async with request.form() as form:
        typed = {name: value for name, value in form.items() if isinstance(value, str)}
    who = await visit(request)
    backtest_id = str(request.path_params["backtest_id"])
    if who.wrote(typed):
        answer = await who.api.post(
            *("v1", "backtests", backtest_id, "cancellation"),
            body={},
            headers={"Idempotency-Key": typed.get("key", "")},
        )
        if answer.status == HTTPStatus.NOT_FOUND:
            raise Refused(answer)
    return RedirectResponse(f"{BACKTESTS}/{backtest_id}", HTTPStatus.SEE_OTHER)


async def back(request: Request) -> Response:
    """Lead whoever reloads the address of a form back to the backtest."""
    return RedirectResponse(f"{BACKTESTS}/{request.path_params['backtest_id']}", 303)


async def _list(who: Visit, *, refusal: str = "", status: int = HTTPStatus.OK) -> Response:
    cursor = who.request.query_params.get("cursor")
    query = [("cursor", cursor)] if cursor else []
    found = needed(await who.api.get("v1", "backtests", query=query))
    rules = needed(await who.api.get("v1", "rule-sets"))["data"]
    following = found["next_cursor"]
    return await page(
        who.request,
        "backtests.html",
        visit=who,
        status=status,
        rows=found["data"],
        rules=[one["version"] for one in rules if one["state"] != "withdrawn"],
        key=secrets.token_urlsafe(24),
        refusal=refusal,
        next_page=with_query(who.request, cursor=following) if following else None,
        first_page=with_query(who.request, cursor=None) if cursor else None,
    )


def _why(body: Mapping[str, Any]) -> str:
    errors = [str(each["message"]) for each in body.get("errors", ())]
    return "；".join(errors) or str(body.get("detail", ""))


def _ways(report: Mapping[str, Any]) -> Sequence[tuple[str, str, Mapping[str, Any]]]:
    """Return each way of warning: the key of its name, an indicator if it is one, its figures."""
    named = [
        ("backtests.way_every", "", report["whole"]["every"]),
        ("backtests.way_high", "", report["whole"]["high"]),
        ("backtests.way_micro", "", report["micro"]["every"]),
        ("backtests.way_micro_high", "", report["micro"]["high"]),
    ]
    if single := report["best_single"]:
        named.append(("backtests.way_single", single["indicator"], single["figures"]))
    return named


def _sources(ablation: Sequence[Mapping[str, Any]]) -> Sequence[Mapping[str, Any]]:
    """Return what each source adds, with where its bars are drawn; the silent ones come last."""
    ends = [
        abs(share[name] or 0.0)
        for one in ablation
        for share in one["every"].values()
        for name in ("value", "low", "high")
    ]
    unit = _HALF / max([*ends, 0.01])
    drawn = [
        {
            **one,
            "bars": [
                (name, one["every"][name], _bar(one["every"][name], unit)) for name in _FIGURES
            ],
        }
        for one in ablation
    ]
    return sorted(drawn, key=lambda one: one["enterprises"] == 0)


def _bar(share: Mapping[str, float | None], unit: float) -> Mapping[str, float] | None:
    value, low, high = (share[name] for name in ("value", "low", "high"))
    if value is None or low is None or high is None:
        return None
    return {
        "x": round(_HALF + min(0.0, value * unit), 1),
        "width": round(abs(value) * unit, 1),
        "low": round(_HALF + low * unit, 1),
        "high": round(_HALF + high * unit, 1),
    }
