"""How one value of a column is read: strictly, per kind of column, with a fault that explains."""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import partial

from services.ingest.domain.contract import Column, Kind
from services.ingest.domain.shown import UNKEEPABLE, UNPRINTABLE
from services.ingest.domain.unreadable import NotANumber
from shared.calendar import SHANGHAI
from shared.codes.divisions import DivisionUnknown
from shared.codes.divisions import today as district_today
from shared.codes.industries import IndustryUnknown, industry
from shared.codes.uscc import UsccRefused, check_uscc

Value = str | int | Decimal | date | datetime
Reader = Callable[[object], Value]

_MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIMESTAMP = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.,][0-9]{1,9})?)?"
    r"(?P<zone>Z|[+-][0-9]{2}:?[0-9]{2})?"
)
_URL = re.compile(r"https?://[^\s/]+(/\S*)?", re.IGNORECASE)
# Longer than any number of a person, a telephone or an account.
_PSEUDONYM = re.compile("[0-9a-f]{32,64}")
_BETWEEN_NAMES = re.compile("[;；]")
_SHORTEST_NAME = 2
# What spreadsheets make of a code that has no letters: 9.11101E+17.
_ROUNDED = re.compile(r"[0-9](\.[0-9]+)?[eE]\+?[0-9]{1,2}")
_AMOUNT = re.compile(r"-?[0-9]{1,30}(\.[0-9]{1,30})?")
_DECIMALS = 2
_CENT = Decimal("0.01")


class ValueRefused(Exception):
    """The value is none that the column takes; `values` fill the text of `code`."""

    def __init__(self, code: str, **values: int | str) -> None:
        super().__init__(code)
        self.code = code
        self.values = values


def reader_for(column: Column, *, today: date) -> Reader:
    """Return what reads a present value of the column, or raises ValueRefused.

    `today` is the business date that bounds what may not lie in the future.
    """
    return _READERS[column.kind](column, today)


def is_absent(value: object) -> bool:
    """Tell whether a sender left the value out: null, or nothing but blanks."""
    return value is None or (isinstance(value, str) and not value.strip())


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueRefused("not_text")
    if UNPRINTABLE.search(value):
        raise ValueRefused("unprintable")
    return value.strip()


def _free_text(value: object, *, longest: int) -> str:
    text = _text(value)
    if len(text) > longest:
        raise ValueRefused("too_long", limit=longest)
    return text


def _prose(value: object, *, longest: int) -> str:
    """Read free text: lines stay lines, and what cannot be seen is left out.

    Only what PostgreSQL or UTF-8 cannot hold is refused; texts of the network are full of marks.
    """
    if not isinstance(value, str):
        raise ValueRefused("not_text")
    if UNKEEPABLE.search(value):
        raise ValueRefused("unprintable")
    lines = value.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ").split("\n")
    text = "\n".join(UNPRINTABLE.sub("", line).strip() for line in lines).strip()
    if not text:
        raise ValueRefused("unprintable")
    if len(text) > longest:
        raise ValueRefused("too_long", limit=longest)
    return text


def _names(value: object, *, longest: int) -> str:
    """Read names joined by semicolons; each stays once, in the order given."""
    parts = (part.strip() for part in _BETWEEN_NAMES.split(_free_text(value, longest=longest)))
    names = dict.fromkeys(part for part in parts if part)
    if not names or any(len(name) < _SHORTEST_NAME for name in names):
        raise ValueRefused("too_short", limit=_SHORTEST_NAME)
    return ";".join(names)


def names_in(joined: str | None) -> tuple[str, ...]:
    """Take apart what `_names` has read."""
    return tuple(joined.split(";")) if joined else ()


def _url(value: object, *, longest: int) -> str:
    text = _free_text(value, longest=longest)
    if not _URL.fullmatch(text):
        raise ValueRefused("not_a_url")
    return text


def _pseudonym(value: object) -> str:
    text = _text(value)
    if not _PSEUDONYM.fullmatch(text):
        raise ValueRefused("not_a_pseudonym")
    return text


def _uscc(value: object) -> str:
    if not isinstance(value, str):
        raise ValueRefused("not_text")
    try:
        return check_uscc(value)
    except UsccRefused as refused:
        if _ROUNDED.fullmatch(value.strip()):
            raise ValueRefused("uscc_rounded") from None
        position = refused.position or 0
        raise ValueRefused(
            f"uscc_{refused.fault}",
            position=position,
            found=refused.found if refused.found.isprintable() else "",
            expected=refused.expected,
        ) from None


def _district(value: object) -> str:
    code = _text(value)
    try:
        return district_today(code).code
    except DivisionUnknown as unknown:
        raise ValueRefused(unknown.code) from None


