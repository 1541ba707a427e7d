"""Events: several facts of an enterprise on a day, each known by its day and reference."""

from typing import Any

from tests.integration.ingest.conftest import BUREAU, CHAOYANG, Door
from tests.integration.ingest.files import imported, ndjson
from tests.integration.ingest.test_quarantine import enrol, release
from tests.integration.ingest.test_withdrawals import stated
from tests.unit.ingest.records import a_layoff_report, uscc

DAY = "2020-08-03"
EAST, WEST = "朝裁报〔2020〕第12号", "海淀/上地厂区"
FEED = "/v1/feeds/layoff_report"
WHY = {"reason": "企业撤回报告"}


def reports(door: Door, query: str = "") -> list[tuple[str, int, int | None]]:
    """Return period, version and persons of what stands about the first enterprise."""
    path = f"/v1/observations?feed=layoff_report&uscc={uscc(1)}{query}"
    answer = door.get(path, BUREAU)
    assert answer.status_code == 200, answer.text
    return [
        (row["period"], row["version"], row["values"].get("planned_layoffs"))
        for row in answer.json()["data"]
    ]


def push(door: Door, *records: dict[str, Any], version: str = "1.1.0") -> Any:
    path = f"{FEED}/batches?contract_version={version}"
    return door.post(path, {"records": list(records)}, BUREAU).json()["counts"]


def two_sites(door: Door) -> None:
    """Let two sites of one firm report on one day."""
    east = a_layoff_report(1, reference=EAST, planned_layoffs=30)
    west = a_layoff_report(1, reference=WEST, planned_layoffs=25)
    assert push(door, east, west)["accepted"] == 2


def test_two_sites_that_report_on_one_day_are_two_reports(door: Door) -> None:
    enrol(door, 1)
    two_sites(door)
    assert reports(door) == [(f"{DAY}/{WEST}", 1, 25), (f"{DAY}/{EAST}", 1, 30)]
    corrected = a_layoff_report(1, reference=EAST, planned_layoffs=31)
    assert push(door, corrected)["superseding"] == 1
    assert reports(door, f"&period={DAY}") == [(f"{DAY}/{WEST}", 1, 25), (f"{DAY}/{EAST}", 2, 31)]
    assert reports(door, f"&period={DAY}/{EAST}") == [(f"{DAY}/{EAST}", 2, 31)]


def test_who_sends_the_old_version_goes_on_with_the_same_fact(door: Door) -> None:
    enrol(door, 1)
    assert push(door, a_layoff_report(1), version="1.0.0")["accepted"] == 1
    assert push(door, a_layoff_report(1, reference=None))["duplicate"] == 1
    assert push(door, a_layoff_report(1, planned_layoffs=50), version="1.0.0")["superseding"] == 1
    assert reports(door) == [(DAY, 2, 50)]
    refused = push(door, a_layoff_report(1, reference=EAST), version="1.0.0")
    assert refused["rejected"] == 1


def test_a_day_of_events_is_taken_back_or_one_of_them_alone(door: Door) -> None:
    enrol(door, 1)
    two_sites(door)
    assert push(door, a_layoff_report(1, planned_layoffs=7))["accepted"] == 1
    other = a_layoff_report(1, reported_on="2020-08-02", reference=EAST)
    assert push(door, other)["accepted"] == 1
    path = f"{FEED}/periods/{DAY}/withdrawals"
    one = door.post(path, {**WHY, "reference": WEST}, BUREAU)
    assert (one.status_code, one.json()["facts"], one.json()["period"]) == (
        201,
        1,
        f"{DAY}/{WEST}",
    )
    tried = door.post(path, {**WHY, "dry_run": True}, BUREAU).json()
    assert tried["facts"] == 2
    assert door.post(path, WHY, BUREAU).json()["facts"] == 2
    assert reports(door) == [(f"2020-08-02/{EAST}", 1, 45)]
    assert stated(door)[-3:] == [
        (uscc(1), f"{DAY}/{WEST}", 2, "withdraw"),
        (uscc(1), DAY, 2, "withdraw"),
        (uscc(1), f"{DAY}/{EAST}", 2, "withdraw"),
    ]
    gone = door.post(path, WHY, BUREAU)
    assert (gone.status_code, gone.json()["code"]) == (409, "nothing_to_withdraw")


def test_a_file_replaces_a_day_of_events(door: Door) -> None:
    enrol(door, 1, 2)
    two_sites(door)
    push(door, a_layoff_report(2, reference=EAST))
    push(door, a_layoff_report(1, reported_on="2020-08-02"))
    body = ndjson(a_layoff_report(1, reference=WEST, planned_layoffs=26))
    told = imported(door, "layoff_report", body, replaces_period=DAY)
    assert (told["state"], told["counts"]["superseding"], told["withdrawn"]) == ("completed", 1, 2)
    assert reports(door) == [(f"{DAY}/{WEST}", 2, 26), ("2020-08-02", 1, 45)]
    wrong = imported(
        door, "layoff_report", ndjson(a_layoff_report(1)), replaces_period="2020-08-02"
    )
    assert [error["code"] for error in wrong["errors"]] == ["other_period", "period_not_replaced"]


def test_events_of_strangers_wait_for_the_register(door: Door) -> None:
    waiting = push(door, a_layoff_report(1, reference=WEST), a_layoff_report(1))
    assert (waiting["quarantined"], waiting["rejected"]) == (2, 0)
    enrol(door, 1)
    release(door)
    assert reports(door) == [(f"{DAY}/{WEST}", 1, 45), (DAY, 1, 45)]


def test_one_event_can_be_doubted(door: Door) -> None:
    enrol(door, 1)
    two_sites(door)
    doubt = {"feed": "layoff_report", "uscc": uscc(1), "doubt": "人数与企业所述不符"}
    opened = door.post("/v1/correction-tickets", {**doubt, "period": f"{DAY}/{WEST}"}, CHAOYANG)
    assert (opened.status_code, opened.json()["period"]) == (201, f"{DAY}/{WEST}")
    vague = door.post("/v1/correction-tickets", {**doubt, "period": DAY}, CHAOYANG)
    assert (vague.status_code, vague.json()["code"]) == (409, "fact_not_named")


def test_a_period_that_names_an_event_of_a_feed_without_them_is_refused(door: Door) -> None:
    enrol(door, 1)
    path = "/v1/feeds/insured_headcount/periods/2020-07/withdrawals"
    refused = door.post(path, {**WHY, "reference": "x"}, BUREAU)
    assert (refused.status_code, refused.json()["code"]) == (422, "period_refused")
