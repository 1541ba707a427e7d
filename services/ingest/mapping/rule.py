"""How one column of a feed is read from the cells of a row: steps, in a fixed order."""

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, Protocol

from services.ingest.domain.contract import Kind
from services.ingest.domain.shown import safe
from services.ingest.domain.unreadable import Named, Untranslated
from services.ingest.domain.widths import half_width
from services.ingest.mapping.amounts import AmountForm, AmountUnreadable, RateUnknown
from services.ingest.mapping.dates import Dates, told
from services.ingest.mapping.numbers import NumberForm, NumberUnreadable

# Of the cell under a header of the sender: its text, None where the file has no such column.
Cells = Callable[[str], str | None]
# What joining and replacing may make of short cells: no column takes more.
LONGEST_MADE: Final = 20_000


class Pattern(Protocol):
    """A compiled regular expression; ours are RE2's, whose time is linear in the text."""

    groups: int

    def search(self, text: str) -> "Found | None": ...

    def finditer(self, text: str) -> "Iterator[Found]": ...


class Found(Protocol):
    """What a pattern found."""

    def group(self, which: int | str) -> str | None: ...

    def start(self) -> int: ...

    def end(self) -> int: ...


@dataclass(frozen=True)
class NotKnown:
    """A value that is left out, and why: a stated unknown, not an error."""

    code: str
    text: str
    values: Mapping[str, int | str] = field(default_factory=dict)


Translated = str | NotKnown | Untranslated | Named | None


@dataclass(frozen=True)
class Split:
    """The parts of a text between separators; one of them is taken, counted from 1 or, if
    negative, from the end.
    """

    by: str
    take: int

    def part(self, text: str) -> str | None:
        """Return the part; None if there are fewer."""
        parts = text.split(self.by)
        place = self.take - 1 if self.take > 0 else self.take
        return parts[place] if -len(parts) <= place < len(parts) else None


@dataclass(frozen=True)
class Search:
    """What a pattern's group finds in a text, the first time or the last."""

    pattern: Pattern
    last: bool = False

    def found(self, text: str) -> str | None:
        """Return what the group found; None if it finds nothing."""
        found = self.pattern.search(text)
        if self.last and found is not None:
            found = deque(self.pattern.finditer(text), maxlen=1).pop()
        return None if found is None else found.group(min(self.pattern.groups, 1))


