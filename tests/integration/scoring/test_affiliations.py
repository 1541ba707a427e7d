"""Trouble spreads to whoever belongs together: when it comes, when it goes, to the right ones."""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal

import pytest

from services.scoring.store import affiliations
from shared.db import Sessions, transaction
from shared.events.base import Event
from shared.events.ingest import ObservationsRecorded, Operation
from tests.integration.scoring.conftest import Api
from tests.integration.scoring.saying import (
    IMPORT,
    A,
    B,
    C,
    Said,
    affiliated,
    at,
    headcounts,
    recorded,
    registered,
    rows,
    sweep,
    tell,
)
from tests.integration.scoring.test_api import CHAOYANG

DAY = date(2026, 10, 15)
NOW = at(DAY)
Values = Mapping[str, int | Decimal | str | None]

SHUT_DOWN: dict[str, Values] = {
    "2026-10-14/破1": {"kind": "bankruptcy_accepted", "state": "in_force"}
}


def later(days: int) -> date:
    return DAY + timedelta(days=days)


def bankrupt(uscc: str, on: date = DAY) -> ObservationsRecorded:
    return recorded("court_notice", uscc, SHUT_DOWN, received=at(on))


def not_bankrupt(uscc: str, on: date) -> ObservationsRecorded:
    taken_back: dict[str, Values] = {period: {} for period in SHUT_DOWN}
    return recorded(
        "court_notice",
        uscc,
        taken_back,
        received=at(on),
        version=2,
        operation=Operation.WITHDRAW,
    )


def staffed(*usccs: str) -> list[Event]:
    said = [Said(uscc, "2026-09", 300) for uscc in usccs]
    return [registered(*usccs), headcounts(said, received=NOW)]


def behind(uscc: str) -> ObservationsRecorded:
    """Owe two months of contributions: with an affiliate in trouble there are two witnesses."""
    return headcounts([Said(uscc, "2026-09", 300, arrears=2)], received=NOW)


async def reasons(sessions: Sessions, uscc: str, day: date = DAY) -> dict[str, dict[str, object]]:
    query = "SELECT reasons FROM scoring.assessments WHERE uscc = :uscc AND as_of = :day"
    found = await rows(sessions, query, uscc=uscc, day=day)
    told = [] if not found else found[0][0]
    assert isinstance(told, list)
    return {one["indicator"]: one for one in told}


@pytest.mark.parametrize("told_of", [A, B])
async def test_bankruptcy_reaches_who_belongs_together(
    sessions: Sessions, api: Api, told_of: str
) -> None:
    """B goes bankrupt; A is its subsidiary and owes contributions, whoever told of it."""
    link = (
        affiliated(A, B, "parent", received=NOW)
        if told_of == A
        else affiliated(B, A, "subsidiary", received=NOW)
    )
    await tell(sessions, *staffed(B), registered(A), behind(A), link, now=NOW)
    assert set(await reasons(sessions, A)) == {"S1"}

    await tell(sessions, bankrupt(B), now=NOW)
    await sweep(sessions, DAY)

    spread = (await reasons(sessions, A))["X1-GROUP"]
    assert spread["source"] == "affiliation"
    assert spread["import_id"] == str(IMPORT)
    assert spread["parameters"] == {
        "other": B,
        "relation": "parent",
        "level": "orange",
        "began_on": "2026-10-15",
        "told_of": told_of,
    }
    assert spread["period"] == f"2018-05-01/{B if told_of == A else A}"
    # S1 .6 * .95 * 2^(-15/60), weight .7; X1 .3 * .9, weight .3: two witnesses
    answer = await api.get(CHAOYANG, f"/v1/enterprises/{A}/assessments", language="zh")
    day = answer.json()["data"][0]
    assert day["admission"] == "corroborated"
    assert f"母公司（{B}）自 2026-10-15 起，就其自身情况研判为橙色，可能波及本企业。" in {
        one["sentence"] for one in day["reasons"]
    }


