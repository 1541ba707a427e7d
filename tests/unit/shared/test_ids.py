"""Identifiers sort by time, and bounds hold for any time that can be written."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from shared.ids import first_uuid7_of, uuid7


def test_an_identifier_is_of_version_7_and_lies_at_its_time() -> None:
    before = datetime.now(UTC) - timedelta(milliseconds=2)
    made = uuid7()
    assert (made.version, made.variant) == (7, "specified in RFC 4122")
    assert first_uuid7_of(before) < made < first_uuid7_of(before + timedelta(minutes=1))


def test_the_bound_of_a_moment_is_that_of_rfc_9562() -> None:
    # 2022-02-22T19:22:22Z is the moment of the example in RFC 9562, appendix A.6: 017F22E2-79B0-7…
    moment = datetime(2022, 2, 22, 19, 22, 22, tzinfo=UTC)
    assert str(first_uuid7_of(moment)) == "017f22e2-79b0-7000-8000-000000000000"


@pytest.mark.parametrize(
    "moment",
    [
        datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=14))),
        datetime(1969, 12, 31, 23, 59, 59, tzinfo=UTC),
        datetime(9999, 12, 31, 23, 59, 59, tzinfo=timezone(-timedelta(hours=14))),
    ],
)
def test_no_moment_is_too_early_or_too_late(moment: datetime) -> None:
    assert first_uuid7_of(moment).version == 7
