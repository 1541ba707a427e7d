"""What other services tell is kept once, in whatever order it arrives."""

from datetime import date
from itertools import permutations
from uuid import UUID

import pytest

from shared.db import Sessions
from shared.events.base import Event
from shared.events.gateway import PartnerKind
from tests.integration.database import PlatformDatabase
from tests.integration.kernel.conftest import rows
from tests.integration.matchmaking.told import (
    LIFTED_AT,
    WARNING,
    level_changed,
    lifted,
    partner,
    raised,
    tell,
)

LIFE = (raised(), level_changed(), lifted())
WARNED = "SELECT warning_id, version, name, district, raised_on, lifted_at FROM matchmaking."
BANKS = "SELECT client_id, name, active, version FROM matchmaking.banks ORDER BY client_id"


@pytest.mark.parametrize("order", list(permutations(LIFE)))
async def test_a_warning_ends_the_same_in_every_order(
    worker: Sessions, matchmaking_database: PlatformDatabase, order: tuple[Event, ...]
) -> None:
    await tell(worker, *order)

    assert rows(matchmaking_database, f"{WARNED}warned_enterprises") == [
        (WARNING, 3, "北京甲（集团）有限公司", "110101", date(2020, 8, 3), LIFTED_AT)
    ]


async def test_a_standing_warning_follows_the_enterprise(
    worker: Sessions, matchmaking_database: PlatformDatabase
) -> None:
    other = UUID("01980000-0000-7000-8000-000000000002")
    await tell(worker, level_changed(), raised(), raised(other, district="110108"))

    assert rows(matchmaking_database, f"{WARNED}warned_enterprises ORDER BY warning_id") == [
        (WARNING, 2, "北京甲（集团）有限公司", "110101", date(2020, 8, 3), None),
        (other, 1, "北京甲有限公司", "110108", date(2020, 8, 3), None),
    ]


async def test_no_level_is_kept(matchmaking_database: PlatformDatabase) -> None:
    found = rows(
        matchmaking_database,
        "SELECT column_name FROM information_schema.columns WHERE table_schema = 'matchmaking' "
        "AND table_name = 'warned_enterprises' ORDER BY column_name",
    )
    names = (
        "district",
        "lifted_at",
        "name",
        "opened_on",
        "raised_on",
        "uscc",
        "version",
        "warning_id",
    )
    assert found == [(name,) for name in names]


async def test_banks_follow_the_highest_version(
    worker: Sessions, matchmaking_database: PlatformDatabase
) -> None:
    await tell(
        worker,
        partner("bank-a", version=2, active=False, name="甲银行"),
        partner("bank-a", version=1, name="旧名"),
        partner("bank-b", name="乙银行"),
        partner("agency-hrss", kind=PartnerKind.AGENCY),
    )

    assert rows(matchmaking_database, BANKS) == [
        ("bank-a", "甲银行", False, 2),
        ("bank-b", "乙银行", True, 1),
    ]
