"""The API of scoring, as officers of all kinds and as partners meet it."""

from datetime import date, timedelta
from uuid import UUID

import pytest

from shared.auth.identity import Caller, CallerKind, Role
from shared.codes.divisions import DISTRICTS
from shared.db import Sessions
from shared.events.cases import CasePlaced
from tests.integration.scoring.conftest import Api
from tests.integration.scoring.saying import IMPORT, A, B, C, Said, at, headcounts, registered, tell

DAY = date(2026, 10, 15)
NOW = at(DAY)
EVERYWHERE = frozenset(district.code for district in DISTRICTS)


def officer(role: Role, *districts: str) -> Caller:
    """Sign an officer as the gateway does."""
    codes = frozenset(districts) or EVERYWHERE
    return Caller("zhang", CallerKind.OFFICER, "张", frozenset({role}), codes)


CHAOYANG = officer(Role.DISTRICT_OFFICER, "110105")
HAIDIAN = officer(Role.DISTRICT_LEAD, "110108")
CITY = officer(Role.CITY_ANALYST)
AUDITOR = officer(Role.AUDITOR)
BANK = Caller("bank-a", CallerKind.BANK, "甲银行")
AGENCY = Caller("hrss", CallerKind.AGENCY, "人社局", feeds=frozenset({"insured_headcount"}))


@pytest.fixture
async def listed(sessions: Sessions) -> None:
    """Three enterprises: A yellow in Chaoyang, B orange in Haidian, C watched in Chaoyang."""
    await tell(sessions, registered(A, C), registered(B, district="110108"), now=NOW)
    said = {
        A: [Said(A, "2026-08", 300), Said(A, "2026-09", 240)],
        B: [Said(B, "2026-08", 1000), Said(B, "2026-09", 800)],
        C: [Said(C, "2026-08", 20), Said(C, "2026-09", 17)],
    }
    for hour, rows in enumerate(said.values(), start=10):
        now = at(DAY, hour)
        await tell(sessions, headcounts(rows, received=now), now=now)


async def ids(api: Api, caller: Caller, **query: str) -> list[str]:
    """List the enterprises of the warnings that a caller sees."""
    answer = await api.get(caller, "/v1/warnings", **query)
    assert answer.status_code == 200, answer.text
    return [one["enterprise"]["uscc"] for one in answer.json()["data"]]


@pytest.mark.usefixtures("listed")
async def test_officers_see_the_warnings_of_their_districts(api: Api) -> None:
    assert await ids(api, CITY) == [B, A]
    assert await ids(api, CHAOYANG) == [A]
    assert await ids(api, HAIDIAN) == [B]
    assert await ids(api, CITY, district="110105") == [A]
    assert await ids(api, CHAOYANG, district="110108") == []
    assert await ids(api, CITY, level="orange") == [B]
    assert await ids(api, CITY, level="red") == []
    assert await ids(api, CITY, state="standing") == [B, A]
    assert await ids(api, CITY, state="lifted") == []


@pytest.mark.usefixtures("listed")
async def test_the_list_goes_on_where_a_page_ends(api: Api) -> None:
    first = await api.get(CITY, "/v1/warnings", limit="1")
    cursor = first.json()["next_cursor"]
    second = await api.get(CITY, "/v1/warnings", limit="1", cursor=cursor)

    assert [one["enterprise"]["uscc"] for one in first.json()["data"]] == [B]
    assert 'rel="next"' in first.headers["link"]
    assert [one["enterprise"]["uscc"] for one in second.json()["data"]] == [A]
    assert second.json()["next_cursor"] is None


