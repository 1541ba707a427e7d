"""Why the champion says what it says, through the API: of everyone of whom it said something."""

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from services.scoring.store import rejudgements
from shared.db import Sessions, transaction
from tests.integration.scoring.conftest import Api
from tests.integration.scoring.past import TODAY, a_past
from tests.integration.scoring.saying import Said, at, headcounts, rows, tell
from tests.integration.scoring.test_models import ACTOR, ADMIN, ANALYST, trained
from tests.integration.scoring.test_rejudging import work

LATER = TODAY + timedelta(days=14)


@pytest.fixture
async def known(api: Api, sessions: Sessions) -> list[str]:
    """A city that a champion has judged in shadow, everyone on a day and one by a fact later."""
    found = await a_past(sessions)
    model = await trained(api, sessions, target="layoff_3")
    await api.send("POST", ADMIN, f"/v1/models/{model['id']}/promotion", {})
    await api.send("POST", ADMIN, "/v1/rejudgements", {"because": "new"}, day=TODAY)
    async with transaction(sessions, actor=ACTOR) as session:
        await rejudgements.begin(session, at(TODAY))
    await work(sessions, TODAY)
    owing = [Said(found[1], "2026-02", 60, 2)]
    await tell(sessions, headcounts(owing, received=at(LATER)), now=at(LATER))
    return found


async def explained(api: Api, uscc: str, day: object, *, language: str = "en") -> dict[str, Any]:
    path = f"/v1/enterprises/{uscc}/assessments/{day}/explanation"
    answer = await api.get(ANALYST, path, language=language)
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()["learned"]
    return told


async def test_shares_sum_to_the_score_and_the_likelihood_is_the_one_that_was_kept(
    api: Api, sessions: Sessions, known: list[str]
) -> None:
    noted = await rows(sessions, "SELECT uscc, as_of, likelihood, low, high FROM scoring.learned")
    outlooks = {
        str(uscc): said
        for uscc, said in await rows(sessions, "SELECT uscc, learned FROM scoring.outlooks_0")
    }
    assert set(outlooks) == set(known)
    assert {as_of for _, as_of, *_ in noted} == {TODAY, LATER}
    for uscc, as_of, *likely in noted:
        told = await explained(api, str(uscc), as_of)
        assert [told["likelihood"], told["low"], told["high"]] == likely
        assert told["as_told"]
        shares = [one["contribution"] for one in told["contributions"]]
        assert told["base"] + sum(shares) == told["score"]
        points = [Decimal(str(one["points"])) for one in told["contributions"]]
        assert sum(points, Decimal(str(told["start"]))) == Decimal(str(told["likelihood"]))
        if as_of == TODAY:
            assert outlooks[str(uscc)] == told["likelihood"]


async def test_what_a_share_was_read_from_is_on_record(
    api: Api, sessions: Sessions, known: list[str]
) -> None:
    told = await explained(api, known[1], LATER)
    on_record = await rows(
        sessions,
        "SELECT uscc, feed, period, version, import_id FROM scoring.observations"
        " WHERE uscc = :uscc",
        uscc=known[1],
    )
    for part in told["contributions"]:
        named = {
            (one["uscc"], one["feed"], one["period"], one["version"], UUID(one["import_id"]))
            for one in part["observations"]
        }
        assert named <= set(on_record)
        assert bool(named) == (part["value"] is not None), part["feature"]
    by_feature = {one["feature"]: one for one in told["contributions"]}
    owed = by_feature["arrears"]
    assert told["contributions"][0] == owed  # it is what events come of in this city
    assert owed["contribution"] > 0
    assert owed["sentence"] == (
        "Up to 2026-02: social insurance contributions unpaid for 2 months."
    )
    chinese = await explained(api, known[1], LATER, language="zh")
    assert chinese["contributions"][0]["sentence"] == "截至 2026-02，欠缴社会保险费 2 个月。"


async def test_a_later_fact_and_a_later_model_change_nothing_of_an_earlier_day(
    api: Api, sessions: Sessions, known: list[str]
) -> None:
    before = await explained(api, known[1], LATER)
    second = await trained(api, sessions, target="layoff_3", seed=3)
    await api.send("POST", ADMIN, f"/v1/models/{second['id']}/promotion", {})
    corrected = headcounts(
        [Said(known[1], "2026-02", 10, 0, version=2)], received=at(LATER + timedelta(days=1))
    )
    await tell(sessions, corrected, now=at(LATER + timedelta(days=1)))
    assert await explained(api, known[1], LATER) == before
    assert before["model"] != second["version"]


async def test_what_the_day_itself_did_not_know_is_told(
    api: Api, sessions: Sessions, known: list[str]
) -> None:
    # Received on the day, shortly before midnight, but judged only on the next.
    late = headcounts([Said(known[1], "2026-02", 20, 3, version=2)], received=at(LATER, 23))
    await tell(sessions, late, now=at(LATER + timedelta(days=1)))
    assert (await explained(api, known[1], LATER))["as_told"] is False


async def test_without_a_model_on_the_day_there_is_nothing_to_say(
    api: Api, sessions: Sessions
) -> None:
    (one, *_) = await a_past(sessions, enterprises=2)
    await tell(
        sessions, headcounts([Said(one, "2026-02", 1, 3)], received=at(LATER)), now=at(LATER)
    )
    assert await explained(api, one, LATER) is None
