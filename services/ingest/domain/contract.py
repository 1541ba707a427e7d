"""What a feed promises: its columns, its rules, and by which law it is collected."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any, Final


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


_COUNTED = frozenset({Kind.INTEGER, Kind.CNY})
_DATED = frozenset({Kind.DATE, Kind.MONTH, Kind.TIMESTAMP})
WRITTEN = frozenset({Kind.TEXT, Kind.PROSE, Kind.NAMES, Kind.URL})
"""What has a greatest length in characters."""


_WORKING_DAYS: Final = "wd"
_ALL: Final = 100  # percent
_OBSERVED: Final = (
    frozenset({Kind.USCC}),
    frozenset({Kind.MONTH, Kind.DATE}),
    frozenset({Kind.TEXT, Kind.CHOICE, Kind.USCC}),
)
"""What the key of an observation is made of: enterprise, month or day, and which of that day.

Which of that day may be left out where its sender mostly has but one.
"""


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

    A time without a maximum ends today.
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
        return self.target is Target.OBSERVATIONS and len(self.key) > len(_OBSERVED) - 1

    @property
    def number(self) -> tuple[int, ...]:
        """Return the version as it is compared: 1.10.0 comes after 1.9.0."""
        return tuple(int(part) for part in self.version.split("."))

    @property
    def measured(self) -> tuple[str, ...]:
        """Name the columns that say something about it."""
        return tuple(column.name for column in self.columns if column.key_position is None)


class ContractUnreadable(Exception):
    """A contract lacks something, or says what we do not know."""

    code = "contract_unreadable"


def read_contract(document: Mapping[str, Any]) -> FeedContract:
    """Read a contract laid out by the Open Data Contract Standard 3.1.

    `physicalType` names our kind of value; what the standard has no word for stands in
    `customProperties`.
    """
    try:
        return _contract(document)
    except (KeyError, ValueError, TypeError) as error:
        name = document.get("name", "?")
        raise ContractUnreadable(f"{name}: {type(error).__name__}: {error}") from error


def _contract(document: Mapping[str, Any]) -> FeedContract:
    if document["kind"] != "DataContract" or document["apiVersion"] != "v3.1.0":
        raise ValueError("not a data contract of version 3.1.0")
    (schema,) = document["schema"]
    custom = _custom(document)
    description = document["description"]
    promises = {item["property"]: item for item in document["slaProperties"]}
    frequency = promises["frequency"]
    contract = FeedContract(
        id=document["id"],
        name=document["name"],
        version=document["version"],
        title=Wording(**custom["title"]),
        purpose=Wording(description["purpose"], custom["purpose"]["en"]),
        usage=Wording(description["usage"], custom["usage"]["en"]),
        owner=Wording(**custom["owner"]),
        legal_basis=tuple(Wording(**law) for law in custom["legalBasis"]),
        classification=custom["classification"],
        cadence=f"P{frequency['value']}{frequency['unit'].upper()}",
        freshness=_freshness(promises.get("latency"), schema),
        deprecated_on=_day(promises.get("endOfSupport")),
        sunset_on=_day(promises.get("endOfLife")),
        target=Target(custom["recordsInto"]),
        on_error=OnError(custom["onError"]),
        columns=tuple(_column(item) for item in schema["properties"]),
        reject_above=_percent(custom.get("rejectAbove")),
    )
    _check_columns(contract.columns, of_events=contract.is_of_events)
    _check_key(contract)
    _check_life(document["status"], contract)
    return contract


def _freshness(latency: Mapping[str, Any] | None, schema: Mapping[str, Any]) -> Freshness | None:
    if latency is None:
        return None
    if latency["unit"] != _WORKING_DAYS:
        raise ValueError("a latency is counted in working days (wd)")
    element = latency.get("element")
    if element is not None:
        element = element.removeprefix(f"{schema['name']}.")
        if element not in {item["name"] for item in schema["properties"]}:
            raise ValueError(f"the latency is of no column: {element}")
    return Freshness(int(latency["value"]), element)


def _day(promise: Mapping[str, Any] | None) -> date | None:
    return None if promise is None else date.fromisoformat(promise["value"])


def _percent(said: float | None) -> float | None:
    if said is not None and not 0 <= said <= _ALL:
        raise ValueError(f"rejectAbove is a percentage: {said}")
    return said


def _column(item: Mapping[str, Any]) -> Column:
    options = item.get("logicalTypeOptions", {})
    english = _custom(item)["en"]
    valid = [
        rule["arguments"]["validValues"]
        for rule in item.get("quality", ())
        if rule.get("metric") == "invalidValues"
    ]
    return Column(
        name=item["name"],
        kind=Kind(item["physicalType"]),
        title=Wording(item["businessName"], english["title"]),
        description=Wording(item["description"], english["description"]),
        required=item.get("required", False),
        key_position=item["primaryKeyPosition"] if item.get("primaryKey") else None,
        minimum=options.get("minimum"),
        maximum=options.get("maximum"),
        max_length=options.get("maxLength", 200),
        choices=tuple(valid[0]) if valid else (),
        examples=tuple(item.get("examples", ())),
    )


def _check_key(contract: FeedContract) -> None:
    if contract.target is not Target.OBSERVATIONS:
        return
    by_name = {column.name: column.kind for column in contract.columns}
    kinds = [by_name[name] for name in contract.key]
    places = zip(kinds, _OBSERVED, strict=False)
    if len(kinds) not in {2, 3} or not all(kind in taken for kind, taken in places):
        raise ValueError(f"an observation is about an enterprise and a period: {contract.key}")


def _check_life(status: str, contract: FeedContract) -> None:
    if status not in {"active", "deprecated"}:
        raise ValueError(f"a contract is active or deprecated, not {status}")
    dated = contract.deprecated_on is not None, contract.sunset_on is not None
    if set(dated) != {status == "deprecated"}:
        raise ValueError("a deprecated contract, and only such a one, says since when and until")


def _check_columns(columns: Sequence[Column], *, of_events: bool) -> None:
    names = [column.name for column in columns]
    if len(names) != len(set(names)):
        raise ValueError(f"a column is named twice: {names}")
    for titles in ([c.title.zh for c in columns], [c.title.en for c in columns]):
        if len(titles) != len(set(titles)):
            raise ValueError(f"a column is titled twice: {titles}")
    for column in columns:
        may_lack = of_events and column.key_position == len(_OBSERVED)
        if column.key_position is not None and not column.required and not may_lack:
            raise ValueError(f"{column.name}: a key column has to be required")
        if (column.kind is Kind.CHOICE) != bool(column.choices):
            raise ValueError(f"{column.name}: a choice, and only a choice, lists its valid values")
        if column.kind in _COUNTED and not (
            isinstance(column.minimum, int) and isinstance(column.maximum, int)
        ):
            raise ValueError(f"{column.name}: a number needs a minimum and a maximum")
        if column.kind in _DATED and not isinstance(column.minimum, str):
            raise ValueError(f"{column.name}: a time needs a minimum")
        if column.kind is Kind.DATE and not isinstance(column.maximum, str | None):
            raise ValueError(f"{column.name}: a date ends at a date, or today")


def _custom(element: Mapping[str, Any]) -> dict[str, Any]:
    return {item["property"]: item["value"] for item in element.get("customProperties", ())}
