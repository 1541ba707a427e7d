"""Linking on a real PostgreSQL: what is stated of texts, late names, corrections, kills."""

import random
from datetime import datetime, timedelta
from typing import Any

import pytest

from services.ingest.handlers.linking import Linker
from shared.db import Sessions, transaction
from tests.integration.ingest.conftest import NOW, Door
from tests.unit.ingest.records import an_enterprise, an_opinion, uscc

FACTS = """
    SELECT convert_from(payload, 'utf8')::jsonb AS body FROM ingest.event_log
    WHERE subject = 'ingest.opinions.linked.v1' ORDER BY event_id
"""
LINKS = """
    SELECT i.item_id, m.uscc, m.version, m.withdrawn, m.negative, m.kinds, m.announced,
        r.cluster, r.version AS read
    FROM ingest.opinion_mentions m JOIN ingest.opinion_items i ON i.id = m.item
    JOIN ingest.opinion_readings r ON r.item = m.item ORDER BY i.item_id, m.uscc
"""


async def link(door: Door, linker: Linker | None = None, *, now: datetime = NOW) -> int:
    """Link until nothing waits; return how many turns that took."""
    linker = linker or Linker()
    done = 0
    async with door.database.sessions("ingest") as sessions:
        while True:
            async with transaction(sessions, actor="service:ingest") as session:
                some = await linker.turn(session, now)
            done += some
            if not some and not waiting(door):
                return done


def waiting(door: Door) -> bool:
    """Tell whether anything waits."""
    tables = ("opinions_waiting", "names_waiting", "opinion_searches")
    return any(door.rows(f"SELECT 1 FROM ingest.{table} LIMIT 1") for table in tables)  # noqa: S608


def stated(door: Door) -> list[dict[str, Any]]:
    """Return the rows of all facts, in the order in which they were stated."""
    rows = []
    for fact in door.rows(FACTS):
        body = fact["body"]
        names = list(body)
        rows += [
            dict(zip(names, row, strict=True))
            for row in zip(*(body[name] for name in names), strict=True)
        ]
    return rows


def final(door: Door) -> dict[tuple[str, str], tuple[Any, ...]]:
    """Return what a consumer holds that takes the highest version of each link."""
    newest: dict[tuple[str, str], dict[str, Any]] = {}
    for row in stated(door):
        key = (row["item"], row["uscc"])
        if key not in newest or newest[key]["version"] < row["version"]:
            newest[key] = row
    return {
        key: (row["operation"] == "withdraw", row["negative"], tuple(row["kinds"]), row["cluster"])
        for key, row in newest.items()
    }


def register(door: Door, *numbers: int, **changes: Any) -> None:
    """Bring enterprises into the register, each with its own name and short name."""
    records = [
        an_enterprise(n, name=f"北京{NAMES[n]}科技有限公司", short_names=NAMES[n], **changes)
        for n in numbers
    ]
    assert door.push("enterprise_register", records).status_code == 201


NAMES = ("", "鹿鸣山", "青崖渡", "白鹭洲", "听雪楼", "望云轩")


async def test_a_text_is_linked_labelled_and_stated(door: Door) -> None:
    register(door, 1, 2)
    told = door.push(
        "opinion_item",
        [
            an_opinion(1, title=None, text="鹿鸣山科技被曝裁员约两百名员工。青崖渡还在招聘。"),
            an_opinion(2, title="天气真好", text="出门走走。"),
        ],
    ).json()
    assert await link(door) > 0
    rows = stated(door)
    assert [row["uscc"] for row in rows] == [uscc(1), uscc(2)]
    first = rows[0]
    assert {name: first[name] for name in first if name not in {"item", "cluster"}} == {
        "uscc": uscc(1),
        "operation": "record",
        "version": 1,
        "published_at": "2020-08-01T02:00:00Z",
        "received_at": "2020-08-03T01:00:00Z",
        "import_id": told["id"],
        "source": "微博",
        "negative": True,
        "confidence": 0.765,
        "kinds": ["layoff"],
        "announced": 200,
        "announced_share": None,
    }
    assert (rows[1]["negative"], rows[1]["kinds"]) == (False, [])
    assert await link(door) == 0
    assert len(stated(door)) == 2


async def test_a_repost_is_in_the_cluster_of_what_it_repeats(door: Door) -> None:
    register(door, 1)
    text = "鹿鸣山科技今天上午突然召开全员大会，宣布裁员三百人，补偿方案为N+1，员工当天离岗。"
    door.push(
        "opinion_item",
        [
            an_opinion(1, title=None, text=text),
            an_opinion(2, title=None, text=f"转发微博//@某某：{text} http://t.cn/abc"),
            an_opinion(3, title=None, text="鹿鸣山科技拖欠工资三个月，员工集体讨薪。"),
            an_opinion(4, title=None, text=text, published_at="2020-07-20T10:00:00+08:00"),
        ],
    )
    await link(door)
    clusters = {row["item_id"]: row["cluster"] for row in door.rows(LINKS)}
    assert clusters["item-1"] == clusters["item-2"]
    assert len(set(clusters.values())) == 3
    assert clusters["item-4"] != clusters["item-1"], "more than seven days apart"


