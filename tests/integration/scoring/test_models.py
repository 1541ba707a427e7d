"""Learned models: trained on the past in PostgreSQL, promoted by a second person, retired."""

import asyncio
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from services.scoring.handlers import learning
from services.scoring.store import models, rejudgements
from shared.auth.identity import Role
from shared.db import Sessions, transaction
from tests.integration.scoring.conftest import Api
from tests.integration.scoring.past import TODAY, a_past
from tests.integration.scoring.saying import Said, at, headcounts, rows, tell
from tests.integration.scoring.test_api import officer
from tests.integration.scoring.test_rejudging import work

ACTOR = "service:scoring"
ANALYST = officer(Role.CITY_ANALYST)
ADMIN = replace(officer(Role.CITY_ADMIN), subject="li")
SAME = officer(Role.CITY_ADMIN)


def now() -> datetime:
    return at(TODAY)


async def asked(api: Api, **said: object) -> dict[str, Any]:
    """Ask for a model."""
    answer = await api.send("POST", ANALYST, "/v1/models", said, day=TODAY)
    assert answer.status_code == 202, answer.text
    told: dict[str, Any] = answer.json()
    return told


async def trained(api: Api, sessions: Sessions, **said: object) -> dict[str, Any]:
    """Ask for a model, let the worker train it, and return what became of it."""
    told = await asked(api, **said)
    assert await learning.learn_next(sessions, now, actor=ACTOR)
    found: dict[str, Any] = (await api.get(ANALYST, f"/v1/models/{told['id']}")).json()
    return found


async def test_what_is_still_to_come_was_not_handed_over(api: Api) -> None:
    ahead = {"handed_over_until": (TODAY + timedelta(days=1)).isoformat()}
    answer = await api.send("POST", ANALYST, "/v1/models", ahead, day=TODAY)
    assert (answer.status_code, answer.json()["code"]) == (409, "day_ahead")
    await asked(api, handed_over_until=TODAY.isoformat())


async def test_a_model_learns_from_the_past_and_is_tested_on_what_came_later(
    api: Api, sessions: Sessions
) -> None:
    long_ago = at(date(2014, 7, 15))
    (known, *_) = await a_past(sessions)
    # A single record of a far older month makes no past: the days are planned without it.
    await tell(sessions, headcounts([Said(known, "2014-06", 9)], received=long_ago), now=long_ago)
    waiting = await asked(api, target="layoff_3")
    assert (waiting["state"], waiting["card"], waiting["revision"]) == ("waiting", None, 1)
    assert waiting["asked"]["by"] == "officer:zhang"

    assert await learning.learn_next(sessions, now, actor=ACTOR)
    assert not await learning.learn_next(sessions, now, actor=ACTOR)

    shown = await api.get(ANALYST, f"/v1/models/{waiting['id']}")
    model = shown.json()
    assert (shown.headers["ETag"], model["state"], model["as_of"]) == (
        '"2"',
        "trained",
        TODAY.isoformat(),
    )
    card = model["card"]
    # October's three months ended in January, which was received in February; the platform knows
    # of its first month from February 2024 on. Five days are tested; what the first of them could
    # learn from are days whose three months had ended before.
    learned, tested, kept = (card[name] for name in ("learned_from", "tested_on", "kept_from"))
    assert (tested["since"], tested["until"]) == ("2025-06-30", "2025-10-31")
    assert (learned["since"], learned["until"]) == ("2024-02-29", "2025-02-28")
    assert (kept["since"], kept["until"], kept["enterprises"]) == ("2024-02-29", "2025-10-31", 240)
    assert (card["cut"], card["embargo_months"]) == ("2025-06-30", 3)
    # Whoever owes for two months loses a third: nothing else tells who will.
    figures = card["figures"]
    assert figures["learned"]["average_precision"] > 2 * tested["events"] / tested["examples"]
    assert figures["learned"]["calibration_error"] < figures["rules"]["calibration_error"]
    assert figures["best_single"]["indicator"] == "last(arrears)"
    assert figures["scorecard"]["n"] == figures["rules"]["n"] == tested["examples"]
    assert figures["champion"] is None
    assert card["goes_by"][0]["feature"] == "last(arrears)"
    assert {row["feature"] for row in card["scorecard"]["rows"]} >= {"last(arrears)"}
    assert set(card["groups"]) == {"micro", "not_micro"}
    assert (
        sum(card["groups"][name]["learned"]["n"] for name in card["groups"]) == tested["examples"]
    )
    assert sum(one["n"] for one in card["reliability"]["learned"]) == tested["examples"]
    listed = (await api.get(ANALYST, "/v1/models")).json()["data"]
    assert [one["id"] for one in listed] == [model["id"]]
    assert listed[0]["roc_auc"] == figures["learned"]["roc_auc"]


