"""After the two months: headcounts alone come until it is known what became of everybody.

Then the platform judges its own history again, with and without each source.
"""

import time
from collections.abc import Mapping
from datetime import datetime
from datetime import time as clock_time
from typing import Any, Final

from shared.calendar import SHANGHAI
from simulation.agents.pushing import push
from simulation.demo.doors import Doors, NeverAnswered
from simulation.demo.platform import Platform
from simulation.world.world import World

_MORNING: Final = clock_time(9)
_ASKS: Final = "city-admin"
_LOOK_SECONDS: Final = 0.5
_PATIENCE_SECONDS: Final = 1_800.0


def backtest(platform: Platform, doors: Doors, world: World) -> Mapping[str, Any]:
    """Live on until the horizon is known, and return the report on the two months.

    Raises NeverAnswered: it took too long, or failed.
    """
    for day, one in world.afterwards():
        platform.set_clock(datetime.combine(day, _MORNING, SHANGHAI))
        doors.drain()
        push(doors, one)
        doors.drain()
    asked = {"since": world.first_day.isoformat(), "until": world.last_day.isoformat()}
    door = doors.of(_ASKS)
    told = door.post("/v1/backtests", asked, key=f"backtest/{world.seed}")
    until = time.monotonic() + _PATIENCE_SECONDS
    while told["state"] == "running":
        if time.monotonic() > until:
            raise NeverAnswered(str(told))
        time.sleep(_LOOK_SECONDS)
        told = door.get(f"/v1/backtests/{told['id']}")
    if told["failure"] is not None:
        raise NeverAnswered(told["failure"]["sentence"])
    report: Mapping[str, Any] = told["report"]
    return report
