"""In which formats the dates of a column stand; which of two numbers is the day may be in doubt."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from services.ingest.domain.widths import half_width
from services.ingest.mapping.dates import DateFormat, Dates, date_format

_YEAR_FIRST: Final = (
    *("YYYY-MM-DD", "YYYY-MM-DD HH:mm:ss", "YYYY-MM-DD HH:mm", "YYYY-MM", "YYYY-M-D", "YYYY-M"),
    *("YYYY-M-D H:mm:ss", "YYYY-M-D H:mm", "YYYY/M/D"),
    *("YYYY/M/D H:mm", "YYYY/M/D H:mm:ss", "YYYY年M月D日", "YYYY年M月", "YYYY.M.D", "YYYY.M"),
    *("YYYY年M月D日 H:mm", "YYYY年M月D日 H:mm:ss", "YYYY年M月D日H时mm分"),
    *("YYYY/M", "YYYYMMDD", "YYYYMM", "YYYY-MM-DDTHH:mm:ss", "YYYY-MM-DDTHH:mm:ss.FFF"),
    *("YYYY-MM-DDTHH:mm:ssZZ", "YYYY-MM-DDTHH:mm:ss.FFFZZ"),
)
_OTHERS: Final = (
    *(
        "D.M.YYYY",
        "M.YYYY",
        "M/YYYY",
        "YYY年M月D日",
        "YYY年M月",
        "YYY/MM/DD",
        "YYY.M.D",
        "D-MMM-YY",
    ),
    *("MMM D, YYYY", "MMMM D, YYYY", "D MMM YYYY", "D MMMM YYYY", "D-MMM-YYYY"),
    *("MMM-YY", "MMM YYYY", "MMMM YYYY", "chinese", "excel", "epoch"),
)
_TIMES: Final = ("", " H:mm", " H:mm:ss", " H:mm A", " H:mm:ss A")
_MONTH_FIRST: Final = (*(f"M/D/YYYY{time}" for time in _TIMES), "M/D/YY", "M-D-YYYY")
_DAY_FIRST: Final = (*(f"D/M/YYYY{time}" for time in _TIMES), "D/M/YY", "D-M-YYYY")
# As the authorities of taxes write a period: 2020-07-01 至 2020-07-31.
_OF_PERIODS: Final = ("YYYY-MM-DD", "YYYY年M月D日", "YYYY/M/D", "YYYY.M.D", "YYYY-MM", "YYYY年M月")


@dataclass(frozen=True)
class Way:
    """How values are read as dates; `doubt`: they can be read so as well, and mean other days."""

    dates: Dates
    steps: Mapping[str, Any] = field(default_factory=dict)
    doubt: str | None = None


def ways_of(values: Sequence[str], *, of_months: bool) -> Iterator[Way]:
    """Yield the ways to read values, the likeliest first; one column has either order of days."""
    texts = [half_width(text) for text in values]
    by_month = _read_by(texts, (*_YEAR_FIRST, *_MONTH_FIRST, *_OTHERS))
    by_day = _read_by(texts, (*_YEAR_FIRST, *_DAY_FIRST, *_OTHERS))
    firsts = [_named(by_month, _MONTH_FIRST), _named(by_day, _DAY_FIRST)]
    ways = [Way(by_month, _steps(by_month)), Way(by_day, _steps(by_day))]
    if all(firsts) and _left(by_month, texts) == _left(by_day, texts):
        ways = [
            Way(by_month, _steps(by_month), firsts[1]),
            Way(by_day, _steps(by_day), firsts[0]),
        ]
        # What is sent together is mostly of one month.
        ways.sort(key=lambda way: len(_months(way.dates, texts)))
    yield from ways
    if of_months and _left(by_month, texts) and (period := _of_one_month(texts)) is not None:
        yield period


def _read_by(texts: Sequence[str], names: Sequence[str]) -> Dates:
    """Return the formats that read the texts, each of them some that those before do not."""
    rest, formats = list(texts), []
    for name in names:
        form = date_format(name)
        left = [text for text in rest if form.read(text) is None]
        if len(left) < len(rest):
            formats.append(form)
            rest = left
    return Dates(tuple(formats))


def _left(dates: Dates, texts: Sequence[str]) -> int:
    return sum(dates.read(text) is None for text in texts)


def _months(dates: Dates, texts: Sequence[str]) -> set[tuple[int, int]]:
    found = (dates.read(text) for text in texts)
    return {(day.year, day.month) for day in found if day is not None}


def _named(dates: Dates, names: Sequence[str]) -> str | None:
    return next((form.text for form in dates.formats if form.text in names), None)


def _steps(dates: Dates) -> dict[str, Any]:
    return {"date": [form.text for form in dates.formats]} if dates.formats else {}


def _of_one_month(texts: Sequence[str]) -> Way | None:
    """Return how periods are read that begin and end in the same month; None if any does not."""
    for name in _OF_PERIODS:
        form = date_format(name)
        if texts and all(_one_month(form, text) for text in texts):
            return Way(Dates((form,), last=True), {"date": {"formats": [name], "take": "last"}})
    return None


def _one_month(form: DateFormat, text: str) -> bool:
    found = {(day.year, day.month) for _, day in form.within(text)}
    return len(found) == 1
