"""Examples of the past out of PostgreSQL: slices of enterprises, days of receipt."""

from datetime import date

from services.scoring.handlers import examples as handlers
from shared.db import Sessions
from tests.integration.scoring.saying import (
    A,
    B,
    C,
    Said,
    at,
    headcounts,
    registered,
    tell,
)

SHOWN = ("layoff_3", "layoff_6", "closed_6")
ACTOR = "service:scoring"
FEBRUARY, MARCH = date(2026, 2, 28), date(2026, 3, 31)
MONTHS = ("2025-12", "2026-01", "2026-02", "2026-03", "2026-04", "2026-05", "2026-06")


async def a_past(sessions: Sessions) -> None:
    """Let A keep its 100, B lose half in May, which is learned in August, and C come in March."""
    await tell(sessions, registered(A, B, C), now=at(date(2026, 1, 2)))
    for month in MONTHS:
        year, number = map(int, month.split("-"))
        received = at(date(year + number // 12, number % 12 + 1, 15))
        said = [Said(A, month, 100), Said(B, month, 100)]
        if month >= "2026-03":
            said.append(Said(C, month, 30))
        await tell(sessions, headcounts(said, received=received), now=received)
    late = at(date(2026, 8, 20))
    await tell(sessions, headcounts([Said(B, "2026-05", 50, version=2)], received=late), now=late)


async def test_examples_are_gathered_by_slices_as_they_were_known(sessions: Sessions) -> None:
    await a_past(sessions)
    days = await handlers.past_days(sessions, MARCH, actor=ACTOR)
    assert days == (date(2026, 1, 31), FEBRUARY, MARCH)

    july, august = date(2026, 8, 1), date(2026, 8, 20)
    found = await handlers.gather(
        sessions, [FEBRUARY, MARCH], [july, august], sample=10, by_rules=True, actor=ACTOR
    )

    def told(as_of: date) -> dict[tuple[str, int], tuple[object, ...]]:
        frame = found.of[as_of].select("uscc", "day", "headcount", *SHOWN)
        return {(uscc, day.month): tuple(rest) for uscc, day, *rest in frame.iter_rows()}

    assert found.enterprises == 3
    # C's March was received in April: in March nobody knew of it.
    assert told(july) == {
        (A, 2): (100, False, None, None),
        (A, 3): (100, False, None, None),
        (B, 2): (100, False, None, None),
        (B, 3): (100, False, None, None),
    }
    assert told(august)[B, 2] == (100, True, None, None)
    assert told(august)[A, 2] == (100, False, None, None)
    assert found.of[july]["likelihood"].to_list() == [0.0] * 4


async def test_a_sample_is_drawn_by_a_hash_and_drawn_again(sessions: Sessions) -> None:
    await a_past(sessions)

    async def drawn(sample: int) -> set[str]:
        found = await handlers.gather(
            sessions, [date(2026, 4, 30)], [MARCH], sample=sample, by_rules=False, actor=ACTOR
        )
        assert found.enterprises == sample
        assert found.of[MARCH]["likelihood"].null_count() == sample
        return set(found.of[MARCH]["uscc"])

    two = await drawn(2)
    assert len(two) == 2
    assert two == await drawn(2)
    assert two < await drawn(3) == {A, B, C}
