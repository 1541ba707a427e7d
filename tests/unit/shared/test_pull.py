"""What counts as a message's own failure, and when it is tried again."""

import pytest
from psycopg import errors
from sqlalchemy.exc import DataError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from shared.bus.pull import database_is_away, retry_delay


def operational(cause: Exception) -> OperationalError:
    return OperationalError("SELECT", {}, cause)


@pytest.mark.parametrize(
    "error",
    [
        operational(errors.AdminShutdown()),
        operational(errors.CannotConnectNow()),
        operational(errors.DeadlockDetected()),
        operational(errors.LockNotAvailable()),
        operational(errors.TooManyConnections()),
        operational(errors.OperationalError()),  # the connection broke: no SQLSTATE
        PoolTimeout(),
        ConnectionRefusedError(),
    ],
)
def test_trouble_of_the_database_says_nothing_about_the_message(error: Exception) -> None:
    assert database_is_away(error)


@pytest.mark.parametrize(
    "error",
    [
        IntegrityError("INSERT", {}, errors.UniqueViolation()),
        DataError("INSERT", {}, errors.NumericValueOutOfRange()),
        operational(errors.QueryCanceled()),  # it takes longer than a statement may
        operational(errors.IdleInTransactionSessionTimeout()),
        ValueError(),
    ],
)
def test_a_refusal_is_about_the_message(error: Exception) -> None:
    assert not database_is_away(error)


@pytest.mark.parametrize(
    ("attempt", "seconds"), [(1, 1), (2, 2), (3, 4), (7, 64), (9, 256), (10, 300), (50, 300)]
)
def test_delays_double_up_to_five_minutes_with_a_fifth_of_jitter(
    attempt: int, seconds: float
) -> None:
    assert all(seconds * 0.8 <= retry_delay(attempt) <= seconds * 1.2 for _ in range(50))
