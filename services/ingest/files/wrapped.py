"""Records in a list that a JSON document wraps, `{"code": 0, "data": [{…}, {…}]}`.

The document is read value by value and never held whole. The list is the only one of objects in it,
at whatever depth, or the one that the mapping names by the way to it (`data/rows`).
"""

from collections.abc import Iterator, Set
from json import JSONDecodeError
from pathlib import Path
from typing import Final

from services.ingest.domain import strict_json
from services.ingest.domain.shown import safe
from services.ingest.files.arrays import Ahead
from services.ingest.files.refusals import refused

_DEEPEST: Final = 8
# As values within records are named.
_BETWEEN: Final = "/"
_MARK: Final = "\ufeff"


def is_document(path: Path, *, encoding: str, longest: int, columns: Set[str]) -> bool:
    """Tell one document that wraps a list from lines of which each is a record.

    A line that is an object and the last is a document if it has a list of objects and none of
    the `columns` that are read: with one of them it is a record, whatever lists it holds.
    """
    with path.open(encoding=encoding, errors="replace") as file:
        line = file.readline(longest + 1).lstrip(_MARK)
        rest = file.readline(longest).strip()
    try:
        held = strict_json.loads(line)
    except (JSONDecodeError, RecursionError):
        # Written over several lines, or longer than any line may be.
        return len(line) > longest or line.strip() == "{" or _begins_list(line)
    return not rest and isinstance(held, dict) and not columns & held.keys() and _wraps(held)


def records(
    path: Path, *, encoding: str, longest: int, wanted: str | None
) -> Iterator[tuple[int, object, int]]:
    """Yield what the list holds, numbered from 1, and how long each is written.

    Raises FileRefused where there is no one list.
    """
    with path.open(encoding=encoding, errors="surrogateescape", newline="") as file:
        text = Ahead(file, end="}")
        text.pass_over(_MARK)
        walk = _Walk(text, longest, wanted)
        yield from walk.members("", 1)
        if not text.at_end:
            raise refused("not_json", row=walk.number, position=text.position)
        if walk.found is None and wanted is not None:
            raise refused("json_list_missing", name=safe(wanted))
        if walk.found is None:
            raise refused("json_without_list")


def _wraps(held: object) -> bool:
    if isinstance(held, dict):
        return any(_wraps(each) for each in held.values())
    return isinstance(held, list) and bool(held) and isinstance(held[0], dict)


def _begins_list(line: str) -> bool:
    """Tell whether a line ends where a list begins: `{"data": [`."""
    return line.lstrip().startswith("{") and line.rstrip().endswith("[")


class _Walk:
    """Goes through a document; `found` is the way to its list, `number` how far that is read."""

    def __init__(self, text: Ahead, longest: int, wanted: str | None) -> None:
        self._text = text
        self._longest = longest
        self._wanted = wanted
        self.found: str | None = None
        self.number = 0

    def members(self, way: str, depth: int) -> Iterator[tuple[int, object, int]]:
        """Go through an object whose brace is the next sign."""
        if depth > _DEEPEST:
            raise refused("nested_too_deep", row=self.number)
        self._text.pass_over("{")
        more = not self._text.pass_over("}")
        while more:
            name = self._text.value(self.number, self._longest)
            if not isinstance(name, str) or not self._text.pass_over(":"):
                raise self._text.refused(self.number)
            own = f"{way}{_BETWEEN}{name}" if way else name
            if self._text.next_is("{"):
                yield from self.members(own, depth + 1)
            elif self._text.pass_over("["):
                yield from self._items(own)
            else:
                self._text.value(self.number, self._longest)
            more = self._text.pass_over(",")
            if not more and not self._text.pass_over("}"):
                raise self._text.refused(self.number)

    def _items(self, way: str) -> Iterator[tuple[int, object, int]]:
        """Go through a list whose bracket is behind us; it is yielded if it is the one."""
        is_it = self._text.next_is("{") if self._wanted is None else way == self._wanted
        if is_it and self.found is not None:
            raise refused("json_several_lists", names=f"{safe(self.found)}, {safe(way)}")
        self.found = way if is_it else self.found
        more = not self._text.pass_over("]")
        while more:
            held = self._text.value(self.number + 1, self._longest)
            if is_it:
                self.number += 1
                yield self.number, held, self._text.length
            more = self._text.pass_over(",")
            if not more and not self._text.pass_over("]"):
                raise self._text.refused(self.number + 1)
