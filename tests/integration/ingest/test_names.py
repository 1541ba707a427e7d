"""Names of enterprises: what they were called before, and what the city adds."""

import pytest

from tests.integration.ingest.conftest import ANALYST, AUDITOR, CHAOYANG, REGISTRAR, Door
from tests.integration.ingest.test_linking import final, link, register
from tests.unit.ingest.records import an_enterprise, an_opinion, uscc

ENTRY = f"/v1/enterprises/{uscc(1)}"


def rename(door: Door, name: str) -> None:
    """Push the first enterprise under another name."""
    told = door.push("enterprise_register", [an_enterprise(1, name=name)], caller=REGISTRAR)
    assert told.status_code == 201


def test_former_names_are_told_latest_first_and_found_by_search(door: Door) -> None:
    for name in ("北京鹿鸣山科技有限公司", "北京青崖渡科技有限公司", "北京白鹭洲科技有限公司"):
        rename(door, name)
    rename(door, "北京青崖渡科技有限公司")
    told = door.get(ENTRY, CHAOYANG).json()
    assert told["name"] == "北京青崖渡科技有限公司"
    assert told["former_names"] == ["北京白鹭洲科技有限公司", "北京鹿鸣山科技有限公司"]
    for part in ("鹿鸣山", "白鹭洲", "青崖渡"):
        found = door.get(f"/v1/enterprises?q={part}", CHAOYANG).json()["data"]
        assert [one["uscc"] for one in found] == [uscc(1)]
    assert door.get("/v1/enterprises?q=听雪楼", CHAOYANG).json()["data"] == []


def test_every_version_says_what_from_whom_and_when(door: Door) -> None:
    rename(door, "北京鹿鸣山科技有限公司")
    rename(door, "北京青崖渡科技有限公司")
    page = door.get(f"{ENTRY}/versions?limit=1", CHAOYANG).json()
    (last,) = page["data"]
    assert (last["version"], last["name"]) == (2, "北京青崖渡科技有限公司")
    assert (last["agency"], last["received_at"]) == ("agency-samr", "2020-08-03T01:00:00Z")
    taken = door.get(f"/v1/imports/{last['import_id']}", ANALYST).json()
    assert taken["counts"]["superseding"] == 1
    rest = door.get(f"{ENTRY}/versions?limit=1&cursor={page['next_cursor']}", CHAOYANG).json()
    assert [one["name"] for one in rest["data"]] == ["北京鹿鸣山科技有限公司"]
    assert rest["next_cursor"] is None


@pytest.mark.parametrize("path", ["", "/versions"])
def test_an_entry_of_another_district_does_not_exist(door: Door, path: str) -> None:
    register(door, 1, district="110108")
    answer = door.get(f"{ENTRY}{path}", CHAOYANG)
    assert (answer.status_code, answer.json()["code"]) == (404, "enterprise_not_found")


async def test_a_text_is_linked_by_a_former_name(door: Door) -> None:
    rename(door, "北京鹿鸣山科技有限公司")
    rename(door, "北京青崖渡科技有限公司")
    text = "北京鹿鸣山科技有限公司拖欠员工工资。"
    door.push("opinion_item", [an_opinion(1, title=None, text=text)])
    await link(door)
    ((_, code),) = final(door)
    assert code == uscc(1)


async def test_older_texts_are_searched_for_an_alias_and_let_go_without_it(door: Door) -> None:
    register(door, 1)
    text = "小鹿科技园今天宣布裁员三百人，员工聚集讨薪。"
    door.push("opinion_item", [an_opinion(1, title=None, text=text)])
    await link(door)
    assert final(door) == {}

    told = door.put(f"{ENTRY}/aliases", {"aliases": [" 小鹿科技园 ", "小鹿科技园"]}, ANALYST)
    assert (told.status_code, told.json()["aliases"]) == (200, ["小鹿科技园"])
    assert door.get("/v1/enterprises?q=小鹿", CHAOYANG).json()["data"][0]["uscc"] == uscc(1)
    await link(door)
    assert [code for _, code in final(door)] == [uscc(1)]

    assert door.put(f"{ENTRY}/aliases", {"aliases": []}, ANALYST).json()["aliases"] == []


@pytest.mark.parametrize(
    ("alias", "code"),
    [("鹿", "too_short"), ("长" * 101, "too_long"), ("小\u202e鹿", "unprintable")],
)
def test_an_alias_that_nothing_can_be_searched_for_is_refused(
    door: Door, alias: str, code: str
) -> None:
    register(door, 1)
    answer = door.put(f"{ENTRY}/aliases", {"aliases": [alias]}, ANALYST)
    assert answer.status_code == 422
    assert [error["code"] for error in answer.json()["errors"]] == [code]
    assert door.get(ENTRY, ANALYST).json()["aliases"] == []


def test_only_the_city_adds_names(door: Door) -> None:
    register(door, 1)
    for nobody in (CHAOYANG, AUDITOR, REGISTRAR):
        assert door.put(f"{ENTRY}/aliases", {"aliases": ["小鹿"]}, nobody).status_code == 403
