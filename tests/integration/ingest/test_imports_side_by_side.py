"""Files of one feed side by side, some cancelled: as if one had been taken after the other.

Two workers, two agencies, files that replace the month and files that do not, in columns and by
rows; the order is that of their receipt, whichever was worked off first.
"""

import json
import random
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import pytest

from benchmarks import headcounts
from shared.auth.identity import Caller
from shared.clock import set_replay
from shared.ids import uuid7
from tests.integration.ingest.conftest import BUREAU, NOW, OTHER_BUREAU, Door
from tests.integration.ingest.files import enrol_many, send
from tests.integration.ingest.test_kills import until, worker

ENTERPRISES: Final = 3000
FILES: Final = 10
MONTH: Final = "2020-05"
CODES: Final = headcounts.usccs(0, ENTERPRISES)
STANDING: Final = """
SELECT uscc, insured_headcount AS insured, withdrawn FROM (
    SELECT DISTINCT ON (enterprise_id) * FROM ingest.observations_insured_headcount
    ORDER BY enterprise_id, version DESC
) AS newest JOIN ingest.enterprises ON id = enterprise_id
"""
STATED_TWICE: Final = """
SELECT told.uscc, told.version, count(*)
FROM ingest.event_log, LATERAL (SELECT convert_from(payload, 'utf8')::jsonb AS body) AS read,
    ROWS FROM (
        jsonb_array_elements_text(body -> 'uscc'), jsonb_array_elements(body -> 'version')
    ) AS told (uscc, version)
WHERE subject = 'ingest.observations.recorded.v1' GROUP BY 1, 2 HAVING count(*) > 1
"""


@dataclass(frozen=True)
class Sent:
    """A file: who has sent it, what its good rows say, and whether the last row is a bad one."""

    by: Caller
    rows: Sequence[tuple[str, int]]
    replaces: bool
    bad: bool
    where: str


def sent(door: Door, chance: random.Random) -> Sent:
    """Send a file of any kind."""
    by = chance.choice((BUREAU, BUREAU, OTHER_BUREAU))
    part = sorted(chance.sample(CODES, chance.choice((ENTERPRISES, ENTERPRISES // 2, 50))))
    rows = [(code, chance.choice((100, 200, 300))) for code in part]
    replaces, bad = chance.random() < 0.5, chance.random() < 0.2
    written = [*rows, ("bad", 1)] if bad else rows
    if chance.random() < 0.5:
        name, head = "a.csv", "uscc,month,insured_headcount\n"
        lines = [f"{code},{MONTH},{count}\n" for code, count in written]
    else:
        name, head = "a.jsonl", ""
        # In another order of names than its lines mostly have, and so row by row.
        lines = [
            json.dumps({"insured_headcount": count, "month": MONTH, "uscc": code}) + "\n"
            for code, count in written
        ]
    query: dict[str, Any] = {"replaces_period": MONTH} if replaces else {}
    body = (head + "".join(lines)).encode()
    answer = send(
        door, "insured_headcount", body, caller=by, filename=name, reject_above="100", **query
    )
    assert answer.status_code == 202, answer.text
    return Sent(by, rows, replaces, bad, str(answer.headers["Location"]))


def cancel(door: Door, file: Sent) -> None:
    """Cancel an import, which may have ended."""
    headers = {
        **door._headers(file.by, "DELETE", file.where),
        "Idempotency-Key": str(uuid7()),
    }
    answer = door.client.delete(file.where, headers=headers)
    assert answer.status_code in {200, 202, 204, 409}, answer.text


def expected(files: Sequence[Sent], told: Sequence[Any]) -> Mapping[str, int | None]:
    """Return what stands after the files in the order of their receipt; None: was taken back."""
    # Of each enterprise what each agency says, the last to have said something last.
    said: dict[str, dict[str, int]] = {code: {} for code in CODES}
    ever: set[str] = set()
    for file, ended in zip(files, told, strict=True):
        whole = ended["state"] != "cancelled"
        if file.replaces and not whole:
            assert ended["counts"]["rows"] == 0
            continue
        rows = file.rows if whole else file.rows[: ended["counts"]["rows"]]
        for code, count in rows:
            says, by = said[code], file.by.subject
            # Who says again what stands as their own has said nothing new.
            if not says or next(reversed(says.items())) != (by, count):
                says.pop(by, None)
                says[by] = count
        ever |= {code for code, _ in rows}
        if file.replaces and not file.bad:
            for code in ever - {code for code, _ in file.rows}:
                said[code].pop(file.by.subject, None)
    return {code: next(reversed(said[code].values()), None) for code in ever}


@pytest.mark.parametrize("seed", [32, 41])
def test_whatever_was_worked_off_first_the_order_of_receipt_holds(
    door: Door, nats_url: str, tmp_path: Path, seed: int
) -> None:
    chance = random.Random(seed)  # noqa: S311  the same files at each run
    enrol_many(door, ENTERPRISES)
    files: list[Sent] = []
    with ExitStack() as stack:
        for name in ("one", "two"):
            stack.enter_context(worker(door, nats_url, tmp_path / name))
        for number in range(FILES):
            set_replay(door.blobs.parent / "now", NOW + timedelta(seconds=number))
            files.append(sent(door, chance))
            if chance.random() < 0.3:
                cancel(door, chance.choice(files))
        told = [_ended(door, file) for file in files]
    for ended in told:
        counts = dict(ended["counts"])
        assert counts.pop("rows") == sum(counts.values())
    stands = {
        row["uscc"]: None if row["withdrawn"] else row["insured"] for row in door.rows(STANDING)
    }
    assert stands == expected(files, told)
    assert door.rows(STATED_TWICE) == []


def _ended(door: Door, file: Sent) -> Any:
    return until(door, file.where, lambda told: told["finished_at"], caller=file.by)
