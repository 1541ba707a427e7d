"""What a bank may be shown of an enterprise: data items, and the fields of each."""

from collections.abc import Collection, Mapping
from enum import StrEnum
from typing import Any, Final


class DataItem(StrEnum):
    """What an enterprise can permit a bank to read."""

    REGISTRATION = "registration"
    INSURED_HEADCOUNT = "insured_headcount"
    CONTRIBUTIONS = "contributions"
    FINANCING_NEED = "financing_need"


# Nothing else ever reaches a bank: neither warning, judgement nor text, no case, no other bank.
FIELDS: Final[Mapping[DataItem, tuple[str, ...]]] = {
    DataItem.REGISTRATION: (
        "uscc",
        "name",
        "district",
        "industry",
        "register_status",
        "established_on",
        "registered_capital",
        "size_class",
        "size_is_provisional",
    ),
    DataItem.INSURED_HEADCOUNT: ("month", "insured_headcount", "joined", "left"),
    DataItem.CONTRIBUTIONS: ("month", "due", "paid", "months_in_arrears"),
    DataItem.FINANCING_NEED: (
        "amount",
        "tenor_months",
        "purpose",
        "needed_by",
        "jobs_to_keep",
        "guarantees",
        "has_loans",
    ),
}
# A row a month; the other items are one row.
SERIES: Final = frozenset({DataItem.INSURED_HEADCOUNT, DataItem.CONTRIBUTIONS})

Row = Mapping[str, Any]
Content = Mapping[DataItem, Row | list[Row] | None]


def pack(
    items: Collection[DataItem],
    *,
    registration: Row,
    months: list[Row],
    need: Row | None,
) -> Content:
    """Cut what is known down to the fields of the items that are permitted."""
    sources: Mapping[DataItem, Row | None] = {
        DataItem.REGISTRATION: registration,
        DataItem.FINANCING_NEED: need,
    }
    return {
        item: [_cut(item, month) for month in months]
        if item in SERIES
        else _cut_one(item, sources[item])
        for item in DataItem
        if item in items
    }


def fields_of(items: Collection[DataItem]) -> tuple[str, ...]:
    """Name the fields of items, as the ledger writes them: `registration.name`."""
    return tuple(f"{item}.{name}" for item in DataItem if item in items for name in FIELDS[item])


def _cut_one(item: DataItem, row: Row | None) -> Row | None:
    return None if row is None else _cut(item, row)


def _cut(item: DataItem, row: Row) -> Row:
    return {name: row[name] for name in FIELDS[item]}
