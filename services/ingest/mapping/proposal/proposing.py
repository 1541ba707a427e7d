"""Which header means which column of a feed: by what it is called and what stands under it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from services.ingest.domain.contract import Column, FeedContract, Kind
from services.ingest.mapping.model import OF_SHEET
from services.ingest.mapping.proposal.likeness import likeness, names_of
from services.ingest.mapping.proposal.values import Steps, steps_for

_OF_NAME: Final = 0.7
_OF_VALUES: Final = 0.3
_TELLING: Final = frozenset({Kind.USCC, Kind.URL})
_OF_A_SHEET: Final = frozenset({Kind.MONTH, Kind.DATE, Kind.DISTRICT})
_TOLD_BY_VALUES: Final = 0.9
_ENOUGH: Final = 0.5
_LEAST_FIT: Final = 0.25
_MOST_VALUES: Final = 200
_FEWEST_MONTHS: Final = 2
_MONTH_HEADER: Final = re.compile(
    r"^(?P<before>\D*?)(?P<year>\d{4})(?P<sign>年|-|/|\.|)\d{1,2}(?P<after>月?)$"
)
_WIDE: Final[Mapping[str, tuple[str, str]]] = {
    "年": (r"([0-9]{4}年[0-9]{1,2}月)", "YYYY年M月"),
    "-": (r"([0-9]{4}-[0-9]{1,2})", "YYYY-M"),
    "/": (r"([0-9]{4}/[0-9]{1,2})", "YYYY/M"),
    ".": (r"([0-9]{4}\.[0-9]{1,2})", "YYYY.M"),
    "": (r"([0-9]{6})", "YYYYMM"),
}


@dataclass(frozen=True)
class Sample:
    """The beginning of a file: how it is read, its headers, and rows below them."""

    form: Mapping[str, Any]
    headers: Sequence[str]
    rows: Sequence[Sequence[str]]

    def values(self, place: int) -> list[str]:
        """Return what stands under a header."""
        texts = (row[place].strip() for row in self.rows if place < len(row))
        return [text for text in texts if text][:_MOST_VALUES]


@dataclass(frozen=True)
class Guess:
    """What a column is read from, how sure that is (0 to 1), and which values it cannot read."""

    column: str
    header: str
    confidence: float
    steps: Mapping[str, Any] = field(default_factory=dict)
    unread: Sequence[str] = ()


@dataclass(frozen=True)
class Proposal:
    """A first mapping, and what a person has to decide."""

    feed: str
    form: Mapping[str, Any]
    guesses: Sequence[Guess]
    missing: Sequence[str]
    left_over: Sequence[str]
    wide: str | None = None

    @property
    def complete(self) -> bool:
        """Tell whether all that the feed requires was found."""
        return not self.missing


def propose(contract: FeedContract, sample: Sample, *, today: date) -> Proposal:
    """Propose how such files become records of a feed."""
    wide = _wide(contract, sample, today)
    taken = set() if wide is None else set(wide.places)
    given = () if wide is None else wide.guesses
    columns = [c for c in contract.columns if c.name not in {guess.column for guess in given}]
    places = [p for p, name in enumerate(sample.headers) if name and p not in taken]
    guesses = [*given, *_assigned(columns, places, sample, today)]
    guesses += _named(contract, guesses, sample, places)
    guesses += _by_sheet(contract, guesses, sample, today)
    found = {guess.column for guess in guesses}
    read = {guess.header for guess in guesses}
    order = {column.name: place for place, column in enumerate(contract.columns)}
    return Proposal(
        contract.name,
        sample.form,
        sorted(guesses, key=lambda guess: order[guess.column]),
        [c.name for c in contract.columns if c.required and c.name not in found],
        [sample.headers[p] for p in places if sample.headers[p] not in {*read, OF_SHEET}],
        None if wide is None else wide.pattern,
    )


def _assigned(
    columns: Sequence[Column], places: Sequence[int], sample: Sample, today: date
) -> list[Guess]:
    """Give each column the header that fits best, the surest first."""
    ranked: list[tuple[float, int, int, Steps]] = []
    for which, column in enumerate(columns):
        names = names_of(column)
        for place in places:
            header = sample.headers[place]
            values = sample.values(place)
            steps = steps_for(column, header, values, today=today)
            sure = _sure(column, likeness(header, names), steps, known=bool(values))
            if sure >= _ENOUGH:
                ranked.append((sure, which, place, steps))
    ranked.sort(key=lambda each: (-each[0], each[1], each[2]))
    guesses, used = [], set()
    done: set[int] = set()
    for sure, which, place, steps in ranked:
        if which in done or place in used:
            continue
        done.add(which)
        used.add(place)
        guesses.append(
            Guess(columns[which].name, sample.headers[place], sure, steps.steps, steps.unread)
        )
    return guesses


def _sure(column: Column, alike: float, steps: Steps, *, known: bool) -> float:
    if not known:
        return alike * _OF_NAME
    if steps.fit < _LEAST_FIT:
        return 0.0
    sure = alike * _OF_NAME + steps.fit * _OF_VALUES
    return max(sure, steps.fit * _TOLD_BY_VALUES) if column.kind in _TELLING else sure


def _named(
    contract: FeedContract, guesses: Sequence[Guess], sample: Sample, places: Sequence[int]
) -> list[Guess]:
    """Let enterprises be looked up by their names where no column has their codes."""
    code = next((column for column in contract.columns if column.kind is Kind.USCC), None)
    if code is None or any(guess.column == code.name for guess in guesses):
        return []
    if any(column.name == "name" for column in contract.columns):
        return []  # a feed that brings the names cannot ask for them
    names = names_of(Column("name", Kind.TEXT, code.title, code.description)) - names_of(code)
    used = {guess.header for guess in guesses}
    ranked = [
        (likeness(sample.headers[place], names), sample.headers[place])
        for place in places
        if sample.headers[place] not in used
    ]
    alike, header = max(ranked, default=(0.0, ""))
    if alike < _ENOUGH:
        return []
    return [Guess(code.name, header, alike * _OF_NAME, {"lookup": "enterprise_name"})]


def _by_sheet(
    contract: FeedContract, guesses: Sequence[Guess], sample: Sample, today: date
) -> list[Guess]:
    """Let the names of sheets say what no column does: the month, the day, or the district."""
    if OF_SHEET not in sample.headers:
        return []
    found = {guess.column for guess in guesses}
    values = sample.values(list(sample.headers).index(OF_SHEET))
    for column in contract.columns:
        if column.required and column.name not in found and column.kind in _OF_A_SHEET:
            steps = steps_for(column, OF_SHEET, values, today=today)
            if steps.fit == 1:
                return [Guess(column.name, OF_SHEET, _TOLD_BY_VALUES, steps.steps, steps.unread)]
    return []


@dataclass(frozen=True)
class _Wide:
    pattern: str
    places: Sequence[int]
    guesses: Sequence[Guess]


def _wide(contract: FeedContract, sample: Sample, today: date) -> _Wide | None:
    """See months that stand side by side, and which number of the feed they are."""
    months: dict[tuple[str, str], list[int]] = {}
    for place, name in enumerate(sample.headers):
        found = _MONTH_HEADER.match(name)
        if found is not None and bool(found["after"]) == (found["sign"] == "年"):
            months.setdefault((found["before"], found["sign"]), []).append(place)
    key = next((c for c in contract.columns if c.kind is Kind.MONTH), None)
    if not months or key is None:
        return None
    (before, sign), places = max(months.items(), key=lambda each: len(each[1]))
    numbers = [c for c in contract.columns if c.kind is Kind.INTEGER and c.required]
    if len(places) < _FEWEST_MONTHS or not numbers:
        return None
    group, form = _WIDE[sign]
    values = [text for place in places for text in sample.values(place)][:_MOST_VALUES]
    steps = steps_for(numbers[0], before, values, today=today)
    guesses = (
        Guess(key.name, "$header", 1.0, {"date": [form]}),
        Guess(
            numbers[0].name,
            "$value",
            _sure(numbers[0], 1.0, steps, known=bool(values)),
            steps.steps,
            steps.unread,
        ),
    )
    return _Wide(f"^{re.escape(before)}{group}$", places, guesses)
