"""Opinion items, layoff reports and protection lists: their fates, their rows, their facts."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from tests.integration.ingest.conftest import OTHER_BUREAU, Door
from tests.integration.ingest.test_batches import EVENTS, counts, register
from tests.unit.ingest.records import (
    a_layoff_report,
    a_protected,
    an_enterprise,
    an_opinion,
    uscc,
)

TEXTS = """
    SELECT i.agency, i.item_id, v.version, i.version AS current, v.text, v.source
    FROM ingest.opinion_items i JOIN ingest.opinion_versions v ON v.item = i.id
    ORDER BY i.agency, i.item_id, v.version
"""
WAITING = """
    SELECT i.item_id FROM ingest.opinions_waiting w JOIN ingest.opinion_items i ON i.id = w.item
    ORDER BY i.item_id
"""
NAMES_WAITING = """
    SELECT e.uscc FROM ingest.names_waiting w JOIN ingest.enterprises e ON e.id = w.enterprise_id
    ORDER BY e.uscc
"""


def rows(door: Door, query: str) -> list[tuple[Any, ...]]:
    """Return what a query finds."""
    return [tuple(row.values()) for row in door.rows(query)]


def test_an_opinion_item_ends_in_its_fate_and_keeps_its_versions(door: Door) -> None:
    assert counts(door.push("opinion_item", [an_opinion(1), an_opinion(2)])) == (2, 2, 0, 0, 0)
    answer = door.push(
        "opinion_item",
        [
            an_opinion(1),
            an_opinion(2, text="更正", title=None, url=None),
            an_opinion(3, author="某用户"),
            an_opinion(4),
            an_opinion(4, source="论坛"),
        ],
    )
    assert counts(answer) == (5, 1, 1, 2, 1)
    assert answer.json()["errors"][0]["code"] == "unknown_column"
    texts = [f"北京第{number}机械厂被曝裁员三百人。" for number in range(5)]
    assert rows(door, TEXTS) == [
        ("agency-hrss", "item-1", 1, 1, texts[1], "微博"),
        ("agency-hrss", "item-2", 1, 2, texts[2], "微博"),
        ("agency-hrss", "item-2", 2, 2, "更正", "微博"),
        ("agency-hrss", "item-4", 1, 2, texts[4], "微博"),
        ("agency-hrss", "item-4", 2, 2, texts[4], "论坛"),
    ]
    assert rows(door, WAITING) == [("item-1",), ("item-2",), ("item-4",)]
    assert door.rows(EVENTS) == []


def test_two_senders_may_use_the_same_number(door: Door) -> None:
    door.push("opinion_item", [an_opinion(1)])
    answer = door.push("opinion_item", [an_opinion(1, text="另一条")], caller=OTHER_BUREAU)
    assert counts(answer) == (1, 1, 0, 0, 0)
    assert [row[:3] for row in rows(door, TEXTS)] == [
        ("agency-hrss", "item-1", 1),
        ("agency-tax", "item-1", 1),
    ]


def test_items_from_many_at_once_lose_no_version(door: Door) -> None:
    def push(round_: int) -> Any:
        batch = [an_opinion(n, text=f"第{round_}次") for n in range(30)]
        return door.push("opinion_item", batch[:: 1 if round_ % 2 else -1]).json()["counts"]

    with ThreadPoolExecutor(8) as pool:
        told = list(pool.map(push, range(16)))
    assert sum(one["accepted"] for one in told) == 30
    assert sum(one["superseding"] for one in told) == 15 * 30
    found = rows(door, TEXTS)
    assert sorted({row[2] for row in found}) == list(range(1, 17))
    assert len(found) == 16 * 30
    assert len(rows(door, WAITING)) == 30


def test_a_layoff_report_is_an_observation_of_its_day(door: Door) -> None:
    register(door, 1)
    bare = {"uscc": uscc(1), "reported_on": "2020-08-02", "planned_layoffs": 30}
    answer = door.push("layoff_report", [a_layoff_report(1), bare, a_layoff_report(2)])
    assert counts(answer) == (3, 2, 0, 0, 0)
    assert answer.json()["quarantine"]["held"] == 1
    fact = door.rows(EVENTS)[-1]
    assert fact["subject"] == "ingest.observations.recorded.v1"
    assert {name: fact["body"][name] for name in ("feed", "uscc", "period", "values")} == {
        "feed": "layoff_report",
        "uscc": [uscc(1)] * 2,
        "period": ["2020-08-03", "2020-08-02"],
        "values": {
            "planned_layoffs": [45, 30],
            "headcount": [320, None],
            "layoff_on": ["2020-09-05", None],
            "ground": ["serious_difficulty", None],
        },
    }
    assert counts(door.push("layoff_report", [a_layoff_report(1)])) == (1, 0, 1, 0, 0)


def test_an_edition_of_a_list_is_kept_and_published(door: Door) -> None:
    register(door, 1, 2)
    first = [a_protected(1), a_protected(2, valid_until=None, reason=None), a_protected(3)]
    assert counts(door.push("protection_list", first)) == (3, 2, 0, 0, 0)
    again = [a_protected(1), a_protected(2), a_protected(1, list_kind="priority")]
    assert counts(door.push("protection_list", again)) == (3, 1, 1, 1, 0)
    kept = rows(
        door,
        "SELECT e.uscc, p.list_kind, p.edition, p.version, p.valid_until::text, p.reason"
        " FROM ingest.protection_list_entries p"
        " JOIN ingest.enterprises e ON e.id = p.enterprise_id ORDER BY 1, 2, 4",
    )
    assert kept == [
        (uscc(1), "key", "2020-Q3", 1, "2020-12-31", "防疫物资生产"),
        (uscc(1), "priority", "2020-Q3", 1, "2020-12-31", "防疫物资生产"),
        (uscc(2), "key", "2020-Q3", 1, None, None),
        (uscc(2), "key", "2020-Q3", 2, "2020-12-31", "防疫物资生产"),
    ]
    facts = [row["body"] for row in door.rows(EVENTS)[1:]]
    for fact in facts:
        del fact["import_id"], fact["received_at"]
    assert facts == [
        {
            "uscc": [uscc(1), uscc(2)],
            "list_kind": ["key", "key"],
            "edition": ["2020-Q3", "2020-Q3"],
            "operation": ["record", "record"],
            "version": [1, 1],
            "valid_from": ["2020-07-01", "2020-07-01"],
            "valid_until": ["2020-12-31", None],
        },
        {
            "uscc": [uscc(2), uscc(1)],
            "list_kind": ["key", "priority"],
            "edition": ["2020-Q3", "2020-Q3"],
            "operation": ["supersede", "record"],
            "version": [2, 1],
            "valid_from": ["2020-07-01", "2020-07-01"],
            "valid_until": ["2020-12-31", "2020-12-31"],
        },
    ]


def test_short_names_have_their_history_and_only_new_names_are_looked_for(door: Door) -> None:
    door.push("enterprise_register", [an_enterprise(1), an_enterprise(2, short_names="二机")])
    assert rows(door, NAMES_WAITING) == [(uscc(1),), (uscc(2),)]
    with door.administrator() as connection:
        connection.execute("DELETE FROM ingest.names_waiting")
    door.push(
        "enterprise_register",
        [an_enterprise(1, status="revoked"), an_enterprise(2, short_names="二机；二厂")],
    )
    assert rows(door, NAMES_WAITING) == [(uscc(2),)]
    history = rows(
        door,
        "SELECT e.uscc, v.version, v.short_names FROM ingest.enterprise_versions v"
        " JOIN ingest.enterprises e ON e.id = v.enterprise_id ORDER BY 1, 2",
    )
    assert history == [
        (uscc(1), 1, None),
        (uscc(1), 2, None),
        (uscc(2), 1, "二机"),
        (uscc(2), 2, "二机;二厂"),
    ]
    told = door.push("enterprise_register", [an_enterprise(2, short_names="二机;二厂")])
    assert counts(told) == (1, 0, 1, 0, 0)
