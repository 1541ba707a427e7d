"""Candidates arise by themselves, whatever order the facts come in and however late."""

from datetime import date, datetime, timedelta
from itertools import permutations
from typing import Any
from uuid import UUID

import pytest

from services.matchmaking.handlers.sweep import sweep
from shared.calendar import SHANGHAI
from shared.db import Sessions, transaction
from shared.events.base import Event
from shared.events.ingest import (
    Operation,
    ProtectionListKind,
    SuccessionKind,
    SuccessionRecorded,
)
from tests.integration.database import PlatformDatabase
from tests.integration.kernel.conftest import rows
from tests.integration.matchmaking.told import level_changed, lifted, raised, tell
from tests.integration.matchmaking.way import FIRM, START, listed, registered

OTHER = UUID("01980000-0000-7000-8000-000000000009")
# The warning of `raised` stands from 3 August to 20 September; lists are heard of on 6 August.
LATE = datetime(2020, 10, 1, 9, 0, tzinfo=SHANGHAI)
FACTS = (
    registered(),
    raised(),
    lifted(),
    listed(),
    listed(kind=ProtectionListKind.INCLUSIVE, edition="2020-2"),
)


def candidates(database: PlatformDatabase) -> list[tuple[Any, ...]]:
    """Return who was selected, since when, and on which lists."""
    return rows(
        database,
        "SELECT uscc, state, selected_on, (SELECT string_agg(list_kind || ' ' || edition, ', ' "
        "ORDER BY list_kind) FROM matchmaking.candidate_lists WHERE candidate_id = id) "
        "FROM matchmaking.candidates ORDER BY selected_on, uscc",
    )


def selected(database: PlatformDatabase) -> int:
    """Count what was told of selections."""
    (told,) = rows(
        database,
        "SELECT count(*) FROM matchmaking.event_log "
        "WHERE subject = 'matchmaking.candidate.selected.v1'",
    )
    return int(str(told[0]))


@pytest.mark.parametrize("order", list(permutations(FACTS))[::5])
async def test_every_order_of_facts_selects_the_same(
    worker: Sessions, matchmaking_database: PlatformDatabase, order: tuple[Event, ...]
) -> None:
    await tell(worker, *order, now=LATE)

    assert candidates(matchmaking_database) == [
        (FIRM, "candidate", date(2020, 8, 6), "inclusive 2020-2, key 2020-1")
    ]
    assert selected(matchmaking_database) == 1


async def test_a_list_that_came_after_the_warning_was_lifted_selects_nobody(
    worker: Sessions, matchmaking_database: PlatformDatabase
) -> None:
    late = listed(received_at=datetime(2020, 9, 21, 9, 0, tzinfo=SHANGHAI))
    await tell(worker, raised(), lifted(), late, now=LATE)

    assert candidates(matchmaking_database) == []


async def test_the_day_of_lifting_is_still_a_day_under_warning(
    worker: Sessions, matchmaking_database: PlatformDatabase
) -> None:
    same_day = listed(received_at=datetime(2020, 9, 20, 23, 59, tzinfo=SHANGHAI))
    await tell(worker, lifted(), same_day, raised(), now=LATE)

    assert [row[2] for row in candidates(matchmaking_database)] == [date(2020, 9, 20)]


@pytest.mark.parametrize(
    "entry",
    [
        listed(valid_from=date(2020, 10, 2)),
        listed(valid_until=date(2020, 8, 5)),
        listed(uscc="91110108MA01A0004N"),
    ],
    ids=["not yet", "no longer", "somebody else"],
)
async def test_an_entry_out_of_force_protects_nobody(
    worker: Sessions, matchmaking_database: PlatformDatabase, entry: Event
) -> None:
    await tell(worker, raised(), entry, now=LATE)

    assert candidates(matchmaking_database) == []


@pytest.mark.parametrize("turned", [False, True])
async def test_an_entry_withdrawn_before_the_warning_protects_nobody(
    worker: Sessions, matchmaking_database: PlatformDatabase, *, turned: bool
) -> None:
    july = datetime(2020, 7, 20, 9, 0, tzinfo=SHANGHAI)
    versions = [
        listed(valid_from=date(2020, 7, 1), received_at=july),
        listed(
            valid_from=date(2020, 7, 1),
            operation=Operation.WITHDRAW,
            version=2,
            received_at=july + timedelta(days=3),
        ),
    ]
    await tell(worker, *(reversed(versions) if turned else versions), raised(), now=LATE)

    assert candidates(matchmaking_database) == []


async def test_a_list_that_comes_into_force_selects_on_its_day_by_itself(
    worker: Sessions, matchmaking_database: PlatformDatabase
) -> None:
    await tell(worker, raised(), listed(valid_from=date(2020, 8, 10)), now=START)
    for day, expected in ((9, []), (10, [date(2020, 8, 10)]), (11, [date(2020, 8, 10)])):
        now = datetime(2020, 8, day, 0, 0, tzinfo=SHANGHAI)
        async with transaction(worker, actor="service:matchmaking") as session:
            await sweep(session, now)
        assert [row[2] for row in candidates(matchmaking_database)] == expected


