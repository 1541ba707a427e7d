"""A round refers its enterprises to banks: within quotas, to three banks each at most."""

import asyncio
from datetime import date
from pathlib import Path
from uuid import UUID

import pytest

from shared.auth.identity import Caller, CallerKind
from shared.db import Sessions
from tests.integration.matchmaking.conftest import Api
from tests.integration.matchmaking.told import partner, raised, tell
from tests.integration.matchmaking.way import (
    ADMIN,
    EVERYTHING,
    NEED,
    OFFICER,
    PASSED,
    PRODUCT,
    Way,
    insured,
    listed,
    registered,
)

# Check characters were computed with python-stdnum.
FIRMS = ("91110105MA01A00012", "91110105MA01A00025", "91110105MA01A00038")
BANKS = tuple(f"bank-{letter}" for letter in "abcd")


async def a_round(way: Way, *, quota: str) -> str:
    """Three enterprises with a need of three million each, four banks with a quota each."""
    way.at(way.now)
    await tell(way.worker, *(partner(bank) for bank in BANKS))
    for place, firm in enumerate(FIRMS):
        warning = UUID(f"01980000-0000-7000-8000-0000000000{place + 10}")
        await tell(
            way.worker,
            registered(firm, name=f"企业{place}"),
            insured(("2020-07", 45), uscc=firm),
            listed(firm),
            raised(warning, uscc=firm, as_of=date(2020, 8, 3)),
            now=way.now,
        )
    for bank in BANKS:
        caller = Caller(bank, CallerKind.BANK, bank)
        await way.ask(caller, "PUT", "/v1/products/steady", PRODUCT | {"quota": quota}, status=201)
    found = (await way.ask(ADMIN, "GET", "/v1/candidates"))["data"]
    for one in found:
        path = f"/v1/candidates/{one['id']}/review"
        body = {"finding": "viable_short_of_cash", "tests": PASSED, "note": "订单充足"}
        await way.ask(OFFICER, "POST", path, body)
    opened = await way.ask(
        ADMIN, "POST", "/v1/rounds", {"title": "首贷专场", "held_on": "2020-08-20"}
    )
    ids = [one["id"] for one in found]
    await way.ask(ADMIN, "POST", f"/v1/rounds/{opened['id']}/invitations", {"candidates": ids})
    for one in found:
        representative = acting_for(one["uscc"])
        given = {
            "items": EVERYTHING,
            "banks": "all",
            "purpose": "稳岗贷款",
            "valid_until": "2020-10-31",
        }
        path = f"/v1/candidates/{one['id']}"
        await way.ask(representative, "POST", f"{path}/authorizations", given)
        filed = await way.ask(representative, "PUT", f"{path}/need", NEED)
        assert filed["state"] == "matched"
    return f"/v1/rounds/{opened['id']}/assignment"


def acting_for(uscc: str) -> Caller:
    """Return who acts for an enterprise."""
    return Caller("firm-1", CallerKind.ENTERPRISE, "孙", usccs=frozenset({uscc}))


@pytest.fixture
def way(timed: tuple[Api, Sessions, Path]) -> Way:
    """An empty API with a clock."""
    return Way(*timed)


async def test_every_enterprise_goes_to_three_banks_where_quotas_allow(way: Way) -> None:
    path = await a_round(way, quota="9000000.00")

    assigned = await way.ask(ADMIN, "POST", path, {})

    by_firm: dict[str, set[str]] = {}
    for one in assigned["referrals"]:
        by_firm.setdefault(one["uscc"], set()).add(one["bank"])
    assert {firm: len(banks) for firm, banks in by_firm.items()} == dict.fromkeys(FIRMS, 3)
    assert (assigned["candidates"], assigned["offers"], assigned["chosen"]) == (3, 12, 9)
    assert assigned["gap"] == pytest.approx(0, abs=1e-4)
    again = await way.ask(ADMIN, "POST", path, {})
    assert (again["candidates"], again["referrals"]) == (0, [])


async def test_a_quota_is_never_exceeded(way: Way) -> None:
    # Each bank's quota is enough for one loan of three million: four referrals in all.
    path = await a_round(way, quota="5000000.00")

    assigned = await way.ask(ADMIN, "POST", path, {})

    banks = [one["bank"] for one in assigned["referrals"]]
    assert sorted(banks) == list(BANKS)


async def test_of_choices_at_once_no_more_are_taken_than_the_quota_bears(way: Way) -> None:
    await a_round(way, quota="6000000.00")
    chosen = {"bank": "bank-a", "product": "steady"}

    answers = await asyncio.gather(
        *(
            way.api.ask(acting_for(uscc), "POST", path, json=chosen)
            for uscc, path in await ways(way)
        )
    )

    assert sorted(answer.status_code for answer in answers) == [201, 201, 409]
    (refused,) = (answer.json()["code"] for answer in answers if answer.status_code == 409)
    assert refused in {"quota_exhausted", "product_not_fitting"}


async def test_of_choices_at_once_an_enterprise_goes_to_three_banks(way: Way) -> None:
    await a_round(way, quota="9000000.00")
    uscc, path = (await ways(way))[0]
    wishes = [{"bank": bank, "product": "steady"} for bank in BANKS]

    answers = await asyncio.gather(
        *(way.api.ask(acting_for(uscc), "POST", path, json=wish) for wish in wishes)
    )

    assert sorted(answer.status_code for answer in answers) == [201, 201, 201, 409]
    assert {answer.json().get("code") for answer in answers} >= {"too_many_banks"}


async def ways(way: Way) -> list[tuple[str, str]]:
    """Return of each candidate the enterprise and the path of its referrals."""
    found = (await way.ask(ADMIN, "GET", "/v1/candidates"))["data"]
    return [(one["uscc"], f"/v1/candidates/{one['id']}/referrals") for one in found]
