"""Officers doubt facts; whoever had sent them answers, and what follows is found by itself."""

from typing import Any

from shared.clock import set_replay
from tests.integration.ingest.conftest import ANALYST, BUREAU, CHAOYANG, NOW, OTHER_BUREAU, Door
from tests.integration.ingest.test_quarantine import enrol
from tests.unit.ingest.records import a_headcount, uscc

TICKETS = "/v1/correction-tickets"
DOUBT = {
    "feed": "insured_headcount",
    "uscc": uscc(1),
    "period": "2020-07",
    "doubt": "少报了一个零",
}


def listed(door: Door, caller: Any, query: str = "") -> Any:
    """Return the tickets that a caller sees."""
    return door.get(TICKETS + query, caller).json()["data"]


def stated(door: Door) -> list[dict[str, Any]]:
    """Return what was stated of tickets; nothing that anybody wrote is among it."""
    facts = door.rows(
        "SELECT subject, convert_from(payload, 'utf8')::jsonb AS body FROM ingest.event_log"
        " WHERE subject LIKE 'ingest.ticket.%%' ORDER BY event_id"
    )
    for fact in facts:
        assert {"doubt", "answer", "opened_by"}.isdisjoint(fact["body"])
        assert (fact["body"]["uscc"], fact["body"]["period"]) == (uscc(1), "2020-07")
    return [{"subject": f["subject"], "verdict": f["body"].get("verdict")} for f in facts]


def test_a_doubt_goes_to_the_sender_who_confirms_and_corrects(door: Door) -> None:
    enrol(door, 1)
    sent = door.push("insured_headcount", [a_headcount(1)]).json()
    opened = door.post(TICKETS, DOUBT, CHAOYANG)
    assert opened.status_code == 201
    ticket = opened.json()
    assert (ticket["agency"], ticket["import_id"]) == ("agency-hrss", sent["id"])
    assert (ticket["state"], ticket["due_on"], ticket["correction"]) == ("open", "2020-08-17", None)
    assert door.post(TICKETS, DOUBT, ANALYST).json()["code"] == "ticket_open"
    assert [one["id"] for one in listed(door, BUREAU)] == [ticket["id"]]
    assert listed(door, OTHER_BUREAU) == []

    where = f"{TICKETS}/{ticket['id']}/answer"
    said = {"verdict": "confirm", "answer": "已重新报送"}
    assert door.post(where, said, OTHER_BUREAU).json()["code"] == "ticket_not_found"
    assert door.post(where, said, BUREAU).json()["state"] == "confirmed"
    assert door.post(where, said, BUREAU).json()["code"] == "ticket_answered"
    assert [(each["subject"], each["verdict"]) for each in stated(door)] == [
        ("ingest.ticket.opened.v1", None),
        ("ingest.ticket.answered.v1", "confirm"),
    ]
    mended = door.push("insured_headcount", [a_headcount(1, insured_headcount=1280)]).json()
    (after,) = listed(door, CHAOYANG, "?state=confirmed")
    assert (after["answer"], after["correction"]["import_id"]) == ("已重新报送", mended["id"])
    assert (after["correction"]["version"], after["correction"]["withdrawn"]) == (2, False)


def test_a_sender_may_stand_by_a_fact_which_may_be_doubted_again(door: Door) -> None:
    enrol(door, 1)
    door.push("insured_headcount", [a_headcount(1)])
    ticket = door.post(TICKETS, DOUBT, CHAOYANG).json()
    said = {"verdict": "uphold", "answer": "已核对"}
    assert door.post(f"{TICKETS}/{ticket['id']}/answer", said, BUREAU).json()["state"] == "upheld"
    assert door.post(TICKETS, DOUBT, CHAOYANG).status_code == 201


def test_an_overdue_answer_is_seen_by_the_city(door: Door) -> None:
    enrol(door, 1)
    door.push("insured_headcount", [a_headcount(1)])
    door.post(TICKETS, DOUBT, CHAOYANG)
    set_replay(door.blobs.parent / "now", NOW.replace(day=17))
    assert listed(door, ANALYST, "?overdue=true") == []
    set_replay(door.blobs.parent / "now", NOW.replace(day=18))
    (late,) = listed(door, ANALYST, "?overdue=true")
    assert late["overdue"] is True


def test_a_fact_that_does_not_stand_cannot_be_doubted(door: Door) -> None:
    enrol(door, 1)
    assert door.post(TICKETS, DOUBT, CHAOYANG).json()["code"] == "fact_not_found"
    door.push("insured_headcount", [a_headcount(1)])
    door.post("/v1/feeds/insured_headcount/periods/2020-07/withdrawals", {"reason": "误报"}, BUREAU)
    assert door.post(TICKETS, DOUBT, CHAOYANG).json()["code"] == "fact_not_found"
    assert door.post(TICKETS, DOUBT, BUREAU).status_code == 403
