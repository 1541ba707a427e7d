"""Which header means which column of a feed: by what it is called and what stands under it."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from services.ingest.domain.contract import Column, FeedContract, Kind
from services.ingest.mapping.model import OF_HEADER, OF_SHEET, OF_VALUE
from services.ingest.mapping.proposal.document import Guess, Proposal
from services.ingest.mapping.proposal.elsewhere import month_of, with_year, year_of
from services.ingest.mapping.proposal.leftovers import without_leftovers, without_nothing
from services.ingest.mapping.proposal.likeness import likeness, names_of, own_names
from services.ingest.mapping.proposal.sample import Sample
from services.ingest.mapping.proposal.values import Steps, steps_for
from services.ingest.mapping.proposal.wide import Months, months_of

_OF_NAME: Final = 0.7
_OF_VALUES: Final = 0.3
_TELLING: Final = frozenset({Kind.USCC, Kind.URL})
_NUMBERS: Final = frozenset({Kind.INTEGER, Kind.CNY})
_OF_A_SHEET: Final = frozenset({Kind.MONTH, Kind.DATE, Kind.DISTRICT})
_TOLD_BY_VALUES: Final = 0.9
_OF_LAST_DAYS: Final = 0.8
_DAYS: Final = "days"  # how many days a record is about, up to and with its own
_ENOUGH: Final = 0.5
_LEAST_FIT: Final = 0.25
# So much like a name of the column is a header that counts although its values cannot be read.
_CALLED: Final = 0.85
_OF_CALLED: Final = 0.5
_OF_A_TITLE: Final = 0.6
_BARE: Final = "月"


def propose(contract: FeedContract, sample: Sample, *, today: date) -> Proposal:
    """Propose how such files become records of a feed."""
    sample, nulls = without_nothing(sample)
    sample, rows = without_leftovers(sample)
    given, wide = _wide(contract, sample, today)
    taken = {guess.column for guess in given}
    columns = [column for column in contract.columns if column.name not in taken]
    apart = _side_by_side(sample) if wide is None else []
    seen = sample if wide is None else wide.sample
    guesses, unread = _read(contract, columns, seen, today, apart=apart)
    guesses = [*given, *guesses]
    yearless = wide is not None and wide.sign == _BARE and wide.year is None
    if wide is None:
        guesses += _by_title(contract, guesses, sample)
    found = {guess.column for guess in guesses}
    order = {column.name: place for place, column in enumerate(contract.columns)}
    return Proposal(
        contract.name,
        sample.form,
        sorted(guesses, key=lambda guess: order[guess.column]),
        [c.name for c in contract.columns if c.required and c.name not in found],
        unread if wide is None else wide.headers(unread),
        None if wide is None else wide.pattern(unread),
        nulls,
        apart,
        rows,
        yearless,
    )


def _wide(contract: FeedContract, sample: Sample, today: date) -> tuple[list[Guess], Months | None]:
    """See months that stand side by side; of one column each, which number of the feed it is."""
    wide = months_of(sample)
    if wide is not None and wide.sign == _BARE and (told := year_of(sample)) is not None:
        wide = replace(wide, year=told[2])
    given = None if wide is None else _when(contract, wide, sample)
    if given is None or wide is None:
        return [], None
    if OF_VALUE not in wide.names:
        return given, wide
    taken = {guess.column for guess in given}
    numbers = [
        c for c in contract.columns if c.kind in _NUMBERS and c.required and c.name not in taken
    ]
    if not numbers:
        return [], None
    values = wide.sample.values(list(wide.sample.headers).index(OF_VALUE))
    steps = steps_for(numbers[0], wide.beside, values, today=today, above=sample.above)
    sure = _sure(numbers[0], 1.0, steps, known=bool(values))
    return [
        *given,
        Guess(numbers[0].name, OF_VALUE, sure, steps.steps, steps.unread, steps.doubt),
    ], wide


def _when(contract: FeedContract, wide: Months, sample: Sample) -> list[Guess] | None:
    """Tell of which month, or of which days, a record is whose month stands in the header; or None.

    A feed of days takes a month only if its records say how many days they are about: the sum of
    a month is no fact of one day.
    """
    month = next((column for column in contract.columns if column.kind is Kind.MONTH), None)
    if month is not None and wide.sign == _BARE:
        told = year_of(sample)
        if told is None:
            return []
        steps = with_year(told[0], told[1], wide.form)
        return [Guess(month.name, f"{told[0]}, {OF_HEADER}", _OF_LAST_DAYS, steps)]
    if month is not None:
        return [Guess(month.name, OF_HEADER, 1.0, {"date": [wide.form]})]
    day = next((c for c in contract.columns if c.kind is Kind.DATE and c.required), None)
    counted = any(column.name == _DAYS for column in contract.columns)
    if day is None or not counted or (last_days := wide.last_days) is None:
        return None
    until = {key: last.isoformat() for key, last in last_days.items()}
    days = {key: str(last.day) for key, last in last_days.items()}
    return [
        Guess(day.name, OF_HEADER, _OF_LAST_DAYS, {"codes": until}),
        Guess(_DAYS, OF_HEADER, _OF_LAST_DAYS, {"codes": days}),
    ]


def _side_by_side(sample: Sample) -> list[str]:
    """Return the headers of months that stand side by side: none of them stands for all."""
    months = months_of(sample)
    return [] if months is None else [each for found in months.names.values() for each in found]


def _read(
    contract: FeedContract,
    columns: Sequence[Column],
    sample: Sample,
    today: date,
    *,
    apart: Sequence[str] = (),
) -> tuple[list[Guess], list[str]]:
    """Return what columns are read from, and the headers that none is; `apart` none may be."""
    named = [p for p, name in enumerate(sample.headers) if name not in {"", OF_VALUE}]
    places = [place for place in named if sample.headers[place] not in apart]
    guesses = _assigned(columns, places, sample, today)
    guesses += _named(contract, guesses, sample, places)
    guesses += _by_sheet(columns, guesses, sample, today)
    read = {guess.header for guess in guesses} | {OF_SHEET}
    return guesses, [sample.headers[p] for p in named if sample.headers[p] not in read]


def _assigned(
    columns: Sequence[Column], places: Sequence[int], sample: Sample, today: date
) -> list[Guess]:
    """Give each column the header that fits best, the surest first."""
    ranked: list[tuple[float, float, int, int, Steps]] = []
    for which, column in enumerate(columns):
        names = names_of(column)
        for place in places:
            header = sample.headers[place]
            alike = likeness(header, names)
            if column.kind not in _TELLING and alike * _OF_NAME + _OF_VALUES < _ENOUGH:
                continue  # whatever its values are: to look at them takes far longer
            values = sample.values(place)
            steps = steps_for(column, header, values, today=today, above=sample.above)
            sure = _sure(column, alike, steps, known=bool(values))
            if sure >= _ENOUGH:
                own = likeness(header, own_names(column))
                ranked.append((sure, own, which, place, steps))
    ranked.sort(key=lambda each: (-each[0], -each[1], each[2], each[3]))
    guesses, used = [], set()
    done: set[int] = set()
    for sure, _, which, place, steps in ranked:
        if which in done or place in used:
            continue
        done.add(which)
        used.add(place)
        guesses.append(
            Guess(
                columns[which].name,
                sample.headers[place],
                sure,
                steps.steps,
                steps.unread,
                steps.doubt,
            )
        )
    return [*guesses, *_called(columns, places, sample, guesses, today)]


def _called(
    columns: Sequence[Column],
    places: Sequence[int],
    sample: Sample,
    guesses: Sequence[Guess],
    today: date,
) -> Iterator[Guess]:
    """Yield columns whose header is found, and whose values nothing reads: a person is to see it.

    Codes of credit are told by their values alone.
    """
    done = {guess.column for guess in guesses}
    used = {guess.header for guess in guesses}
    for column in columns:
        if column.name in done or column.kind in _TELLING:
            continue
        names = names_of(column)
        free = [place for place in places if sample.headers[place] not in used]
        alike, place = max(
            ((likeness(sample.headers[place], names), -place) for place in free), default=(0.0, 0)
        )
        header, values = sample.headers[-place], sample.values(-place)
        if alike >= _CALLED and values:
            used.add(header)
            steps = steps_for(column, header, values, today=today, above=sample.above)
            yield Guess(
                column.name, header, alike * _OF_CALLED, steps.steps, steps.unread, steps.doubt
            )


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


def _by_title(contract: FeedContract, guesses: Sequence[Guess], sample: Sample) -> Iterator[Guess]:
    """Yield the month of a table that no column of it tells: a title does, or the file's name."""
    found = {guess.column for guess in guesses}
    for column in contract.columns:
        if column.required and column.name not in found:
            told = month_of(column, sample)
            if told is not None:
                yield Guess(column.name, told[0], _OF_A_TITLE, told[1])


def _by_sheet(
    columns: Sequence[Column], guesses: Sequence[Guess], sample: Sample, today: date
) -> list[Guess]:
    """Let the names of sheets say what no column does: the month, the day, or the district."""
    if OF_SHEET not in sample.headers:
        return []
    found = {guess.column for guess in guesses}
    values = sample.values(list(sample.headers).index(OF_SHEET))
    for column in columns:
        if column.required and column.name not in found and column.kind in _OF_A_SHEET:
            steps = steps_for(column, OF_SHEET, values, today=today)
            if steps.fit == 1:
                return [
                    Guess(
                        column.name,
                        OF_SHEET,
                        _TOLD_BY_VALUES,
                        steps.steps,
                        steps.unread,
                        steps.doubt,
                    )
                ]
    return []
