"""Explanations and labels through the API, of what scoring has really judged."""

from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest

from services.scoring.handlers import work_lists
from shared.auth.identity import Caller, CallerKind, Role
from shared.db import Sessions, transaction
from shared.events.cases import CaseReopened, CaseResolved
from shared.events.scoring import RiskLevel
from tests.integration.scoring.conftest import Api
from tests.integration.scoring.saying import (
    A,
    B,
    Said,
    Text,
    at,
    headcounts,
    linked,
    refuted,
    registered,
    rows,
    sweep_until,
    tell,
)

DAY = date(2026, 10, 15)


def officer(role: Role, *districts: str) -> Caller:
    """Sign an officer as the gateway does."""
    return Caller("lin", CallerKind.OFFICER, "林", frozenset({role}), frozenset(districts))


OFFICER = officer(Role.DISTRICT_OFFICER, "110105")
ELSEWHERE = officer(Role.DISTRICT_OFFICER, "110108")
ANALYST = officer(Role.CITY_ANALYST, "110105", "110108")


@pytest.fixture(autouse=True)
async def judged(sessions: Sessions) -> None:
    """A lost a fifth of its staff and is talked about; B lost as much."""
    await tell(sessions, registered(A, B), now=at(DAY))
    months = ("2026-06", "2026-07", "2026-08")
    said = [Said(uscc, month, 300, 0) for uscc in (A, B) for month in months]
    said += [Said(A, "2026-09", 240, 0), Said(B, "2026-09", 240, 0)]
    await tell(sessions, headcounts(said, received=at(DAY)), now=at(DAY))
    texts = [Text(A, number, DAY, source=f"s{number}") for number in range(1, 5)]
    await tell(sessions, linked(texts, received=at(DAY)), now=at(DAY))


async def test_parts_of_an_explanation_sum_to_what_was_judged(api: Api, sessions: Sessions) -> None:
    path = f"/v1/enterprises/{A}/assessments"
    listed = (await api.get(OFFICER, path)).json()["data"]
    answer = await api.get(OFFICER, f"{path}/{DAY}/explanation")
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert (told["likelihood"], told["points_to"], told["rules"]) == (
        listed[0]["likelihood"],
        listed[0]["points_to"],
        listed[0]["rules"],
    )
    parts = [Decimal(str(one["contribution"])) for one in told["contributions"]]
    assert sum(parts) == Decimal(str(told["likelihood"]))
    assert [abs(one) for one in parts] == sorted((abs(one) for one in parts), reverse=True)
    assert {one["indicator"] for one in told["contributions"]} == {
        one["indicator"] for one in listed[0]["reasons"]
    }
    assert all(one["import_id"] and one["sentence"] for one in told["contributions"])
    assert [one["reading"] for one in told["against"]] == ["months_in_arrears"]
    assert told["lowering"][0]["families"] == ["employment"]
    assert "Without what is found on employment" in told["lowering"][0]["sentence"]
    chinese = await api.get(OFFICER, f"{path}/{DAY}/explanation", language="zh")
    assert chinese.json()["lowering"][0]["sentence"].startswith("若用工方面")

    # A later fact changes nothing in the explanation of an earlier day.
    await sweep_until(sessions, date(2026, 10, 16), date(2026, 10, 17))
    more = headcounts([Said(A, "2026-10", 100)], received=at(date(2026, 10, 17)))
    await tell(sessions, more, now=at(date(2026, 10, 17)))
    assert (await api.get(OFFICER, f"{path}/{DAY}/explanation")).json() == told


