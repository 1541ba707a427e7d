"""Everybody who acts in the demo, day by day."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Final

from shared.calendar import Overrides, WorkingCalendar
from shared.codes.divisions import DISTRICTS
from simulation.agents.banks import Bank, products
from simulation.agents.city import City
from simulation.agents.district import District
from simulation.agents.field import Field
from simulation.agents.pushing import Pushed, push
from simulation.agents.ways import Ways, ways
from simulation.demo.doors import Doors
from simulation.world.records import Push
from simulation.world.world import World

Told = Callable[[Pushed], None]
# Somebody who looks at what is pushed, and when; None is before the first day.
Seen = Callable[[Push, date | None], None]
_BANKS: Final = ("bank-a", "bank-b", "bank-c")


class Cast:
    """The agencies, the districts, the city and the banks, around one world."""

    def __init__(
        self, doors: Doors, world: World, *, seen: Seen, given: Ways | None = None
    ) -> None:
        given = given or ways()
        outside = Field(world)
        self._doors = doors
        self._world = world
        self._seen = seen
        self._calendar = WorkingCalendar(Overrides())
        self._banks = {name: Bank(doors.of(name), ways=given.banks) for name in _BANKS}
        self._city = City(doors, banks=self._banks, outside=outside, given=given)
        self._districts = [
            District(
                one.code,
                officer=doors.of(f"officer-{one.code}"),
                lead=doors.of(f"lead-{one.code}"),
                outside=outside,
                given=given,
            )
            for one in DISTRICTS
        ]

    def prepare(self) -> None:
        """Sign the agencies and banks in, let banks offer and districts have their lists."""
        self._doors.sign_in([*_BANKS, "city-admin"])
        for name, bank in self._banks.items():
            bank.offer([one for one in products() if one["bank"] == name])
        self._city.plan([one.code for one in DISTRICTS])

    def sign_in(self) -> None:
        """Sign everybody else in; officers come by a form, which takes its time."""
        names = [f"{who}-{one.code}" for one in DISTRICTS for who in ("officer", "lead")]
        self._doors.sign_in(names)

    def history(self, told: Told) -> None:
        """Push all that was known before the first day, feed by feed, each enterprise whole.

        All of it becomes known on one day. Pushed month by month, enterprises would be warned in
        between for what their other months show to be nothing.
        """
        by_feed: dict[str, list[Push]] = {}
        for one in self._world.history():
            by_feed.setdefault(one.feed, []).append(one)
        for feed, pushes in by_feed.items():
            records = (record for one in pushes for record in one.records)
            whole = sorted(records, key=lambda record: str(record["uscc"]))
            self._push([Push(pushes[0].agency, feed, whole)], None, told)
            self._doors.drain()

    def push(self, day: date, told: Told) -> None:
        """Let the agencies push what the day brings, one feed after the other.

        The platform comes to rest between feeds: what a day's facts say together does not depend
        on which of them came first, but what was told meanwhile would.
        """
        self._push(self._world.day(day), day, told)

    def works(self, day: date) -> bool:
        """Tell whether it is a working day."""
        return self._calendar.is_working_day(day)

    def act(self, day: date) -> None:
        """Let the city and the banks work on what yesterday left, and then the districts.

        Where there is no case, nobody asks twice a day for a list that is empty.
        """
        self._city.work(day, self._doors.pool)
        busy = self._city.busy()
        at_work = [one for one in self._districts if one.code in busy]
        list(self._doors.pool.map(lambda one: one.work(day), at_work))

    def _push(self, pushes: Iterable[Push], day: date | None, told: Told) -> None:
        last: str | None = None
        for one in pushes:
            if last is not None and one.feed != last:
                self._doors.drain()
            last = one.feed
            self._seen(one, day)
            told(push(self._doors, one))
