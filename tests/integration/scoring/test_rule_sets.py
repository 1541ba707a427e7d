"""Rule sets through the API: written, tried on history, approved by another, and judged by."""

from datetime import date, timedelta
from typing import Any

import pytest

from services.scoring.domain.editions import BUILT_IN
from services.scoring.handlers import rule_sets
from shared.auth.identity import Caller, CallerKind, Role
from shared.db import Sessions
from tests.integration.scoring.conftest import Api
from tests.integration.scoring.saying import (
    A,
    B,
    Said,
    at,
    headcounts,
    registered,
    rows,
    sweep_until,
    tell,
)

TODAY = date(2026, 10, 15)
HOLDS_FROM = date(2026, 10, 18)
PATH = "/v1/rule-sets/rules-2026.2"
BEFORE = BUILT_IN.on(TODAY).version


def officer(name: str, role: Role) -> Caller:
    """Sign an officer as the gateway does."""
    return Caller(name, CallerKind.OFFICER, name, frozenset({role}), frozenset({"110105"}))


ANALYST = officer("anna", Role.CITY_ANALYST)
ADMIN = officer("bo", Role.CITY_ADMIN)
LEAD = officer("lin", Role.DISTRICT_LEAD)
STRANGER = officer("deng", Role.CITY_ANALYST)


@pytest.fixture(autouse=True)
async def judged(sessions: Sessions) -> None:
    """A lost a fifth of its staff, B nobody; both were judged by the built-in rules."""
    await tell(sessions, registered(A, B), now=at(TODAY))
    said = [
        Said(A, "2026-08", 300),
        Said(A, "2026-09", 240),
        Said(B, "2026-08", 300),
        Said(B, "2026-09", 300),
    ]
    await tell(sessions, headcounts(said, received=at(TODAY)), now=at(TODAY))


async def blind(api: Api) -> dict[str, Any]:
    """Write rules that see no fall of staff at all."""
    shown = await api.get(ANALYST, f"/v1/rule-sets/{BEFORE}")
    document = shown.json()["document"]
    document["version"] = "rules-2026.2"
    document["effective_from"] = HOLDS_FROM.isoformat()
    document["weights"]["employment"] = 0.0
    document["statutory"]["fewest"] = 1_000_000
    return dict(document)


async def go_on(sessions: Sessions) -> None:
    """Let the worker try what waits."""
    now = at(TODAY + timedelta(days=1))
    while await rule_sets.go_on_trying(sessions, now, most=6, actor="service:scoring"):
        pass


async def drafted(api: Api) -> dict[str, Any]:
    """Draft the rules."""
    answer = await api.send("PUT", ANALYST, PATH, {"document": await blind(api)})
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def test_the_built_in_rules_are_the_first(api: Api) -> None:
    listed = (await api.get(LEAD, "/v1/rule-sets")).json()["data"]
    assert [(one["version"], one["state"], one["is_built_in"]) for one in listed] == [
        (rules.version, "approved", True) for rules in BUILT_IN.rule_sets
    ]
    refused = await api.send(
        "POST", ADMIN, f"/v1/rule-sets/{BEFORE}/withdrawal", {"because": "outdated"}
    )
    assert (refused.status_code, refused.json()["code"]) == (409, "rule_set_step_refused")


async def test_what_is_in_force_is_compared_with_what_held_before_it(api: Api) -> None:
    before = BUILT_IN.on(BUILT_IN.on(TODAY).effective_from - timedelta(days=1))
    compared = (await api.get(LEAD, f"/v1/rule-sets/{BEFORE}/differences")).json()
    assert compared["before"]["version"] == before.version != BEFORE
    changed = {one["pointer"]: one["after"] for one in compared["differences"]}
    assert changed["/version"] == BEFORE


