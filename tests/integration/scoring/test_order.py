"""The same facts in any order, batches and delay: the same days, the same standing warnings."""

import random
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import groupby
from operator import itemgetter

import pytest

from shared.db import Sessions
from shared.events.base import Event
from shared.events.ingest import (
    ObservationsRecorded,
    Operation,
    OpinionKind,
    SuccessionKind,
)
from tests.integration.database import PlatformDatabase
from tests.integration.scoring.saying import (
    A,
    B,
    C,
    Said,
    Text,
    affiliated,
    at,
    delivered,
    drawn,
    headcounts,
    linked,
    recorded,
    refuted,
    registered,
    reported,
    rows,
    succeeded,
    sweep,
    tell,
    tell_together,
    visited,
)

FIRST = date(2026, 10, 10)
DAYS = 20
# What is said on a day: a row of a feed, or a fact of its own that is about a day.
Dated = tuple[int, Said | Text | Event]


def day(number: int) -> date:
    return FIRST + timedelta(days=number)


def some_facts(chance: random.Random) -> list[Dated]:
    """Draw facts with the day of their receipt."""
    facts: list[Dated] = []
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
                    None if withdrawn else chance.choice([None, Decimal(7000), Decimal(9000)]),
                )
                facts.append((chance.randrange(DAYS), row))
        facts += some_texts(chance, uscc)
        facts += some_deeds(chance, uscc)
    return facts + some_successions(chance) + some_affiliations(chance)


def some_successions(chance: random.Random) -> list[Dated]:
    """Draw versions of what is known of two pairs of enterprises."""
    facts: list[Dated] = []
    for one, other in ((A, B), (B, C)):
        for version in range(1, chance.randint(0, 2) + 1):
            received = chance.randrange(DAYS)
            fact = succeeded(
                one,
                other,
                chance.choice(list(SuccessionKind)),
                chance.choice([date(2026, 8, 15), date(2026, 9, 1)]),
                received=at(day(received)),
                version=version,
                withdrawn=version > 1 and chance.random() < 0.4,
            )
            facts.append((received, fact))
    return facts


def some_affiliations(chance: random.Random) -> list[Dated]:
    """Draw versions of who belongs to whom, told from either side, and bankruptcies."""
    facts: list[Dated] = []
    for one, other in ((A, B), (C, A), (B, C)):
        for version in range(1, chance.randint(0, 2) + 1):
            received = chance.randrange(DAYS)
            fact = affiliated(
                one,
                other,
                chance.choice(["parent", "common_control", "major_customer", "guarantor"]),
                until=chance.choice([None, None, day(chance.randrange(DAYS))]),
                received=at(day(received)),
                version=version,
                withdrawn=version > 1 and chance.random() < 0.4,
            )
            facts.append((received, fact))
        failed: dict[str, dict[str, int | Decimal | str | None]] = {
            "2026-10-01/破1": {"kind": "bankruptcy_accepted", "state": "in_force"}
        }
        for version in range(1, chance.randint(0, 2) + 1):
            received = chance.randrange(DAYS)
            withdrawn = version > 1
            fact = recorded(
                "court_notice",
                one,
                {period: {} for period in failed} if withdrawn else failed,
                received=at(day(received)),
                version=version,
                operation=Operation.WITHDRAW if withdrawn else Operation.RECORD,
            )
            facts.append((received, fact))
    return facts


def some_texts(chance: random.Random, uscc: str) -> list[Dated]:
    """Draw versions of texts."""
    texts: list[Dated] = []
    for number in range(chance.randint(0, 8)):
        received = chance.randrange(DAYS)
        published = day(received - chance.randrange(4))
        for version in range(1, chance.randint(1, 2) + 1):
            withdrawn = version > 1 and chance.random() < 0.3
            text = Text(
                uscc,
                number,
                published,
                chance.choice("abc"),
                chance.choice(["", "same"]),
                tuple(sorted(chance.sample(list(OpinionKind), 2))),
                chance.choice([None, 40]),
                chance.random() < 0.8,
                version,
                Operation.WITHDRAW if withdrawn else Operation.RECORD,
            )
            texts.append((received + chance.randrange(DAYS - received), text))
    return texts


def some_deeds(chance: random.Random, uscc: str) -> list[Dated]:
    """Draw what is a fact of its own."""
    deeds: list[Dated] = []
    for number in range(chance.randint(0, 5)):
        on = chance.randrange(DAYS)
        name = int(uscc[-2:]) * 100 + number
        planned = chance.choice([None, 0, 30])
        seen = {"operating": chance.choice([None, True, False]), "planned_layoffs": planned}
        owed = chance.choice([None, 0, 2])
        drawn_up: list[Event] = [
            visited(uscc, day(on), name, wages_owed_months=owed, **seen),
            delivered(uscc, day(on), name + 50, "social_insurance_relief"),
            drawn(uscc, day(on), name + 70),
            refuted(uscc, day(on), name),
            reported(uscc, day(on), planned, headcount=90, version=number + 1),
            registered(
                uscc,
                version=number + 2,
                status=chance.choice(["active", "cancelled"]),
                received=at(day(on)),
            ),
        ]
        deeds.append((on, chance.choice(drawn_up)))
    return deeds


async def deliver(
    sessions: Sessions, batch: Sequence[Dated], *, today: date, at_once: bool = False
) -> None:
    """Say a batch, a fact a day of receipt and kind, as `today` handles it.

    `at_once`: what feeds observed comes together, as if it had waited.
    """
    events: list[Event] = []
    for number, group in groupby(sorted(batch, key=itemgetter(0)), key=itemgetter(0)):
        received = at(day(number), 8)
        said = [fact for _, fact in group]
        if months := [fact for fact in said if isinstance(fact, Said)]:
            events.append(headcounts(months, received=received))
        if texts := [fact for fact in said if isinstance(fact, Text)]:
            events.append(linked(texts, received=received))
        events += [fact for fact in said if not isinstance(fact, Said | Text)]
    observed = [event for event in events if at_once and isinstance(event, ObservationsRecorded)]
    if observed:
        await tell_together(sessions, observed, now=at(today))
    await tell(sessions, *(event for event in events if event not in observed), now=at(today))


async def outcome(sessions: Sessions) -> list[list[tuple[object, ...]]]:
    """Return all that must not depend on how the facts came."""
    return [
        await rows(
            sessions,
            "SELECT uscc, as_of, likelihood, reasons, admission, impact, jobs_at_risk,"
            " points_to, place_before, place, since, falling_since, because"
            " FROM scoring.assessments ORDER BY uscc, as_of",
        ),
        await rows(sessions, "SELECT * FROM scoring.standings ORDER BY uscc"),
        await rows(
            sessions,
            "SELECT uscc, level, likelihood, headcount, jobs_at_risk, reasons, as_of"
            " FROM scoring.warnings WHERE state = 'standing' ORDER BY uscc",
        ),
    ]


@pytest.mark.parametrize("seed", range(5))
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
        await deliver(sessions, batch, today=today, at_once=chance.random() < 0.5)
        if len(late) <= registering:
            await tell(sessions, registered(A, B, C), now=at(today))
        if chance.random() < 0.5:
            await sweep(sessions, today)
    await tell(sessions, registered(A, B, C), now=at(last))
    await sweep(sessions, last)

    assert await outcome(sessions) == expected
