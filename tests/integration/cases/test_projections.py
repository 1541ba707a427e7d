"""Bulk facts become projections: in one statement, in any order, however often they come."""

from itertools import permutations

import pytest
from sqlalchemy import event

from shared.db import Sessions
from shared.events.ingest import ObservationsRecorded, Operation
from shared.ids import uuid7
from tests.integration.cases.said import NOW, USCC, headcounts, hear, registered, rows

STORY = (
    headcounts({"2020-06": (140, 0), "2020-07": (130, 1)}, version=1),
    headcounts({"2020-07": (131, 1)}, version=2),
    headcounts({"2020-07": (0, 0)}, version=3, operation=Operation.WITHDRAW),
    headcounts({"2020-06": (141, None)}, version=2),
)


@pytest.mark.parametrize("order", list(permutations(STORY)))
async def test_versions_in_any_order_end_the_same(
    sessions: Sessions, order: tuple[ObservationsRecorded, ...]
) -> None:
    await hear(sessions, *order, *order)

    held = await rows(
        sessions, "SELECT month, version, insured, arrears FROM cases.headcounts ORDER BY month"
    )
    assert [tuple(row) for row in held] == [
        ("2020-06", 2, 141, None),
        ("2020-07", 3, None, None),
    ]


def bulk(rows_: int) -> ObservationsRecorded:
    """Return one fact with so many enterprises, the last of which stands in it twice."""
    codes = [f"91110108MA{place:08}" for place in range(rows_ - 1)]
    return ObservationsRecorded(
        feed="insured_headcount",
        import_id=uuid7(),
        received_at=NOW,
        uscc=(*codes, codes[-1]),
        period=("2020-07",) * rows_,
        operation=(Operation.RECORD,) * rows_,
        version=(*(1 for _ in codes), 2),
        values={
            "insured_headcount": (*(100 for _ in codes), 90),
            "months_in_arrears": (0,) * rows_,
        },
    )


async def test_two_thousand_rows_are_one_statement(sessions: Sessions) -> None:
    said: list[str] = []
    engine = sessions.kw["bind"].sync_engine

    def spoken(_c: object, _k: object, statement: str, *_more: object) -> None:
        if "headcounts" in statement:
            said.append(statement)

    event.listen(engine, "before_cursor_execute", spoken)
    try:
        await hear(sessions, bulk(2_000))
    finally:
        event.remove(engine, "before_cursor_execute", spoken)

    assert len(said) == 1
    (held,) = await rows(
        sessions, "SELECT count(*) AS n, min(insured) AS least FROM cases.headcounts"
    )
    assert tuple(held) == (1_999, 90)


async def test_other_feeds_and_empty_facts_are_passed_over(sessions: Sessions) -> None:
    other = headcounts({"2020-07": (1, 0)}).model_copy(update={"feed": "power_usage"})
    await hear(sessions, other, headcounts({}))

    assert await rows(sessions, "SELECT * FROM cases.headcounts") == []


async def test_the_newest_entry_of_the_register_says_the_industry(sessions: Sessions) -> None:
    await hear(
        sessions,
        registered(2, "新", "110105", industry="6513"),
        registered(1, "旧", "110105", industry="8211"),
    )

    held = await rows(sessions, "SELECT uscc, version, industry FROM cases.trades")
    assert [tuple(row) for row in held] == [(USCC, 2, "6513")]
