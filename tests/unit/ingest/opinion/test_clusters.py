"""The same text in other clothes is one cluster; the order of arrival changes nothing."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import combinations
from random import Random
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from services.ingest.opinion.clusters import (
    WINDOW,
    Told,
    cluster,
    packed,
    similar,
    sketch,
    unpacked,
)

START = datetime(2020, 8, 1, tzinfo=UTC)
NEWS = "鹿鸣山科技今天上午召开全员大会，宣布裁员三百人，补偿方案为N+1，员工当天离岗，网友议论纷纷。"


def test_a_repost_is_the_same_and_another_text_is_not() -> None:
    copies = (
        NEWS,
        f"转发微博//@某某：{NEWS}",
        f"【快讯】{NEWS}http://t.cn/abc",
        NEWS.replace("，", "，\n").replace("今天上午", "今天"),
        f"{NEWS}[怒][怒]@人民网 #裁员#",
    )
    others = (
        "鹿鸣山科技拖欠工资三个月，员工集体讨薪，公司负责人失联。",
        "青崖渡科技今天宣布裁员三百人，补偿方案尚未公布。",
        "",
    )
    assert all(similar(sketch(one), sketch(other)) for one, other in combinations(copies, 2))
    assert not any(similar(sketch(NEWS), sketch(other)) for other in others)
    assert not similar(sketch("！！"), sketch("？")), "nothing is not the same as nothing"


def test_a_sketch_survives_its_way_through_the_database() -> None:
    made = sketch(NEWS * 3)
    assert len(made) <= 64
    assert unpacked(packed(made)) == made
    assert unpacked(packed(())) == ()


def texts() -> st.SearchStrategy[list[Told]]:
    """Some texts of few kinds, days and enterprises, so that many are the same."""
    kinds = st.sampled_from(
        [sketch(NEWS[first:last]) for first, last in ((0, 45), (6, 45), (0, 38), (20, 45), (0, 20))]
    )
    one = st.tuples(kinds, st.integers(0, 40), st.sets(st.sampled_from("ABC"), min_size=1))
    return st.lists(one, min_size=1, max_size=12).map(
        lambda rows: [
            Told(UUID(int=number), START + timedelta(days=day), made, frozenset(groups))
            for number, (made, day, groups) in enumerate(rows)
        ]
    )


def same(one: Told, other: Told) -> bool:
    """Say once more, plainly, which two texts are the same."""
    return (
        abs(one.published_at - other.published_at) <= WINDOW
        and bool(one.groups & other.groups)
        and similar(one.sketch, other.sketch)
    )


def oracle(all_texts: Sequence[Told]) -> dict[UUID, str]:
    """Return the connected components, by their earliest member."""
    names = {told.id: told.name for told in all_texts}
    changed = True
    while changed:
        changed = False
        for one, other in combinations(all_texts, 2):
            if same(one, other) and names[one.id] != names[other.id]:
                names[one.id] = names[other.id] = min(names[one.id], names[other.id])
                changed = True
    return names


@settings(max_examples=150, deadline=None)
@given(texts(), st.randoms(use_true_random=False), st.integers(1, 5))
def test_clusters_are_a_function_of_the_set(
    all_texts: list[Told], random: Random, size: int
) -> None:
    arriving = list(all_texts)
    random.shuffle(arriving)
    held: dict[UUID, Told] = {}
    for first in range(0, len(arriving), size):
        new = arriving[first : first + size]
        around = [
            told
            for told in held.values()
            if any(
                told.groups & one.groups and abs(told.published_at - one.published_at) <= WINDOW
                for one in new
            )
        ]
        found = cluster(new, around)
        held |= {told.id: replace(told, cluster=found.clusters[told.id]) for told in new}
        held = {
            id_: replace(told, cluster=found.renamed.get(str(told.cluster), told.cluster))
            for id_, told in held.items()
        }
    assert {id_: told.cluster for id_, told in held.items()} == oracle(all_texts)
