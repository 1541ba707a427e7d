"""The world: what agencies push day by day, what visitors see, and what would have happened."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import copy
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Final

from simulation.chance import Chance
from simulation.shape import Parameters
from simulation.world import afterwards, lists, opinions, seen
from simulation.world.changes import entries
from simulation.world.course import Course
from simulation.world.help import FINANCE, Deed, Help, ServiceUnknown, states_after
from simulation.world.lives import again, coming, everybody
from simulation.world.months import FIRST_DAY, HISTORY_MONTHS, LAST_DAY, WINDOW, month_of
from simulation.world.opinions import Item
from simulation.world.plans import Loss
from simulation.world.records import (
    Feed,
    Push,
    Record,
    headcount_record,
    pushes,
    register_record,
    report_record,
)
from simulation.world.register import Enterprise
from simulation.world.reporting import Arrival, arrivals, known_before
from simulation.world.seen import Findings, Firm
from simulation.world.talk import TRUE_TOPICS, Voice, voice
from simulation.world.truth import TrueLayoff, true_layoff

_FRESH_DAYS: Final = 60
# Months whose headcounts may come within the window.
_STILL_COMING: Final = range(HISTORY_MONTHS - 3, month_of(LAST_DAY) + 1)


class EnterpriseUnknown(KeyError):
    """The city has no such enterprise."""


class World:
    """A city of one seed; `opinions` is how many items its monitor collects in the window.

    What agencies push, and what visitors see, follows what was done so far (`deliver`, `finance`);
    `truth` does not. Chance belongs to what it is drawn for, so the order of calls does not matter.
    """

    first_day = FIRST_DAY
    last_day = LAST_DAY

    def __init__(
        self, parameters: Parameters, *, seed: int, enterprises: int, opinions: int
    ) -> None:
        self.seed = seed
        self._given = parameters
        self._chance = Chance(seed)
        self._opinions = opinions
        self._untreated = everybody(parameters, self._chance, enterprises)
        self._treated: dict[str, Course] = {}
        self._deeds: dict[str, set[Deed]] = {}

    def anew(self) -> "World":
        """Return the same city with nothing done in it: for another way of acting."""
        other = copy(self)
        vars(other).update(_treated={}, _deeds={})
        return other

    @property
    def enterprises(self) -> Sequence[Enterprise]:
        """Return who there is."""
        return [course.enterprise for course in self._untreated.values()]

    def history(self) -> Iterator[Push]:
        """Yield everything that was known before the first day, the oldest first."""
        courses = list(self._untreated.values())
        yield from pushes(Feed.REGISTER, (self._entry(course, FIRST_DAY) for course in courses))
        for month in range(HISTORY_MONTHS):
            rows = (self._known(course, month) for course in courses)
            yield from pushes(Feed.HEADCOUNT, (row for row in rows if row is not None))
        yield from pushes(Feed.REPORT, self._reports(courses, before=FIRST_DAY))
        for edition in lists.editions(self._given):
            if edition.published_on < FIRST_DAY:
                yield from pushes(Feed.LIST, self._edition(edition))

    def day(self, day: date) -> Sequence[Push]:
        """Return what the agencies push on a day, opinions last."""
        return [
            *pushes(Feed.REGISTER, self._changed(day)),
            *pushes(Feed.HEADCOUNT, self._arriving(day)),
            *pushes(Feed.REPORT, self._reports(map(self.course, self._untreated), on=day)),
            *(
                one
                for edition in lists.editions(self._given)
                if edition.published_on == day
                for one in pushes(Feed.LIST, self._edition(edition))
            ),
            *pushes(Feed.OPINION, (item.record() for item in self.items(day))),
        ]

    def afterwards(self) -> Iterator[tuple[date, Push]]:
        """Yield the headcounts that come after the last day: what became of everybody."""
        courses = map(self.course, self._untreated)
        yield from afterwards.headcounts(courses, self._given, self._chance)

    def items(self, day: date) -> Sequence[Item]:
        """Return a day's opinion items in their order, with what they are about."""
        found: list[Item] = []
        for uscc, loud in self._voices.items():
            found += opinions.about(self.course(uscc), day, loud, self._given, self._chance)
        apart = self._about_none.get(day, 0)
        found += opinions.about_none(day, apart, self._given, self._chance)
        return opinions.in_order(found)

    def visit(self, uscc: str, day: date, *, on_site: bool) -> Findings:
        """Look at an enterprise, on site or by phone."""
        course = self.course(uscc)
        return seen.visit(course, day, on_site=on_site, parameters=self._given, chance=self._chance)

    def firm(self, uscc: str, day: date) -> Firm:
        """Ask an enterprise what it wants for itself."""
        return seen.firm(self.course(uscc), day, parameters=self._given, chance=self._chance)

    def deliver(
        self, uscc: str, service: str, day: date, *, persons: int | None, amount: Decimal | None
    ) -> None:
        """Let a service reach an enterprise; without persons or amount it reaches all of it."""
        if service not in {one.name for one in self._given.services}:
            raise ServiceUnknown(service)
        self._did(uscc, Deed(day, service, persons, amount))

    def finance(self, uscc: str, day: date, amount: Decimal) -> None:
        """Let an enterprise draw money."""
        self._did(uscc, Deed(day, FINANCE, None, Decimal(amount)))

    def truth(self) -> Sequence[TrueLayoff]:
        """Return what happens if nobody acts: by the seed alone, whatever was done."""
        horizon = timedelta(days=self._given.layoffs.horizon_days)
        return self._losses(FIRST_DAY, LAST_DAY + horizon)

    def past(self) -> Sequence[TrueLayoff]:
        """Return the losses of the two months before the first day.

        Their traces are still fresh: a warning about one is no false alarm, and not early either.
        """
        since = FIRST_DAY - timedelta(days=_FRESH_DAYS)
        return self._losses(since, FIRST_DAY - timedelta(days=1))

    def losses(self) -> Mapping[str, Sequence[Loss]]:
        """Return the jobs that really go after what was done, by enterprise, over all time."""
        return {
            uscc: [loss for plan in self.course(uscc).plans for loss in plan.losses if loss.jobs]
            for uscc, course in self._untreated.items()
            if course.plans
        }

    def course(self, uscc: str) -> Course:
        """Return an enterprise's hidden course after what was done: to measure, not to act by."""
        if uscc not in self._untreated:
            raise EnterpriseUnknown(uscc)
        if uscc not in self._deeds:
            return self._untreated[uscc]
        if uscc not in self._treated:
            self._treated[uscc] = self._treat(uscc)
        return self._treated[uscc]

    def untreated(self, uscc: str) -> Course:
        """Return an enterprise's hidden course if nobody acts."""
        return self._untreated[uscc]

    def _losses(self, since: date, until: date) -> Sequence[TrueLayoff]:
        found = [
            true_layoff(course, plan, self._given, self._chance, self._said_on)
            for course in self._untreated.values()
            for plan in course.plans
            if since <= plan.first_on <= until
        ]
        return sorted(found, key=lambda loss: (loss.first_loss_on, loss.uscc))

    def _did(self, uscc: str, deed: Deed) -> None:
        if uscc not in self._untreated:
            raise EnterpriseUnknown(uscc)
        self._deeds.setdefault(uscc, set()).add(deed)
        self._treated.pop(uscc, None)

    def _treat(self, uscc: str) -> Course:
        course = self._untreated[uscc]
        given = Help(course.enterprise, self._deeds[uscc], self._given, self._chance)
        plans = tuple(given.relieve(plan) for plan in course.plans)
        return again(
            course,
            plans,
            states_after(course.states, course.plans, plans),
            arrivals=coming(course.enterprise, self._untreated),
            settled_from=given.settled_from(),
            parameters=self._given,
            chance=self._chance,
        )

    def _entry(self, course: Course, before: date) -> Record:
        last = [one for one in entries(course, self._given, self._chance) if one.day < before][-1]
        return register_record(course.enterprise, status=last.status, capital=last.capital)

    def _changed(self, day: date) -> Iterator[Record]:
        for uscc in self._changing:
            course = self.course(uscc)
            for entry in entries(course, self._given, self._chance):
                if entry.day == day:
                    yield register_record(
                        course.enterprise, status=entry.status, capital=entry.capital
                    )

    def _known(self, course: Course, month: int) -> Record | None:
        arrival = known_before(course, month, FIRST_DAY, self._given, self._chance)
        row = course.row(month)
        if arrival is None or row is None:
            return None
        return headcount_record(course.enterprise, row, wrong_by=arrival.wrong_by)

    def _arriving(self, day: date) -> Iterator[Record]:
        for uscc, arrival in self._schedule[day]:
            course = self.course(uscc)
            row = course.row(arrival.month)
            if row is not None:
                yield headcount_record(course.enterprise, row, wrong_by=arrival.wrong_by)

    def _reports(
        self, courses: Iterable[Course], *, before: date | None = None, on: date | None = None
    ) -> Iterator[Record]:
        for course in courses:
            for plan in course.plans:
                day = plan.reported_on
                if day is not None and (day == on or (before is not None and day < before)):
                    yield report_record(course.enterprise.uscc, plan, day)

    def _edition(self, edition: lists.Edition) -> Iterator[Record]:
        month = month_of(edition.published_on) - 2
        courses = map(self.course, self._untreated)
        return lists.records(edition, courses, month, self._given, self._chance)

    def _said_on(self, uscc: str, since: date, until: date) -> date | None:
        """Return the first day of the window on which something true was said of an enterprise."""
        for day in WINDOW:
            if not since <= day < until:
                continue
            said = opinions.about(
                self._untreated[uscc], day, self._voices[uscc], self._given, self._chance
            )
            if any(item.topic in TRUE_TOPICS for item in said):
                return day
        return None

    @cached_property
    def _voices(self) -> Mapping[str, Voice]:
        return {
            uscc: voice(course, self._given, self._chance)
            for uscc, course in self._untreated.items()
            if course.rows
        }

    @cached_property
    def _about_none(self) -> Mapping[date, int]:
        """How many items of a day are about nobody: what is left of the asked number, by day."""
        about = sum(
            opinions.count(self._untreated[uscc], day, loud, self._given, self._chance)
            for day in WINDOW
            for uscc, loud in self._voices.items()
        )
        return opinions.shares(max(0, self._opinions - about), self._chance, self._given)

    @cached_property
    def _schedule(self) -> Mapping[date, Sequence[tuple[str, Arrival]]]:
        schedule: dict[date, list[tuple[str, Arrival]]] = defaultdict(list)
        for uscc, course in self._untreated.items():
            for month in _STILL_COMING:
                for one in arrivals(course, month, self._given, self._chance):
                    if one.day >= FIRST_DAY:
                        schedule[one.day].append((uscc, one))
        return schedule

    @cached_property
    def _changing(self) -> Sequence[str]:
        return [
            uscc
            for uscc, course in self._untreated.items()
            if len(entries(course, self._given, self._chance)) > 1
        ]
