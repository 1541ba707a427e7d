"""What stands beside the table: its month or its year, in a title, or in the names of files."""

import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

from services.ingest.domain.contract import Column, Kind
from services.ingest.domain.widths import half_width
from services.ingest.mapping.dates import date_format
from services.ingest.mapping.model import OF_FILE, OF_HEADER, OF_SHEET
from services.ingest.mapping.proposal.likeness import GLOSSARY
from services.ingest.mapping.proposal.sample import Sample

# How a month is found in a text, and in which format what is found stands.
_MONTHS: Final = (
    ("(20[0-9]{2}年[0-9]{1,2}月)", "YYYY年M月"),
    (r"(?:^|[^0-9])(20[0-9]{2}-[0-9]{2})(?:$|[^0-9-])", "YYYY-MM"),
    (r"(?:^|[^0-9])(20[0-9]{2}\.[0-9]{1,2})(?:$|[^0-9.])", "YYYY.M"),
    ("(?:^|[^0-9])(20[0-9]{4})(?:$|[^0-9])", "YYYYMM"),
)
_YEAR: Final = "(?:^|[^0-9])(20[0-9]{2})[\\s\u3000]*年"
_BARE_YEAR: Final = "(?:^|[^0-9])(20[0-9]{2})(?:$|[^0-9])"


def month_of(column: Column, sample: Sample) -> tuple[str, dict[str, Any]] | None:
    """Return the place that tells the month of all rows below it, and how it is read; or None.

    A line that names several months tells none. One that says what the column is called is asked
    before others: beside the month of the table may stand the day of its printing.
    """
    if column.kind is not Kind.MONTH:
        return None
    called = (column.title.zh, *GLOSSARY.get(column.name, ()))
    places = sorted(
        _places(sample), key=lambda each: not any(name in each[1][0] for name in called)
    )
    for place, texts in places:
        for pattern, name in _MONTHS:
            found = [set(re.findall(pattern, half_width(text))) for text in texts]
            form = date_format(name)
            if all(len(months) == 1 and form.read(min(months)) for months in found):
                return place, {"width": "half", "pattern": pattern, "date": [name]}
    return None


def year_of(sample: Sample) -> tuple[str, str, int] | None:
    """Return the place that tells the year of months that say none, the pattern, and the year."""
    for pattern in (_YEAR, _BARE_YEAR):
        for place, texts in _places(sample):
            found = [set(re.findall(pattern, half_width(text))) for text in texts]
            if all(len(years) == 1 for years in found):
                return place, pattern, int(found[0].pop())
    return None


def with_year(place: str, pattern: str, form: str) -> dict[str, Any]:
    """Return the steps that join the year, which stands elsewhere, to the month in the header."""
    parts = [{"from": place, "width": "half", "pattern": pattern}, OF_HEADER]
    return {"parts": parts, "join": "年", "date": [form]}


def _places(sample: Sample) -> Iterator[tuple[str, Sequence[str]]]:
    """Yield places that are the same for all rows of a sheet or a file, and what they say."""
    for place, text in sample.above.items():
        yield place, [text]
    if OF_SHEET in sample.headers:
        yield OF_SHEET, sample.values(list(sample.headers).index(OF_SHEET))
    if sample.files:
        yield OF_FILE, sample.files