async def test_too_little_is_told_and_no_failure(api: Api, sessions: Sessions) -> None:
    nothing = await trained(api, sessions, target="mass_6")
    assert (nothing["state"], nothing["reason"]["code"]) == ("unfit", "short_history")
    assert nothing["reason"]["values"] == {"months": 0, "needed": 8}
    assert nothing["reason"]["sentence"].startswith("There are 0 ends of months")

    await a_past(sessions, enterprises=40, strain=0.0)
    calm = await trained(api, sessions, target="layoff_3")
    assert calm["reason"]["code"] == "few_events_learned"
    refused = await api.send("POST", ADMIN, f"/v1/models/{calm['id']}/promotion", {})
    assert (refused.status_code, refused.json()["code"]) == (409, "model_step_refused")
    drift = await api.get(ANALYST, f"/v1/models/{calm['id']}/drift")
    assert (drift.status_code, drift.json()["code"]) == (409, "model_not_trained")


async def test_a_second_person_promotes_and_the_champion_before_retires(
    api: Api, sessions: Sessions
) -> None:
    await a_past(sessions)
    first = await trained(api, sessions, target="layoff_3")
    path = f"/v1/models/{first['id']}"

    for caller, status in ((SAME, 409), (ANALYST, 403)):
        refused = await api.send("POST", caller, f"{path}/promotion", {}, if_match='"2"')
        assert refused.status_code == status
    lost = await api.send("POST", ADMIN, f"{path}/promotion", {}, if_match='"1"')
    assert (lost.status_code, lost.json()["code"]) == (412, "model_changed_meanwhile")
    promoted = await api.send("POST", ADMIN, f"{path}/promotion", {}, if_match='"2"')
    assert promoted.status_code == 200, promoted.text
    assert promoted.headers["ETag"] == '"3"'
    assert (promoted.json()["state"], promoted.json()["promoted"]["by"]) == (
        "champion",
        "officer:li",
    )
    again = await api.send("POST", ADMIN, f"{path}/promotion", {})
    assert (again.status_code, again.json()["code"]) == (409, "model_step_refused")

    # Trained on the same day, the champion knows the tested rows: it is no fair rival.
    second = await trained(api, sessions, target="layoff_3", seed=3)
    assert second["card"]["figures"]["champion"] == {
        "version": first["version"],
        "is_fair": False,
    }
    assert second["digest"] != first["digest"]
    await api.send("POST", ADMIN, f"/v1/models/{second['id']}/promotion", {})
    before = (await api.get(ANALYST, path)).json()
    assert (before["state"], before["because"]) == (
        "retired",
        f"{second['version']} took its place",
    )
    gone = await api.send(
        "POST", ADMIN, f"/v1/models/{second['id']}/retirement", {"because": "too old"}
    )
    assert (gone.status_code, gone.json()["state"]) == (200, "retired")
    async with transaction(sessions, actor=ACTOR) as session:
        assert await models.champion(session) is None


async def test_a_champion_from_before_the_tested_months_is_tested_beside(
    api: Api, sessions: Sessions
) -> None:
    await a_past(sessions)
    old = await trained(api, sessions, target="layoff_3")
    async with transaction(sessions, actor=ACTOR) as session:
        # As if it had been trained before the months that are tested now.
        await session.execute(text("UPDATE scoring.models SET as_of = '2025-06-30'"))
    await api.send("POST", ADMIN, f"/v1/models/{old['id']}/promotion", {})

    new = await trained(api, sessions, target="layoff_3", seed=3)

    beside = new["card"]["figures"]["champion"]
    assert (beside["version"], beside["is_fair"], beside["n"]) == (old["version"], True, 1200)


async def test_the_database_holds_that_one_person_is_not_enough(
    api: Api, sessions: Sessions
) -> None:
    await a_past(sessions)
    model = await trained(api, sessions, target="layoff_3")
    promoted = (
        "UPDATE scoring.models SET state = 'champion', promoted_by = asked_by,"
        " promoted_at = asked_at WHERE id = :id"
    )
    with pytest.raises(IntegrityError, match="promoted_by_another"):
        async with transaction(sessions, actor=ACTOR) as session:
            await session.execute(text(promoted), {"id": UUID(model["id"])})


async def test_a_training_is_taken_by_one_and_again_when_its_worker_died(
    api: Api, sessions: Sessions
) -> None:
    await asked(api)

    async def take() -> tuple[object, int] | None:
        async with transaction(sessions, actor=ACTOR) as session:
            return await models.take(session)

    async def pass_minutes() -> None:
        async with transaction(sessions, actor=ACTOR) as session:
            await session.execute(
                text("UPDATE scoring.models SET taken_at = taken_at - interval '6 minutes'")
            )

    taken = await asyncio.gather(take(), take())
    assert [one is None for one in taken].count(False) == 1
    for attempt in (2, 3):
        await pass_minutes()
        again = await take()
        assert again is not None
        assert again[1] == attempt
    await pass_minutes()
    assert await learning.learn_next(sessions, now, actor=ACTOR)
    found = await rows(sessions, "SELECT state, reason->>'code' FROM scoring.models")
    assert found == [("unfit", "training_died")]