async def test_a_corrected_text_withdraws_what_it_no_longer_says(door: Door) -> None:
    register(door, 1, 2)
    text = "鹿鸣山科技宣布裁员，青崖渡科技也宣布裁员。"
    door.push("opinion_item", [an_opinion(1, title=None, text=text)])
    await link(door)
    door.push("opinion_item", [an_opinion(1, title=None, text="青崖渡科技宣布裁员50人。")])
    await link(door)
    assert [(row["uscc"], row["operation"], row["version"]) for row in stated(door)] == [
        (uscc(1), "record", 1),
        (uscc(2), "record", 1),
        (uscc(1), "withdraw", 2),
        (uscc(2), "supersede", 2),
    ]
    assert [row["announced"] for row in stated(door)] == [None, None, None, 50]
    door.push("opinion_item", [an_opinion(1, title=None, text="今天天气真好。")])
    await link(door)
    assert {key[1]: value[0] for key, value in final(door).items()} == {
        uscc(1): True,
        uscc(2): True,
    }


async def test_a_text_that_came_before_its_enterprise_is_linked_later(door: Door) -> None:
    linker = Linker()
    register(door, 1)
    door.push(
        "opinion_item",
        [
            an_opinion(1, title=None, text="青崖渡科技宣布裁员。"),
            an_opinion(2, title=None, text="青崖渡宣布破产。", published_at="2020-05-01T10:00Z"),
            an_opinion(3, title=None, text="白鹭洲科技宣布裁员。"),
        ],
    )
    await link(door, linker)
    assert stated(door) == []
    register(door, 2)
    await link(door, linker)
    assert [(row["uscc"], row["kinds"]) for row in stated(door)] == [(uscc(2), ["layoff"])]
    door.push("enterprise_register", [an_enterprise(3, name="某厂", short_names="白鹭洲科技")])
    await link(door, linker)
    assert [row["uscc"] for row in stated(door)] == [uscc(2), uscc(3)]
    assert not waiting(door)


async def test_another_process_learns_of_new_names(door: Door) -> None:
    one, other = Linker(), Linker()
    register(door, 1)
    door.push("opinion_item", [an_opinion(1, title=None, text="鹿鸣山科技裁员。")])
    await link(door, one)
    register(door, 2)
    await link(door, other)
    door.push("opinion_item", [an_opinion(2, title=None, text="青崖渡科技裁员。")])
    await link(door, one)
    assert [row["uscc"] for row in stated(door)] == [uscc(1), uscc(2)]


class _Killed(Exception):
    """The process ends before its commit."""


async def _turn_and_die(sessions: Sessions, linker: Linker) -> None:
    async with transaction(sessions, actor="service:ingest") as session:
        assert await linker.turn(session, NOW)
        raise _Killed


async def test_what_fails_halfway_leaves_everything_waiting(door: Door) -> None:
    register(door, 1)
    linker = Linker()
    await link(door, linker)
    door.push("opinion_item", [an_opinion(n, text="鹿鸣山科技裁员。") for n in range(5)])
    async with door.database.sessions("ingest") as sessions:
        with pytest.raises(_Killed):
            await _turn_and_die(sessions, linker)
    assert stated(door) == []
    assert waiting(door)
    await link(door, linker)
    assert len(stated(door)) == 5
    assert await link(door, linker) == 0
    assert len(stated(door)) == 5


STORY = tuple(
    (f"s-{number}", day, text)
    for number, (day, text) in enumerate(
        [
            (1, "鹿鸣山科技今日宣布裁员三百人，员工当天离岗，补偿方案为N+1，网友议论纷纷。"),
            (
                1,
                "【快讯】鹿鸣山科技今日宣布裁员三百人，员工当天离岗，补偿方案为N+1，网友议论纷纷！",
            ),
            (6, "鹿鸣山科技今日宣布裁员三百人，员工当天离岗，补偿方案为N+1，网友议论纷纷。"),
            (11, "鹿鸣山科技今日宣布裁员三百人，员工当天离岗，补偿方案为N+1，网友议论纷纷。#裁员#"),
            (25, "鹿鸣山科技今日宣布裁员三百人，员工当天离岗，补偿方案为N+1，网友议论纷纷。"),
            (6, "青崖渡科技和鹿鸣山科技拖欠工资，员工在楼下聚集讨薪，警方到场，公司没有回应。"),
            (7, "青崖渡科技和鹿鸣山科技拖欠工资，员工在楼下聚集讨薪，警方到场，公司没有回应……"),
            (8, "白鹭洲科技宣布停产，工人放假，何时复工没有消息。"),
        ]
    )
)


@pytest.mark.parametrize("seed", range(4))
async def test_the_end_does_not_depend_on_the_order_of_arrival(door: Door, seed: int) -> None:
    """In any order, in any parts, with the register before, between or behind: the same links."""
    ends = []
    for order in (None, random.Random(seed)):  # noqa: S311  an order, no secret
        door.database.empty("ingest")
        steps: list[tuple[str, Any]] = [("text", one) for one in STORY]
        steps.append(
            ("text", ("s-0", 2, "鹿鸣山科技今日宣布裁员三百人，员工当天离岗，补偿为N+1。"))
        )
        if order is None:
            steps = [("register", 1), ("register", 2), ("register", 3), *steps]
        else:
            correction = steps.pop()
            order.shuffle(steps)
            steps.append(correction)
            for number in (1, 2, 3):
                steps.insert(order.randrange(len(steps)), ("register", number))
        linker = Linker()
        for kind, what in steps:
            if kind == "register":
                register(door, what)
            else:
                item_id, day, text = what
                published = NOW - timedelta(days=30 - day)
                record = an_opinion(
                    1, item_id=item_id, title=None, text=text, published_at=published.isoformat()
                )
                assert door.push("opinion_item", [record]).status_code == 201
            if order is None or order.random() < 0.5:
                await link(door, linker)
        await link(door, linker)
        ends.append(final(door))
    assert ends[0] == ends[1]
    assert len({value[3] for value in ends[0].values() if not value[0]}) == 5
