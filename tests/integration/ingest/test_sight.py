"""Who sees an enterprise: the district of its entry, and the one that has its case."""

from itertools import permutations

import pytest

from services.ingest.consumers import CONSUMERS
from shared.auth.identity import Caller, CallerKind, Role
from shared.bus.consumer import Delivery
from shared.db import transaction
from shared.events.cases import CasePlaced
from shared.ids import uuid7
from tests.integration.ingest.conftest import CHAOYANG, NOW, Door
from tests.integration.ingest.test_linking import link, register
from tests.unit.ingest.records import an_opinion, uscc

CASE = uuid7()
HAIDIAN = Caller(
    "zhou",
    CallerKind.OFFICER,
    "周专员",
    frozenset({Role.DISTRICT_OFFICER}),
    frozenset({"110108"}),
)
FENGTAI = Caller(
    "gu", CallerKind.OFFICER, "顾专员", frozenset({Role.DISTRICT_LEAD}), frozenset({"110106"})
)


def placed(version: int, district: str, *, stands: bool = True) -> CasePlaced:
    return CasePlaced(
        case_id=CASE,
        version=version,
        uscc=uscc(1),
        district=district,
        stands=stands,
        occurred_at=NOW,
    )


async def tell(door: Door, *events: CasePlaced) -> None:
    (consumer,) = CONSUMERS
    async with door.database.sessions("ingest", "worker") as sessions:
        for event in events:
            async with transaction(sessions, actor="service:ingest") as session:
                await consumer.handle(
                    session, event, Delivery(uuid7(), "cases", NOW, "officer:li", NOW)
                )


def who_sees(door: Door) -> list[str]:
    """Return the districts whose officers see the first enterprise, in every answer alike."""
    seen = []
    for caller in (CHAOYANG, HAIDIAN, FENGTAI):
        entry = f"/v1/enterprises/{uscc(1)}"
        found = {
            door.get(entry, caller).status_code == 200,
            door.get(f"{entry}/versions", caller).status_code == 200,
            door.get(f"{entry}/successions", caller).status_code == 200,
            bool(door.get("/v1/enterprises", caller).json()["data"]),
            bool(door.get("/v1/opinions", caller).json()["data"]),
            bool(door.get(f"/v1/opinions?uscc={uscc(1)}", caller).json()["data"]),
        }
        assert len(found) == 1, f"{caller.subject} sees some and not the rest"
        seen += sorted(caller.districts) if found == {True} else []
    return seen


async def test_whoever_has_the_case_sees_its_enterprise_and_the_register_s_district_too(
    door: Door,
) -> None:
    register(door, 1)
    text = "鹿鸣山科技被曝裁员约两百名员工。"
    door.push("opinion_item", [an_opinion(1, title=None, text=text)])
    await link(door)
    assert who_sees(door) == ["110105"]
    await tell(door, placed(1, "110105"), placed(4, "110108"))
    assert who_sees(door) == ["110105", "110108"]
    await tell(door, placed(9, "110106"))
    assert who_sees(door) == ["110105", "110106"]
    register(door, 1, district="110108")
    assert who_sees(door) == ["110108", "110106"]
    await tell(door, placed(12, "110106", stands=False))
    assert who_sees(door) == ["110108"]


@pytest.mark.parametrize(
    "order", list(permutations((placed(1, "110105"), placed(4, "110108"), placed(7, "110106"))))
)
async def test_every_order_ends_the_same(door: Door, order: tuple[CasePlaced, ...]) -> None:
    await tell(door, *order, order[0])
    held = door.rows("SELECT version, district, stands FROM ingest.case_places")
    assert [tuple(row.values()) for row in held] == [(7, "110106", True)]
