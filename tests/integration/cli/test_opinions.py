"""Opinion items and protection lists at the command line: codes become words."""

from typing import Any

from tests.integration.cli.conftest import Wengang
from tests.integration.cli.door import Door, Said

OPINION: dict[str, Any] = {
    "id": "0198c0de-0000-7000-8000-000000000001",
    "published_at": "2020-08-01T10:00:00+08:00",
    "source": "微博",
    "title": None,
    "text": "鹿鸣山科技裁员三百人。",
    "cluster": "20200801T020000-0198c0de",
    "enterprises": [
        {
            "uscc": "91110105000000000A",
            "name": "北京鹿鸣山科技有限公司",
            "district": "110105",
            "district_name": "Chaoyang",
            "negative": True,
            "confidence": 0.77,
            "kinds": ["layoff", "wage_arrears"],
            "announced": 300,
            "announced_share": None,
            "places": [[0, 5]],
        }
    ],
    "item_id": "weibo-1",
    "url": None,
}


def test_texts_are_asked_for_by_words(signed_in: Door, wengang: Wengang) -> None:
    signed_in.on("GET", "/v1/opinions", Said(200, {"data": [OPINION], "next_cursor": None}))
    code, out, _ = wengang(
        "opinions", "list", "--kind", "Wage-Arrears", "--negative", "--since", "2020-08-01"
    )
    assert code == 0
    assert "北京鹿鸣山科技有限公司" in out
    assert dict(signed_in.seen[0].query) == {
        "limit": "200",
        "kind": "wage_arrears",
        "negative": "true",
        "since": "2020-08-01",
    }


def test_a_text_is_shown_with_what_it_says_of_whom(signed_in: Door, wengang: Wengang) -> None:
    signed_in.on("GET", f"/v1/opinions/{OPINION['id']}", Said(200, OPINION))
    code, out, _ = wengang("opinions", "show", OPINION["id"])
    assert code == 0
    assert "鹿鸣山科技裁员三百人。" in out
    assert "layoff, wage arrears" in " ".join(out.split())
    assert "Chaoyang" in out


def test_a_list_is_asked_for_by_its_name(signed_in: Door, wengang: Wengang) -> None:
    entry = {
        "uscc": "91110105000000000A",
        "name": "北京鹿鸣山科技有限公司",
        "district": "110105",
        "district_name": "Chaoyang",
        "edition": "2020-Q3",
        "version": 1,
        "valid_from": "2020-07-01",
        "valid_until": None,
        "reason": None,
    }
    signed_in.on(
        "GET",
        "/v1/protection-lists/priority/entries",
        Said(200, {"data": [entry], "next_cursor": None}),
    )
    code, out, _ = wengang("protection-lists", "show", "Priority", "--edition", "2020-Q3")
    assert code == 0
    assert "2020-07-01" in out
    assert ("edition", "2020-Q3") in signed_in.seen[0].query
