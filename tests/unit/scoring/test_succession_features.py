"""Whose staff counts as whose, worked out by hand."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl
import pytest

from services.scoring.domain.assessment import assess
from services.scoring.domain.places import Place
from services.scoring.features.facts import Facts
from services.scoring.features.measuring import measure
from services.scoring.features.successions import ascribed
from services.scoring.store.successions import Version, rules
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
