"""The funnel in the terms of 2020, from the product's own statistics."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from simulation.demo.doors import Doors


@dataclass(frozen=True, slots=True)
class Funnel:
    """From texts to jobs: the figures that were reported of Beijing's platform, of this city."""

    opinion_items: int
    potential_risk: int
    warnings: int
    handled: int
    resolution_rate: float | None
    invited: int
    signed: int
    banks: int
    amount_cny: Decimal
    jobs_kept: int


# Beijing, 31 July to the end of September 2020 (domain reference §0).
BEIJING_2020: Final = Funnel(
    opinion_items=438_000,
    potential_risk=2_081,
    warnings=1_656,
    handled=1_524,
    resolution_rate=0.9203,
    invited=39,
    signed=4,
    banks=3,
    amount_cny=Decimal(276_000_000),
    jobs_kept=1_688,
)


def read(doors: Doors, since: date, until: date) -> Funnel:
    """Ask the platform what it did in a period."""
    admin = doors.of("city-admin")
    period = {"since": since.isoformat(), "until": until.isoformat()}
    warned = admin.get("/v1/statistics/warnings", **period)
    cases = admin.get("/v1/statistics/cases", **period)
    matched = admin.get("/v1/statistics/matchmaking", **period)
    rate = cases["resolution_rate"]["value"]
    items = admin.every("/v1/imports", feed="opinion_item")
    return Funnel(
        opinion_items=sum(int(one["counts"]["accepted"]) for one in items),
        potential_risk=int(warned["potential_risk_enterprises"]),
        warnings=int(warned["warned_enterprises"]),
        handled=int(cases["properly_handled"]),
        resolution_rate=None if rate is None else float(rate),
        invited=int(matched["invited"]),
        signed=int(matched["signed"]),
        banks=int(matched["banks"]),
        amount_cny=Decimal(matched["amount_cny"]),
        jobs_kept=int(matched["jobs_committed"]),
    )
