"""How often an import that fails is tried, and what counts as its own failing."""

import errno
from datetime import timedelta

import pytest
from nats.errors import ConnectionClosedError
from polars.exceptions import ComputeError
from psycopg import errors
from sqlalchemy.exc import DataError, OperationalError

from services.ingest.domain.attempts import Again, SetAside, after_failure
from services.ingest.importing import is_away
from shared.blobs import BlobNotFound
from shared.pauses import pause


@pytest.mark.parametrize(
    ("failures", "seconds"), [(0, 2), (1, 4), (2, 8), (3, 16), (7, 256), (8, 300), (500, 300)]
)
def test_pauses_double_up_to_five_minutes(failures: int, seconds: int) -> None:
    again = after_failure(failures, most=1000)
    assert again == Again(timedelta(seconds=seconds), failures + 1)
    assert pause(failures + 1) == timedelta(seconds=seconds)


def test_the_last_failure_sets_it_aside() -> None:
    assert isinstance(after_failure(1, most=3), Again)
    assert after_failure(2, most=3) == SetAside(3)
    assert after_failure(0, most=1) == SetAside(1)
    # A bound that was lowered meanwhile.
    assert after_failure(9, most=3) == SetAside(10)


@pytest.mark.parametrize(
    "error",
    [
        OperationalError("SELECT", {}, errors.AdminShutdown()),
        OperationalError("SELECT", {}, errors.DiskFull()),
        OperationalError("SELECT", {}, errors.DeadlockDetected()),
        OperationalError("SELECT", {}, errors.OperationalError()),
        ConnectionClosedError(),
        ConnectionResetError(),
        TimeoutError(),
        OSError(errno.ENOSPC, "no room"),
        OSError(errno.ESTALE, "the share is gone"),
    ],
)
def test_trouble_around_an_import_says_nothing_about_it(error: Exception) -> None:
    assert is_away(error)


@pytest.mark.parametrize(
    "error",
    [
        BlobNotFound("0" * 64),
        DataError("INSERT", {}, errors.NumericValueOutOfRange()),
        OperationalError("SELECT", {}, errors.QueryCanceled()),
        FileNotFoundError(errno.ENOENT, "no such file"),
        ComputeError("no such column"),
        KeyError("period"),
        MemoryError(),
    ],
)
def test_whatever_else_goes_wrong_is_its_own_failing(error: Exception) -> None:
    assert not is_away(error)
