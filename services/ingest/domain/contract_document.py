"""Reads contracts that are laid out by the Open Data Contract Standard 3.1."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from services.ingest.domain.contract import (
    Column,
    FeedContract,
    Freshness,
    Kind,
    OnError,
    Target,
    Wording,
)
from services.ingest.domain.words import OF_OFFICES, labels_of, words_of

_COUNTED: Final = frozenset({Kind.INTEGER, Kind.CNY})
_DATED: Final = frozenset({Kind.DATE, Kind.MONTH, Kind.TIMESTAMP})
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


class ContractUnreadable(Exception):
    """A contract lacks something, or says what we do not know."""

    code = "contract_unreadable"


def read_contract(document: Mapping[str, Any]) -> FeedContract:
    """Read a contract laid out by the Open Data Contract Standard 3.1.

    `physicalType` names our kind of value; what the standard has no word for stands in
    `customProperties`.
    """
    if not isinstance(document, Mapping):
        raise ContractUnreadable("the document has no fields: kind, apiVersion, name, schema, ...")
    try:
        return _contract(document)
    except KeyError as missing:
        name = document.get("name", "?")
        raise ContractUnreadable(f"{name}: the field {missing} is missing") from missing
    except (ValueError, TypeError, AttributeError) as error:
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
        columns=tuple(_column(item, document["name"]) for item in schema["properties"]),
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


def _column(item: Mapping[str, Any], feed: str) -> Column:
    options = item.get("logicalTypeOptions", {})
    english = _custom(item)["en"]
    valid = [
        rule["arguments"]["validValues"]
        for rule in item.get("quality", ())
        if rule.get("metric") == "invalidValues"
    ]
    choices = tuple(valid[0]) if valid else ()
    labels = labels_of(choices, item["description"])
    further = OF_OFFICES.get(feed, {}).get(item["name"], {})
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
        choices=choices,
        examples=tuple(item.get("examples", ())),
        labels=labels,
        words=words_of(choices, labels, further),
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
