"""Reads one sheet of a workbook within a bound of memory: `python -m … '{"path": …}'`.

Writes a JSON list with the name of the sheet, then a list of texts per row, or how many rows are
blank; or one list of the names of all sheets that are shown; or of the others than the first, with
how many rows they hold; or one object that says why there are
none.
"""

import json
import resource
import sys
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final

import python_calamine

_MIDNIGHT: Final = time(0, 0)


class _TooLong(Exception):
    """A row has more text than whoever asks would hold."""

    def __init__(self, row: int) -> None:
        super().__init__(row)
        self.row = row


class _NoSheet(Exception):
    """The workbook has no such sheet."""


def main() -> int:
    """Write the rows of the sheet that is asked for."""
    asked: dict[str, Any] = json.loads(sys.argv[1])
    resource.setrlimit(resource.RLIMIT_AS, (asked["memory"], asked["memory"]))
    try:
        for row in _rows(asked["path"], asked["sheet"], asked["longest"], lists=asked["lists"]):
            sys.stdout.write(json.dumps(row, ensure_ascii=True) + "\n")
    except _NoSheet as none:
        sys.stdout.write(json.dumps({"code": "sheet_missing", "expected": str(none)}) + "\n")
    except _TooLong as long:
        told = {"code": "row_too_long", "row": long.row, "limit": asked["longest"]}
        sys.stdout.write(json.dumps(told) + "\n")
    except python_calamine.PasswordError:
        sys.stdout.write(json.dumps({"code": "workbook_encrypted"}) + "\n")
    except MemoryError:
        limit = asked["memory"] // (1024 * 1024)
        told = {"code": "workbook_too_large", "size": limit, "limit": limit}
        sys.stdout.write(json.dumps(told) + "\n")
    except python_calamine.CalamineError:
        sys.stdout.write(json.dumps({"code": "workbook_unreadable"}) + "\n")
    return 0


def _rows(path: str, name: str | None, longest: int, *, lists: str) -> Iterator[list[Any] | int]:
    book = python_calamine.load_workbook(path)
    visible = [
        each.name
        for each in book.sheets_metadata
        if each.visible == python_calamine.SheetVisibleEnum.Visible
        and each.typ == python_calamine.SheetTypeEnum.WorkSheet
    ]
    if lists == "shown":
        yield visible
        return
    if lists:
        yield [[each, _held(book, each)] for each in visible[1:]]
        return
    wanted = name if name is not None else (visible[0] if visible else None)
    if wanted not in book.sheet_names or wanted is None:
        raise _NoSheet(", ".join(visible)[:200])
    yield [wanted]
    sheet = book.get_sheet_by_name(wanted)
    if sheet.start is None:
        return
    blank = 0
    for number, row in enumerate(sheet.iter_rows(), start=1):
        if not any(cell != "" for cell in row):
            blank += 1
            continue
        if blank:
            yield blank
            blank = 0
        texts = [_text(cell) for cell in row]
        if sum(map(len, texts)) > longest:
            raise _TooLong(number)
        yield texts


def _held(book: python_calamine.CalamineWorkbook, name: str) -> int:
    """Count the rows of a sheet that are not blank."""
    sheet = book.get_sheet_by_name(name)
    if sheet.start is None:
        return 0
    return sum(any(str(cell).strip() for cell in row) for row in sheet.iter_rows())


def _text(cell: object) -> str:
    """Return what a cell says; a number without a fraction has no point, a day no time."""
    if isinstance(cell, bool):
        return str(cell).lower()
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else format(Decimal(repr(cell)), "f")
    if isinstance(cell, datetime):
        return (
            cell.date().isoformat()
            if cell.time() == _MIDNIGHT
            else cell.isoformat(sep=" ", timespec="seconds")
        )
    if isinstance(cell, date | time):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return str(cell)
    return str(cell)


if __name__ == "__main__":
    raise SystemExit(main())
