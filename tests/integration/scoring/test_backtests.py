"""Backtests through the API: asked for, worked off in parts, reported, called off."""

from datetime import date
from typing import Any

import pytest

from services.scoring.handlers import backtests
from shared.auth.identity import Caller, CallerKind, Role
from shared.db import Sessions
from shared.events.ingest import OpinionKind
from tests.integration.scoring.conftest import Api
from tests.integration.scoring.saying import (
    A,
    B,
    C,
    Said,
    Text,
    at,
    headcounts,
    linked,
    registered,
    rows,
    tell,
)

PATH = "/v1/backtests"
TODAY = date(2026, 10, 15)
SINCE, UNTIL = date(2026, 4, 1), date(2026, 6, 30)
ASKED = {"since": SINCE.isoformat(), "until": UNTIL.isoformat()}


def officer(name: str, role: Role) -> Caller:
    """Sign an officer as the gateway does."""
    return Caller(name, CallerKind.OFFICER, name, frozenset({role}), frozenset({"110105"}))


ANALYST = officer("anna", Role.CITY_ANALYST)
LEAD = officer("lin", Role.DISTRICT_LEAD)

# A owes contributions from March on and loses 60 of 300 in July; B owes them as well and loses
# nobody; C loses 40 of 100 in June without a word before.
STAFF = {
    A: [300, 300, 300, 300, 300, 300, 240, 240, 240],
    B: [200, 200, 200, 200, 200, 200, 200, 200, 200],
    C: [100, 100, 100, 100, 100, 60, 60, 60, 60],
}
OWING = {A: 3, B: 3}


@pytest.fixture(autouse=True)
async def lived(sessions: Sessions) -> None:
    """Let three enterprises live from January to September, each month known on the tenth."""
    await tell(sessions, registered(A, B, C), now=at(date(2026, 1, 5)))
    for month in range(1, 10):
        received = at(date(2026, month + 1, 10))
        said = [
            Said(uscc, f"2026-{month:02d}", staff[month - 1], int(month >= OWING.get(uscc, 13)))
            for uscc, staff in STAFF.items()
        ]
        await tell(sessions, headcounts(said, received=received), now=received)


async def go_on(sessions: Sessions, *, turns: int = 100) -> int:
    """Let the worker do so many turns at most; return how many it took to come to rest."""
    for number in range(turns):
        if not await backtests.go_on(sessions, at(TODAY), most=6, actor="service:scoring"):
            return number
    return turns


async def asked(api: Api, **more: object) -> dict[str, Any]:
    """Ask for a backtest."""
    answer = await api.send("POST", ANALYST, PATH, {**ASKED, **more}, day=TODAY)
    assert answer.status_code == 202, answer.text
    return dict(answer.json())


async def shown(api: Api, told: dict[str, Any]) -> dict[str, Any]:
    """Show a backtest."""
    return dict((await api.get(ANALYST, f"{PATH}/{told['id']}")).json())


async def test_history_is_compared_with_what_happened(api: Api, sessions: Sessions) -> None:
    told = await asked(api)
    assert (told["state"], told["enterprises"], told["judged"]) == ("running", 3, 0)
    before = await rows(sessions, "SELECT * FROM scoring.assessments ORDER BY uscc, as_of")
    await go_on(sessions)
    assert await rows(sessions, "SELECT * FROM scoring.assessments ORDER BY uscc, as_of") == before
    assert await rows(sessions, "SELECT * FROM scoring.backtest_cases") == []

    found = await shown(api, told)
    assert (found["state"], found["judged"], found["ended_at"] is not None) == ("ended", 3, True)
    report = found["report"]
    assert report["known_until"] == "2026-09-30"
    every = report["whole"]["every"]
    # A and B from the tenth of April on; nobody was ever warned of C in time: June is not over.
    assert (every["warnings"], every["right"], every["wrong"]) == (2, 1, 1)
    assert every["precision"]["value"] == 0.5
    assert (every["layoffs"], every["caught"], report["missed"]) == (2, 1, [C])
    # From 10 April to the first of July.
    assert every["lead_days"]["median"] == 82
    assert (every["traced"], every["early"]) == (1, 1)
    assert report["wrong"] == [B]
    assert report["best_single"]["indicator"] == "S1"
    by_source = {one["source"]: one for one in report["ablation"]}
    assert len(by_source) == 10
    insurance = by_source["social_insurance"]
    assert (insurance["enterprises"], insurance["changed"]) == (3, 2)
    assert (insurance["without"]["every"]["warnings"], insurance["every"]["recall"]["value"]) == (
        0,
        0.5,
    )
    silent = by_source["opinion"]
    assert (silent["enterprises"], silent["changed"]) == (0, 0)
    assert silent["without"] == report["whole"]
    assert silent["every"]["recall"] == {"value": 0.0, "low": 0.0, "high": 0.0}
    # The likelihood of one month in arrears, weekly, of three enterprises with known horizons.
    assert 0 < report["calibration"]["error"]["value"] < 1
    assert report["stability"]["weeks"] == 13


