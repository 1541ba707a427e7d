"""When a chore counts as done: on a clock that stands, for this very instant."""

from datetime import UTC, datetime, timedelta

import pytest

from shared.bus.chores import Chore, is_news

NOW = datetime(2020, 8, 3, 1, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("ran_for", "stands", "done"),
    [
        (None, True, False),
        (None, False, False),
        (NOW, True, True),
        (NOW - SECOND, True, False),
        (NOW - SECOND, False, True),
        (NOW - timedelta(minutes=6), False, True),
        (NOW - timedelta(minutes=6) - SECOND, False, False),
    ],
)
def test_a_chore_every_five_minutes(ran_for: datetime | None, stands: bool, done: bool) -> None:
    chore = Chore("sweep", timedelta(minutes=5), business=True, ran_for=ran_for)
    assert chore.is_done(NOW, stands=stands) is done


def test_what_is_not_of_the_business_is_never_waited_for() -> None:
    assert Chore("prune", timedelta(hours=1), business=False).is_done(NOW, stands=True)


@pytest.mark.parametrize(
    ("noted", "stands", "news"),
    [
        (None, False, True),
        (None, True, True),
        (NOW, True, False),
        (NOW - SECOND, True, True),
        (NOW - 19 * SECOND, False, False),
        (NOW - 20 * SECOND, False, True),
        (NOW + SECOND, False, True),  # the clock was put back
    ],
)
def test_a_run_is_noted_when_others_may_ask_for_it(
    noted: datetime | None, stands: bool, news: bool
) -> None:
    assert is_news(NOW, noted, stands=stands) is news
