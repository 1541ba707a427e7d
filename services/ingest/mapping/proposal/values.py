"""Which steps read the values of a column, and how many of them they read."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from types import MappingProxyType
from typing import Any, Final

from services.ingest.domain.contract import Column, Kind
from services.ingest.domain.values import ValueRefused, reader_for
from services.ingest.domain.widths import half_width
from services.ingest.domain.words import as_compared
from services.ingest.domain.written import as_meant
from services.ingest.mapping.dates import told
from services.ingest.mapping.proposal.days import Way, ways_of
from services.ingest.mapping.proposal.figures import amount_of, number_of, unit_above
from services.ingest.mapping.proposal.likeness import likeness
from services.ingest.mapping.proposal.simplified import simplified
from services.ingest.mapping.proposal.units import counted_above, said
from shared.codes.divisions import DivisionUnknown, find
from shared.codes.divisions import today as district_today

_CODE_WITHIN: Final = "(?:^|[^0-9A-Za-z])([0-9A-Za-z]{18})(?:$|[^0-9A-Za-z])"
_LIKE: Final = 0.5
_APART: Final = 0.05
# 未注销 is like 注销, and means the opposite.
_NOT: Final = re.compile("[未非不无没]")
_MOST_CODES: Final = 50
_DATED: Final = frozenset({Kind.DATE, Kind.MONTH, Kind.TIMESTAMP})


_NOTHING_ABOVE: Final[Mapping[str, str]] = MappingProxyType({})


@dataclass(frozen=True)
class Steps:
    """Steps of a rule, which part of the values they read, and what a person should look at.

    `doubt`: the same values mean something else if they are read in this way.
    """

    steps: Mapping[str, Any] = field(default_factory=dict)
    fit: float = 0.0
    unread: Sequence[str] = ()
    doubt: str | None = None


def steps_for(
    column: Column,
    header: str,
    values: Sequence[str],
    *,
    today: date,
    above: Mapping[str, str] = _NOTHING_ABOVE,
) -> Steps:
    """Return the steps that read most of the values that stand under a header.

    `above`: the lines above the header, of which one may tell the unit: 单位：万元.
    """
    if column.kind is Kind.CNY:
        return _amount(column, header, values, today, above)
    if column.kind is Kind.INTEGER:
        return _number(column, header, values, today, above)
    propose = _PROPOSE.get(column.kind, _plain)
    return propose(column, header, values, today)


def _judged(
    column: Column,
    values: Sequence[str],
    today: date,
    steps: Mapping[str, Any],
    read: Callable[[str], str | None],
) -> Steps:
    """Return how many values are taken when they are read so."""
    take = reader_for(column, today=today)
    unread: dict[str, None] = {}
    good = 0
    for value in values:
        try:
            text = read(value)
            if text is None:
                unread[value] = None
                continue
            take(as_meant(column, text))
            good += 1
        except ValueRefused:
            unread[value] = None
    return Steps(steps, good / len(values) if values else 0.0, tuple(unread)[:3])


def _plain(column: Column, _header: str, values: Sequence[str], today: date) -> Steps:
    return _judged(column, values, today, {}, lambda text: text)


def _uscc(column: Column, _header: str, values: Sequence[str], today: date) -> Steps:
    plain = _plain(column, "", values, today)
    steps: dict[str, Any] = {"width": "half", "case": "upper"}
    mended = _judged(column, values, today, steps, lambda text: half_width(text).upper())
    ways = [plain, mended]
    if mended.fit < 1.0 and any(" " in half_width(text).strip() for text in values):
        # In groups, as people read them aloud: 9111 0105 MA00 …
        steps = {"width": "half", "replace": {" ": ""}, "case": "upper"}
        ways.append(
            _judged(
                column, values, today, steps, lambda text: half_width(text).replace(" ", "").upper()
            )
        )
    if all(way.fit < 1.0 for way in ways):
        # It stands with the name in one cell: 9111…/北京…公司.
        steps = {"width": "half", "pattern": _CODE_WITHIN, "case": "upper"}
        ways.append(_judged(column, values, today, steps, _code_within))
    return _best(ways)


def _code_within(text: str) -> str | None:
    found = re.search(_CODE_WITHIN, half_width(text))
    return None if found is None else found[1].upper()


def _dates(column: Column, _header: str, values: Sequence[str], today: date) -> Steps:
    ways = [
        replace(
            _judged(column, values, today, way.steps, _moment(way, column.kind)), doubt=way.doubt
        )
        for way in ways_of(values, of_months=column.kind is Kind.MONTH)
    ]
    best = _best(ways)
    # The other order of day and month is in doubt only as long as it reads as much.
    same = sum(way.fit == best.fit for way in ways) > 1
    return best if same else replace(best, doubt=None)


def _moment(way: Way, kind: Kind) -> Callable[[str], str | None]:
    def moment(text: str) -> str | None:
        found = way.dates.read(text)
        return None if found is None else told(found, kind)

    return moment


def _number(
    column: Column, header: str, values: Sequence[str], today: date, above: Mapping[str, str]
) -> Steps:
    plain = _plain(column, header, values, today)
    told = counted_above(f"{column.title.zh} {column.title.en}", above)
    if plain.fit == 1.0 and said(header) is None and told is None:
        return plain
    ways = number_of(header, values, told)
    return _best([_judged(column, values, today, steps, read) for steps, read in ways])


def _amount(
    column: Column, header: str, values: Sequence[str], today: date, above: Mapping[str, str]
) -> Steps:
    plain = _plain(column, header, values, today)
    if plain.fit == 1.0 and said(header) is None and unit_above(above) is None:
        return plain
    ways = amount_of(header, values, above)
    return _best([_judged(column, values, today, steps, read) for steps, read in ways])


def _best(ways: Sequence[Steps]) -> Steps:
    """Return the first of those that read most."""
    return max(ways, key=lambda way: way.fit)


def _choice(column: Column, _header: str, values: Sequence[str], today: date) -> Steps:
    def meant(text: str) -> str | None:
        # What its contract takes as it stands needs no table: of words that come later as well.
        if text in column.choices or as_compared(text) in column.words:
            return text
        simple = simplified(text)
        ranked = [
            (likeness(simple, frozenset({label, code})), code)
            for code in column.choices
            for label in [column.labels.get(code, code)]
            if bool(_NOT.search(simple)) == bool(_NOT.search(label))
        ]
        (best, code), *others = sorted(ranked, reverse=True) or [(0.0, "")]
        # 经营异常名录 is as much like 列入 as like 移出.
        alone = all(best - other > _APART for other, _ in others)
        return code if best >= _LIKE and alone else None

    coded = _coded(column, values, today, meant)
    kept = {"unknown_codes": "keep"} if coded.steps else {}
    return replace(coded, steps={**coded.steps, **kept})


def _district(column: Column, _header: str, values: Sequence[str], today: date) -> Steps:
    def meant(text: str) -> str | None:
        for look in (district_today, find):
            try:
                code = look(simplified(text)).code
            except DivisionUnknown:
                continue
            # Codes of old are brought up to date by the contract itself.
            return text if look is district_today and simplified(text) == text else code
        return None

    return _coded(column, values, today, meant)


def _coded(
    column: Column, values: Sequence[str], today: date, meant: Callable[[str], str | None]
) -> Steps:
    """Return a table of what the values mean; none where they are the codes themselves."""
    codes = {
        text: code
        for text in dict.fromkeys(values)
        if (code := meant(text)) is not None and code != text
    }
    table = dict(list(codes.items())[:_MOST_CODES])
    return _judged(column, values, today, {"codes": table} if table else {}, meant)


_PROPOSE: Final[Mapping[Kind, Callable[[Column, str, Sequence[str], date], Steps]]] = {
    Kind.USCC: _uscc,
    Kind.CHOICE: _choice,
    Kind.DISTRICT: _district,
    **dict.fromkeys(_DATED, _dates),
}
