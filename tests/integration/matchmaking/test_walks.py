"""Whatever comes in whatever order: no enterprise is with more than three banks at once."""

import random
from collections import Counter
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import pytest

from services.matchmaking.domain.referral import MOST_BANKS, OPEN
from services.matchmaking.handlers.sweep import sweep
from shared.auth.identity import Caller, CallerKind
from shared.db import Sessions, transaction
from tests.integration.matchmaking.conftest import Api
from tests.integration.matchmaking.told import partner, raised, tell
from tests.integration.matchmaking.way import (
    ADMIN,
    EVERYTHING,
    NEED,
    PRODUCT,
    REPRESENTATIVE,
    Way,
    insured,
    listed,
    registered,
)

BANKS: Final = tuple(f"bank-{letter}" for letter in "abcde")
STEPS: Final = 60
# Who waits for a round has no bank that could lend still: a round gives it three new ones.
_WAITING: Final = {"invited", "authorized", "need_filed", "matched", "rematch"}
_NOT_WITH_BANKS: Final = _WAITING | {"withdrawn", "authorization_expired", "declined"}


class Walk:
    """A candidate to which whatever may happen happens, drawn by a seed."""

    def __init__(self, way: Way, seed: int) -> None:
        self.way = way
        self.chance = random.Random(seed)  # noqa: S311  no secret
        self.round = ""
        self.most = 0
        self.done: Counter[str] = Counter()

    async def begin(self) -> None:
        """Let a protected enterprise be warned of, found viable and invited, among five banks."""
        self.way.at(self.way.now)
        await tell(self.way.worker, *(partner(bank) for bank in BANKS))
        await tell(self.way.worker, registered(), insured(("2020-07", 45)))
        await tell(self.way.worker, listed(), raised(), now=self.way.now)
        for bank in BANKS:
            product = PRODUCT | {"quota": "90000000.00", "valid_until": "2030-12-31"}
            await self.way.ask(_bank(bank), "PUT", "/v1/products/steady", product, status=201)
        (one,) = (await self.way.ask(ADMIN, "GET", "/v1/candidates"))["data"]
        self.way.candidate = f"/v1/candidates/{one['id']}"
        await self.way.invite()
        (opened,) = (await self.way.ask(ADMIN, "GET", "/v1/rounds"))["data"]
        self.round = f"/v1/rounds/{opened['id']}"

    async def step(self) -> None:
        """Let one thing be tried; what the state forbids is refused and changes nothing."""
        tries = (
            *(self._authorize,) * 3,
            *(self._need,) * 3,
            *(self._choose,) * 5,
            *(self._answer,) * 3,
            self._assign,
            self._decide,
            self._withdraw,
            self._let_days_pass,
            self._invite,
        )
        taken = self.chance.choice(tries)
        status = await taken()
        self.done[f"{taken.__name__.strip('_')} {'done' if status < 300 else 'refused'}"] += 1

    async def open(self) -> list[Mapping[str, Any]]:
        """Return the referrals whose banks could still lend."""
        found = await self.way.ask(ADMIN, "GET", "/v1/referrals?limit=200")
        assert found["next_cursor"] is None
        return [one for one in found["data"] if one["state"] in OPEN]

    async def _try(self, caller: Caller, method: str, path: str, body: object) -> int:
        answer = await self.way.api.ask(caller, method, path, json=body)
        assert answer.status_code in {200, 201, 409}, answer.text
        return answer.status_code

    async def _authorize(self) -> int:
        named = self.chance.sample(BANKS, self.chance.randint(1, len(BANKS)))
        last = self.way.now.date() + timedelta(days=self.chance.choice((1, 3, 40)))
        body = {
            "items": EVERYTHING,
            "banks": self.chance.choice(("all", sorted(named))),
            "purpose": "稳岗贷款",
            "valid_until": last.isoformat(),
        }
        return await self._try(REPRESENTATIVE, "POST", f"{self.way.candidate}/authorizations", body)

    async def _need(self) -> int:
        needed_by = self.way.now.date() + timedelta(days=30)
        need = NEED | {"needed_by": needed_by.isoformat()}
        return await self._try(REPRESENTATIVE, "PUT", f"{self.way.candidate}/need", need)

    async def _choose(self) -> int:
        body = {"bank": self.chance.choice(BANKS), "product": "steady"}
        return await self._try(REPRESENTATIVE, "POST", f"{self.way.candidate}/referrals", body)

    async def _assign(self) -> int:
        return await self._try(ADMIN, "POST", f"{self.round}/assignment", {})

    async def _answer(self) -> int:
        return await self._say("sent", "answer", {"accept": True}, {"accept": False})

    async def _decide(self) -> int:
        granted = {"approved": True, "amount": "2500000", "annual_rate_percent": "3.5"}
        return await self._say("accepted", "decision", granted, {"approved": False})

    async def _say(
        self, state: str, what: str, yes: Mapping[str, object], no: Mapping[str, object]
    ) -> int:
        at = sorted((one["bank"], one["id"]) for one in await self.open() if one["state"] == state)
        if not at:
            return 409
        bank, referral = self.chance.choice(at)
        await self.way.ask(_bank(bank), "GET", f"/v1/referrals/{referral}")
        # Mostly yes: a candidate whom all refuse twice goes no further.
        body = yes if self.chance.random() < 0.9 else {**no, "code": "capacity_full"}
        return await self._try(_bank(bank), "POST", f"/v1/referrals/{referral}/{what}", body)

    async def _withdraw(self) -> int:
        given = (await self.way.ask(ADMIN, "GET", self.way.candidate))["authorizations"]
        active = sorted(one["id"] for one in given if one["standing"] == "active")
        if not active:
            return 409
        path = f"/v1/authorizations/{self.chance.choice(active)}/withdraw"
        return await self._try(REPRESENTATIVE, "POST", path, {})

    async def _let_days_pass(self) -> int:
        self.way.at(self.way.now + timedelta(days=self.chance.choice((1, 2, 5, 31))))
        if self.chance.random() < 0.7:  # else the sweep comes late
            async with transaction(self.way.worker, actor="service:matchmaking") as session:
                await sweep(session, self.way.now)
        return 200

    async def _invite(self) -> int:
        ids = {"candidates": [self.way.candidate.rsplit("/", 1)[1]]}
        return await self._try(ADMIN, "POST", f"{self.round}/invitations", ids)


def _bank(client_id: str) -> Caller:
    return Caller(client_id, CallerKind.BANK, client_id)


@pytest.mark.parametrize("seed", range(1, 6))
async def test_never_more_than_three_banks(timed: tuple[Api, Sessions, Path], seed: int) -> None:
    walk = Walk(Way(*timed), seed)
    await walk.begin()
    for _ in range(STEPS):
        await walk.step()
        still = await walk.open()
        walk.most = max(walk.most, len(still))
        assert len(still) <= MOST_BANKS, walk.done
        if await walk.way.state() in _NOT_WITH_BANKS:
            assert still == [], walk.done
