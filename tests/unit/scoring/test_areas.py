"""Alerts of areas: from how many large losses on, what is told, and what corrections change."""

from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from services.scoring.domain.areas import AreaAlert, AreaDecision, decide, is_large
from shared.events.scoring import AreaMember

NOW = datetime(2026, 10, 15, 2, tzinfo=UTC)
ID, OTHER = UUID(int=1), UUID(int=2)


def members(count: int) -> list[AreaMember]:
    return [AreaMember(uscc=f"u{n}", base=100, persons=40 + n) for n in range(count)]


def deciding(known: AreaAlert | None, found: list[AreaMember]) -> AreaDecision | None:
    return decide(
        known,
        "110105",
        "2026-09",
        found,
        alert_id=ID if known is None else OTHER,
        now=NOW,
        today=date(2026, 10, 15),
    )


@pytest.mark.parametrize(
    ("base", "persons", "expected"),
    [
        (1000, 51, True),
        (1000, 50, False),
        # above 30 %, not at it
        (100, 30, False),
        (100, 31, True),
        (10, 4, True),
        # of nine staff, three persons at least
        (6, 2, False),
        (6, 3, True),
        (2, 2, False),
    ],
)
def test_how_large_a_loss_counts(base: int, persons: int, expected: bool) -> None:
    assert is_large(base, persons) is expected


def test_five_enterprises_raise_an_alert_and_four_do_not() -> None:
    assert deciding(None, members(4)) is None

    decided = deciding(None, members(5))
    assert decided is not None
    assert decided.alert.is_standing
    assert [member.persons for member in decided.alert.members] == [44, 43, 42, 41, 40]
    told = decided.told
    assert told is not None
    assert (told.alert_id, told.enterprises, told.persons) == (ID, 5, 210)
    assert (told.district, told.month, told.rule_version) == ("110105", "2026-09", "area-2020.1")


def test_an_alert_is_told_once_and_follows_its_members() -> None:
    first = deciding(None, members(5))
    assert first is not None
    assert deciding(first.alert, members(5)[::-1]) is None

    more = deciding(first.alert, members(6))
    assert more is not None
    assert more.told is None
    assert (more.alert.id, more.alert.version, more.alert.persons) == (ID, 2, 255)

    fewer = deciding(more.alert, members(4))
    assert fewer is not None
    assert (fewer.alert.version, fewer.alert.is_standing, fewer.told) == (3, False, None)
    again = deciding(fewer.alert, members(5))
    assert again is not None
    assert (again.alert.is_standing, again.told) == (True, None)
    assert replace(again.alert, version=1) == first.alert
