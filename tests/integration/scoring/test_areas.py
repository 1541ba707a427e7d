"""Many enterprises of one district lose much staff in a month: an alert for whom it concerns."""

from datetime import date
from uuid import UUID

from services.scoring.handlers import areas
from shared.auth.identity import Caller
from shared.db import Sessions, transaction
from shared.events.ingest import Operation, SuccessionKind
from tests.integration.scoring.conftest import Api
from tests.integration.scoring.saying import (
    Said,
    at,
    headcounts,
    registered,
    rows,
    succeeded,
    tell,
)
from tests.integration.scoring.test_api import CHAOYANG, HAIDIAN

NOW = at(date(2026, 10, 15))
MANY = [f"91110105MA0000001{n}" for n in range(5)]
ALERTS = "SELECT district, month, version, is_standing FROM scoring.area_alerts"
TOLD = (
    "SELECT convert_from(payload, 'UTF8')::jsonb->>'enterprises' FROM scoring.event_log"
    " WHERE subject = 'scoring.area_alert.raised.v1'"
)


async def look(sessions: Sessions) -> None:
    async with transaction(sessions, actor="service:scoring") as session:
        assert await areas.sweep(session, NOW) is False


def losing(uscc: str, persons: int) -> list[Said]:
    return [Said(uscc, "2026-08", 200), Said(uscc, "2026-09", 200 - persons)]


async def test_five_enterprises_of_a_district_are_told_of_once(
    sessions: Sessions, api: Api
) -> None:
    await tell(sessions, registered(*MANY), now=NOW)
    for uscc in MANY[:4]:
        await tell(sessions, headcounts(losing(uscc, 61), received=NOW), now=NOW)
    await look(sessions)
    assert await rows(sessions, ALERTS) == []

    # the fifth in two batches, the later month first, and twice
    before, after = losing(MANY[4], 70)
    for one in (after, before, after):
        await tell(sessions, headcounts([one], received=NOW), now=NOW)
    await look(sessions)
    await look(sessions)
    assert await rows(sessions, ALERTS) == [("110105", "2026-09", 1, True)]
    assert await rows(sessions, TOLD) == [("5",)]

    listed = (await api.get(CHAOYANG, "/v1/area-alerts", month="2026-09")).json()["data"]
    assert [(one["enterprises"], one["persons"]) for one in listed] == [(5, 4 * 61 + 70)]
    assert listed[0]["sentence"] == (
        "In 2026-09 5 enterprises each lost more than 50 persons or 30 % in one month, 314 persons"
        " together: an area alert (5 enterprises at least)."
    )
    shown = (await api.get(CHAOYANG, f"/v1/area-alerts/{listed[0]['id']}")).json()
    assert shown["members"][0] == {
        "uscc": MANY[4],
        "name": "北京示例科技有限公司",
        "base": 200,
        "persons": 70,
    }
    path = f"/v1/area-alerts/{listed[0]['id']}"
    chinese = (await api.get(CHAOYANG, path, language="zh")).json()
    assert chinese["sentence"] == (
        "2026-09 有 5 家企业单月减员均超过 50 人或 30%，共减少 314 人，"
        "达到区域预警规模（5 家以上）。"
    )
    assert chinese["citation"].startswith("参照山东省鲁人社发〔2016〕14号")
    await _is_hidden(api, HAIDIAN, listed[0]["id"])


async def _is_hidden(api: Api, stranger: Caller, alert_id: str) -> None:
    assert (await api.get(stranger, "/v1/area-alerts")).json()["data"] == []
    hidden = await api.get(stranger, f"/v1/area-alerts/{alert_id}")
    unknown = await api.get(stranger, f"/v1/area-alerts/{UUID(int=9)}")
    assert (hidden.status_code, unknown.status_code) == (404, 404)
    assert hidden.json()["code"] == unknown.json()["code"] == "area_alert_not_found"


async def test_a_correction_ends_it_and_is_not_told(sessions: Sessions) -> None:
    said = [one for uscc in MANY for one in losing(uscc, 61)]
    await tell(sessions, registered(*MANY), headcounts(said, received=NOW), now=NOW)
    await look(sessions)
    gone = Said(MANY[0], "2026-09", None, version=2, operation=Operation.WITHDRAW)
    await tell(sessions, headcounts([gone], received=NOW), now=NOW)
    await look(sessions)

    assert await rows(sessions, ALERTS) == [("110105", "2026-09", 2, False)]
    assert await rows(sessions, TOLD) == [("5",)]


async def test_who_went_on_as_another_has_lost_nobody(sessions: Sessions) -> None:
    said = [one for uscc in MANY for one in losing(uscc, 61)]
    merged = succeeded(
        MANY[0], "91110105MA00000099", SuccessionKind.MERGER, date(2026, 9, 1), received=NOW
    )
    await tell(sessions, registered(*MANY), headcounts(said, received=NOW), merged, now=NOW)
    await look(sessions)

    assert await rows(sessions, ALERTS) == []
    taken_back = merged.model_copy(update={"version": 2, "withdrawn": True})
    await tell(sessions, taken_back, now=NOW)
    await look(sessions)
    assert await rows(sessions, ALERTS) == [("110105", "2026-09", 1, True)]
