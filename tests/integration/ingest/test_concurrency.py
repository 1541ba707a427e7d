"""Imports of one feed at once: nothing lost, no version skipped or given twice, no deadlock."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from services.ingest.columns import parts
from tests.integration.ingest.conftest import BUREAU, OTHER_BUREAU, Door
from tests.integration.ingest.files import ndjson, send, work
from tests.unit.ingest.records import a_headcount, an_enterprise

WORKERS = 8


def push_all(door: Door, pushes: list[tuple[str, list[dict[str, Any]]]]) -> list[dict[str, Any]]:
    """Push batches at the same time, for two agencies in turn; return what the senders are told."""
    callers = [BUREAU, OTHER_BUREAU]
    with ThreadPoolExecutor(WORKERS) as pool:
        waiting = [
            pool.submit(door.push, feed, records, caller=callers[number % 2])
            for number, (feed, records) in enumerate(pushes)
        ]
        answers = [push.result() for push in waiting]
    assert [answer.status_code for answer in answers] == [201] * len(answers)
    return [answer.json()["counts"] for answer in answers]


def some_of(count: int, round_: int) -> list[int]:
    """Return the numbers below 30 or 40 in an order of the round's own."""
    stride = (7, 11, 13, 29)[round_ % 4]
    return [(round_ * 3 + place * stride) % count for place in range(count)]


def gaps(door: Door, versions: str) -> list[dict[str, Any]]:
    """Return the keys of a query (key, version) whose versions are not 1, 2, 3 …"""
    return door.rows(
        f"SELECT key FROM ({versions}) AS versions GROUP BY key"  # noqa: S608  the queries below
        " HAVING min(version) <> 1 OR max(version) <> count(*)"
    )


OF_OBSERVATIONS = (
    "SELECT (enterprise_id, period)::text AS key, version"
    " FROM ingest.observations_insured_headcount"
)
OF_ENTERPRISES = "SELECT enterprise_id AS key, version FROM ingest.enterprise_versions"


def test_headcounts_of_the_same_months_from_many_at_once(door: Door) -> None:
    door.push("enterprise_register", [an_enterprise(number) for number in range(40)])
    batches = []
    for round_ in range(24):
        mixed = some_of(40, round_)[:30]
        batches.append([a_headcount(n, insured_headcount=round_) for n in mixed])

    told = push_all(door, [("insured_headcount", batch) for batch in batches])

    assert gaps(door, OF_OBSERVATIONS) == []
    kept = door.rows("SELECT count(*) AS n FROM ingest.observations_insured_headcount")[0]["n"]
    written = sum(counts["accepted"] + counts["superseding"] for counts in told)
    assert kept == written
    assert sum(counts["accepted"] for counts in told) == len(
        {record["uscc"] for batch in batches for record in batch}
    )
    assert sum(counts["rows"] for counts in told) == 24 * 30
    assert sum(counts["rejected"] for counts in told) == 0
    stated = door.rows(
        "SELECT jsonb_array_elements_text(body->'uscc') AS uscc,"
        " jsonb_array_elements_text(body->'version') AS version FROM ("
        "  SELECT convert_from(payload, 'utf8')::jsonb AS body FROM ingest.event_log"
        "  WHERE subject = 'ingest.observations.recorded.v1') AS facts"
    )
    on_record = door.rows(
        "SELECT e.uscc, o.version::text AS version FROM ingest.observations_insured_headcount o"
        " JOIN ingest.enterprises e ON e.id = o.enterprise_id"
    )
    assert sorted(map(tuple_of, stated)) == sorted(map(tuple_of, on_record))


