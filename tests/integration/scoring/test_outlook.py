"""Any enterprise of the register, through the API: judged with reasons, or said to be unknown."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from services.scoring.store import rejudgements
from shared.auth.identity import Caller, Role
from shared.db import Sessions, transaction
from tests.integration.scoring.conftest import Api
from tests.integration.scoring.past import TODAY, a_past
from tests.integration.scoring.saying import A, B, Said, at, headcounts, registered, rows, tell
from tests.integration.scoring.test_explaining import ANALYST, ELSEWHERE, OFFICER
from tests.integration.scoring.test_models import ACTOR, ADMIN, trained
from tests.integration.scoring.test_rejudging import work

DAY = date(2026, 10, 15)


async def looked_at(
    api: Api, uscc: str, *, caller: Caller = OFFICER, language: str = "en", **query: str
) -> dict[str, Any]:
    answer = await api.get(caller, f"/v1/enterprises/{uscc}/outlook", language=language, **query)
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


async def test_of_whom_nobody_reports_it_is_said_that_nothing_is_known(
    api: Api, sessions: Sessions
) -> None:
    await tell(sessions, registered(A), now=at(DAY))
    told = await looked_at(api, A)
    assert (told["outlook"], told["likelihood"], told["points_to"]) == ("unknown", None, None)
    assert told["sentence"].startswith("Unknown.")
    assert "no sign that it is well" in told["sentence"]
    assert (told["stands_now"], told["contributions"], told["against"]) == ("none", [], [])
    assert told["last_noticed_on"] is None
    assert (told["learned"], told["unlearned"]) == (None, "no_model")
    spoke = {one["source"] for one in told["sources"] if one["period"] is not None}
    assert spoke <= {"enterprise_register"}
    assert len(told["sources"]) > 20
    chinese = await looked_at(api, A, language="zh")
    assert chinese["sentence"].startswith("情况不明。")


async def test_who_is_quiet_is_judged_by_what_is_known_and_the_rest_is_named(
    api: Api, sessions: Sessions
) -> None:
    await tell(sessions, registered(A, B), now=at(DAY))
    months = ("2026-06", "2026-07", "2026-08", "2026-09")
    said = [Said(A, month, 300, 0) for month in months]
    said += [Said(B, month, 300, 0) for month in months[:3]] + [Said(B, "2026-09", 200, 3)]
    await tell(sessions, headcounts(said, received=at(DAY)), now=at(DAY))
    assert await rows(sessions, "SELECT uscc FROM scoring.assessments") == [(B,)]

    quiet = await looked_at(api, A)
    assert (quiet["outlook"], quiet["points_to"]) == ("nothing_found", "none")
    assert quiet["likelihood"] is None  # no finding is no chance of 0
    assert "what nobody reports is unknown" in quiet["sentence"]
    assert {one["reading"] for one in quiet["against"]} >= {"fall_in_three_months"}
    first = quiet["sources"][0]
    assert (first["source"], first["period"], first["age_days"]) == (
        "insured_headcount",
        "2026-09",
        15,
    )
    assert {one["source"] for one in quiet["sources"] if one["period"] is None} >= {"electricity"}

    # Of who was noticed, it says what the explanation of the day says.
    noticed = await looked_at(api, B)
    path = f"/v1/enterprises/{B}/assessments/{DAY}/explanation"
    explained = (await api.get(OFFICER, path)).json()
    assert noticed["outlook"] == "found"
    for name in ("likelihood", "points_to", "rules", "contributions", "against", "lowering"):
        assert noticed[name] == explained[name], name
    assert noticed["stands_now"] == noticed["points_to"] != "none"
    assert (noticed["last_noticed_on"], quiet["last_noticed_on"]) == (DAY.isoformat(), None)

    # Half a year later what was known is old: nobody has looked since.
    api.set_clock(date(2027, 3, 1))
    old = await looked_at(api, A)
    assert (old["outlook"], old["likelihood"]) == ("unknown", None)
    assert (await looked_at(api, A, on=DAY.isoformat()))["against"] == quiet["against"]


async def test_days_ahead_and_enterprises_elsewhere_are_refused(
    api: Api, sessions: Sessions
) -> None:
    await tell(sessions, registered(A), now=at(DAY))
    path = f"/v1/enterprises/{A}/outlook"
    ahead = await api.get(OFFICER, path, on="2026-10-16")
    assert (ahead.status_code, ahead.json()["code"]) == (409, "day_ahead")
    assert "2026-10-16 has not come yet" in ahead.json()["detail"]
    assert (await api.get(OFFICER, path, on="soon")).status_code == 400
    assert (await api.get(OFFICER, path, on="0001-01-01")).status_code == 400
    for caller, uscc in ((ELSEWHERE, A), (OFFICER, B)):
        hidden = await api.get(caller, f"/v1/enterprises/{uscc}/outlook")
        assert (hidden.status_code, hidden.json()["code"]) == (404, "enterprise_not_found")
    department = Caller("li", OFFICER.kind, "李", frozenset({Role.AUDITOR}), frozenset())
    assert (await api.get(department, path)).status_code == 403


async def test_the_model_speaks_of_whom_no_rule_noticed(api: Api, sessions: Sessions) -> None:
    known = await a_past(sessions)
    before = await trained(api, sessions, target="layoff_3")
    await api.send("POST", ADMIN, f"/v1/models/{before['id']}/promotion", {}, day=TODAY)
    await api.send("POST", ADMIN, "/v1/rejudgements", {"because": "new"}, day=TODAY)
    async with transaction(sessions, actor=ACTOR) as session:
        await rejudgements.begin(session, at(TODAY))
    await work(sessions, TODAY)
    noted = {str(uscc) for (uscc,) in await rows(sessions, "SELECT uscc FROM scoring.learned")}
    quiet = next(uscc for uscc in known if uscc not in noted)
    ((outlook,),) = await rows(
        sessions, "SELECT learned FROM scoring.outlooks_0 WHERE uscc = :uscc", uscc=quiet
    )

    told = (await looked_at(api, quiet, caller=ANALYST))["learned"]
    assert (told["model"], told["likelihood"], told["as_told"]) == (
        before["version"],
        outlook,
        None,
    )
    shares = [one["contribution"] for one in told["contributions"]]
    assert told["base"] + sum(shares) == told["score"]
    points = [Decimal(str(one["points"])) for one in told["contributions"]]
    assert sum(points, Decimal(str(told["start"]))) == Decimal(str(told["likelihood"]))
    # Before it was put into service there was no model, whatever could be said now.
    earlier = (TODAY - timedelta(days=1)).isoformat()
    assert (await looked_at(api, quiet, caller=ANALYST, on=earlier))["unlearned"] == "no_model"

    # A year and a half later no month is known that the model reads: it has nothing to say.
    api.set_clock(date(2027, 9, 1))
    mute = await looked_at(api, quiet, caller=ANALYST)
    assert (mute["outlook"], mute["learned"], mute["unlearned"]) == ("unknown", None, "no_months")
    assert mute["unlearned_sentence"].startswith("The model says nothing")
