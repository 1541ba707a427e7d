"""Three clean months after the resolution close a case; what is missing or wrong is named."""

import pytest

from services.cases.domain.case import Status
from services.cases.domain.clocks import Clock, ClockName
from services.cases.domain.errors import FollowUpUnclean
from services.cases.domain.follow_up import check_clean
from services.cases.domain.outcome import Outcome
from services.cases.domain.record import Month, Record
from tests.unit.cases.made import a_case, at

MET = Clock(
    ClockName.RESOLVE,
    at("2020-08-03 09:30"),
    at("2020-08-31 17:30"),
    met_at=at("2020-08-20 10:00"),
)


def faults(record: Record, outcome: Outcome = Outcome.AVERTED) -> list[tuple[str, str]]:
    """Return what stands against closing: code and month."""
    case = a_case(Status.FOLLOW_UP, clocks=(MET,), outcome=outcome)
    try:
        check_clean(case, record)
    except FollowUpUnclean as unclean:
        return [
            (str(fault["code"]), str(fault["values"]["month"]))  # type: ignore[index]
            for fault in unclean.errors
        ]
    return []


def months(*said: tuple[int | None, int | None], first: int = 8) -> Record:
    """Return headcounts and months owed, from August 2020 on."""
    return Record({f"2020-{first + at_:02}": Month(*each) for at_, each in enumerate(said)})


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        (months((100, 0), (100, 0), (100, 0), (100, 0)), []),
        # Nine of a hundred are below the size of the law, ten are not.
        (months((100, 0), (91, 0), (91, 0), (91, 0)), []),
        (
            months((100, 0), (90, 0), (90, 0), (90, 0)),
            [("month_with_loss", f"2020-{month}") for month in ("09", "10", "11")],
        ),
        # In slices it is a loss as well: against the highest of the months before.
        (
            months((100, 0), (95, 0), (91, 0), (89, 0)),
            [("month_with_loss", "2020-11")],
        ),
        # What is owed may stay, but not grow.
        (months((100, 3), (100, 3), (100, 2), (100, 2)), []),
        (months((100, 0), (100, 1), (100, 1), (100, 1)), [("month_with_arrears", "2020-09")]),
        # A fault is behind it once three clean months follow.
        (months((100, 0), (100, 1), (100, 1), (100, 1), (100, 1)), []),
        (
            months((100, 0), (100, 0), (100, 0)),
            [("month_missing", "2020-11")],
        ),
        (
            months((100, 0), (100, 0), (None, None), (100, 0)),
            [("month_missing", "2020-10"), ("month_missing", "2020-10")],
        ),
        (
            months((100, 0), (100, None), (100, 0), (100, 0), (100, 0)),
            [("month_missing", "2020-09"), ("month_missing", "2020-09")],
        ),
        (
            Record(),
            [("month_missing", f"2020-{month}") for month in ("09", "10", "11")],
        ),
        # What was before the resolution is no loss after it.
        (
            months((200, 0), (100, 0), (100, 0), (100, 0), (100, 0), first=7),
            [],
        ),
    ],
)
def test_which_months_are_clean(record: Record, expected: list[tuple[str, str]]) -> None:
    assert faults(record) == expected


@pytest.mark.parametrize(
    "outcome", [Outcome.BANKRUPTCY_SETTLED, Outcome.MOVED_OUT, Outcome.LOST_CONTACT]
)
def test_where_no_staff_is_left_no_month_is_asked_for(outcome: Outcome) -> None:
    assert faults(Record(), outcome) == []