async def test_a_level_that_no_fact_carries_any_more_says_until_when_it_stays(
    api: Api, sessions: Sessions
) -> None:
    path = f"/v1/enterprises/{B}/assessments"
    first = (await api.get(OFFICER, f"{path}/{DAY}/explanation")).json()
    assert (first["points_to"], first["held"]) == ("yellow", None)

    # The month after, all are back; the way down goes step by step, a week each.
    await sweep_until(sessions, date(2026, 10, 16), date(2026, 11, 10))
    back = date(2026, 11, 10)
    await tell(sessions, headcounts([Said(B, "2026-10", 300, 0)], received=at(back)), now=at(back))
    told = (await api.get(OFFICER, f"{path}/{back}/explanation")).json()
    assert told["points_to"] == "none"
    assert (told["held"]["place"], told["held"]["on"]) == ("yellow", "2026-11-17")
    assert told["held"]["sentence"].startswith("The facts of the day point to not noticed; still")
    assert "comes down to blue on 2026-11-17" in told["held"]["sentence"]
    chinese = await api.get(OFFICER, f"{path}/{back}/explanation", language="zh")
    assert "2026-11-17 起降为蓝" in chinese.json()["held"]["sentence"]
    # Whoever reads the list, the entry, or what can be said of the enterprise, reads it there.
    listed = (await api.get(OFFICER, "/v1/warnings")).json()["data"]
    (mine,) = [one for one in listed if one["enterprise"]["uscc"] == B]
    (other,) = [one for one in listed if one["enterprise"]["uscc"] == A]
    assert (mine["reasons"], mine["held"], other["held"]) == ([], told["held"], None)
    entry = (await api.get(OFFICER, f"/v1/warnings/{mine['id']}")).json()
    api.set_clock(back)
    looked = (await api.get(OFFICER, f"/v1/enterprises/{B}/outlook")).json()
    assert entry["held"] == looked["held"] == told["held"]

    await sweep_until(sessions, date(2026, 11, 11), date(2026, 11, 17))
    lower = (await api.get(OFFICER, f"{path}/2026-11-17/explanation")).json()
    assert (lower["held"]["place"], lower["held"]["on"]) == ("blue", "2026-11-24")

    # The list of a week says it of the Sunday that it was made of: A is on it by facts, B is held.
    capacity = "/v1/work-list-capacities/110105"
    lead = officer(Role.DISTRICT_LEAD, "110105")
    assert (await api.send("PUT", lead, capacity, {"weekly": 5})).status_code == 200
    async with transaction(sessions, actor="service:scoring") as session:
        assert await work_lists.make_lists(session, at(date(2026, 11, 17)))
    whole = (await api.get(OFFICER, "/v1/work-lists/110105/2026-11-16")).json()
    on_list = {one["enterprise"]["uscc"]: one["held"] for one in whole["entries"]}
    assert on_list == {A: None, B: told["held"]}

    # A potential risk is held, too, until it stands nowhere; what is lifted is held no more.
    await sweep_until(sessions, date(2026, 11, 18), date(2026, 11, 24))
    (watched,) = (await api.get(OFFICER, "/v1/potential-risks")).json()["data"]
    assert (watched["held"]["lower"], watched["held"]["on"]) == ("none", "2026-12-01")
    gone = (await api.get(OFFICER, f"/v1/warnings/{mine['id']}")).json()
    assert (gone["state"], gone["held"]) == ("lifted", None)


async def test_explanations_stay_in_their_district(api: Api) -> None:
    path = f"/v1/enterprises/{A}/assessments"
    hidden = await api.get(ELSEWHERE, f"{path}/{DAY}/explanation")
    assert (hidden.status_code, hidden.json()["code"]) == (404, "enterprise_not_found")
    unsaid = await api.get(OFFICER, f"{path}/2026-01-01/explanation")
    assert (unsaid.status_code, unsaid.json()["code"]) == (404, "assessment_not_found")


async def warning_of(sessions: Sessions, uscc: str) -> UUID:
    """Return the id of the enterprise's warning."""
    found = await rows(sessions, "SELECT id FROM scoring.warnings WHERE uscc = :uscc", uscc=uscc)
    return UUID(str(found[0][0]))


async def test_what_became_of_warnings_is_their_label(api: Api, sessions: Sessions) -> None:
    about = {
        "case_id": UUID(int=7),
        "number": "2026-7",
        "uscc": A,
        "district": "110105",
        "status": "resolved",
        "level": RiskLevel.YELLOW,
        "warning_id": await warning_of(sessions, A),
        "occurred_at": at(DAY),
    }
    resolved = CaseResolved.model_validate({**about, "version": 5, "outcome": "averted"})
    reopened = CaseReopened.model_validate({**about, "version": 6})
    false = refuted(B, DAY).model_copy(update={"warning_id": await warning_of(sessions, B)})
    await tell(sessions, resolved, false, now=at(DAY))

    async def labels() -> dict[str, tuple[str, str | None, int | None]]:
        told = (await api.get(ANALYST, "/v1/labels")).json()["data"]
        return {
            one["uscc"]: (one["label"], one["outcome"], one["lost_in_six_months"]) for one in told
        }

    assert (await labels())[A] == ("open", "averted", None)
    assert (await labels()).get(B, ("refuted",))[0] == "refuted"
    later = date(2027, 5, 10)
    kept = [Said(A, f"2026-{month}", 240, 0) for month in (10, 11, 12)]
    kept += [Said(A, f"2027-0{month}", 238, 0) for month in range(1, 5)]
    await tell(sessions, headcounts(kept, received=at(later)), now=at(later))
    assert (await labels())[A] == ("averted", "averted", 2)
    # The facts may come in any order: an older one changes nothing.
    await tell(sessions, reopened, resolved, now=at(later))
    assert (await labels())[A] == ("none", None, 2)
    lost = headcounts([Said(A, "2027-01", 200, 0, version=2)], received=at(later))
    await tell(sessions, lost, now=at(later))
    assert (await labels())[A] == ("layoff", None, 40)
    assert (await api.get(OFFICER, "/v1/labels")).status_code == 403
