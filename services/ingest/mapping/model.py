"""What a mapping says: the form of the file, and for each column of the feed how it is read."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, Protocol

from services.ingest.domain.contract import Kind
from services.ingest.domain.shown import safe
from services.ingest.domain.unreadable import Untranslated
from services.ingest.mapping.amounts import AmountForm, AmountUnreadable, RateUnknown
from services.ingest.mapping.dates import DateFormat, told

# Of the cell under a header of the sender: its text, None where the file has no such column.
Cells = Callable[[str], str | None]
# What joining and replacing may make of short cells: no column takes more.
LONGEST_MADE: Final = 20_000


class Format(StrEnum):
    """The kinds of files that are taken."""

    NDJSON = "ndjson"
    CSV = "csv"
    TSV = "tsv"
    XLSX = "xlsx"


class Pattern(Protocol):
    """A compiled regular expression; ours are RE2's, whose time is linear in the text."""

    groups: int

    def search(self, text: str) -> "Found | None": ...


class Found(Protocol):
    """What a pattern found."""

    def group(self, number: int) -> str | None: ...


@dataclass(frozen=True)
class FileForm:
    """The form of the sender's files; what is None is seen from the file itself."""

    format: Format | None = None
    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    skip_lines: int = 0


@dataclass(frozen=True)
class NotKnown:
    """A value that is left out, and why: a stated unknown, not an error."""

    code: str
    text: str
    values: Mapping[str, int | str] = field(default_factory=dict)


Translated = str | NotKnown | Untranslated | None


@dataclass(frozen=True)
class Split:
    """The parts of a text between separators; one of them is taken, counted from 1."""

    by: str
    take: int


@dataclass(frozen=True)
class Rule:
    """How one column of the feed is read; the steps run in the order of the fields."""

    column: str
    kind: Kind
    constant: str | None = None
    sources: tuple[str, ...] = ()
    join: str = ""
    nulls: frozenset[str] = frozenset()
    pattern: Pattern | None = None
    split: Split | None = None
    replace: Mapping[str, str] = field(default_factory=dict)
    codes: Mapping[str, str] | None = None
    codes_strict: bool = True
    dates: tuple[DateFormat, ...] = ()
    amount: AmountForm | None = None
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
        if isinstance(text, Untranslated):
            return text
        return self._meaning(text)

    def _joined(self, cells: Cells) -> str | Untranslated:
        joined: str | None = None
        for cell in map(cells, self.sources):
            if cell is None or not (stripped := cell.strip()) or stripped in self.nulls:
                continue
            if joined is None:
                joined = stripped
            elif len(joined) + len(self.join) + len(stripped) > LONGEST_MADE:
                return _too_long(joined)
            else:
                joined = f"{joined}{self.join}{stripped}"
        return joined or ""

    def _text(self, cells: Cells) -> str | Untranslated | None:
        joined = self._joined(cells)
        if isinstance(joined, Untranslated):
            return joined
        text: str | None = joined
        if text and self.pattern is not None:
            found = self.pattern.search(text)
            text = None if found is None else found.group(min(self.pattern.groups, 1))
        if text and self.split is not None:
            parts = text.split(self.split.by)
            text = parts[self.split.take - 1] if self.split.take <= len(parts) else None
        for old, new in self.replace.items():
            if not text:
                break
            if len(text) + text.count(old) * (len(new) - len(old)) > max(len(text), LONGEST_MADE):
                return _too_long(text)
            text = text.replace(old, new)
        text = text.strip() if text else None
        return None if not text or text in self.nulls else text

    def _meaning(self, text: str) -> Translated:
        if self.codes is not None:
            code = self.codes.get(text)
            if code is None and self.codes_strict:
                return Untranslated("code_untranslated", text)
            text = text if code is None else code
        if self.dates:
            return self._date(text)
        return text if self.amount is None else self._amount(text, self.amount)

    def _date(self, text: str) -> Translated:
        for form in self.dates:
            moment = form.read(text)
            if moment is not None:
                return told(moment, self.kind)
        formats = ", ".join(form.text for form in self.dates)
        return self._unreadable(text, "date_unlike", {"formats": formats})

    def _amount(self, text: str, form: AmountForm) -> Translated:
        try:
            return str(form.read(text))
        except RateUnknown as unknown:
            return NotKnown(
                "currency_without_rate", text, {"currency": safe(unknown.currency[:20])}
            )
        except AmountUnreadable:
            return self._unreadable(text, "amount_unreadable", {})

    def _unreadable(self, text: str, code: str, values: Mapping[str, int | str]) -> Translated:
        if self.unreadable_is_unknown:
            return NotKnown(code, text, values)
        return Untranslated(code, text, values)

    @property
    def all_sources(self) -> tuple[str, ...]:
        """Name every header that is read for this column, those of `otherwise` included."""
        more = self.otherwise.all_sources if self.otherwise is not None else ()
        return tuple(dict.fromkeys((*self.sources, *more)))


@dataclass(frozen=True)
class FeedMapping:
    """How files of a sender become records of a feed; `ignored` None: whatever is not named."""

    feed: str
    form: FileForm
    rules: tuple[Rule, ...]
    ignored: frozenset[str] | None

    @property
    def sources(self) -> frozenset[str]:
        """Name every header that some rule reads."""
        return frozenset(name for rule in self.rules for name in rule.all_sources)

    @property
    def needed(self) -> tuple[str, ...]:
        """Name the headers that a file must have, in the order of the rules."""
        return tuple(
            dict.fromkeys(
                name for rule in self.rules if not rule.optional for name in rule.all_sources
            )
        )


def _too_long(text: str) -> Untranslated:
    return Untranslated("too_long", text, {"limit": LONGEST_MADE})
