"""The history is a function of what became known on which day: not of order, batches or delay."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from services.scoring.domain.assessment import assess
from services.scoring.domain.course import UNNOTICED, Leaving, Position
from services.scoring.domain.places import Place
from services.scoring.features.measuring import measure
from services.scoring.history import Course, Judged, first_day, judge
from tests.unit.scoring.facts import LONG_AGO, Row, frame, series
from tests.unit.scoring.spoken import (
    Entry,
    Fact,
    Given,
    Refuted,
    Report,
    Said,
    Text,
    Visit,
)

DAY_0 = date(2026, 10, 10)
LAST = 24
MONTHS = ("2026-06", "2026-07", "2026-08", "2026-09", "2026-10")


def day(number: int) -> date:
    return DAY_0 + timedelta(days=number)


def received(fact: Fact) -> date:
    """Return the day on which a fact became known; every fact of these tests has one."""
    assert fact.received_on is not None
    return fact.received_on


@dataclass
class Shell:
    """The service without its database: what is kept, and what is asked of the pure part."""

    rows: set[Fact] = field(default_factory=set)
    days: dict[tuple[str, date], Judged] = field(default_factory=dict)
    positions: dict[str, tuple[Position, date | None]] = field(default_factory=dict)

    def take(self, batch: Sequence[Fact], today: date) -> None:
        new = set(batch) - self.rows
        self.rows |= new
        known: dict[str, date | None] = {}
        for row in new:
            before = known.get(row.uscc)
            known[row.uscc] = min(before or received(row), received(row))
        self._judge(known, today)

    def sweep(self, today: date) -> None:
        self._judge(dict.fromkeys(self.positions), today)

    def _judge(self, known: dict[str, date | None], today: date) -> None:
        courses = []
        for uscc, known_from in known.items():
            position, judged_on = self.positions.get(uscc, (UNNOTICED, None))
            first = first_day(known_from, position, judged_on, today=today)
            if first is not None:
                before = [at for of, at in self.days if of == uscc and at < first]
                opening = self.days[uscc, max(before)].after if before else UNNOTICED
                courses.append(Course(uscc, first, max(today, first), opening))
        if not courses:
            return
        history = judge(Said.of(self.rows).facts(), courses)
        for course in courses:
            for key in [key for key in self.days if key[0] == course.uscc]:
                if key[1] >= course.first:
                    del self.days[key]
        self.days |= {(one.uscc, one.assessment.as_of): one for one in history.days}
        for uscc, one in history.today.items():
            stands = one.after.place is not Place.NONE
            self.positions[uscc] = (one.after, one.assessment.as_of if stands else None)


@st.composite
def some_facts(draw: st.DrawFn) -> list[Row]:
    """Draw facts whose content and day of receipt follow from (uscc, period, version)."""
    keys = draw(
        st.lists(
            st.tuples(st.sampled_from("AB"), st.sampled_from(MONTHS), st.integers(1, 3)),
            min_size=1,
            max_size=14,
            unique=True,
        )
    )
    return [
        Row(
            uscc,
            period,
            version,
            day(draw(st.integers(0, LAST))),
            draw(st.sampled_from([0, 5, 8, 90, 100, 240, 260, 280, 300, 600])),
            draw(st.sampled_from([None, None, 0, 1, 3])),
            is_withdrawn=draw(st.integers(0, 7)) == 0,
        )
        for uscc, period, version in keys
    ]


@st.composite
def other_facts(draw: st.DrawFn) -> list[Fact]:
    """Draw facts of the other kinds; what names a fact is its number."""
    dates, enterprises = st.integers(0, LAST), st.sampled_from("AB")
    maybe = st.sampled_from([None, True, False])
    facts: list[Fact] = []
    for number in range(draw(st.integers(0, 12))):
        uscc, known = draw(enterprises), day(draw(dates))
        back = known - timedelta(days=draw(st.integers(0, 20)))
        match draw(st.sampled_from(["text", "report", "visit", "help", "entry", "refuted"])):
            case "text":
                item = draw(st.integers(0, 3))
                facts.append(
                    Text(
                        back,
                        draw(st.sampled_from(["a", "b", "c"])),
                        draw(st.sampled_from(["", "same"])),
                        draw(st.sampled_from([("layoff",), ("wage_arrears", "gathering")])),
                        draw(st.sampled_from([None, 30])),
                        item=item,
                        version=number + 1,
                        is_withdrawn=draw(st.integers(0, 5)) == 0,
                        received_on=known,
                        uscc=uscc,
                    )
                )
            case "report":
                planned = draw(st.sampled_from([0, 5, 40]))
                facts.append(
                    Report(back, planned, 90, version=number + 1, received_on=known, uscc=uscc)
                )
            case "visit":
                facts.append(
                    Visit(
                        back,
                        operating=draw(maybe),
                        gathering=draw(maybe),
                        planned=draw(st.sampled_from([None, 0, 40])),
                        wages_owed_months=draw(st.sampled_from([None, 0, 2])),
                        received_on=known,
                        number=number,
                        uscc=uscc,
                    )
                )
            case "help":
                service = draw(st.sampled_from(["loan", "rent_relief"]))
                facts.append(Given(service, back, 1e6, known, number, uscc))
            case "entry":
                facts.append(
                    Entry(
                        number + 1,
                        known,
                        draw(st.sampled_from(["active", "cancelled"])),
                        draw(st.sampled_from([None, 1e6, 9e5])),
                        uscc,
                    )
                )
            case _:
                facts.append(Refuted(known, uscc))
    return facts


def ideal(facts: Sequence[Fact]) -> Shell:
    """Handle everything of a day on that day, at once, and sweep every day."""
    shell = Shell()
    for number in range(LAST + 1):
        shell.take([row for row in facts if received(row) == day(number)], day(number))
        shell.sweep(day(number))
    return shell


def test_growth_that_is_no_news_any_more_makes_no_trace() -> None:
    """Staff that grew spoke against the arrears of October: news for 62 days, they for 90."""
    headcounts, arrears = (
        {"2026-06": 0, "2026-07": 31, "2026-08": 0, "2026-10": 360},
        {"2026-10": 2},
    )
    facts = frame(series(headcounts, arrears, uscc="A"))

    places = {
        days: assess(dict(measure(facts, day(days)))["A"], day(days)).place for days in (80, 93)
    }

    assert places == {80: Place.NONE, 93: Place.NONE}


@settings(deadline=None, max_examples=12)
@given(some_facts(), other_facts(), st.data())
def test_order_batches_repetition_and_delay_change_nothing(
    months: list[Row], others: list[Fact], data: st.DataObject
) -> None:
    facts = [*months, *others]
    expected = ideal(facts)

    shell = Shell()
    deliveries = data.draw(st.permutations(facts + facts[::3]))
    today = DAY_0
    while deliveries:
        size = data.draw(st.integers(1, len(deliveries)))
        batch, deliveries = deliveries[:size], deliveries[size:]
        # A message says when its rows were received: one day a message, never in the future.
        for received_on in sorted({received(row) for row in batch}):
            today = max(today, received_on)
            shell.take([row for row in batch if received(row) == received_on], today)
        if data.draw(st.booleans()):
            shell.sweep(today)
    shell.sweep(day(LAST))

    assert shell.days == expected.days
    stood = {uscc: position for uscc, (position, _) in expected.positions.items()}
    assert {uscc: position for uscc, (position, _) in shell.positions.items()} == stood


@settings(deadline=None, max_examples=25)
@given(
    st.dictionaries(st.sampled_from(MONTHS), st.integers(0, 600), min_size=1),
    st.dictionaries(st.sampled_from(MONTHS), st.integers(0, 4)),
    st.integers(0, 120),
    st.integers(1, 200),
)
def test_without_news_an_assessment_only_falls(
    headcounts: dict[str, int], arrears: dict[str, int], start: int, later: int
) -> None:
    """So an enterprise that stands nowhere needs no judgement until news of it come."""
    facts = frame(series(headcounts, arrears, uscc="A"))
    first, second = day(31 + start), day(31 + start + later)

    before = assess(dict(measure(facts, first))["A"], first)
    # Hiring and paid arrears are news for a while only.
    assume(all(one.strength > 0 for one in before.findings))
    found = dict(measure(facts, second))
    after = assess(found["A"], second)

    assert after.evident <= before.evident
    assert after.likelihood <= before.likelihood
    assert after.place.rank <= before.place.rank


@settings(deadline=None, max_examples=40)
@given(some_facts(), other_facts(), st.integers(0, 60), st.integers(1, 200))
def test_who_stands_nowhere_stays_there_without_news(
    months: list[Row], others: list[Fact], start: int, later: int
) -> None:
    """Help that is past can raise a likelihood again, but never from below what is noticed."""
    facts = Said.of([*months, *others]).facts()
    first, second = day(LAST + start), day(LAST + start + later)

    before = {uscc: assess(found, first) for uscc, found in measure(facts, first).items()}
    after = {uscc: assess(found, second) for uscc, found in measure(facts, second).items()}

    for uscc, found in after.items():
        if before[uscc].place is Place.NONE:
            assert found.place is Place.NONE


def test_a_wrong_number_and_its_correction_of_the_same_day_never_were() -> None:
    before = [Row("A", "2026-08", 1, LONG_AGO, 300)]
    wrong = Row("A", "2026-09", 1, DAY_0, 30)
    right = Row("A", "2026-09", 2, DAY_0, 300)
    for order in ([wrong, right], [right, wrong], [wrong, right, wrong]):
        shell = Shell()
        shell.take(before, LONG_AGO)
        for row in order:
            shell.take([row], DAY_0)
        assert shell.positions["A"][0].place is Place.NONE
        assert shell.days == {}


def test_a_correction_of_a_later_day_comes_down_slowly() -> None:
    shell = Shell()
    shell.take([Row("A", "2026-08", 1, LONG_AGO, 300)], LONG_AGO)
    shell.take([Row("A", "2026-09", 1, DAY_0, 30)], DAY_0)
    shell.take([Row("A", "2026-09", 2, day(1), 300)], day(1))

    places = []
    for number in range(1, 31):
        shell.sweep(day(number))
        places.append(shell.positions["A"][0].place)

    orange, yellow, blue, watched = (
        Place.ORANGE,
        Place.YELLOW,
        Place.BLUE,
        Place.POTENTIAL_RISK,
    )
    assert places == [orange] * 7 + [yellow] * 7 + [blue] * 7 + [watched] * 7 + [Place.NONE] * 2


def test_what_is_taken_back_on_a_later_day_holds_nobody() -> None:
    shell = Shell()
    shell.take([Row("A", "2026-08", 1, LONG_AGO, 300)], LONG_AGO)
    shell.take([Row("A", "2026-09", 1, DAY_0, 30)], DAY_0)
    assert shell.positions["A"][0].place is Place.ORANGE
    shell.take([Row("A", "2026-09", 2, day(1), None, is_withdrawn=True)], day(1))
    position, _ = shell.positions["A"]
    assert (position.place, position.because) == (Place.NONE, Leaving.CORRECTED)


def test_a_withdrawal_that_did_not_hold_an_enterprise_does_not_hasten_its_way_down() -> None:
    shell = Shell()
    shell.take([Row("A", "2026-08", 1, LONG_AGO, 300)], LONG_AGO)
    shell.take([Row("A", "2026-07", 1, LONG_AGO, 300)], LONG_AGO)
    shell.take([Row("A", "2026-09", 1, DAY_0, 30)], DAY_0)
    shell.take([Row("A", "2026-09", 2, day(1), 300)], day(1))
    shell.take([Row("A", "2026-07", 2, day(2), None, is_withdrawn=True)], day(2))
    assert shell.positions["A"][0].place is Place.ORANGE


def test_a_sweep_that_was_missed_is_made_good() -> None:
    facts = [Row("A", "2026-08", 1, DAY_0, 300), Row("A", "2026-09", 1, DAY_0, 240)]
    daily, late = Shell(), Shell()
    for shell in (daily, late):
        shell.take(facts, DAY_0)
    for number in range(150):
        daily.sweep(day(number))
    late.sweep(day(149))

    assert late.days == daily.days
    assert late.positions == daily.positions


def test_a_refuted_warning_is_lifted_at_once_and_stays_so_until_news() -> None:
    shell = Shell()
    shell.take([Row("A", "2026-08", 1, LONG_AGO, 300)], LONG_AGO)
    shell.take([Row("A", "2026-09", 1, DAY_0, 200)], DAY_0)
    assert shell.positions["A"][0].place is Place.YELLOW

    shell.take([Refuted(day(5), "A")], day(5))
    lifted = Position(Place.NONE, since=day(5), because=Leaving.REFUTED)
    assert shell.positions["A"] == (lifted, None)
    for number in range(6, 20):
        shell.sweep(day(number))
    assert shell.positions["A"] == (lifted, None)

    # what is known since: 160 of 200 are gone on, a fifth
    shell.take([Row("A", "2026-10", 1, day(20), 160)], day(20))
    assert shell.positions["A"][0] == Position(Place.YELLOW, since=day(20))


def test_a_day_that_was_judged_is_not_judged_again() -> None:
    stands = Position(Place.YELLOW, since=DAY_0)

    assert first_day(None, stands, day(4), today=day(5)) == day(5)
    assert first_day(None, stands, day(5), today=day(5)) is None
    assert first_day(day(3), stands, day(5), today=day(5)) == day(3)
    assert first_day(day(5), stands, day(2), today=day(5)) == day(3)
    assert first_day(None, UNNOTICED, None, today=day(5)) is None
    assert first_day(day(3), UNNOTICED, None, today=day(5)) == day(3)