def test_enterprises_entered_and_changed_by_many_at_once(door: Door) -> None:
    batches = []
    for round_ in range(24):
        mixed = some_of(40, round_)[:30]
        batches.append([an_enterprise(n, name=f"第{round_}次") for n in mixed])

    told = push_all(door, [("enterprise_register", batch) for batch in batches])

    assert gaps(door, OF_ENTERPRISES) == []
    entered = {record["uscc"] for batch in batches for record in batch}
    assert sum(counts["accepted"] for counts in told) == len(entered)
    kept = door.rows("SELECT count(*) AS n FROM ingest.enterprise_versions")[0]["n"]
    assert kept == sum(counts["accepted"] + counts["superseding"] for counts in told)
    stale = door.rows(
        "SELECT e.uscc FROM ingest.enterprises e JOIN ingest.enterprise_versions v"
        " ON v.enterprise_id = e.id AND v.version = ("
        "  SELECT max(version) FROM ingest.enterprise_versions WHERE enterprise_id = e.id)"
        " WHERE (e.version, e.name) IS DISTINCT FROM (v.version, v.name)"
    )
    assert stale == []


def test_both_feeds_at_once_never_wait_for_each_other(door: Door) -> None:
    door.push("enterprise_register", [an_enterprise(number) for number in range(30)])
    pushes: list[tuple[str, list[dict[str, Any]]]] = []
    for round_ in range(24):
        mixed = some_of(30, round_)[:25]
        if round_ % 2:
            pushes.append(
                ("insured_headcount", [a_headcount(n, insured_headcount=round_) for n in mixed])
            )
        else:
            more = [*mixed, 100 + round_]
            pushes.append(
                ("enterprise_register", [an_enterprise(n, name=f"第{round_}次") for n in more])
            )
    told = push_all(door, pushes)
    assert sum(counts["rows"] for counts in told) == 12 * 25 + 12 * 26
    assert sum(counts["rejected"] for counts in told) == 0
    assert gaps(door, OF_OBSERVATIONS) == []
    assert gaps(door, OF_ENTERPRISES) == []


@pytest.mark.parametrize(("status", "versions"), [("active", 50), ("no such status", 0)])
def test_the_same_content_at_once_is_one_import(door: Door, status: str, versions: int) -> None:
    batch = [an_enterprise(number, status=status) for number in range(50)]
    with ThreadPoolExecutor(WORKERS) as pool:
        pushes = [pool.submit(door.push, "enterprise_register", batch) for _ in range(WORKERS)]
        answers = [push.result() for push in pushes]
    assert sorted(answer.status_code for answer in answers) == [200] * (WORKERS - 1) + [201]
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert len(door.rows("SELECT 1 FROM ingest.enterprise_versions")) == versions


def tuple_of(row: dict[str, Any]) -> tuple[Any, ...]:
    """Return a row's values."""
    return tuple(row.values())


def test_files_in_columns_and_batches_at_once_lose_no_version(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    door.push("enterprise_register", [an_enterprise(number) for number in range(40)])
    monkeypatch.setattr(parts, "PIECE", 2000)

    def file(round_: int) -> bytes:
        return ndjson(
            *(
                a_headcount(number, insured_headcount=100 * round_ + turn)
                for turn in range(4)
                for number in some_of(40, round_)
            )
        )

    sent = [send(door, "insured_headcount", file(round_)) for round_ in range(3)]
    with ThreadPoolExecutor(4) as pool:
        workers = [pool.submit(work, door) for _ in range(3)]
        batches = [
            pool.submit(
                door.push,
                "insured_headcount",
                [a_headcount(number, insured_headcount=9000 + round_) for number in range(40)],
            )
            for round_ in range(6)
        ]
        assert sum(worker.result() for worker in workers) == 3
        pushed = [batch.result().json()["counts"] for batch in batches]
    files = [door.get(one.headers["Location"], BUREAU).json() for one in sent]
    assert [file["state"] for file in files] == ["completed"] * 3
    assert gaps(door, OF_OBSERVATIONS) == []
    told = [*pushed, *(file["counts"] for file in files)]
    assert sum(counts["rows"] for counts in told) == 3 * 160 + 6 * 40
    assert sum(counts["accepted"] for counts in told) == 40
    kept = door.rows("SELECT count(*) AS n FROM ingest.observations_insured_headcount")[0]["n"]
    assert kept == sum(counts["accepted"] + counts["superseding"] for counts in told)
