"""A warned enterprise is seen where the register says it lies, whatever its warning once said."""

from itertools import permutations

import pytest
from sqlalchemy import Connection, event

from services.matchmaking.handlers.told import note_enterprises
from shared.auth.identity import Role
from shared.bus.consumer import Delivery
from shared.db import Sessions, transaction
from shared.events.base import Event
from shared.events.cases import CasePlaced
from shared.ids import uuid7
from tests.integration.database import PlatformDatabase
from tests.integration.kernel.conftest import rows
from tests.integration.matchmaking.conftest import Api, officer
from tests.integration.matchmaking.told import (
    NOW,
    level_changed,
    lifted,
    raised,
    registered,
    tell,
)

PATH = "/v1/warned-enterprises"
CASE = uuid7()
FIRM, OTHER = "91110105MA00000004", "91110108MA01A0004N"
OLD, NEW = "110105", "1101K1"
BEFORE = registered((FIRM, 1, "北京甲有限公司", OLD))
MOVE = registered((FIRM, 2, "北京甲（亦庄）有限公司", NEW))


async def names(api: Api, district: str, query: str = "") -> list[tuple[str, str]]:
    """Return name and district of what the officers of a district see."""
    caller = officer(Role.DISTRICT_OFFICER, districts=frozenset({district}))
    answer = await api.ask(caller, "GET", f"{PATH}{query}")
    assert answer.status_code == 200
    return [(row["name"], row["district"]) for row in answer.json()["data"]]


async def test_a_move_is_seen_by_the_new_district_and_no_more_by_the_old(
    worker: Sessions, api: Api
) -> None:
    await tell(worker, BEFORE, raised(district=OLD))
    assert (await names(api, OLD), await names(api, NEW)) == ([("北京甲有限公司", OLD)], [])

    await tell(worker, MOVE)

    assert await names(api, OLD) == []
    assert await names(api, OLD, f"?district={NEW}") == []
    assert await names(api, NEW) == [("北京甲（亦庄）有限公司", NEW)]
    assert await names(api, NEW, f"?district={NEW}") == [("北京甲（亦庄）有限公司", NEW)]
    assert await names(api, NEW, f"?district={OLD}") == []


@pytest.mark.parametrize("order", list(permutations((BEFORE, MOVE, raised(), level_changed()))))
async def test_every_order_of_facts_ends_the_same(
    worker: Sessions, api: Api, order: tuple[Event, ...]
) -> None:
    await tell(worker, *order)

    seen = [await names(api, district) for district in (OLD, "110101", NEW)]
    assert seen == [[], [], [("北京甲（亦庄）有限公司", NEW)]]


async def test_the_warning_says_where_until_the_register_does(worker: Sessions, api: Api) -> None:
    await tell(worker, raised(district=OLD), registered((OTHER, 1, "北京乙有限公司", NEW)))

    assert (await names(api, OLD), await names(api, NEW)) == ([("北京甲有限公司", OLD)], [])


async def test_an_older_version_changes_nothing(worker: Sessions, api: Api) -> None:
    await tell(worker, raised(district=OLD), MOVE, BEFORE)

    assert (await names(api, OLD), len(await names(api, NEW))) == ([], 1)


async def test_a_lifted_warning_moves_as_well(worker: Sessions, api: Api) -> None:
    await tell(worker, raised(), lifted(), MOVE)

    assert await names(api, "110101", "?state=lifted") == []
    assert await names(api, NEW, "?state=lifted") == [("北京甲（亦庄）有限公司", NEW)]


async def test_a_bulk_with_two_versions_of_one_entry_is_one_statement(
    worker: Sessions, matchmaking_database: PlatformDatabase
) -> None:
    many = [(f"91110108MA{place:08}", 1, "其他", OLD) for place in range(2998)]
    bulk = registered((FIRM, 2, "新名称", NEW), *many, (FIRM, 1, "旧名称", OLD))
    sent: list[str] = []

    def note(_connection: Connection, _cursor: object, statement: str, *_more: object) -> None:
        sent.append(statement)

    async with transaction(worker, actor="service:matchmaking") as session:
        connection = (await session.connection()).sync_connection
        event.listen(connection, "before_cursor_execute", note)
        delivery = Delivery(uuid7(), "ingest", NOW, "service:test", NOW)
        await note_enterprises(session, bulk, delivery)

    assert len(sent) == 1
    query = "SELECT count(*), min(name) FILTER (WHERE version = 2) FROM matchmaking.enterprises"
    assert rows(matchmaking_database, query) == [(2999, "新名称")]


async def test_whoever_has_the_case_sees_the_enterprise_as_well(worker: Sessions, api: Api) -> None:
    def placed(version: int, district: str, *, stands: bool = True) -> CasePlaced:
        return CasePlaced(
            case_id=CASE,
            version=version,
            uscc=FIRM,
            district=district,
            stands=stands,
            occurred_at=NOW,
        )

    await tell(worker, BEFORE, raised(district=OLD), placed(4, NEW), placed(1, OLD))
    assert await names(api, NEW) == await names(api, OLD) == [("北京甲有限公司", OLD)]
    await tell(worker, placed(9, NEW, stands=False))
    assert (await names(api, NEW), len(await names(api, OLD))) == ([], 1)