async def test_a_further_warning_joins_the_candidate_under_way(
    worker: Sessions, matchmaking_database: PlatformDatabase
) -> None:
    await tell(worker, listed(), raised(), level_changed(), lifted(), now=LATE)
    await tell(worker, raised(OTHER, as_of=date(2020, 9, 25)), now=LATE)
    await tell(worker, raised(OTHER, as_of=date(2020, 9, 25), version=2), now=LATE)

    assert len(candidates(matchmaking_database)) == 1
    joined = rows(matchmaking_database, "SELECT count(*) FROM matchmaking.candidate_warnings")
    assert joined == [(2,)]


async def test_no_level_reaches_the_candidate(matchmaking_database: PlatformDatabase) -> None:
    found = rows(
        matchmaking_database,
        "SELECT table_name, column_name FROM information_schema.columns "
        "WHERE table_schema = 'matchmaking' AND (column_name LIKE '%level%' "
        "OR column_name LIKE '%likelihood%' OR column_name LIKE '%opinion%')",
    )
    assert found == []


HEIR, THIRD = "91110105MA00000012", "91110105MA0000002X"


def went_on(
    predecessor: str = FIRM,
    successor: str = HEIR,
    *,
    day: int = 10,
    kind: SuccessionKind = SuccessionKind.MERGER,
    version: int = 1,
    withdrawn: bool = False,
) -> SuccessionRecorded:
    """Return the fact of a day of August that an enterprise went on as another on the 1st."""
    return SuccessionRecorded(
        predecessor=predecessor,
        successor=successor,
        version=version,
        kind=kind,
        effective_on=date(2020, 8, 1),
        withdrawn=withdrawn,
        received_at=datetime(2020, 8, day, 9, 0, tzinfo=SHANGHAI),
    )


def standings(database: PlatformDatabase) -> list[tuple[Any, ...]]:
    """Return who was selected, since when, on which list, and by whose entry."""
    return rows(
        database,
        "SELECT uscc, selected_on, list_kind, edition, listed_as FROM matchmaking.candidates"
        " JOIN matchmaking.candidate_lists ON candidate_id = id ORDER BY uscc, list_kind, edition",
    )


@pytest.mark.parametrize(
    "order", list(permutations((raised(uscc=HEIR), listed(), went_on(), registered(HEIR))))[::3]
)
async def test_whoever_takes_an_enterprise_over_stands_on_its_lists(
    worker: Sessions, matchmaking_database: PlatformDatabase, order: tuple[Event, ...]
) -> None:
    await tell(worker, *order, now=LATE)

    assert standings(matchmaking_database) == [(HEIR, date(2020, 8, 10), "key", "2020-1", FIRM)]


async def test_a_new_code_then_a_merger_are_followed_from_when_both_are_known(
    worker: Sessions, matchmaking_database: PlatformDatabase
) -> None:
    renamed = went_on(day=12, kind=SuccessionKind.CODE_CHANGE)
    merged = went_on(HEIR, THIRD, day=11)
    await tell(worker, raised(uscc=THIRD), merged, renamed, listed(), now=LATE)

    assert standings(matchmaking_database) == [(THIRD, date(2020, 8, 12), "key", "2020-1", FIRM)]


async def test_what_comes_out_of_a_division_stands_on_no_list_of_the_old_one(
    worker: Sessions, matchmaking_database: PlatformDatabase
) -> None:
    divided = went_on(kind=SuccessionKind.DIVISION)
    await tell(worker, raised(uscc=HEIR), listed(), divided, now=LATE)

    assert standings(matchmaking_database) == []


async def test_a_succession_that_is_taken_back_protects_nobody_from_then_on(
    worker: Sessions, matchmaking_database: PlatformDatabase
) -> None:
    early = raised(uscc=HEIR, as_of=date(2020, 8, 13))
    late = raised(OTHER, uscc=THIRD, as_of=date(2020, 8, 16))
    for heir in (HEIR, THIRD):
        await tell(
            worker,
            went_on(successor=heir, version=2, day=15, withdrawn=True),
            went_on(successor=heir),
            now=LATE,
        )
    await tell(worker, early, late, listed(), now=LATE)

    assert standings(matchmaking_database) == [(HEIR, date(2020, 8, 13), "key", "2020-1", FIRM)]


async def test_an_own_entry_counts_before_that_of_who_was_taken_over(
    worker: Sessions, matchmaking_database: PlatformDatabase
) -> None:
    both = (listed(), listed(HEIR), listed(edition="2019-9"))
    await tell(worker, raised(uscc=HEIR, as_of=date(2020, 8, 20)), went_on(), *both, now=LATE)

    assert standings(matchmaking_database) == [
        (HEIR, date(2020, 8, 20), "key", "2019-9", FIRM),
        (HEIR, date(2020, 8, 20), "key", "2020-1", None),
    ]


async def test_a_ring_of_successions_ends(
    worker: Sessions, matchmaking_database: PlatformDatabase
) -> None:
    await tell(worker, went_on(), went_on(HEIR, THIRD), went_on(THIRD, FIRM), now=LATE)
    await tell(worker, listed(), raised(uscc=THIRD), now=LATE)

    assert standings(matchmaking_database) == [(THIRD, date(2020, 8, 10), "key", "2020-1", FIRM)]