async def test_rules_live_from_draft_to_force(api: Api, sessions: Sessions) -> None:
    draft = await drafted(api)
    assert (draft["state"], draft["edited"]["by"]) == ("draft", "officer:anna")
    compared = (await api.get(LEAD, f"{PATH}/differences")).json()
    assert {one["pointer"]: one["after"] for one in compared["differences"]} == {
        "/version": "rules-2026.2",
        "/effective_from": "2026-10-18",
        "/weights/employment": 0.0,
        "/statutory/fewest": 1_000_000,
    }

    untried = await api.send("POST", ANALYST, f"{PATH}/proposal", {}, day=TODAY)
    assert untried.json()["code"] == "rule_set_step_refused"

    # A period that is none is said to be none, not turned into another.
    for since, until in ((TODAY, TODAY - timedelta(days=1)), (TODAY + timedelta(days=1), None)):
        period = {"since": since.isoformat(), "until": until and until.isoformat()}
        turned = await api.send("POST", ANALYST, f"{PATH}/trials", period, day=TODAY)
        assert (turned.status_code, turned.json()["code"]) == (409, "trial_period_refused")
    # Nor is one that would take days to try, or before which there is no calendar.
    too_long = {"since": (TODAY - timedelta(days=1_100)).isoformat()}
    endless = await api.send("POST", ANALYST, f"{PATH}/trials", too_long, day=TODAY)
    assert (endless.status_code, endless.json()["code"]) == (409, "trial_period_refused")
    for early in ({"until": "0001-01-02"}, {"since": "0001-01-01"}):
        old = await api.send("POST", ANALYST, f"{PATH}/trials", early, day=TODAY)
        assert (old.status_code, old.json()["errors"][0]["code"]) == (422, "too_small"), old.text

    before = await rows(sessions, "SELECT * FROM scoring.assessments ORDER BY uscc, as_of")
    asked = await api.send(
        "POST",
        ANALYST,
        f"{PATH}/trials",
        {"since": TODAY.isoformat(), "until": TODAY.isoformat(), "sample": None},
        day=TODAY + timedelta(days=1),
    )
    assert asked.status_code == 202, asked.text
    await go_on(sessions)
    found = (await api.get(ANALYST, f"{PATH}/trials")).json()["data"][0]
    assert (found["state"], found["ended_at"] is None) == ("ended", False)
    assert (found["judged"], found["changed"], found["up"], found["down"]) == (2, 1, 0, 1)
    assert (found["warned_before"], found["warned_after"]) == (1, 0)
    assert found["moves"] == [{"before": "yellow", "after": "none", "count": 1}]
    assert [(one["uscc"], one["after"]) for one in found["examples"]] == [(A, "none")]
    assert await rows(sessions, "SELECT * FROM scoring.assessments ORDER BY uscc, as_of") == before

    proposed = await api.send("POST", ANALYST, f"{PATH}/proposal", {}, day=TODAY)
    assert proposed.json()["state"] == "proposed"
    own = await api.send(
        "POST", officer("anna", Role.CITY_ADMIN), f"{PATH}/approval", {}, day=TODAY
    )
    assert (own.status_code, own.json()["code"]) == (409, "rule_set_second_person_needed")
    approved = await api.send("POST", ADMIN, f"{PATH}/approval", {}, day=TODAY)
    assert (approved.json()["state"], approved.json()["approved"]["by"]) == (
        "approved",
        "officer:bo",
    )

    await sweep_until(sessions, TODAY + timedelta(days=1), HOLDS_FROM + timedelta(days=1))
    by_day = await rows(
        sessions,
        "SELECT as_of, rules, points_to FROM scoring.assessments WHERE uscc = :uscc ORDER BY as_of",
        uscc=A,
    )
    assert by_day == [
        (date(2026, 10, 15), BEFORE, "yellow"),
        (date(2026, 10, 16), BEFORE, "yellow"),
        (date(2026, 10, 17), BEFORE, "yellow"),
        (date(2026, 10, 18), "rules-2026.2", "none"),
        (date(2026, 10, 19), "rules-2026.2", "none"),
    ]

    # A late fact of a past day is judged by the rules of that day, and the days after by theirs.
    late = headcounts([Said(A, "2026-07", 300)], received=at(date(2026, 10, 16)))
    await tell(sessions, late, now=at(HOLDS_FROM + timedelta(days=1), 12))
    again = await rows(
        sessions,
        "SELECT as_of, rules FROM scoring.assessments WHERE uscc = :uscc ORDER BY as_of",
        uscc=A,
    )
    assert again == [(day, version) for day, version, _ in by_day]


async def test_a_trial_can_be_called_off(api: Api, sessions: Sessions) -> None:
    await drafted(api)
    asked = await api.send("POST", ANALYST, f"{PATH}/trials", {"sample": None}, day=TODAY)
    path = f"{PATH}/trials/{asked.json()['id']}/cancellation"
    # One enterprise after the other, so that the first part leaves something to do.
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rule_sets, "_TRIED_AT_ONCE", 1)
        now = at(TODAY + timedelta(days=1))
        assert await rule_sets.go_on_trying(sessions, now, most=6, actor="service:scoring")
    assert (await api.send("POST", LEAD, path, {})).status_code == 403
    gone = await api.send("POST", ADMIN, path, {})
    assert (gone.status_code, gone.json()["state"]) == (200, "cancelled"), gone.text
    await go_on(sessions)
    (found,) = (await api.get(ANALYST, f"{PATH}/trials")).json()["data"]
    assert (found["state"], found["judged"], found["ended_at"]) == ("cancelled", 1, None)
    assert found["cancelled"]["by"] == "officer:bo"
    assert await rows(sessions, "SELECT count(*) FROM scoring.attempts") == [(0,)]
    # It says nothing of the rules: they are as little tried as before.
    assert (await api.get(ANALYST, PATH)).json()["state"] == "draft"

    again = await api.send("POST", ANALYST, path, {})
    assert (again.status_code, again.json()["code"]) == (409, "trial_ended")
    for other in (f"/v1/rule-sets/{BEFORE}", "/v1/rule-sets/rules-1.1"):
        foreign = f"{other}/trials/{asked.json()['id']}/cancellation"
        assert (await api.send("POST", ANALYST, foreign, {})).status_code == 404


