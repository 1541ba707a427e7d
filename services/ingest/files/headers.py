"""The header of a table: one line or several merged ones; checked before any row is read."""

from collections.abc import Iterator, Sequence
from typing import Final

from services.ingest.domain.rows import Fault
from services.ingest.domain.shown import safe
from services.ingest.files.lines import MOST_ABOVE
from services.ingest.files.refusals import FileRefused, refused
from services.ingest.mapping.model import OF_LINE, FeedMapping, FileForm
from services.ingest.mapping.reading import header

MOST_COLUMNS: Final = 1000
BETWEEN: Final = "/"
"""Between the names of one column, from the outer to the inner."""


def read_head(
    rows: Iterator[tuple[int, list[str]]], form: FileForm, about: dict[str, str]
) -> tuple[int, list[list[str]]]:
    """Return the lines of the header, and the number of the last; what is above goes to `about`.

    Raises FileRefused.
    """
    if form.headers and not form.skip_lines:
        return 0, [list(form.headers)]
    lines: list[list[str]] = []
    for number, row in rows:
        if number <= form.skip_lines:
            about[f"{OF_LINE}{number}"] = " ".join(cell for cell in row if cell.strip())
            if form.headers and number == form.skip_lines:
                return number, [list(form.headers)]
        elif lines or _begins(row, form):
            lines.append(row)
            if len(lines) == form.header_lines:
                return number, lines
        elif number > MOST_ABOVE:
            break
        elif any(cell.strip() for cell in row):
            about[f"{OF_LINE}{number}"] = " ".join(cell for cell in row if cell.strip())
    if form.header_at is not None:
        raise refused("header_missing", expected=safe(form.header_at))
    raise refused("file_without_rows")


def _begins(row: Sequence[str], form: FileForm) -> bool:
    """Tell whether the header begins with this row."""
    if form.header_at is None:
        return any(cell.strip() for cell in row)
    return form.header_at in map(header, row)


def without_trail(row: Sequence[str]) -> list[str]:
    """Return a row without the blank cells at its end."""
    last = len(row)
    while last and (not row[last - 1] or row[last - 1].isspace()):
        last -= 1
    return list(row[:last])


def assembled(lines: Sequence[Sequence[str]], mapping: FeedMapping) -> list[str]:
    """Return the names of the columns: of merged lines from above, `2020年7月/参保人数`.

    A blank cell above another belongs to the one at its left, as merged cells come; but not to
    one that has nothing below it.
    """
    names = [[header(cell) for cell in without_trail(line)] for line in lines]
    width = max((len(line) for line in names), default=0)
    filled = [line + [""] * (width - len(line)) for line in names]
    columns = [list(parts) for parts in zip(*filled, strict=True)]
    for place in range(1, width):
        left, own = columns[place - 1], columns[place]
        for depth in range(len(own) - 1):
            if own[depth] or not any(own[depth + 1 :]) or not any(left[depth + 1 :]):
                break
            own[depth] = left[depth]
    joined = [BETWEEN.join(dict.fromkeys(part for part in parts if part)) for parts in columns]
    return _numbered(joined) if mapping.form.repeated_headers_numbered else joined


def check(number: int, names: Sequence[str], mapping: FeedMapping, virtual: Sequence[str]) -> None:
    """Refuse a file whose header is not what its mapping needs, with everything that is wrong.

    `virtual`: names that wide headers give to the cells of a record. Raises FileRefused.
    """
    if len(names) > MOST_COLUMNS:
        fault = Fault(number, None, "too_many_columns", None, {"limit": MOST_COLUMNS})
        raise FileRefused(fault)
    present = [name for name in names if name]
    # One that nobody reads may stand there as often as it likes.
    read = present if mapping.ignored is not None else [n for n in present if n in mapping.sources]
    repeated = [name for name in dict.fromkeys(read) if present.count(name) > 1]
    faults = [Fault(number, safe(name), "repeated_column") for name in repeated]
    have = frozenset((*present, *virtual))
    faults += [
        Fault(number, safe(" / ".join(group)), "column_missing")
        for group in mapping.needed
        if have.isdisjoint(group)
    ]
    if mapping.ignored is not None:
        known = mapping.sources | mapping.ignored
        unknown = [name for name in dict.fromkeys(present) if name not in known]
        if mapping.wide is not None and (wide := mapping.wide.pattern) is not None:
            unknown = [name for name in unknown if wide.search(name) is None]
        faults += [Fault(number, safe(name), "unknown_column") for name in unknown]
    if faults:
        raise FileRefused(*faults)


def _numbered(names: Sequence[str]) -> list[str]:
    """Return names in which the second of equal ones is `name (2)`."""
    seen: dict[str, int] = {}
    numbered = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        numbered.append(name if seen[name] == 1 or not name else f"{name} ({seen[name]})")
    return numbered
