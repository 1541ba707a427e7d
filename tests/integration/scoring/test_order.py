"""The same facts in any order, batches and delay: the same days, the same standing warnings."""

import random
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import groupby
from operator import itemgetter

import pytest

from shared.db import Sessions
from shared.events.ingest import Operation
from tests.integration.database import PlatformDatabase
from tests.integration.scoring.saying import (
    A,
    B,
    C,
    Said,
    at,
    headcounts,
    registered,
    rows,
    sweep,
    tell,
)

FIRST = date(2026, 10, 10)
DAYS = 20
Dated = tuple[int, Said]


def some_facts(chance: random.Random) -> list[Dated]:
    """Draw rows with the day of their receipt."""
    facts = []
    for uscc in (A, B, C):
        for month in ("2026-06", "2026-07", "2026-08", "2026-09"):
            for version in range(1, chance.randint(1, 3) + 1):
                withdrawn = version > 1 and chance.random() < 0.2
                row = Said(
                    uscc,
                    month,
                    None if withdrawn else chance.choice([0, 8, 100, 240, 280, 300, 700]),
                    None if withdrawn else chance.choice([None, 0, 1, 3]),
                    version,
                    Operation.WITHDRAW if withdrawn else Operation.RECORD,
                )
                facts.append((chance.randrange(DAYS), row))
    return facts


async def deliver(sessions: Sessions, batch: Sequence[Dated], *, today: date) -> None:
    """Say a batch, a fact a day of receipt, as `today` handles it."""
    ordered = sorted(batch, key=itemgetter(0))
    for day, group in groupby(ordered, key=itemgetter(0)):
        received = at(FIRST + timedelta(days=day), 8)
        said = [row for _, row in group]
        await tell(sessions, headcounts(said, received=received), now=at(today))


async def outcome(sessions: Sessions) -> list[list[tuple[object, ...]]]:
    """Return all that must not depend on how the facts came."""
    return [
        await rows(
            sessions,
            "SELECT uscc, as_of, likelihood, reasons, points_to, place_before, place, since,"
            " falling_since, because FROM scoring.assessments ORDER BY uscc, as_of",
        ),
        await rows(sessions, "SELECT * FROM scoring.standings ORDER BY uscc"),
        await rows(
            sessions,
            "SELECT uscc, level, likelihood, headcount, jobs_at_risk, reasons, as_of"
            " FROM scoring.warnings WHERE state = 'standing' ORDER BY uscc",
        ),
    ]


@pytest.mark.parametrize("seed", range(6))
async def test_arrival_changes_nothing(
    sessions: Sessions, scoring_database: PlatformDatabase, seed: int
) -> None:
    chance = random.Random(seed)  # noqa: S311 draws test data, guards nothing
    facts = some_facts(chance)
    last = FIRST + timedelta(days=DAYS)

    await tell(sessions, registered(A, B, C), now=at(FIRST))
    for number in range(DAYS + 1):
        today = FIRST + timedelta(days=number)
        await deliver(sessions, [fact for fact in facts if fact[0] == number], today=today)
        await sweep(sessions, today)
    expected = await outcome(sessions)
    assert expected[0]

    scoring_database.empty("scoring")
    late = facts + facts[::3]
    chance.shuffle(late)
    registering = chance.randrange(len(late))
    today = FIRST
    while late:
        size = chance.randint(1, 6)
        batch, late = late[:size], late[size:]
        today = max(today, FIRST + timedelta(days=max(day for day, _ in batch)))
        await deliver(sessions, batch, today=today)
        if len(late) <= registering:
            await tell(sessions, registered(A, B, C), now=at(today))
        if chance.random() < 0.5:
            await sweep(sessions, today)
    await tell(sessions, registered(A, B, C), now=at(last))
    await sweep(sessions, last)

    assert await outcome(sessions) == expected