async def test_what_is_no_rule_set_is_refused_by_name(api: Api) -> None:
    document = await blind(api)
    document["indicators"][0]["family"] = "weather"
    unknown = await api.send("PUT", ANALYST, PATH, {"document": document})
    assert unknown.status_code == 422
    fault = unknown.json()["errors"][0]
    assert (fault["pointer"], fault["value"]) == ("/document/indicators/0/family", "weather")

    document["indicators"][0]["family"] = "employment"
    document["indicators"][0]["id"] = "E99"
    unsound = await api.send("PUT", ANALYST, PATH, {"document": document})
    assert (unsound.status_code, unsound.json()["code"]) == (422, "rule_set_refused")
    assert "E99" in unsound.json()["errors"][0]["message"]

    other = await api.send("PUT", ANALYST, "/v1/rule-sets/rules-2026.9", {"document": document})
    assert other.status_code == 422


async def test_a_draft_changes_only_as_it_was_read(api: Api) -> None:
    draft = await drafted(api)
    again = {"document": await blind(api)}
    lost = await api.send("PUT", ANALYST, PATH, again, if_match='"7"')
    assert (lost.status_code, lost.json()["code"]) == (412, "rule_set_changed_meanwhile")
    kept = await api.send("PUT", ADMIN, PATH, again, if_match=f'"{draft["revision"]}"')
    assert (kept.json()["revision"], kept.headers["etag"]) == (2, '"2"')


async def test_districts_read_rules_and_do_not_write_them(api: Api) -> None:
    document = await blind(api)
    assert (await api.send("PUT", LEAD, PATH, {"document": document})).status_code == 403
    await drafted(api)
    assert (await api.send("POST", ANALYST, f"{PATH}/approval", {})).status_code == 403
    assert (await api.get(LEAD, f"{PATH}/trials")).status_code == 403
    assert (await api.get(LEAD, "/v1/rule-sets/rules-1.1")).json()["code"] == "rule_set_not_found"


async def test_withdrawn_rules_never_come_into_force(api: Api, sessions: Sessions) -> None:
    await drafted(api)
    gone = await api.send("POST", ANALYST, f"{PATH}/withdrawal", {"because": "not needed"})
    assert (gone.json()["state"], gone.json()["because"]) == ("withdrawn", "not needed")
    await sweep_until(sessions, TODAY + timedelta(days=1), HOLDS_FROM)
    assert await rows(sessions, "SELECT DISTINCT rules FROM scoring.assessments") == [(BEFORE,)]


async def test_one_person_stops_approved_rules_and_two_bring_them_back(
    api: Api, sessions: Sessions
) -> None:
    async def agreed(path: str, document: dict[str, Any]) -> None:
        for method, caller, door, body in (
            ("PUT", ANALYST, "", {"document": document}),
            ("POST", ANALYST, "/trials", {"sample": 2}),
            ("POST", ANALYST, "/proposal", {}),
            ("POST", ADMIN, "/approval", {}),
        ):
            answer = await api.send(method, caller, f"{path}{door}", body, day=TODAY)
            assert answer.is_success, answer.text
            await go_on(sessions)

    document = await blind(api)
    await agreed(PATH, document)
    gone = (f"{PATH}/withdrawal", {"because": "wrong number"})
    other = await api.send("POST", STRANGER, *gone, day=TODAY)
    assert (other.status_code, other.json()["code"]) == (409, "rule_set_signer_needed")
    assert "an administrator of the city" in other.json()["detail"]
    stopped = await api.send("POST", ANALYST, *gone, day=TODAY)
    assert stopped.status_code == 200, stopped.text

    # Everybody who acts by the rules reads who stopped what two had agreed on.
    told = (await api.get(LEAD, PATH)).json()
    assert (told["state"], told["because"]) == ("withdrawn", "wrong number")
    assert (told["approved"]["by"], told["withdrawn"]["by"]) == ("officer:bo", "officer:anna")
    # There is no way back for this version, whoever tries; a new one needs two persons again.
    for method, caller, door, body in (
        ("PUT", ADMIN, "", {"document": document}),
        ("POST", ADMIN, "/trials", {}),
        ("POST", ADMIN, "/proposal", {}),
        ("POST", ADMIN, "/approval", {}),
    ):
        refused = await api.send(method, caller, f"{PATH}{door}", body, day=TODAY)
        assert (refused.status_code, refused.json()["code"]) == (409, "rule_set_step_refused")
    await agreed("/v1/rule-sets/rules-2026.3", {**document, "version": "rules-2026.3"})
    await sweep_until(sessions, TODAY + timedelta(days=1), HOLDS_FROM)
    by_day = await rows(
        sessions,
        "SELECT rules FROM scoring.assessments WHERE uscc = :uscc AND as_of = :day",
        uscc=A,
        day=HOLDS_FROM,
    )
    assert by_day == [("rules-2026.3",)]
