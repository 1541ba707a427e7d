"""Workbooks (XLSX, XLS): checked before anything is inflated, then read in a process of its own.

What a workbook needs in memory cannot be known beforehand, and the reader is not ours: the child
has a bound of its own, and whatever becomes of it, this process goes on.
"""

import json
import os
import subprocess
import sys
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from fnmatch import fnmatchcase
from io import BufferedWriter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, cast

from services.ingest.domain.places import MOST_MEMBERS
from services.ingest.files import archives
from services.ingest.files.lines import LONGEST_LINE
from services.ingest.files.marked import is_marked
from services.ingest.files.refusals import FileRefused, refused
from shared.messages import Language, say

_CHILD: Final = "services.ingest.files.workbook_child"
_BOOK: Final = "xl/workbook.xml"
_MACROS: Final = "vbaproject.bin"
_MIB: Final = 1024 * 1024
_LONGEST: Final = 200
_STOPS_WITHIN: Final = 5.0
_SEVERAL: Final = 2

# Sheets that stand in the workbooks that we hand out, beside the one to fill in or to mend.
OURS: Final = frozenset(
    say(name, language)
    for name in ("template.guide", "template.example", "returned.sheet")
    for language in Language
)


@dataclass(frozen=True)
class WorkbookBounds:
    """How large a workbook may be: inflated, and in the memory of whoever reads it.

    `unpacked`: how large an archive of files may be when it is unpacked, on the disk.
    """

    inflated: int = 256 * _MIB
    memory: int = 1024 * _MIB
    unpacked: int = 2048 * _MIB


def check(path: Path, bounds: WorkbookBounds) -> None:
    """Look at what the archive declares and whether it is true. Raises FileRefused."""
    held = archives.parts(path, limit=bounds.inflated, of=archives.WORKBOOK)
    names = {part.filename for part in held}
    if _BOOK not in names:
        raise refused("workbook_not")
    if any(name.lower().endswith(_MACROS) for name in names):
        raise refused("workbook_macros")
    archives.check(path, limit=bounds.inflated, of=archives.WORKBOOK)


