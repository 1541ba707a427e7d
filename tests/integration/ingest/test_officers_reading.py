"""Officers read opinion items of their districts, and the city its protection lists."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from tests.integration.ingest.conftest import ANALYST, AUDITOR, BANK, BUREAU, CHAOYANG, Door
from tests.integration.ingest.test_linking import link, register
from tests.unit.ingest.records import a_protected, an_opinion, uscc


@pytest_asyncio.fixture
async def linked(door: Door) -> AsyncIterator[Door]:
    """Texts about two enterprises of Chaoyang and one of Haidian."""
    register(door, 1, 2)
    register(door, 3, district="110108")
    texts = [
        "鹿鸣山科技和白鹭洲科技裁员。",
        "青崖渡科技拖欠工资。",
        "白鹭洲科技破产。",
        "鹿鸣山科技开了新店。",
        "天气真好。",
    ]
    records = [
        an_opinion(n, title=None, text=text, published_at=f"2020-08-0{1 + n // 2}T0{n}:00+08:00")
        for n, text in enumerate(texts)
    ]
    door.push("opinion_item", records)
    await link(door)
    yield door


@pytest.mark.parametrize(
    ("caller", "query", "texts"),
    [
        (ANALYST, "", [3, 2, 1, 0]),
        (CHAOYANG, "", [3, 1, 0]),
        (CHAOYANG, f"?uscc={uscc(1)}", [3, 0]),
        (CHAOYANG, f"?uscc={uscc(3)}", []),
        (ANALYST, f"?uscc={uscc(3)}", [2, 0]),
        (ANALYST, f"?uscc={uscc(3)}&kind=layoff", [0]),
        (CHAOYANG, "?kind=wage_arrears", [1]),
        (CHAOYANG, "?kind=bankruptcy", []),
        (CHAOYANG, "?negative=false", [3]),
        (ANALYST, "?since=2020-08-02", [3, 2]),
        (ANALYST, "?since=2020-08-03", []),
    ],
    ids=lambda part: getattr(part, "subject", str(part)),
)
async def test_a_text_is_read_where_its_enterprises_are(
    linked: Door, caller: Any, query: str, texts: list[int]
) -> None:
    found = linked.get(f"/v1/opinions{query}", caller).json()["data"]
    hours = [int(one["published_at"][11:13]) for one in found]
    assert hours == texts


async def test_a_text_shows_only_the_enterprises_of_ones_districts(linked: Door) -> None:
    both = linked.get("/v1/opinions?kind=layoff", ANALYST).json()["data"][0]
    ours = linked.get("/v1/opinions?kind=layoff", CHAOYANG).json()["data"][0]
    assert [one["uscc"] for one in both["enterprises"]] == [uscc(1), uscc(3)]
    assert ours["enterprises"] == [
        {
            "uscc": uscc(1),
            "name": "北京鹿鸣山科技有限公司",
            "district": "110105",
            "district_name": "Chaoyang",
            "negative": True,
            "confidence": ours["enterprises"][0]["confidence"],
            "kinds": ["layoff"],
            "announced": None,
            "announced_share": None,
            "places": [[0, 5]],
        }
    ]
    shown = linked.get(f"/v1/opinions/{ours['id']}", CHAOYANG).json()
    assert shown == {**ours, "item_id": "item-0", "url": "https://example.com/0"}


async def test_what_is_hidden_and_what_does_not_exist_look_the_same(linked: Door) -> None:
    hidden = linked.get("/v1/opinions?kind=bankruptcy", ANALYST).json()["data"][0]["id"]
    for id_ in (hidden, "00000000-0000-0000-0000-000000000000"):
        answer = linked.get(f"/v1/opinions/{id_}", CHAOYANG)
        assert (answer.status_code, answer.json()["code"]) == (404, "opinion_not_found")
    for nobody in (BANK, BUREAU, AUDITOR):
        assert linked.get("/v1/opinions", nobody).status_code == 403
        assert linked.get(f"/v1/opinions/{hidden}", nobody).status_code == 403


async def test_texts_are_listed_page_by_page(linked: Door) -> None:
    first = linked.get("/v1/opinions?limit=3", ANALYST)
    cursor = first.json()["next_cursor"]
    rest = linked.get(f"/v1/opinions?limit=3&cursor={cursor}", ANALYST).json()
    ids = [one["id"] for one in first.json()["data"] + rest["data"]]
    assert (len(ids), len(set(ids)), rest["next_cursor"]) == (4, 4, None)
    assert 'rel="next"' in first.headers["Link"]


def test_the_city_reads_editions_and_their_entries(door: Door) -> None:
    register(door, 1, 2)
    register(door, 3, district="110108")
    door.push(
        "protection_list",
        [
            a_protected(1),
            a_protected(2, valid_until=None),
            a_protected(3, edition="2020-Q4", valid_from="2020-10-01"),
            a_protected(3, list_kind="priority"),
        ],
    )
    door.push("protection_list", [a_protected(1, valid_until="2020-09-30", reason=None)])
    told = door.get("/v1/protection-lists", ANALYST).json()["data"]
    brief = [tuple(one[name] for name in list(one)[:5]) for one in told]
    assert brief == [
        ("key", "2020-Q3", 2, "2020-07-01", None),
        ("key", "2020-Q4", 1, "2020-10-01", "2020-12-31"),
        ("priority", "2020-Q3", 1, "2020-07-01", "2020-12-31"),
    ]
    entries = door.get("/v1/protection-lists/key/entries?limit=2", ANALYST).json()
    assert entries["data"][0] == {
        "uscc": uscc(1),
        "name": "北京鹿鸣山科技有限公司",
        "district": "110105",
        "district_name": "Chaoyang",
        "edition": "2020-Q3",
        "version": 2,
        "valid_from": "2020-07-01",
        "valid_until": "2020-09-30",
        "reason": None,
    }
    more = f"/v1/protection-lists/key/entries?limit=2&cursor={entries['next_cursor']}"
    rest = door.get(more, ANALYST).json()
    assert [one["uscc"] for one in entries["data"] + rest["data"]] == [uscc(1), uscc(2), uscc(3)]
    only = door.get("/v1/protection-lists/key/entries?edition=2020-Q4", ANALYST).json()["data"]
    assert [one["uscc"] for one in only] == [uscc(3)]
    assert door.get("/v1/protection-lists/other/entries", ANALYST).status_code in {400, 404, 422}
    for nobody in (CHAOYANG, BANK, BUREAU, AUDITOR):
        assert door.get("/v1/protection-lists", nobody).status_code == 403
        assert door.get("/v1/protection-lists/key/entries", nobody).status_code == 403
