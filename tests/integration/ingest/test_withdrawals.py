"""Whole periods are taken back or replaced, and what was known on a day stays known of that day."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from services.ingest import importing
from services.ingest.columns import parts
from services.ingest.handlers import bulk, replacing, settling, taking
from services.ingest.handlers import withdrawals as stating
from services.ingest.store import withdrawals
from shared.clock import set_replay
from shared.db import transaction
from tests.integration.ingest.conftest import (
    ANALYST,
    BUREAU,
    CHAOYANG,
    NOW,
    OTHER_BUREAU,
    REGISTRAR,
    Door,
)
from tests.integration.ingest.files import imported, ndjson, send, work
from tests.integration.ingest.test_quarantine import FACTS, enrol
from tests.unit.ingest.records import a_headcount, uscc

WHERE = "/v1/feeds/insured_headcount/periods/2020-07/withdrawals"
WHY = {"reason": "重复报送"}


def later(door: Door, day: int) -> None:
    """Let it be a later day of August."""
    set_replay(door.blobs.parent / "now", NOW.replace(day=day))


def facts(door: Door, query: str = "", number: int = 1, caller: Any = ANALYST) -> Any:
    """Return period, version, insured and whether it was taken back."""
    path = f"/v1/observations?feed=insured_headcount&uscc={uscc(number)}{query}"
    return [
        (row["period"], row["version"], row["values"].get("insured_headcount"), row["withdrawn"])
        for row in door.get(path, caller).json()["data"]
    ]


def stated(door: Door) -> list[tuple[Any, ...]]:
    """Return enterprise, month, version and operation of what was stated."""
    return [
        row
        for body in (row["body"] for row in door.rows(FACTS))
        for row in zip(
            body["uscc"], body["period"], body["version"], body["operation"], strict=True
        )
    ]


def test_a_period_is_taken_back_at_once_by_an_import_of_its_own(door: Door) -> None:
    enrol(door, 1, 2, 3)
    door.push(
        "insured_headcount", [a_headcount(1), a_headcount(2), a_headcount(1, month="2020-06")]
    )
    door.push("insured_headcount", [a_headcount(3)], caller=OTHER_BUREAU)
    tried = door.post(WHERE, {**WHY, "dry_run": True}, BUREAU).json()
    assert (tried["facts"], tried["import_id"]) == (2, None)
    assert facts(door) == [("2020-07", 1, 128, False), ("2020-06", 1, 128, False)]

    done = door.post(WHERE, WHY, BUREAU)
    assert (done.status_code, done.json()["facts"]) == (201, 2)
    assert stated(door)[-2:] == [
        (uscc(1), "2020-07", 2, "withdraw"),
        (uscc(2), "2020-07", 2, "withdraw"),
    ]
    taken = door.get(f"/v1/imports/{done.json()['import_id']}", BUREAU).json()
    assert (taken["kind"], taken["withdrawn"], taken["reason"]) == ("withdrawal", 2, "重复报送")
    assert facts(door) == [("2020-06", 1, 128, False)]
    assert facts(door, "&history=true&period=2020-07") == [
        ("2020-07", 2, None, True),
        ("2020-07", 1, 128, False),
    ]
    assert facts(door, number=3) == [("2020-07", 1, 128, False)]
    again = door.post(WHERE, WHY, BUREAU)
    assert (again.status_code, again.json()["code"]) == (409, "nothing_to_withdraw")
    back = door.push("insured_headcount", [a_headcount(1)]).json()
    assert back["counts"]["superseding"] == 1
    assert facts(door, "&period=2020-07") == [("2020-07", 3, 128, False)]


def test_what_was_known_on_a_day_can_be_asked_afterwards(door: Door) -> None:
    enrol(door, 1)
    first = door.push("insured_headcount", [a_headcount(1)]).json()
    later(door, 10)
    door.push("insured_headcount", [a_headcount(1, insured_headcount=90)])
    later(door, 20)
    door.post(WHERE, WHY, BUREAU)
    assert facts(door, "&known_on=2020-08-02") == []
    assert facts(door, "&known_on=2020-08-03") == [("2020-07", 1, 128, False)]
    assert facts(door, "&known_on=2020-08-10") == [("2020-07", 2, 90, False)]
    assert facts(door, "&known_on=2020-08-20") == []
    path = f"/v1/observations?feed=insured_headcount&uscc={uscc(1)}&known_on=2020-08-09"
    (fact,) = door.get(path, CHAOYANG).json()["data"]
    assert (fact["import_id"], fact["agency"]) == (first["id"], "agency-hrss")


def test_who_may_see_facts(door: Door) -> None:
    enrol(door, 1)
    door.push(
        "enterprise_register",
        [{"uscc": uscc(2), "name": "远方", "district": "110109", "status": "active"}],
    )
    door.push("insured_headcount", [a_headcount(1), a_headcount(2)])
    assert len(facts(door, caller=CHAOYANG)) == 1
    assert facts(door, number=2, caller=CHAOYANG) == []
    assert len(facts(door, number=2, caller=BUREAU)) == 1
    path = f"/v1/observations?feed=insured_headcount&uscc={uscc(1)}"
    assert door.get(path, REGISTRAR).json()["code"] == "feed_not_found"
    assert door.post(WHERE, WHY, REGISTRAR).json()["code"] == "feed_not_held"
    assert door.post(WHERE, WHY, ANALYST).status_code == 403


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/v1/feeds/enterprise_register/periods/2020-07/withdrawals", "feed_without_periods"),
        ("/v1/feeds/protection_list/periods/2020-07/withdrawals", "feed_without_periods"),
        ("/v1/feeds/insured_headcount/periods/2020-7/withdrawals", "period_refused"),
        ("/v1/feeds/insured_headcount/periods/2020-09/withdrawals", "period_refused"),
    ],
)
def test_what_cannot_be_taken_back_is_refused_by_name(door: Door, path: str, code: str) -> None:
    assert door.post(path, WHY, BUREAU).json()["code"] == code


def test_a_file_replaces_a_period(door: Door) -> None:
    enrol(door, 1, 2, 3)
    door.push(
        "insured_headcount", [a_headcount(1), a_headcount(2), a_headcount(1, month="2020-06")]
    )
    door.push("insured_headcount", [a_headcount(3)], caller=OTHER_BUREAU)
    body = ndjson(a_headcount(1, insured_headcount=90))
    told = imported(door, "insured_headcount", body, replaces_period="2020-07")
    assert (told["state"], told["counts"]["superseding"], told["withdrawn"]) == ("completed", 1, 1)
    assert facts(door) == [("2020-07", 2, 90, False), ("2020-06", 1, 128, False)]
    assert (facts(door, number=2), len(facts(door, number=3))) == ([], 1)
    assert stated(door)[-2:] == [
        (uscc(1), "2020-07", 2, "supersede"),
        (uscc(2), "2020-07", 2, "withdraw"),
    ]
    same = imported(door, "insured_headcount", body, replaces_period="2020-07")
    assert (same["repeats"], same["withdrawn"]) == (told["id"], 0)


def test_a_file_that_replaces_a_period_goes_in_columns_and_tells_how_far_it_is(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    enrol(door, *range(1, 9))
    door.push("insured_headcount", [a_headcount(n) for n in range(1, 9)])
    monkeypatch.setattr(importing, "KEEP_EVERY", 0.02)
    monkeypatch.setattr(parts, "PIECE", 100)
    body = ndjson(*(a_headcount(n, insured_headcount=90) for n in range(1, 6)))
    where = send(door, "insured_headcount", body, replaces_period="2020-07").headers["Location"]
    really = bulk.take
    seen: list[tuple[int, int, int]] = []
    gone = 0

    async def slowly(*args: Any, **more: Any) -> Any:
        nonlocal gone
        for _ in range(200):
            await asyncio.sleep(0.02)
            told = door.get(where, BUREAU).json()
            if told["gone_through"] == gone:
                break
        seen.append((told["gone_through"], told["counts"]["rows"], told["total"]))
        gone += args[2].chunk.rows
        return await really(*args, **more)

    monkeypatch.setattr(bulk, "take", slowly)
    work(door)
    assert len(seen) > 1
    assert seen[0] == (0, 0, 5)
    assert 0 < seen[-1][0] < 5
    assert {(rows, total) for _gone, rows, total in seen} == {(0, 5)}
    told = door.get(where, BUREAU).json()
    assert (told["gone_through"], told["counts"]["superseding"], told["withdrawn"]) == (5, 5, 3)


def test_a_file_with_a_bad_row_takes_nothing_back(door: Door) -> None:
    enrol(door, 1, 2)
    door.push("insured_headcount", [a_headcount(1), a_headcount(2)])
    body = ndjson(a_headcount(1, insured_headcount=90), a_headcount(1, month="2020-06"))
    told = imported(door, "insured_headcount", body, replaces_period="2020-07")
    assert (told["state"], told["withdrawn"]) == ("completed_with_errors", 0)
    assert [error["code"] for error in told["errors"]] == ["other_period", "period_not_replaced"]
    assert facts(door) == [("2020-07", 2, 90, False)]
    assert len(facts(door, number=2)) == 1


def test_a_file_that_replaces_a_period_has_its_errors_told_in_its_own_words(door: Door) -> None:
    enrol(door, 1)
    heads = "统一社会信用代码,所属月份,参保人数"
    body = f"{heads}\n{uscc(1)},2020-07,9\n{uscc(1)},2020-06,x\n".encode()
    told = imported(door, "insured_headcount", body, replaces_period="2020-07", filename="a.csv")
    assert [(error["place"], error["column"], error["value"]) for error in told["errors"]] == [
        (3, "参保人数", "x"),
        (None, None, None),
    ]


@pytest.mark.parametrize("method", ["POST", "DELETE"])
def test_a_replacement_that_is_cancelled_while_it_runs_leaves_the_old_period_whole(
    door: Door, monkeypatch: pytest.MonkeyPatch, method: str
) -> None:
    enrol(door, 1, 2, 3)
    door.push("insured_headcount", [a_headcount(n) for n in (1, 2, 3)])
    said = len(stated(door))
    monkeypatch.setattr(parts, "PIECE", 100)
    body = ndjson(*(a_headcount(n, insured_headcount=90) for n in (1, 2)))
    where = send(door, "insured_headcount", body, replaces_period="2020-07").headers["Location"]
    recorded = settling.record
    answers: list[Any] = []

    async def cancelled_meanwhile(*args: Any, **more: Any) -> None:
        await recorded(*args, **more)
        path = where if method == "DELETE" else f"{where}/cancellation"
        headers = {**door._headers(BUREAU, method, path), "Idempotency-Key": "end"}
        # In a thread: it may have to wait for a renewal that this loop has to commit.
        answers.append(await asyncio.to_thread(door.client.request, method, path, headers=headers))

    monkeypatch.setattr(taking, "record", cancelled_meanwhile)
    work(door)
    assert [(each.status_code, each.json().get("state")) for each in answers[:1]] == [
        (200, "cancelled")
    ]
    told = door.get(where, BUREAU).json()
    assert (told["state"], told["counts"]["rows"], told["withdrawn"]) == ("cancelled", 0, 0)
    assert [facts(door, number=n) for n in (1, 2, 3)] == [[("2020-07", 1, 128, False)]] * 3
    assert len(stated(door)) == said


def test_a_long_replacement_keeps_its_import_from_other_workers(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    enrol(door, 1, 2)
    door.push("insured_headcount", [a_headcount(1), a_headcount(2)])
    monkeypatch.setattr(parts, "PIECE", 100)
    monkeypatch.setattr(importing, "KEEP_EVERY", 0.05)
    body = ndjson(*(a_headcount(n, insured_headcount=90) for n in (1, 2)))
    where = send(door, "insured_headcount", body, replaces_period="2020-07").headers["Location"]
    recorded = settling.record
    ours = "SELECT due_at > now() + interval '20 seconds' AS ours FROM ingest.imports"
    ours += " WHERE replaces_period IS NOT NULL"
    kept: list[Any] = []

    def run_out() -> None:
        with door.administrator() as connection:
            connection.execute("UPDATE ingest.imports SET due_at = now() WHERE lease IS NOT NULL")

    async def slowly(*args: Any, **more: Any) -> None:
        await recorded(*args, **more)
        # In a thread, for it may have to wait for a renewal that this loop has to commit.
        await asyncio.to_thread(run_out)
        for _ in range(200):
            await asyncio.sleep(0.05)
            if (seen := door.rows(ours)) == [{"ours": True}]:
                break
        kept.extend(seen)

    monkeypatch.setattr(taking, "record", slowly)
    work(door)
    assert {row["ours"] for row in kept} == {True}
    assert door.get(where, BUREAU).json()["state"] == "completed"
    assert facts(door, number=2) == [("2020-07", 2, 90, False)]


def test_a_period_of_millions_has_time(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    """Transactions of the API end after 15 seconds and those of workers after a minute."""
    enrol(door, 1, 2)
    limits: list[str | None] = []
    really = withdrawals.withdraw

    async def looked_at(session: AsyncSession, *given: Any, **named: Any) -> int:
        named_limits = ("transaction_timeout", "statement_timeout")
        limits.extend([await session.scalar(text(f"SHOW {limit}")) for limit in named_limits])
        return await really(session, *given, **named)

    monkeypatch.setattr(withdrawals, "withdraw", looked_at)
    door.push("insured_headcount", [a_headcount(1), a_headcount(2)])
    assert imported(door, "insured_headcount", ndjson(a_headcount(1)), replaces_period="2020-07")
    assert door.post(WHERE, WHY, BUREAU).status_code == 201
    assert limits == ["20min"] * 4


async def test_a_transaction_lasts_longer_than_it_was_given(door: Door) -> None:
    async with (
        door.database.sessions("ingest", "api") as sessions,
        transaction(sessions, actor="service:ingest") as session,
    ):
        for limit in ("0", "500ms"):
            await session.execute(text(f"SET LOCAL transaction_timeout = '{limit}'"))
        await withdrawals.take_time(session)
        await session.execute(text("SELECT pg_sleep(1)"))


def test_a_period_is_stated_part_by_part(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stating, "_STATED", 2)
    enrol(door, 1, 2, 3, 4, 5)
    door.push("insured_headcount", [a_headcount(n) for n in range(1, 6)])
    assert door.post(WHERE, WHY, BUREAU).json()["facts"] == 5
    gone = [row for row in stated(door) if row[3] == "withdraw"]
    assert sorted(gone) == sorted((uscc(n), "2020-07", 2, "withdraw") for n in range(1, 6))


def test_what_a_file_names_of_very_many_is_a_bit_each() -> None:
    named = replacing.Named()
    for ids in ([5, 7, 8], [], [5, 1_000_003], [64]):
        named.add(ids)
    bits = named.bits.tobytes()
    assert {8 * m + n for m, byte in enumerate(bits) for n in range(8) if byte >> n & 1} == {
        5,
        7,
        8,
        64,
        1_000_003,
    }


def test_what_a_file_names_stays_whatever_its_number(door: Door) -> None:
    enrol(door, *range(1, 20))
    door.push("insured_headcount", [a_headcount(n) for n in range(1, 20)])
    # The last number of a byte, the first of the next, and one behind all that is named.
    (last,) = door.rows("SELECT max(id) AS id FROM ingest.enterprises")
    numbers = [last["id"] - n for n in range(19)]
    named = [n for n in numbers if n % 8 in {7, 0}][1:]
    codes = {row["id"]: row["uscc"] for row in door.rows("SELECT id, uscc FROM ingest.enterprises")}
    body = ndjson(*({**a_headcount(1), "uscc": codes[n]} for n in named))
    told = imported(door, "insured_headcount", body, replaces_period="2020-07")
    assert (told["counts"]["duplicate"], told["withdrawn"]) == (len(named), 19 - len(named))
    stand = door.rows(
        "SELECT enterprise_id FROM ingest.observations_insured_headcount"
        " GROUP BY enterprise_id HAVING NOT bool_or(withdrawn) ORDER BY 1"
    )
    assert [row["enterprise_id"] for row in stand] == sorted(named)
