"""What a feed promises: its columns, its rules, and by which law it is collected."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """What a value of a column has to be."""

    USCC = "uscc"
    TEXT = "text"
    PROSE = "prose"
    NAMES = "names"
    URL = "url"
    DISTRICT = "district"
    INDUSTRY = "industry"
    CHOICE = "choice"
    DATE = "date"
    MONTH = "month"
    TIMESTAMP = "timestamp"
    INTEGER = "integer"
    CNY = "cny"
    PSEUDONYM = "pseudonym"


WRITTEN = frozenset({Kind.TEXT, Kind.PROSE, Kind.NAMES, Kind.URL})
"""What has a greatest length in characters."""


class Target(StrEnum):
    """Where the rows of a feed are recorded."""

    REGISTER = "register"
    OBSERVATIONS = "observations"
    PROTECTION_LISTS = "protection_lists"
    OPINIONS = "opinions"


class OnError(StrEnum):
    """What becomes of a batch with bad rows."""

    TAKE_GOOD_ROWS = "take_good_rows"


@dataclass(frozen=True)
class Wording:
    """The same words in both languages."""

    zh: str
    en: str


@dataclass(frozen=True)
class Column:
    """One column: what it means and which values it takes; bounds include themselves.

    A time without a maximum ends today. `labels` are what the contract calls its choices; `words`
    which choice a word means that people write, as `domain/words.py` compares words.
    """

    name: str
    kind: Kind
    title: Wording
    description: Wording
    required: bool = False
    key_position: int | None = None
    minimum: int | str | None = None
    maximum: int | str | None = None
    max_length: int = 200
    choices: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict, repr=False, compare=False)
    words: Mapping[str, str] = field(default_factory=dict, repr=False, compare=False)

    @property
    def told_choices(self) -> tuple[str, ...]:
        """Return its choices, each with what the contract calls it: `active 存续`."""
        return tuple(f"{code} {self.labels.get(code, '')}".strip() for code in self.choices)


@dataclass(frozen=True)
class Freshness:
    """How many working days a sender has: after a period's last day, or after their last push.

    `element` is the column that names the period; without one it is the push that counts.
    """

    working_days: int
    element: str | None


@dataclass(frozen=True)
class FeedContract:
    """The contract of a feed, as a version of it was agreed; `cadence` is a duration (P1M).

    A deprecated version is still taken until the day of its sunset, which includes itself. A file
    of which more than `reject_above` percent of the rows fail is refused as a whole, if its sender
    does not say otherwise; without it the good rows of every file are taken.
    """

    id: str
    name: str
    version: str
    title: Wording
    purpose: Wording
    usage: Wording
    owner: Wording
    legal_basis: tuple[Wording, ...]
    classification: str
    cadence: str
    freshness: Freshness | None
    deprecated_on: date | None
    sunset_on: date | None
    target: Target
    on_error: OnError
    columns: tuple[Column, ...]
    reject_above: float | None = None

    @property
    def key(self) -> tuple[str, ...]:
        """Name the columns that say what a record is about, in their order."""
        keys = [column for column in self.columns if column.key_position is not None]
        return tuple(column.name for column in sorted(keys, key=lambda c: c.key_position or 0))

    @property
    def period(self) -> Column:
        """Return what names the period of an observation.

        Its month or day; of an event its day and which of that day, as one text that sorts by the
        day: `2020-08-03/（2020）京0105执1234号`.
        """
        by_name = {column.name: column for column in self.columns}
        first, *further = (by_name[name] for name in self.key[1:])
        return replace(first, name="period", kind=Kind.TEXT) if further else first

    def key_of(self, content: dict[str, Any]) -> tuple[str, ...]:
        """Take out of a record what it is about; of an observation enterprise and period."""
        key = tuple(str(content.pop(name)) for name in self.key if name in content)
        return key if self.target is not Target.OBSERVATIONS else (key[0], "/".join(key[1:]))

    def named(self, key: Sequence[str]) -> dict[str, str]:
        """Return what a key says by the names of its columns: `key_of` gives the key again."""
        if self.target is Target.OBSERVATIONS:
            key = (key[0], *key[1].split("/", len(self.key) - len(key)))
        return dict(zip(self.key, key, strict=False))

    @property
    def is_of_events(self) -> bool:
        """Tell whether an enterprise may have several facts of a day: its period has two parts."""
        _enterprise, *period = self.key
        return self.target is Target.OBSERVATIONS and len(period) > 1

    @property
    def number(self) -> tuple[int, ...]:
        """Return the version as it is compared: 1.10.0 comes after 1.9.0."""
        return tuple(int(part) for part in self.version.split("."))

    @property
    def measured(self) -> tuple[str, ...]:
        """Name the columns that say something about it."""
        return tuple(column.name for column in self.columns if column.key_position is None)
