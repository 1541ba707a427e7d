"""The two months, day by day: agencies push in the morning, people act in the afternoon."""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from datetime import time as clock_time
from decimal import Decimal
from typing import Any, Final, Protocol

from shared.calendar import SHANGHAI
from simulation.agents.cast import Cast
from simulation.agents.pushing import Pushed
from simulation.demo import funnel
from simulation.demo.calibration import SUNDAY, Calibration, calibrate
from simulation.demo.doors import Doors
from simulation.demo.funnel import Funnel
from simulation.demo.indicators import Watch, best
from simulation.demo.measures import (
    Alarms,
    Measures,
    mass_layoff_days,
    mass_layoffs,
    measure,
    past,
)
from simulation.demo.platform import Platform
from simulation.world.world import World

MORNING: Final = clock_time(9)
_AFTERNOON: Final = clock_time(14)
# What a likelihood is about, as in the platform's own backtest.
_HORIZON: Final = timedelta(days=90)
_HIGH: Final = frozenset({"orange", "red"})


class Telling(Protocol):
    """Whoever shows how far the demo has come."""

    def history(self, pushed: Pushed) -> None: ...

    def day(self, day: date, pushed: Mapping[str, int]) -> None: ...


@dataclass(frozen=True, slots=True)
class Told:
    """What the demo found out."""

    seed: int
    enterprises: int
    first_day: date
    last_day: date
    funnel: Funnel
    platform: Measures
    high: Measures
    indicator: str
    single: Mapping[str, Measures]
    calibration: Calibration
    jobs: Mapping[str, int]
    seconds: float
    backtest: Mapping[str, Any] | None = None
    models: tuple[Mapping[str, Any], ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return it as `--json` writes it."""
        return {
            "seed": self.seed,
            "enterprises": self.enterprises,
            "funnel": {
                name: int(value) if isinstance(value, Decimal) else value
                for name, value in asdict(self.funnel).items()
            },
            "truth": {
                name: getattr(self.platform, name)
                for name in ("mass_layoffs", "precision", "recall", "lead_time_days_median")
            },
            "seconds": round(self.seconds, 1),
            "details": {
                "platform": asdict(self.platform),
                "orange_and_red": asdict(self.high),
                "best_single_indicator": self.indicator,
                "single_indicators": {name: asdict(one) for name, one in self.single.items()},
                "calibration": asdict(self.calibration),
                "jobs_lost": dict(self.jobs),
                "backtest": self.backtest,
                "models": list(self.models),
            },
        }


def run(
    platform: Platform,
    doors: Doors,
    world: World,
    telling: Telling,
    *,
    until: date,
    before: Callable[[], object] | None = None,
) -> Told:
    """Let the city live on a platform that is up until the end of a day; measure it.

    `before` is done once what was known before the first day is there.
    """
    begun = time.monotonic()
    watch = Watch()
    cast = Cast(doors, world, seen=watch.see)
    cast.prepare()
    officers = threading.Thread(target=cast.sign_in, name="sign-in", daemon=True)
    officers.start()
    cast.history(telling.history)
    doors.drain()
    officers.join()
    if before is not None:
        before()
    said: dict[date, Mapping[str, float]] = {}
    for day in days(world.first_day, until):
        platform.set_clock(_at(day, MORNING))
        doors.drain()
        counts: dict[str, int] = {}

        def note(pushed: Pushed, counts: dict[str, int] = counts) -> None:
            counts[pushed.feed] = counts.get(pushed.feed, 0) + pushed.rows

        cast.push(day, note)
        doors.drain()
        if cast.works(day):
            platform.set_clock(_at(day, _AFTERNOON))
            cast.act(day)
            doors.drain()
        if day.weekday() == SUNDAY:
            said[day] = _likelihoods(doors)
        telling.day(day, counts)
    return _measured(doors, world, watch, said, until, seconds=time.monotonic() - begun)


def days(first: date, last: date) -> list[date]:
    """List the days from first to last."""
    return [first + timedelta(days=each) for each in range((last - first).days + 1)]


def _measured(
    doors: Doors,
    world: World,
    watch: Watch,
    said: Mapping[date, Mapping[str, float]],
    until: date,
    *,
    seconds: float,
) -> Told:
    truth, before = world.truth(), past(world)
    every, high = _alarms(doors)

    def measured(alarms: Alarms) -> Measures:
        return measure(alarms, truth, first_day=world.first_day, last_day=until, past=before)

    single = {name: measured(alarms) for name, alarms in watch.alarms.items()}
    return Told(
        seed=world.seed,
        enterprises=len(world.enterprises),
        first_day=world.first_day,
        last_day=until,
        funnel=funnel.read(doors, world.first_day, until),
        platform=measured(every),
        high=measured(high),
        indicator=best(watch.alarms, {name: one.f1 for name, one in single.items()}),
        single=single,
        calibration=calibrate(said, mass_layoff_days(world), horizon=_HORIZON),
        jobs=_jobs(world, until),
        seconds=seconds,
    )


def _likelihoods(doors: Doors) -> Mapping[str, float]:
    """Return what the platform says now of whoever is on the list or watched."""
    door = doors.of("city-admin")
    standing = door.every("/v1/warnings", state="standing")
    watched = door.every("/v1/potential-risks")
    return {one["enterprise"]["uscc"]: one["likelihood"] for one in (*standing, *watched)}


def _alarms(doors: Doors) -> tuple[Alarms, Alarms]:
    """Return the first day of each warned enterprise: on the list, and at orange or red."""
    door = doors.of("city-admin")
    every: dict[str, date] = {}
    high: dict[str, date] = {}
    for one in door.every("/v1/warnings"):
        if one.get("because") == "corrected":
            continue
        uscc = str(one["enterprise"]["uscc"])
        day = datetime.fromisoformat(one["raised_at"]).astimezone(SHANGHAI).date()
        every[uscc] = min(day, every.get(uscc, day))
    for uscc in every:
        for judged in door.every(f"/v1/enterprises/{uscc}/assessments"):
            if judged["level"] in _HIGH:
                day = date.fromisoformat(judged["as_of"])
                high[uscc] = min(day, high.get(uscc, day))
    return every, high


def _jobs(world: World, until: date) -> Mapping[str, int]:
    """Count the jobs that go in mass layoffs by the horizon: if nobody acts, and as it was."""
    events = mass_layoffs(world.truth())
    untreated = sum(event.jobs for event in events.values())
    losses = world.losses()
    last = max((event.first_loss_on for event in events.values()), default=until)
    treated = sum(
        loss.jobs
        for uscc, event in events.items()
        for loss in losses.get(uscc, ())
        if event.first_loss_on <= loss.day <= last + timedelta(days=90)
    )
    return {"untreated": untreated, "treated": treated}


def _at(day: date, moment: clock_time) -> datetime:
    return datetime.combine(day, moment, SHANGHAI)