async def test_the_champion_judges_in_shadow_fact_by_fact_and_everyone_anew(
    api: Api, sessions: Sessions
) -> None:
    known = await a_past(sessions)
    model = await trained(api, sessions, target="layoff_3")

    async def everyone(on: date) -> dict[str, Any]:
        started = await api.send("POST", ADMIN, "/v1/rejudgements", {"because": "new"}, day=on)
        async with transaction(sessions, actor=ACTOR) as session:
            await rejudgements.begin(session, at(on))
        await work(sessions, on)
        told_: dict[str, Any] = (
            await api.get(ADMIN, f"/v1/rejudgements/{started.json()['id']}")
        ).json()
        return told_

    assert (await everyone(TODAY))["models"] == []
    without = await rows(sessions, "SELECT uscc, likelihood, learned FROM scoring.outlooks_0")
    assert {learned for _, _, learned in without} == {None}
    places = await rows(sessions, "SELECT uscc, place FROM scoring.standings ORDER BY uscc")

    await api.send("POST", ADMIN, f"/v1/models/{model['id']}/promotion", {})
    assert (await everyone(TODAY))["models"] == [model["version"]]

    learned = {
        uscc: (by_rules, said)
        for uscc, by_rules, said in await rows(
            sessions, "SELECT uscc, likelihood, learned FROM scoring.outlooks_1"
        )
    }
    assert set(learned) == set(known)
    assert await rows(
        sessions,
        "SELECT count(*) FROM scoring.outlooks_1 WHERE learned > 0 AND learned < 1",
    ) == [(len(known),)]
    # It is shown beside, and moves nobody.
    assert {uscc: by_rules for uscc, by_rules, _ in without} == {
        uscc: by_rules for uscc, (by_rules, _) in learned.items()
    }
    assert places == await rows(sessions, "SELECT uscc, place FROM scoring.standings ORDER BY uscc")
    noted = await rows(sessions, "SELECT uscc, as_of, model, likelihood FROM scoring.learned")
    assert {as_of for _, as_of, _, _ in noted} == {TODAY}
    # Of the quiet nothing is kept but their outlooks.
    assert {uscc for uscc, _, _, _ in noted} == {
        uscc
        for (uscc,) in await rows(
            sessions, "SELECT uscc FROM scoring.assessments WHERE as_of = :day", day=TODAY
        )
    }
    assert 0 < len(noted) < len(known)
    assert {uscc: said for uscc, _, _, said in noted} == {
        uscc: learned[uscc][1] for uscc, _, _, _ in noted
    }

    # A new month of somebody who owes for a second month.
    later = TODAY + timedelta(days=14)
    owing = [Said(known[1], "2026-02", 60, 2)]
    await tell(sessions, headcounts(owing, received=at(later)), now=at(later))

    shown = await api.get(ANALYST, f"/v1/enterprises/{known[1]}/assessments")
    day = shown.json()["data"][0]
    assert (day["as_of"], day["learned"]["model"]) == (later.isoformat(), model["version"])
    assert day["learned"]["target"] == "layoff_3"
    assert day["learned"]["low"] <= day["learned"]["likelihood"] <= day["learned"]["high"]
    base_rate = model["card"]["figures"]["learned"]["base_rate"]
    assert day["learned"]["likelihood"] > 2 * base_rate


async def test_drift_tells_of_another_city_and_of_what_came_since(
    api: Api, sessions: Sessions
) -> None:
    known = await a_past(sessions)
    model = await trained(api, sessions, target="layoff_3")

    async def drift(day: date) -> dict[str, Any]:
        api.set_clock(day)
        answer = await api.get(ANALYST, f"/v1/models/{model['id']}/drift")
        assert answer.status_code == 200, answer.text
        told: dict[str, Any] = answer.json()
        return told

    same = await drift(TODAY)
    psi = {one["feature"]: one["psi"] for one in same["features"]}
    assert (same["day"], same["enterprises"], same["since"]) == ("2026-03-01", 240, None)
    assert psi["last(headcount)"] < 0.25

    # Everyone grows a hundredfold, and stays so for half a year.
    for number in range(2, 9):
        received = at(date(2026, number + 1, 15))
        said = [Said(uscc, f"2026-{number:02}", 10_000, 0) for uscc in known]
        await tell(sessions, headcounts(said, received=received), now=received)

    # March, April and May lie after the training, and their three months are over and known.
    other = await drift(date(2026, 9, 20))
    psi = {one["feature"]: one["psi"] for one in other["features"]}
    assert psi["last(headcount)"] > 0.25
    assert (other["since"], other["examples"], other["events"]) == ("2026-03-31", 720, 0)
    assert sum(one["n"] for one in other["reliability"]) == 720
    assert other["calibration_error"] is not None
