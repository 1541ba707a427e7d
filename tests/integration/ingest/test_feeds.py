"""Feeds of all agencies: what a contract gives as its example is recorded; events are events."""

from decimal import Decimal

import pytest

from services.ingest.domain.feeds import FEEDS
from tests.contract.feeds import example
from tests.integration.ingest.conftest import Door
from tests.integration.ingest.files import imported
from tests.integration.ingest.test_batches import EVENTS
from tests.unit.ingest.records import an_enterprise, uscc


def test_an_event_is_known_by_its_day_and_reference_and_corrected_by_both(door: Door) -> None:
    door.push("enterprise_register", [an_enterprise(1), an_enterprise(2)])
    first = {
        "uscc": uscc(1),
        "filed_on": "2020-08-03",
        "reference": "（2020）京0105民初5678/2号",
        "role": "defendant",
        "amount": "870000.00",
    }
    other = {**first, "reference": "（2020）京0105民初5679号", "role": "plaintiff"}
    pushed = door.push("lawsuit", [first, other, first]).json()["counts"]
    assert (pushed["accepted"], pushed["duplicate"]) == (2, 1)
    judged = door.push("lawsuit", [{**first, "state": "judged"}]).json()["counts"]
    assert judged["superseding"] == 1
    body = "uscc,filed_on,reference,role\n" + "".join(
        f"{uscc(number)},2020-08-02,第{number}号,defendant\n" for number in (1, 2)
    )
    told = imported(door, "lawsuit", body.encode(), filename="a.csv")
    assert told["counts"]["accepted"] == 2, told
    rows = door.rows(
        "SELECT period, version, role, amount, state FROM ingest.observations_lawsuit "
        "ORDER BY period, version"
    )
    assert [tuple(row.values()) for row in rows] == [
        ("2020-08-02/第1号", 1, "defendant", None, None),
        ("2020-08-02/第2号", 1, "defendant", None, None),
        ("2020-08-03/（2020）京0105民初5678/2号", 1, "defendant", Decimal("870000.00"), None),
        ("2020-08-03/（2020）京0105民初5678/2号", 2, "defendant", Decimal("870000.00"), "judged"),
        ("2020-08-03/（2020）京0105民初5679号", 1, "plaintiff", Decimal("870000.00"), None),
    ]
    stated = [row["body"] for row in door.rows(EVENTS) if "observations" in row["subject"]]
    assert stated[0]["period"] == [
        "2020-08-03/（2020）京0105民初5678/2号",
        "2020-08-03/（2020）京0105民初5679号",
    ]
    assert stated[0]["values"]["amount"] == ["870000.00", "870000.00"]


@pytest.mark.parametrize("feed", sorted(set(FEEDS) - {"enterprise_register"}))
def test_the_example_of_every_feed_is_recorded(door: Door, feed: str) -> None:
    door.push("enterprise_register", [an_enterprise(1)])
    record = example(FEEDS[feed])
    if "uscc" in record:
        record["uscc"] = uscc(1)
    pushed = door.push(feed, [record]).json()
    assert (pushed["counts"]["accepted"], pushed["errors"]) == (1, [])
    assert door.push(feed, [record]).json()["repeated"] is True