@pytest.mark.usefixtures("listed")
async def test_a_warning_says_who_what_and_why(api: Api) -> None:
    (found,) = (await api.get(CHAOYANG, "/v1/warnings")).json()["data"]
    warning_id = found.pop("id")

    assert (await api.get(CHAOYANG, f"/v1/warnings/{warning_id}")).json() == {
        "id": warning_id,
        **found,
    }
    reasons = found.pop("reasons")
    assert found == {
        "version": 1,
        "enterprise": {
            "uscc": A,
            "name": "北京示例科技有限公司",
            "district": "110105",
            "street": "建外街道",
            "industry": "6510",
            "status": "active",
        },
        "state": "standing",
        "level": "yellow",
        # .95 * 2^(-15/60) = .7989; E1 .9 and E2 1.0: 1 - .2810 * .2011 = .9435, capped; .9 * .9
        # and what has come of as much, alone: .01 + .01 * (.81 - .05) / .95
        "likelihood": 0.018,
        "learned": None,
        "headcount": 240,
        "jobs_at_risk": 60,
        "raised_at": "2026-10-15T10:00:00+08:00",
        "as_of": "2026-10-15",
        "lifted_at": None,
        "because": None,
        "held": None,
    }
    assert reasons[0] == {
        "indicator": "E1",
        "family": "employment",
        "strength": 0.9,
        "parameters": {"base": 300, "headcount": 240, "persons": 60, "percent": 20.0},
        "period": "2026-09",
        "source": "insured_headcount",
        "import_id": str(IMPORT),
        "rule_version": "rules-2020.5",
        "sentence": "2026-09: insured headcount went from 300 in the month before to 240,"
        " a loss of 60 (20.0 %).",
    }
    assert [reason["indicator"] for reason in reasons] == ["E1", "E2", "LAY-15"]


@pytest.mark.usefixtures("listed")
async def test_reasons_speak_the_language_of_the_request(api: Api) -> None:
    (found,) = (await api.get(HAIDIAN, "/v1/warnings", language="zh-CN")).json()["data"]

    assert [reason["sentence"] for reason in found["reasons"]] == [
        "2026-09 参保人数由上月的 1000 人变为 800 人，环比减少 200 人（20.0%）。",
        "截至 2026-09，三个月内参保人数由 1000 人变为 800 人，累计减少 200 人（20.0%）。",
        (
            "截至 2026-09，三个月内参保人数由最高 1000 人变为 800 人，减少 200 人（20.0%），"
            "达到《劳动合同法》第四十一条规定的裁员规模（20 人以上或 10% 以上）。"
        ),
        (
            "2026-09 参保人数由上月的 1000 人变为 800 人，一次减少 200 人（20.0%），"
            "达到 200 人以上的规模性减员。"
        ),
    ]


@pytest.mark.usefixtures("listed")
async def test_potential_risks_are_watched_not_warned(api: Api) -> None:
    (found,) = (await api.get(CHAOYANG, "/v1/potential-risks")).json()["data"]

    assert (found["enterprise"]["uscc"], found["since"], found["headcount"]) == (
        C,
        "2026-10-15",
        17,
    )
    assert [reason["sentence"] for reason in found["reasons"]] == [
        "2026-09: insured headcount went from 20 in the month before to 17, a loss of 3 (15.0 %).",
        (
            "Up to 2026-09: insured headcount went from 20 to 17 within three months,"
            " a loss of 3 (15.0 %)."
        ),
    ]
    assert (await api.get(HAIDIAN, "/v1/potential-risks")).json()["data"] == []
    elsewhere = await api.get(CHAOYANG, "/v1/potential-risks", district="110108")
    assert elsewhere.json()["data"] == []


@pytest.mark.usefixtures("listed")
async def test_the_days_of_an_enterprise(api: Api, sessions: Sessions) -> None:
    tomorrow = at(DAY + timedelta(days=1))
    owing = headcounts([Said(A, "2026-09", 240, 2, version=2)], received=tomorrow)
    await tell(sessions, owing, now=tomorrow)

    days = (await api.get(CHAOYANG, f"/v1/enterprises/{A}/assessments")).json()["data"]

    assert [
        (one["as_of"], one["standing"], one["level"], one["move"], one["admission"], one["impact"])
        for one in days
    ] == [
        ("2026-10-16", "warning", "red", "kept", "corroborated", 3),
        ("2026-10-15", "warning", "yellow", "raised", "statutory", 3),
    ]
    assert days[1]["families"] == {"employment": 0.9}
    assert days[1]["rules"] == "rules-2020.5"