async def test_it_ends_with_the_trouble_and_with_the_relation(sessions: Sessions) -> None:
    links = [affiliated(uscc, B, "common_control", received=NOW) for uscc in (A, C)]
    await tell(sessions, *staffed(B), behind(A), behind(C), *links, bankrupt(B), now=NOW)
    await sweep(sessions, DAY)
    assert "X1-GROUP" in await reasons(sessions, A)
    assert "X1-GROUP" in await reasons(sessions, C)

    gone = affiliated(C, B, "common_control", received=at(later(1)), version=2, withdrawn=True)
    await tell(sessions, gone, now=at(later(1)))
    await sweep(sessions, later(1))
    assert "X1-GROUP" in await reasons(sessions, A, later(1))
    assert set(await reasons(sessions, C, later(1))) == {"S1"}

    await tell(sessions, not_bankrupt(B, later(2)), now=at(later(2)))
    await sweep(sessions, later(2))
    assert set(await reasons(sessions, A, later(2))) == {"S1"}
    # what was known before stays what was judged before
    assert "X1-GROUP" in await reasons(sessions, A, DAY)


async def test_two_who_belong_together_do_not_talk_each_other_up(sessions: Sessions) -> None:
    link = affiliated(A, B, "common_control", received=NOW)
    await tell(sessions, *staffed(A, B), link, bankrupt(A), bankrupt(B), now=NOW)
    await sweep(sessions, DAY)
    assert await rows(
        sessions, "SELECT uscc, kind, since, state FROM scoring.troubles ORDER BY uscc, kind"
    ) == [
        (uscc, kind, DAY, state)
        for uscc in (A, B)
        for kind, state in (("default", "F5"), ("level", "orange"))
    ]
    assert await rows(sessions, "SELECT uscc FROM scoring.stirred") == []


async def test_a_late_fact_spreads_from_its_own_day(sessions: Sessions) -> None:
    link = affiliated(A, B, "parent", received=NOW)
    await tell(sessions, *staffed(B), behind(A), link, now=NOW)
    for number in range(4):
        await sweep(sessions, later(number))
    # received on the second day, handled on the fourth
    await tell(sessions, bankrupt(B, later(1)), now=at(later(3)))
    await sweep(sessions, later(3))
    assert ["X1-GROUP" in await reasons(sessions, A, later(number)) for number in range(4)] == [
        False,
        True,
        True,
        True,
    ]


async def test_a_group_of_thousands_is_judged_in_turns(
    sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    daughters = [f"91110105MA1000{number:04d}" for number in range(60)]
    said: dict[str, Values] = {
        f"2018-05-01/{uscc}": {"relation": "subsidiary"} for uscc in daughters
    }
    group = recorded("affiliation", B, said, received=NOW)
    monkeypatch.setattr(affiliations, "MOST", 50)
    owing = headcounts([Said(uscc, "2026-09", 300, arrears=2) for uscc in daughters], received=NOW)
    await tell(sessions, *staffed(B), owing, group, now=NOW)
    await tell(sessions, bankrupt(B), now=NOW)
    assert await rows(sessions, "SELECT count(*) FROM scoring.stirred") == [(60,)]
    async with transaction(sessions, actor="service:scoring") as session:
        assert await affiliations.stirred(session, limit=7) == daughters[:7]

    await sweep(sessions, DAY)
    assert await rows(sessions, "SELECT count(*) FROM scoring.stirred") == [(0,)]
    judged = await rows(
        sessions,
        "SELECT count(*) FROM scoring.assessments WHERE reasons @> :wanted",
        wanted='[{"indicator": "X1-GROUP"}]',
    )
    assert judged == [(60,)]
    # of the mother so many relations count, the first that became known
    async with transaction(sessions, actor="service:scoring") as session:
        links, _ = await affiliations.read(session, [B])
    assert links["other"].to_list() == daughters[:50]
