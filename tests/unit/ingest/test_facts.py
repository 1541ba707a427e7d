"""Facts carry the versions in columns, and fit into messages."""

from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

import pytest

from services.ingest.domain.facts import (
    MAX_BYTES,
    Gone,
    enterprises_changed,
    observations_recorded,
    withdrawals_recorded,
)
from services.ingest.domain.fates import Version
from services.ingest.domain.feeds import FEEDS
from shared.events.ingest import EnterprisesChanged, ObservationsRecorded, Operation

IMPORT = UUID("0190163d-8694-7392-94e3-9a8d1d1d6a4c")
NOW = datetime(2020, 8, 3, 1, 0, tzinfo=UTC)


def test_the_register_says_all_of_an_enterprise() -> None:
    versions = [
        Version(("U1",), 1, {"name": "甲", "district": "110105", "status": "active"}),
        Version(
            ("U2",),
            4,
            {
                "name": "乙",
                "district": "1101K1",
                "status": "revoked",
                "street": "荣华街道",
                "industry": "65",
                "established_on": date(2001, 2, 3),
                "registered_capital": Decimal("7.10"),
            },
        ),
    ]
    assert enterprises_changed(versions, import_id=IMPORT, received_at=NOW) == (
        EnterprisesChanged(
            import_id=IMPORT,
            received_at=NOW,
            uscc=("U1", "U2"),
            version=(1, 4),
            name=("甲", "乙"),
            district=("110105", "1101K1"),
            street=(None, "荣华街道"),
            industry=(None, "65"),
            status=("active", "revoked"),
            established_on=(None, date(2001, 2, 3)),
            registered_capital=(None, Decimal("7.10")),
        ),
    )


@pytest.mark.parametrize("feed", ["insured_headcount", "court_notice", "electricity"])
@pytest.mark.parametrize("rows", [0, 1, 2_001])
@pytest.mark.parametrize("long", ["", '引"号\\' * 30])
def test_what_is_taken_back_is_written_as_it_would_be_stated(
    feed: str, rows: int, long: str
) -> None:
    contract = FEEDS[feed]
    gone = [Gone(f"U{n}", f"2020-07-01/{n}{long}", n % 9 + 2) for n in range(rows)]
    bodies = [*withdrawals_recorded(contract, gone, import_id=IMPORT, received_at=NOW)]
    assert all(len(body) < MAX_BYTES for body in bodies)
    facts = [ObservationsRecorded.model_validate_json(body) for body in bodies]
    versions = [Version((g.uscc, g.period), g.version, {}, withdrawn=True) for g in gone]
    stated = observations_recorded(contract, versions, import_id=IMPORT, received_at=NOW)
    columns = ("uscc", "period", "operation", "version")
    for name in columns:
        assert [x for f in facts for x in getattr(f, name)] == [
            x for f in stated for x in getattr(f, name)
        ]
    for name in contract.measured:
        assert [x for f in facts for x in f.values[name]] == [None] * rows
    assert [f.model_dump_json().encode() for f in facts] == bodies


def test_observations_say_what_was_measured() -> None:
    versions = [
        Version(("U1", "2020-07"), 1, {"insured_headcount": 5}),
        Version(
            ("U1", "2020-06"),
            2,
            {"insured_headcount": 7, "left": 2, "contribution_base_average": "9500.00"},
        ),
    ]
    assert observations_recorded(
        FEEDS["insured_headcount"], versions, import_id=IMPORT, received_at=NOW
    ) == (
        ObservationsRecorded(
            feed="insured_headcount",
            import_id=IMPORT,
            received_at=NOW,
            uscc=("U1", "U1"),
            period=("2020-07", "2020-06"),
            operation=(Operation.RECORD, Operation.SUPERSEDE),
            version=(1, 2),
            values={
                "insured_headcount": (5, 7),
                "months_in_arrears": (None, None),
                "joined": (None, None),
                "left": (None, 2),
                "contribution_base_average": (None, "9500.00"),
                "due": (None, None),
                "paid": (None, None),
            },
        ),
    )


def test_nothing_new_is_nothing_said() -> None:
    assert enterprises_changed([], import_id=IMPORT, received_at=NOW) == ()


def test_long_rows_are_split_over_messages_in_their_order() -> None:
    content = {"name": "长" * 200, "district": "110105", "status": "active"}
    versions = [Version((f"U{number:03}",), 1, content) for number in range(1000)]
    events = enterprises_changed(versions, import_id=IMPORT, received_at=NOW)
    assert len(events) > 1
    assert all(len(event.model_dump_json().encode()) < 200_000 for event in events)
    assert [uscc for event in events for uscc in event.uscc] == [v.key[0] for v in versions]


def test_many_short_rows_are_split_by_number() -> None:
    content = {"insured_headcount": 1}
    versions = [Version((f"U{number}", "2020-07"), 1, content) for number in range(2001)]
    events = observations_recorded(
        FEEDS["insured_headcount"], versions, import_id=IMPORT, received_at=NOW
    )
    assert sum(len(event) for event in events) == 2001
    assert max(len(event) for event in events) <= 2000