@pytest.mark.usefixtures("listed")
async def test_what_is_elsewhere_and_what_is_not_look_the_same(api: Api) -> None:
    (there,) = (await api.get(HAIDIAN, "/v1/warnings")).json()["data"]
    nobodys = "01975000-0000-7000-8000-0000000000ff"
    pairs = [
        (f"/v1/warnings/{there['id']}", f"/v1/warnings/{nobodys}"),
        (f"/v1/enterprises/{B}/assessments", "/v1/enterprises/91110105MA00000009/assessments"),
    ]
    for elsewhere, nowhere in pairs:
        answers = [await api.get(CHAOYANG, path) for path in (elsewhere, nowhere)]
        assert [answer.status_code for answer in answers] == [404, 404]
        shown = [
            {k: v for k, v in answer.json().items() if k not in ("instance", "trace_id")}
            for answer in answers
        ]
        assert shown[0] == shown[1]


@pytest.mark.usefixtures("listed")
@pytest.mark.parametrize("caller", [BANK, AGENCY, AUDITOR], ids=["bank", "agency", "auditor"])
async def test_levels_are_for_officers_who_act(api: Api, caller: Caller) -> None:
    (shown,) = (await api.get(CHAOYANG, "/v1/warnings")).json()["data"]
    for path in (
        "/v1/warnings",
        f"/v1/warnings/{shown['id']}",
        "/v1/potential-risks",
        f"/v1/enterprises/{A}/assessments",
    ):
        answer = await api.get(caller, path)
        assert answer.status_code == 403
        assert A not in answer.text.replace(path, "")


async def test_without_the_gateways_word_nobody_is_let_in(api: Api) -> None:
    assert (await api.client.get("/v1/warnings")).status_code == 401


@pytest.mark.parametrize(
    ("query", "parameter"),
    [({"level": "purple"}, "level"), ({"colour": "red"}, "colour"), ({"limit": "0"}, "limit")],
)
async def test_a_wrong_parameter_is_named(api: Api, query: dict[str, str], parameter: str) -> None:
    answer = await api.get(CITY, "/v1/warnings", **query)

    assert answer.status_code == 400
    assert [error["parameter"] for error in answer.json()["errors"]] == [parameter]


async def _sees(api: Api, caller: Caller) -> set[str]:
    """Return the enterprises that a caller sees, by every door alike."""
    warned = await ids(api, caller)
    watched = (await api.get(caller, "/v1/potential-risks")).json()["data"]
    seen = {*warned, *(one["enterprise"]["uscc"] for one in watched)}
    for uscc in (A, B, C):
        days = await api.get(caller, f"/v1/enterprises/{uscc}/assessments")
        assert (days.status_code == 200) == (uscc in seen)
    return seen


@pytest.mark.usefixtures("listed")
async def test_whoever_has_the_case_sees_what_was_judged(api: Api, sessions: Sessions) -> None:
    def placed(version: int, uscc: str, *, stands: bool = True) -> CasePlaced:
        case_id = UUID(int=(A, B, C).index(uscc) + 1)
        return CasePlaced(
            case_id=case_id,
            version=version,
            uscc=uscc,
            district="110108",
            stands=stands,
            occurred_at=NOW,
        )

    assert await _sees(api, HAIDIAN) == {B}
    await tell(sessions, placed(1, A), placed(1, C), now=NOW)
    assert await _sees(api, HAIDIAN) == {A, B, C}
    assert await _sees(api, CHAOYANG) == {A, C}
    await tell(sessions, placed(5, A, stands=False), placed(1, A), now=NOW)
    assert await _sees(api, HAIDIAN) == {B, C}
