"""Real trending topics as opinion items: every one has its fate, and the right ones are linked."""

import json
import lzma
import os
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from shared.codes.uscc import check_character
from tests.e2e.city import push
from tests.platform import Platform

DATA = os.environ.get("WENGANG_DATA")
pytestmark = pytest.mark.skipif(DATA is None, reason="WENGANG_DATA is not set: no real topics")

HERE = "110109"
# Enterprises that topics name, some of them for what is no labour risk at all.
FIRMS = {
    "阿里巴巴（北京）软件服务有限公司": "阿里巴巴;阿里",
    "北京爱奇艺科技有限公司": "爱奇艺",
    "北京字节跳动科技有限公司": "字节跳动;字节",
    "北京高途云集教育科技有限公司": "高途",
    "恒大恒驰新能源汽车研究院有限公司": "恒驰汽车",
    "华尔街英语培训中心（北京）有限公司": "华尔街英语",
    "北京京东世纪贸易有限公司": "京东",
    "北京理想汽车有限公司": "理想汽车;理想",
    "北京小米科技有限责任公司": "小米",
    "北京智者天下科技有限公司": "知乎",
    "北京新东方教育科技（集团）有限公司": "新东方",
    "北京蒋南孙服饰有限公司": "蒋南孙",
    "北京刺猬文化传播有限公司": "刺猬乐队",
    "温拿演艺（北京）有限公司": "温拿乐队",
    "七十六人体育文化（北京）有限公司": "76人",
}
ALLEGED = {
    "阿里裁员": "layoff",
    "京东裁员": "layoff",
    "员工称爱奇艺裁员20%至40%": "layoff",
    "高途回应将裁员30%": "layoff",
    "小米个别部门裁员比例高达75%": "layoff",
    "知乎被曝大裁员": "layoff",
    "华尔街英语被曝已欠薪3个月": "wage_arrears",
    "华尔街英语将宣布破产": "bankruptcy",
    "恒驰汽车回应大规模停工欠薪": "wage_arrears",
}
LINKED_AND_NOT_ALLEGED = {
    "阿里巴巴就裁员谣言报警",
    "字节辟谣被裁员工与HR互殴",
    "客服回应理想ONE将停产",
    "俞敏洪称新东方不会关停",
    "蒋南孙爸爸破产跳楼",
    "刺猬乐队 解散",
    "温拿乐队正式解散",
    "哈登降薪续约76人",
}
# 孙家 is a word of its own; or nobody of the register is named.
NOT_LINKED = {"蒋南孙家破产", "武磊降薪", "谢宏祖家破产", "贵州队球员讨要欠薪"}
RISKY = re.compile("裁员|降薪|欠薪|讨薪|破产|倒闭|停产|停工|罢工|解散|停业|关停|工资")


def code_of(number: int) -> str:
    """Return a valid credit code."""
    body = f"91{HERE}MA0{number:05d}X"
    return body + check_character(body)


def topics() -> list[dict[str, Any]]:
    """Return the topics of ten days on each of them, and all topics of risk of three years."""
    file = Path(DATA or "") / "weibo_hot_search" / "topics_2020_2023.jsonl.xz"
    rows = [json.loads(line) for line in lzma.decompress(file.read_bytes()).decode().splitlines()]
    wanted = {
        (row["date"], row["title"])
        for row in rows
        if row["date"].startswith("2022-03-1")
        or RISKY.search(row["title"])
        or "蒋南孙" in row["title"]
    }
    return [
        {
            "item_id": f"{day}-{sha256(title.encode()).hexdigest()[:16]}",
            "published_at": f"{day}T12:00:00+08:00",
            "text": title,
            "source": "微博热搜",
        }
        for day, title in sorted(wanted)
    ]


def batches(records: Sequence[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    """Cut records into batches as the gateway takes them."""
    for first in range(0, len(records), 1000):
        yield list(records[first : first + 1000])


def test_real_topics_are_taken_linked_and_labelled(platform: Platform) -> None:
    register: list[dict[str, object]] = [
        {
            "uscc": code_of(number),
            "name": name,
            "short_names": short,
            "district": HERE,
            "status": "active",
        }
        for number, (name, short) in enumerate(FIRMS.items())
    ]
    told = push(platform, "agency-amr", "enterprise_register", register)
    assert told["counts"]["accepted"] == len(FIRMS)

    records = topics()
    assert len(records) > 4_000
    account: Counter[str] = Counter()
    for batch in batches(records):
        account += Counter(push(platform, "agency-opinion", "opinion_item", batch)["counts"])
    assert account["rows"] == account["accepted"] == len(records)
    assert push(platform, "agency-opinion", "opinion_item", records[:1000])["repeated"] is True

    platform.wait(lambda: linked(platform), within=60)

    found = platform.every("officer-110109", "/v1/opinions")
    texts = {one["text"]: one for one in found}
    alleged = {
        text: [kind for each in one["enterprises"] for kind in each["kinds"]]
        for text, one in texts.items()
    }
    for text, kind in ALLEGED.items():
        assert kind in alleged[text], text
    for text in LINKED_AND_NOT_ALLEGED:
        assert alleged[text] == [], text
    assert not NOT_LINKED & texts.keys()
    assert {record["text"] for record in records} >= NOT_LINKED
    assert {one["district"] for text in texts.values() for one in text["enterprises"]} == {HERE}
    # A topic that trends on several days within a week is one text.
    ali = [one for one in found if one["text"] == "阿里裁员"]
    assert len({one["cluster"] for one in ali}) == 1

    assert platform.every("officer-110108", "/v1/opinions") == []
    assert platform.call("bank-a", "GET", "/v1/opinions").status_code == 404
    shown = platform.cli("--as", "city-analyst", "opinions", "list", "--kind", "bankruptcy")
    assert "华尔街英语将宣布破产" in shown
    assert "蒋南孙" not in shown


def linked(platform: Platform) -> bool:
    """Tell whether nothing waits for linking any more."""
    told = platform.get("city-admin", "/v1/operations/ingest/progress")
    return not any(told["pending"].values())
