"""The parts of a mapping that say what the file is like and which of its rows are records."""

from collections.abc import Mapping
from typing import Final, TypeVar

from services.ingest.mapping.document import Node
from services.ingest.mapping.fields import Notes
from services.ingest.mapping.model import FIRST_CELL, FileForm, Format, RowsForm, RowTest, Wide
from services.ingest.mapping.steps import headers, pattern

T = TypeVar("T")

_FORM: Final = (
    *("format", "encoding", "delimiter", "sheet", "sheets", "skip_lines", "header_lines"),
    *("header_at", "headers", "extra_cells", "repeated_headers", "records"),
)
_FORMATS: Final = {each.value: each for each in Format if each is not Format.ZIP}
_PLAIN: Final = ("utf-8", "gb18030", "utf-16-le", "utf-16-be", "big5", "windows-1252", "shift_jis")
_ENCODINGS: Final = {**{name: name for name in _PLAIN}, "latin-1": "iso8859-1"}
_DELIMITERS: Final = {",": ",", ";": ";", "|": "|", "tab": "\t"}
_MOST_LINES: Final = 1000
MOST_HEADER_LINES: Final = 5
_MOST_TESTS: Final = 50
_KEY: Final = "key"
_NAME: Final = "name"


def read_form(notes: Notes, node: Node) -> FileForm:
    """Read what a mapping says of the file as such."""
    given = notes.members(node, *_FORM)
    lines = _count(notes, given.get("header_lines"), MOST_HEADER_LINES, default=1)
    if not lines:
        notes.add(given["header_lines"], "too_small", limit=1)
    if "sheet" in given and "sheets" in given:
        notes.add(given["sheets"], "mapping_sheets")
    return FileForm(
        format=_choice(notes, given.get("format"), _FORMATS),
        encoding=_choice(notes, given.get("encoding"), _ENCODINGS),
        delimiter=_choice(notes, given.get("delimiter"), _DELIMITERS),
        sheet=notes.text(given["sheet"]) if "sheet" in given else None,
        sheets=notes.texts(given["sheets"]) if "sheets" in given else (),
        skip_lines=_count(notes, given.get("skip_lines"), _MOST_LINES, default=0),
        header_lines=max(1, lines),
        header_at=headers(notes, given["header_at"])[0] if "header_at" in given else None,
        headers=headers(notes, given["headers"]) if "headers" in given else (),
        extra_cells_ignored=_choice(
            notes, given.get("extra_cells"), {"reject": False, "ignore": True}
        )
        or False,
        repeated_headers_numbered=_choice(
            notes, given.get("repeated_headers"), {"reject": False, "number": True}
        )
        or False,
        records=notes.text(given["records"]) if "records" in given else None,
    )


def read_rows(notes: Notes, node: Node) -> RowsForm:
    """Read which rows are no records."""
    given = notes.members(node, "skip", "end", "section", "fill_down")
    return RowsForm(
        _tests(notes, given.get("skip")),
        _tests(notes, given.get("end")),
        pattern(notes, given["section"]) if "section" in given else None,
        headers(notes, given["fill_down"]) if "fill_down" in given else (),
    )


def read_wide(notes: Notes, node: Node, nulls: frozenset[str]) -> Wide | None:
    """Read how one row becomes many records."""
    given = notes.members(node, "headers", "nulls", "cell", "by")
    own = frozenset(notes.texts(given["nulls"])) if "nulls" in given else nulls
    if "cell" in given:
        for name in ("headers",):
            if name in given:
                notes.add(given[name], "mapping_wide")
        if "by" not in given:
            notes.add(node, "mapping_field_needed", field="by")
            return None
        (cell, *_) = headers(notes, given["cell"])
        return Wide(None, nulls=own, cell=cell, by=pattern(notes, given["by"], most_groups=0))
    if "headers" not in given:
        notes.add(node, "mapping_field_needed", field="headers")
        return None
    names = frozenset({_KEY, _NAME})
    found = pattern(notes, given["headers"], names=names, most_groups=2)
    if found is None:
        return None
    # RE2 knows the names of the groups; the protocol of ours need not.
    named = set(getattr(found, "groupindex", {}))
    if found.groups == 0 or (found.groups > 1 and named != names):
        notes.add(given["headers"], "mapping_wide")
        return None
    return Wide(found, named=named == names, nulls=own)


def _tests(notes: Notes, node: Node | None) -> tuple[RowTest, ...]:
    if node is None:
        return ()
    tests = []
    items = (node,) if isinstance(node.content, str | Mapping) else notes.items(node)
    for item in items[:_MOST_TESTS]:
        sources: tuple[str, ...] = (FIRST_CELL,)
        found = None
        if isinstance(item.content, str):
            found = pattern(notes, item)
        else:
            given = notes.members(item, "from", "pattern")
            sources = headers(notes, given["from"]) if "from" in given else sources
            if "pattern" not in given:
                notes.add(item, "mapping_field_needed", field="pattern")
            else:
                found = pattern(notes, given["pattern"])
        if found is not None:
            tests.append(RowTest(sources, found))
    return tuple(tests)


def _count(notes: Notes, node: Node | None, most: int, *, default: int) -> int:
    return default if node is None else int(notes.number(node, most=most, whole=True))


def _choice(notes: Notes, node: Node | None, choices: Mapping[str, T]) -> T | None:
    return None if node is None else notes.choice(node, choices)