def _industry(value: object) -> str:
    code = _text(value)
    try:
        return industry(code).code
    except IndustryUnknown as unknown:
        raise ValueRefused(unknown.code) from None


def _choice(value: object, *, column: Column) -> str:
    text = _text(value)
    if text not in column.choices:
        raise ValueRefused("not_allowed", expected=", ".join(column.told_choices))
    return text


def _end(column: Column, today: date) -> date:
    return today if column.maximum is None else date.fromisoformat(str(column.maximum))


def _date(value: object, *, first: str, last: date, open_end: bool) -> date:
    text = _text(value)
    if not _DATE.fullmatch(text):
        raise ValueRefused("not_a_date")
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise ValueRefused("not_a_date") from None
    if text < first:
        raise ValueRefused("date_too_early", limit=first)
    if day > last:
        code = "date_in_future" if open_end else "date_too_late"
        raise ValueRefused(code, limit=last.isoformat())
    return day


def _timestamp(value: object, *, first: str, last: date) -> datetime:
    text = _text(value)
    shape = _TIMESTAMP.fullmatch(text)
    if shape is None:
        raise ValueRefused("not_an_instant")
    if shape["zone"] is None:
        raise ValueRefused("no_time_zone")
    try:
        day = datetime.fromisoformat(text).astimezone(SHANGHAI)
    except (ValueError, OverflowError):
        raise ValueRefused("not_an_instant") from None
    if f"{day:%Y-%m-%d}" < first:
        raise ValueRefused("date_too_early", limit=first)
    if day.date() > last:
        raise ValueRefused("date_in_future", limit=last.isoformat())
    return day


def _month(value: object, *, first: str, last: str) -> str:
    text = _text(value)
    if not _MONTH.fullmatch(text):
        raise ValueRefused("not_a_month")
    if text < first:
        raise ValueRefused("month_too_early", limit=first)
    if text > last:
        raise ValueRefused("month_in_future", limit=last)
    return text


def _integer(value: object, *, column: Column) -> int:
    # bool is an int to Python; to a sender `true` is not 1.
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise ValueRefused("not_finite" if isinstance(value, NotANumber) else "not_an_integer")
    _within(value, column)
    if value != int(value):
        raise ValueRefused("not_an_integer")
    return int(value)


def _amount(value: object, *, column: Column) -> Decimal:
    number = _number(value)
    _within(number, column)
    # Bounded above, so the quotient fits the context's 28 digits; what it rounds off shows.
    rounded = number.quantize(_CENT)
    if rounded != number:
        raise ValueRefused("too_many_decimals", limit=_DECIMALS)
    return rounded + 0  # no "-0.00"


def _number(value: object) -> Decimal:
    if isinstance(value, str) and _AMOUNT.fullmatch(value.strip()):
        return Decimal(value.strip())
    if isinstance(value, Decimal):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return Decimal(value)
    raise ValueRefused("not_finite" if isinstance(value, NotANumber) else "not_a_number")


def _within(number: int | Decimal, column: Column) -> None:
    if isinstance(column.minimum, int) and number < column.minimum:
        raise ValueRefused("too_small", limit=column.minimum)
    if isinstance(column.maximum, int) and number > column.maximum:
        raise ValueRefused("too_large", limit=column.maximum)


_READERS: Mapping[Kind, Callable[[Column, date], Reader]] = {
    Kind.USCC: lambda _column, _today: _uscc,
    Kind.TEXT: lambda column, _today: partial(_free_text, longest=column.max_length),
    Kind.PROSE: lambda column, _today: partial(_prose, longest=column.max_length),
    Kind.NAMES: lambda column, _today: partial(_names, longest=column.max_length),
    Kind.URL: lambda column, _today: partial(_url, longest=column.max_length),
    Kind.PSEUDONYM: lambda _column, _today: _pseudonym,
    Kind.DISTRICT: lambda _column, _today: _district,
    Kind.INDUSTRY: lambda _column, _today: _industry,
    Kind.CHOICE: lambda column, _today: partial(_choice, column=column),
    Kind.DATE: lambda column, today: partial(
        _date, first=str(column.minimum), last=_end(column, today), open_end=column.maximum is None
    ),
    Kind.TIMESTAMP: lambda column, today: partial(
        _timestamp, first=str(column.minimum), last=today
    ),
    Kind.MONTH: lambda column, today: partial(
        _month, first=str(column.minimum), last=f"{today:%Y-%m}"
    ),
    Kind.INTEGER: lambda column, _today: partial(_integer, column=column),
    Kind.CNY: lambda column, _today: partial(_amount, column=column),
}