async def test_it_is_worked_off_in_parts_and_goes_on_after_a_stop(
    api: Api, sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backtests, "_AT_ONCE", 1)
    told = await asked(api)
    await go_on(sessions, turns=2)
    half = await shown(api, told)
    assert (half["state"], half["judged"], half["report"]) == ("running", 2, None)
    # Whoever died in a part has done nothing of it: two more turns, judging the last and reporting.
    assert await go_on(sessions) == 2
    parts = (await shown(api, told))["report"]

    monkeypatch.setattr(backtests, "_AT_ONCE", 500)
    at_once = await asked(api)
    await go_on(sessions)
    assert (await shown(api, at_once))["report"] == parts
    listed = (await api.get(ANALYST, PATH)).json()["data"]
    assert [one["id"] for one in listed] == [at_once["id"], told["id"]]


async def test_what_became_known_later_was_not_known(api: Api, sessions: Sessions) -> None:
    """A text of May that came in September warned nobody in May, and a correction is the truth."""
    late = Text(C, 1, date(2026, 5, 2), kinds=(OpinionKind.LAYOFF,), announced=40)
    await tell(sessions, linked([late], received=at(date(2026, 9, 20))), now=at(TODAY))
    corrected = headcounts([Said(C, "2026-06", 99, 0, version=2)], received=at(date(2026, 9, 21)))
    await tell(sessions, corrected, now=at(TODAY))
    told = await asked(api)
    await go_on(sessions)
    report = (await shown(api, told))["report"]
    opinion = {one["source"]: one for one in report["ablation"]}["opinion"]
    assert (opinion["enterprises"], opinion["changed"]) == (0, 0)
    # C's loss is July's now: 39 of 99.
    assert (report["whole"]["every"]["layoffs"], report["missed"]) == (2, [C])


async def test_named_rules_and_left_out_sources(api: Api, sessions: Sessions) -> None:
    told = await asked(api, rules="rules-2020.1", leave_out=["social_insurance"])
    assert (told["rules"], told["left_out"]) == ("rules-2020.1", ["social_insurance"])
    await go_on(sessions)
    report = (await shown(api, told))["report"]
    assert report["whole"]["every"]["warnings"] == 0
    assert "social_insurance" not in {one["source"] for one in report["ablation"]}
    unknown = await api.send("POST", ANALYST, PATH, {**ASKED, "rules": "rules-1"}, day=TODAY)
    assert (unknown.status_code, unknown.json()["code"]) == (404, "rule_set_not_found")


async def test_it_can_be_called_off(api: Api, sessions: Sessions) -> None:
    told = await asked(api)
    await go_on(sessions, turns=1)
    assert await rows(sessions, "SELECT count(*) FROM scoring.backtest_cases") == [(3,)]
    path = f"{PATH}/{told['id']}/cancellation"
    gone = await api.send("POST", ANALYST, path, {})
    assert (gone.status_code, gone.json()["state"]) == (200, "cancelled")
    assert await go_on(sessions) == 0
    assert await rows(sessions, "SELECT count(*) FROM scoring.backtest_cases") == [(0,)]
    again = await api.send("POST", ANALYST, path, {})
    assert (again.status_code, again.json()["code"]) == (409, "backtest_ended")


async def test_a_period_is_over_and_the_city_alone_asks(api: Api) -> None:
    ahead = {"since": "2026-10-01", "until": TODAY.isoformat()}
    refused = await api.send("POST", ANALYST, PATH, ahead, day=TODAY)
    assert (refused.status_code, refused.json()["code"]) == (409, "backtest_period_refused")
    # Nor one that would take days to judge, or before which there is no calendar.
    too_long = {"since": "2020-01-01", "until": "2026-07-01"}
    endless = await api.send("POST", ANALYST, PATH, too_long, day=TODAY)
    assert (endless.status_code, endless.json()["code"]) == (409, "backtest_period_refused")
    for period in ({"until": "0001-01-02"}, {"since": "0001-01-01", "until": "2026-07-01"}):
        old = await api.send("POST", ANALYST, PATH, period, day=TODAY)
        assert (old.status_code, old.json()["errors"][0]["code"]) == (422, "too_small"), old.text
    usual = await api.send("POST", ANALYST, PATH, {}, day=TODAY)
    # Yesterday less the horizon of 90 days.
    assert (usual.json()["since"], usual.json()["until"]) == ("2026-04-17", "2026-07-16")
    assert (await api.send("POST", LEAD, PATH, ASKED)).status_code == 403
    assert (await api.get(LEAD, PATH)).status_code == 403
    missing = await api.get(ANALYST, f"{PATH}/00000000-0000-7000-8000-000000000009")
    assert (missing.status_code, missing.json()["code"]) == (404, "backtest_not_found")