@dataclass(frozen=True)
class Rule:
    """How one column of the feed is read; the steps run in the order of the fields.

    `first`: of several headers the first that says something is read, and their cells are not
    joined. `parts` are rules of their own whose texts are joined.
    """

    column: str
    kind: Kind
    constant: str | None = None
    sources: tuple[str, ...] = ()
    first: bool = False
    parts: tuple["Rule", ...] = ()
    join: str = ""
    nulls: frozenset[str] = frozenset()
    half_width: bool = False
    pattern: Search | None = None
    split: Split | None = None
    replace: Mapping[str, str] = field(default_factory=dict)
    upper: bool | None = None
    before: str = ""
    after: str = ""
    codes: Mapping[str, str] | None = None
    codes_strict: bool = True
    dates: Dates | None = None
    number: NumberForm | None = None
    amount: AmountForm | None = None
    unit: "Rule | None" = None
    by_name: bool = False
    unreadable_is_unknown: bool = False
    optional: bool = False
    otherwise: "Rule | None" = None

    def translate(self, cells: Cells) -> Translated:
        """Return what the row says of this column; None if it says nothing."""
        if self.constant is not None:
            return self.constant
        text = self._text(cells)
        if text is None:
            return None if self.otherwise is None else self.otherwise.translate(cells)
        if isinstance(text, str):
            return self._meaning(text, cells)
        return text

    def _joined(self, cells: Cells) -> str | NotKnown | Untranslated:
        joined: str | None = None
        spoken = not self.parts
        for said in self._said(cells):
            if isinstance(said, NotKnown | Untranslated):
                return said
            text, fixed = said
            spoken = spoken or not fixed
            if joined is None:
                joined = text
            elif len(joined) + len(self.join) + len(text) > LONGEST_MADE:
                return _too_long(joined)
            else:
                joined = f"{joined}{self.join}{text}"
            if self.first:
                break
        return joined or "" if spoken else ""

    def _said(self, cells: Cells) -> Iterator[tuple[str, bool] | NotKnown | Untranslated]:
        """Yield what cells and parts say, and whether it is the mapping's own word."""
        for cell in map(cells, self.sources):
            if cell is not None and (stripped := cell.strip()) and stripped not in self.nulls:
                yield stripped, False
        for part in self.parts:
            text = part.translate(cells)
            if isinstance(text, str):
                yield text, part.constant is not None
            elif isinstance(text, NotKnown | Untranslated):
                yield text

    def _text(self, cells: Cells) -> str | NotKnown | Untranslated | None:
        text = self._joined(cells)
        if not isinstance(text, str):
            return text
        if self.half_width:
            text = half_width(text)
        text = self._cut(text)
        if not isinstance(text, str):
            return text
        text = text.strip()
        if not text or text in self.nulls:
            return None
        if self.upper is not None:
            text = text.upper() if self.upper else text.lower()
        return text if self._counts else f"{self.before}{text}{self.after}"

    def _cut(self, text: str) -> str | Untranslated:
        """Return what pattern, split and replacements leave of a text."""
        if text and self.pattern is not None:
            text = self.pattern.found(text) or ""
        if text and self.split is not None:
            text = self.split.part(text) or ""
        for old, new in self.replace.items():
            if not text:
                break
            if len(text) + text.count(old) * (len(new) - len(old)) > max(len(text), LONGEST_MADE):
                return _too_long(text)
            text = text.replace(old, new)
        return text

    def _meaning(self, text: str, cells: Cells) -> Translated:
        if self.codes is not None:
            code = self.codes.get(text)
            if code is None and self.codes_strict:
                return Untranslated("code_untranslated", text)
            text = text if code is None else code
        if self.dates is not None:
            moment = self.dates.read(text)
            if moment is not None:
                return told(moment, self.kind)
            return self._unreadable(text, "date_unlike", {"formats": self.dates.told})
        if self._counts:
            counted = self._counted(text, cells)
            return f"{self.before}{counted}{self.after}" if isinstance(counted, str) else counted
        return Named(text) if self.by_name else text

    def _counted(self, text: str, cells: Cells) -> Translated:
        unit = self.unit.translate(cells) if self.unit is not None else ""
        if isinstance(unit, NotKnown | Untranslated):
            return unit
        beside = unit if isinstance(unit, str) else ""
        try:
            if self.amount is not None:
                return str(self.amount.read(text, unit=beside))
            return None if self.number is None else self.number.read(text, unit=beside)
        except RateUnknown as unknown:
            return NotKnown(
                "currency_without_rate", text, {"currency": safe(unknown.currency[:20])}
            )
        except AmountUnreadable:
            return self._unreadable(text, "amount_unreadable", {})
        except NumberUnreadable:
            return self._unreadable(text, "number_unreadable", {})

    def _unreadable(self, text: str, code: str, values: Mapping[str, int | str]) -> Translated:
        if self.unreadable_is_unknown:
            return NotKnown(code, text, values)
        return Untranslated(code, text, values)

    @property
    def _counts(self) -> bool:
        return self.number is not None or self.amount is not None

    @property
    def inner(self) -> tuple["Rule", ...]:
        """Return the rules inside of this one."""
        more = (rule for rule in (self.unit, self.otherwise) if rule is not None)
        return (*self.parts, *more)

    @property
    def all_sources(self) -> tuple[str, ...]:
        """Name every header that is read for this column, those of inner rules included."""
        more = (name for rule in self.inner for name in rule.all_sources)
        return tuple(dict.fromkeys((*self.sources, *more)))

    @property
    def needed(self) -> tuple[tuple[str, ...], ...]:
        """Name the headers that a file must have: one at least of each tuple."""
        if self.optional:
            return ()
        own = (self.sources,) if self.first else tuple((name,) for name in self.sources)
        return (*own, *(names for rule in self.inner for names in rule.needed))

    @property
    def of_one_cell(self) -> bool:
        """Tell whether one cell alone decides what is said."""
        return len(self.sources) == 1 and not self.inner


def _too_long(text: str) -> Untranslated:
    return Untranslated("too_long", text, {"limit": LONGEST_MADE})
