"""Whose staff counts as whose, worked out by hand."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.scoring.domain.assessment import assess
from services.scoring.domain.places import Place
from services.scoring.domain.successions import MOST_CHAINS, MOST_LINKS, Version, ascriptions
from services.scoring.features.facts import Facts
from services.scoring.features.measuring import measure
from services.scoring.features.successions import ascribed
from services.scoring.store.successions import rules
from shared.events.ingest import SuccessionKind
from tests.unit.scoring.facts import LONG_AGO, Row, frame, series

TODAY = date(2020, 9, 15)
OLD, NEW = "OLD", "NEW"
KNOWN_ON = date(2020, 9, 1)


@dataclass(frozen=True)
class Told:
    """What is told of one enterprise on a day."""

    headcount: int | None
    month: str | None
    lost_on_month: int | None
    lost_in_three: int | None


def facts(rows: Sequence[Row], *versions: Version) -> Facts:
    """Read facts as the store would."""
    plain = frame(rows)
    found = rules(versions, {row.uscc for row in rows})
    months = pl.concat([plain.headcounts, ascribed(plain.headcounts, found)])
    return Facts(headcounts=months, successions=found)


def said(
    kind: SuccessionKind, *, version: int = 1, withdrawn: bool = False, received_on: date = KNOWN_ON
) -> Version:
    return Version(OLD, NEW, version, kind, date(2020, 8, 10), withdrawn, received_on)


def told(known: Facts, uscc: str, as_of: date = TODAY) -> Told:
    """Measure an enterprise."""
    headcount = measure(known, as_of)[uscc].headcount
    if headcount is None:
        return Told(None, None, None, None)
    on_month, in_three = headcount.on_month, headcount.cumulated
    return Told(
        headcount.headcount,
        headcount.month,
        None if on_month is None else on_month.persons,
        None if in_three is None else in_three.persons,
    )


BEFORE = {"2020-05": 100, "2020-06": 98, "2020-07": 97}
MERGED = [
    *series({**BEFORE, "2020-08": 0}, uscc=OLD),
    *series({"2020-05": 50, "2020-06": 50, "2020-07": 51, "2020-08": 145}, uscc=NEW),
]


def test_without_a_succession_a_merger_looks_like_a_mass_layoff() -> None:
    known = facts(MERGED)
    assert told(known, OLD) == Told(0, "2020-08", 97, 100)
    assert assess(measure(known, TODAY)[OLD], TODAY).place is not Place.NONE


@pytest.mark.parametrize("kind", [SuccessionKind.MERGER, SuccessionKind.CODE_CHANGE])
def test_the_successor_is_compared_with_both_and_the_predecessor_ends(
    kind: SuccessionKind,
) -> None:
    known = facts(MERGED, said(kind))
    # 145 now against 97 + 51 in July and 100 + 50 in May
    assert told(known, NEW) == Told(145, "2020-08", 3, 5)
    assert told(known, OLD) == Told(97, "2020-07", 1, 3)
    for uscc in (OLD, NEW):
        assert assess(measure(known, TODAY)[uscc], TODAY).place is Place.NONE


def test_a_layoff_behind_a_merger_is_seen() -> None:
    rows = [*MERGED[:-1], Row(NEW, "2020-08", 1, LONG_AGO, 90)]
    assert told(facts(rows, said(SuccessionKind.MERGER)), NEW) == Told(90, "2020-08", 58, 60)


def test_staff_of_a_new_enterprise_counts_with_the_old_one() -> None:
    rows = [
        *series({**BEFORE, "2020-08": 60}, uscc=OLD),
        *series({"2020-08": 35}, uscc=NEW),
    ]
    assert told(facts(rows), OLD) == Told(60, "2020-08", 37, 40)
    known = facts(rows, said(SuccessionKind.DIVISION))
    assert told(known, OLD) == Told(95, "2020-08", 2, 5)
    assert told(known, NEW) == Told(35, "2020-08", None, None)


def test_it_counts_from_the_day_on_which_it_is_known_until_it_is_withdrawn() -> None:
    back = said(SuccessionKind.MERGER, version=2, withdrawn=True, received_on=date(2020, 9, 10))
    known = facts(MERGED, said(SuccessionKind.MERGER), back)
    lost = [told(known, NEW, date(2020, 9, on)).lost_on_month for on in (0 + 1, 9, 10, 15)]
    assert lost == [3, 3, -94, -94]
    assert told(known, NEW, date(2020, 8, 31)).lost_on_month == -94


def test_another_kind_takes_the_place_of_the_first() -> None:
    later = said(SuccessionKind.DIVISION, version=2, received_on=date(2020, 9, 10))
    known = facts(MERGED, said(SuccessionKind.MERGER), later)
    assert told(known, NEW, date(2020, 9, 9)) == Told(145, "2020-08", 3, 5)
    assert told(known, NEW) == Told(145, "2020-08", -94, -95)
    assert told(known, OLD) == Told(145, "2020-08", -48, -45)


def test_several_merge_into_one() -> None:
    third = Version("THIRD", NEW, 1, SuccessionKind.MERGER, date(2020, 8, 1), False, KNOWN_ON)
    rows = [*MERGED, *series({"2020-07": 20}, uscc="THIRD")]
    assert told(facts(rows, said(SuccessionKind.MERGER), third), NEW).lost_on_month == 23


def chain(*links: tuple[str, str, SuccessionKind, str]) -> list[Version]:
    """Say successions that are known on one day: predecessor, successor, kind, month."""
    return [
        Version(old, new, 1, kind, date.fromisoformat(f"{month}-10"), False, KNOWN_ON)
        for old, new, kind, month in links
    ]


def test_staff_counts_along_a_chain_of_mergers() -> None:
    rows = [
        *series({"2020-05": 10, "2020-06": 10}, uscc="A"),
        *series({"2020-05": 20, "2020-06": 20, "2020-07": 30}, uscc="B"),
        *series({"2020-05": 40, "2020-06": 40, "2020-07": 40, "2020-08": 63}, uscc="C"),
    ]
    merger = SuccessionKind.MERGER
    first, second = chain(("A", "B", merger, "2020-07"), ("B", "C", merger, "2020-08"))
    # 63 now against 30 + 40 in July and 10 + 20 + 40 in May
    assert told(facts(rows, first, second), "C") == Told(63, "2020-08", 7, 7)
    # Of May and June B's own months alone, as long as nobody knows who went on as B.
    assert told(facts(rows, second), "C") == Told(63, "2020-08", 7, -3)
    back = Version("A", "B", 2, merger, date(2020, 7, 10), True, date(2020, 9, 10))
    known = facts(rows, first, second, back)
    lost = [told(known, "C", date(2020, 9, on)).lost_in_three for on in (9, 10)]
    assert lost == [7, -3]


def test_what_came_out_of_an_enterprise_that_merged_counts_with_whom_it_merged_into() -> None:
    rows = [
        *series({"2020-05": 100, "2020-06": 60}, uscc="B"),
        *series({"2020-06": 40, "2020-07": 40, "2020-08": 39}, uscc="D"),
        *series({"2020-05": 10, "2020-06": 10, "2020-07": 70, "2020-08": 70}, uscc="C"),
    ]
    links = chain(
        ("B", "D", SuccessionKind.DIVISION, "2020-06"), ("B", "C", SuccessionKind.MERGER, "2020-07")
    )
    assert told(facts(rows, *links), "C") == Told(109, "2020-08", 1, 1)


def test_what_was_divided_twice_counts_with_the_first() -> None:
    rows = [
        *series({"2020-05": 100, "2020-06": 60, "2020-07": 60, "2020-08": 60}, uscc="A"),
        *series({"2020-06": 40, "2020-07": 30, "2020-08": 30}, uscc="D"),
        *series({"2020-07": 10, "2020-08": 8}, uscc="E"),
    ]
    links = chain(
        ("A", "D", SuccessionKind.DIVISION, "2020-06"),
        ("D", "E", SuccessionKind.DIVISION, "2020-07"),
    )
    assert told(facts(rows, *links), "A") == Told(98, "2020-08", 2, 2)


MONTHS = ("2020-05", "2020-06", "2020-07", "2020-08")


@given(data=st.data())
@settings(max_examples=25, deadline=None)
def test_whoever_is_left_of_any_mergers_has_lost_nobody(data: st.DataObject) -> None:
    """Nobody is laid off, whoever merges with whom and in which order it is told."""
    count = data.draw(st.integers(2, 7))
    names = [f"E{n}" for n in range(count)]
    staff = {name: data.draw(st.integers(1, 500)) for name in names}
    reported: list[Row] = []
    links = []
    for month in MONTHS:
        alive = [name for name in names if name in staff]
        gone = data.draw(st.sets(st.sampled_from(alive[1:]))) if alive[1:] else set()
        if month == MONTHS[0]:
            gone = set()
        # In the order of a month those that merge may be taken over themselves a moment later.
        for old in data.draw(st.permutations(sorted(gone))):
            new = data.draw(
                st.sampled_from([name for name in names if name in staff and name != old])
            )
            staff[new] += staff.pop(old)
            links += chain((old, new, SuccessionKind.MERGER, month))
        reported += [Row(name, month, 1, LONG_AGO, held) for name, held in staff.items()]
    known = facts(reported, *data.draw(st.permutations(links)))
    for name, held in staff.items():
        assert told(known, name) == Told(held, MONTHS[-1], 0, 0)


@given(
    pairs=st.lists(
        st.tuples(
            st.sampled_from("ABCDEFGH"),
            st.sampled_from("ABCDEFGH"),
            st.sampled_from(list(SuccessionKind)),
            st.sampled_from(MONTHS),
        ).filter(lambda pair: pair[0] != pair[1]),
        max_size=30,
        unique_by=lambda pair: pair[:2],
    )
)
@settings(max_examples=25, deadline=None)
def test_rings_of_successions_end_and_nobody_inherits_from_themselves(
    pairs: list[tuple[str, str, SuccessionKind, str]],
) -> None:
    said = ascriptions(chain(*pairs), "ABCDEFGH")
    for heir in "ABCDEFGH":
        chains = [each.chain.split("|") for each in said if each.heir == heir != each.giver]
        assert len(chains) <= MOST_CHAINS
        assert all(len(links) <= MOST_LINKS for links in chains)
    ends = {each.heir for each in said if each.heir == each.giver}
    assert ends == {old for old, _, kind, _ in pairs if kind is not SuccessionKind.DIVISION}
    rows = [Row(name, month, 1, LONG_AGO, 1) for name in "ABCDEFGH" for month in MONTHS]
    known = facts(rows, *chain(*pairs)).known(TODAY)
    # Each of the eight counts once a month at most, in whatever rings they stand.
    assert all(held <= 8 for held in known.headcounts["headcount"].to_list())
