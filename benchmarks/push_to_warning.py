"""How long it takes from an agency's push until an analyst can read the warning that it causes.

Figure: one enterprise at a time loses most of its staff; the clock runs from the request that says
so until the answer of GET /v1/warnings that shows it, asked again and again, all through the
gateway. Limit: the bare hops of that way (benchmarks/hops.py), taken in turn with the pushes.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import uuid4

from benchmarks import hops
from benchmarks.measurement import BenchmarkFailed, Measurement, percentile
from benchmarks.platform import Platform, running_platform
from benchmarks.servers import bare_servers
from shared.calendar import SHANGHAI
from shared.codes.uscc import check_character
from shared.http import AsyncClient, Response, client

NAME: Final = "latency/push-to-warning"
SHARES: Final[Mapping[str, float]] = {"p50": 0.5, "p99": 0.99}
PUSHES: Final = 100
WARM_UP: Final = 5

_REGISTRAR, INSURER, ANALYST = "agency-amr", "agency-hrss", "city-analyst"
_MONTHS_BEFORE: Final = 4
_STAFF, _LEFT = 500, 100  # a fall by 400 persons is a hard trigger of the rules
_NEWEST: Final = "/v1/warnings"
_NEWEST_WARNINGS: Final = 5
_SHOWN_WITHIN: Final = 30.0  # seconds
_MILLISECONDS: Final = 1_000

Record = Mapping[str, Any]


async def measure(pushes: int = PUSHES) -> Sequence[Measurement]:
    """Push, wait, and take the bare hops, in turn."""
    with running_platform() as platform, bare_servers() as servers:
        async with client() as http, hops.opened(servers, platform.services, http) as bare:
            door = Door(http, platform.gateway, tokens_of(platform))
            usccs = [uscc_of(serial) for serial in range(WARM_UP + pushes)]
            await prepare(door, usccs)
            figures, limits = [], []
            for uscc in usccs:
                figures.append(await _push_to_warning(door, uscc))
                limits.append(await bare.once())
    return [
        Measurement(
            name=f"{NAME}/{name}",
            figure=percentile(figures[WARM_UP:], share) * _MILLISECONDS,
            unit="ms",
            limit=percentile(limits[WARM_UP:], share) * _MILLISECONDS,
            limit_name=f"{name} of {hops.NAME}",
        )
        for name, share in SHARES.items()
    ]


@dataclass(frozen=True)
class Door:
    """The gateway, and the tokens of those who go through it."""

    http: AsyncClient
    gateway: str
    tokens: Mapping[str, str]

    async def push(self, who: str, feed: str, records: Sequence[Record]) -> None:
        """Push records; all of them have to be taken."""
        answer = await self.http.post(
            f"{self.gateway}/v1/feeds/{feed}/batches",
            json={"records": records},
            headers={**self._headers(who), "Idempotency-Key": str(uuid4())},
        )
        counts = answer.json()["counts"] if answer.is_success else {}
        if not counts or counts["rejected"] or counts["quarantined"]:
            raise BenchmarkFailed(f"{feed}: {answer.status_code} {answer.text[:500]}")

    async def newest_warned(self, limit: int = _NEWEST_WARNINGS) -> set[str]:
        """Return whom the newest warnings are about."""
        answer = await self._newest(limit)
        if not answer.is_success:
            raise BenchmarkFailed(f"{_NEWEST}: {answer.status_code} {answer.text[:500]}")
        return {warning["enterprise"]["uscc"] for warning in answer.json()["data"]}

    async def analyst_is_known(self) -> bool:
        """Tell whether the officers' directory has reached the gateway, which it does as facts."""
        return (await self._newest()).is_success

    async def _newest(self, limit: int = 1) -> Response:
        address = f"{self.gateway}{_NEWEST}?limit={limit}"
        return await self.http.get(address, headers=self._headers(ANALYST))

    def _headers(self, who: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.tokens[who]}"}


def tokens_of(platform: Platform) -> dict[str, str]:
    """Sign in whoever goes through the gateway."""
    return {name: platform.token_of(name) for name in (_REGISTRAR, INSURER, ANALYST)}


async def prepare(door: Door, usccs: Sequence[str]) -> None:
    """Let the register know the enterprises, and each have months of steady staff."""
    *before, _now = months()
    await door.push(_REGISTRAR, "enterprise_register", [entry(uscc) for uscc in usccs])
    for month in before:
        await door.push(
            INSURER, "insured_headcount", [headcount(uscc, month, _STAFF) for uscc in usccs]
        )
    begun = time.perf_counter()
    while not await door.analyst_is_known():
        if time.perf_counter() - begun > _SHOWN_WITHIN:
            raise BenchmarkFailed(f"{ANALYST} is not known after {_SHOWN_WITHIN:g} s")


async def _push_to_warning(door: Door, uscc: str) -> float:
    begun = time.perf_counter()
    await door.push(INSURER, "insured_headcount", [headcount(uscc, months()[-1], _LEFT)])
    while uscc not in await door.newest_warned():
        if time.perf_counter() - begun > _SHOWN_WITHIN:
            raise BenchmarkFailed(f"no warning of {uscc} after {_SHOWN_WITHIN:g} s")
    return time.perf_counter() - begun


def months() -> list[str]:
    """List this month and the ones before it, oldest first."""
    today = datetime.now(SHANGHAI)
    last = today.year * 12 + today.month - 1
    return [
        f"{ordinal // 12:04d}-{ordinal % 12 + 1:02d}"
        for ordinal in range(last - _MONTHS_BEFORE, last + 1)
    ]


def uscc_of(serial: int) -> str:
    """Return the credit code of a number."""
    body = f"91110105MA{serial:07d}"
    return body + check_character(body)


def entry(uscc: str) -> Record:
    """State an entry of the register."""
    return {"uscc": uscc, "name": f"北京{uscc}有限公司", "district": "110105", "status": "active"}


def headcount(uscc: str, month: str, staff: int) -> Record:
    """State a month of an enterprise."""
    return {"uscc": uscc, "month": month, "insured_headcount": staff}