def check_old(path: Path, bounds: WorkbookBounds) -> None:
    """Look at the size of a workbook that is not packed. Raises FileRefused."""
    size = path.stat().st_size
    if size > bounds.inflated:
        raise refused("workbook_too_large", size=size // _MIB, limit=bounds.inflated // _MIB)


Kept = Mapping[str, Path]
"""Where the rows of sheets are kept while they are read, by the names of the sheets."""


@contextmanager
def keeping(path: Path, names: Sequence[str], *, bounds: WorkbookBounds) -> Iterator[Kept]:
    """Keep the rows of several sheets of marked-up text, which has to be read whole for each.

    Raises FileRefused.
    """
    if len(names) < _SEVERAL or not is_marked(path):
        yield {}
        return
    with TemporaryDirectory() as folder:
        kept = {name: Path(folder) / str(place) for place, name in enumerate(names)}
        _keep(path, kept, bounds)
        yield {name: place for name, place in kept.items() if place.exists()}


def _keep(path: Path, kept: Kept, bounds: WorkbookBounds) -> None:
    """Write the rows of each sheet to its place; one that cannot be read says so there."""
    told = _told(path, sheet=None, bounds=bounds, lists="all")
    with closing(told), ExitStack() as stack:
        target: BufferedWriter | None = None
        for line in told:
            heard = json.loads(line) if line.startswith(b"{") else {}
            if "sheet" in heard:
                stack.close()
                place = kept.get(heard["sheet"])
                target = None if place is None else stack.enter_context(place.open("wb"))
            elif target is not None:
                target.write(line)


def rows(
    path: Path, *, sheet: str | None, bounds: WorkbookBounds, kept: Kept | None = None
) -> Generator[tuple[int, list[str]], None, None]:
    """Yield the rows of a sheet with their numbers, each cell as text. Raises FileRefused."""
    with closing(_said(path, sheet=sheet, bounds=bounds, kept=kept)) as said:
        next(said)
        number = 1
        for row in said:
            # A number tells how many blank rows there are; a sheet of few cells may have a million.
            for blank in range(row if isinstance(row, int) else 0):
                yield number + blank, []
            number += row if isinstance(row, int) else 1
            if isinstance(row, list):
                yield number - 1, row


def sheet_of(path: Path, *, sheet: str | None, bounds: WorkbookBounds) -> str:
    """Return the name of the sheet that is read. Raises FileRefused."""
    with closing(_said(path, sheet=sheet, bounds=bounds)) as said:
        (name,) = cast("list[str]", next(said))
        return name


def sheets(path: Path, *, bounds: WorkbookBounds) -> list[str]:
    """Return the names of the sheets that are shown, in their order. Raises FileRefused."""
    with closing(_said(path, sheet=None, bounds=bounds, lists="shown")) as said:
        return cast("list[str]", next(said))


def others(path: Path, *, bounds: WorkbookBounds) -> list[tuple[str, int]]:
    """Return the sheets that are shown and hold rows beside the first, and how many rows.

    Those of which a reader needs more than its bound of memory are not told.
    """
    try:
        with closing(_said(path, sheet=None, bounds=bounds, lists="others")) as said:
            return [(str(name), int(rows)) for name, rows in cast("list[list[Any]]", next(said))]
    except FileRefused:
        return []


def chosen(path: Path, patterns: Sequence[str], *, bounds: WorkbookBounds) -> list[str]:
    """Return the sheets that are meant, each once, in the order of the workbook.

    Raises FileRefused: a pattern means none, or they are too many.
    """
    held = sheets(path, bounds=bounds)
    if not all(any(fnmatchcase(name, pattern) for name in held) for pattern in patterns):
        raise refused("sheet_missing", expected=", ".join(held)[:_LONGEST])
    found = [name for name in held if any(fnmatchcase(name, each) for each in patterns)]
    if len(found) > MOST_MEMBERS:
        raise refused("sheets_of_many", limit=MOST_MEMBERS, count=len(found))
    return found


def _said(
    path: Path,
    *,
    sheet: str | None,
    bounds: WorkbookBounds,
    lists: str = "",
    kept: Kept | None = None,
) -> Generator[list[str] | int, None, None]:
    """Yield what the child says: a list with the name of the sheet, then its rows.

    `lists`: the names of all sheets that are `shown`, or what rows the `others` have, and no more.
    """
    place = None if sheet is None or kept is None else kept.get(sheet)
    if place is not None:
        with place.open("rb") as lines:
            yield from _heard(lines)
        return
    with closing(_told(path, sheet=sheet, bounds=bounds, lists=lists)) as told:
        yield from _heard(told)


def _heard(lines: Iterable[bytes]) -> Iterator[list[str] | int]:
    for line in lines:
        heard = json.loads(line)
        if isinstance(heard, dict):
            raise refused(heard.pop("code"), **heard)
        yield heard


def _told(
    path: Path, *, sheet: str | None, bounds: WorkbookBounds, lists: str
) -> Generator[bytes, None, None]:
    """Yield the lines that the child writes."""
    told = {"path": str(path), "sheet": sheet, "memory": bounds.memory, "lists": lists}
    asked = json.dumps({**told, "longest": LONGEST_LINE})
    child = subprocess.Popen(  # noqa: S603 our own module
        [sys.executable, "-P", "-m", _CHILD, asked],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=Path(__file__).parents[3],
        env={"PATH": os.environ.get("PATH", ""), "PYTHONIOENCODING": "utf-8"},
    )
    with child:
        try:
            yield from child.stdout or ()
            if child.wait(_STOPS_WITHIN) != 0:
                raise refused("workbook_unreadable")
        finally:
            child.kill()
