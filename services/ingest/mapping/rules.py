"""One column of a mapping: a header, or the steps from the sender's cells to the feed's value."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

import re2

from services.ingest.domain.contract import Kind
from services.ingest.mapping.amounts import AmountForm
from services.ingest.mapping.dates import DateFormat, FormatUnknown, date_format
from services.ingest.mapping.document import Node
from services.ingest.mapping.fields import Notes
from services.ingest.mapping.model import Pattern, Rule, Split

_STEPS: Final = (
    *("from", "join", "nulls", "pattern", "split", "replace", "codes", "unknown_codes", "date"),
    *("amount", "unreadable", "optional", "otherwise"),
)
_AMOUNT: Final = ("units", "currencies", "currency")
_DATED: Final = frozenset({Kind.DATE, Kind.MONTH, Kind.TIMESTAMP})
_ISO: Final = ("YYYY-MM-DD", "YYYY-MM-DD HH:mm:ss")
_UNKNOWN: Final = "unknown"
_LONGEST_PATTERN: Final = 500
_MOST_PARTS: Final = 1000
_MOST_UNITS: Final = 100_000_000
_MOST_RATE: Final = 1000

Tables = Mapping[str, Mapping[str, str]]


def read_rule(
    notes: Notes, node: Node, column: str, kind: Kind, *, nulls: frozenset[str], tables: Tables
) -> Rule:
    """Read how a column is read; what is wrong with it is noted."""
    if not isinstance(node.content, Mapping):
        return Rule(column, kind, sources=_headers(notes, node), nulls=nulls)
    if "constant" in node.content:
        given = notes.members(node, "constant")
        return Rule(column, kind, constant=notes.text(given["constant"]))
    given = notes.members(node, *_STEPS)
    if "from" not in given:
        notes.add(node, "mapping_source_needed")
        return Rule(column, kind)
    steps: dict[str, Any] = {
        _STEP_FIELDS[name]: read(notes, given[name])
        for name, read in _READERS.items()
        if name in given
    }
    if "codes" in given:
        steps["codes"] = _codes(notes, given["codes"], tables)
    if "date" in given and kind not in _DATED:
        notes.add(given["date"], "mapping_step_unfit", kind=kind.value)
    if "amount" in given and kind is not Kind.CNY:
        notes.add(given["amount"], "mapping_step_unfit", kind=kind.value)
    if "otherwise" in given:
        steps["otherwise"] = read_rule(
            notes, given["otherwise"], column, kind, nulls=nulls, tables=tables
        )
    return Rule(column, kind, **{"nulls": nulls, **steps})


def _headers(notes: Notes, node: Node) -> tuple[str, ...]:
    return tuple(" ".join(name.split()) for name in notes.texts(node))


def _nulls(notes: Notes, node: Node) -> frozenset[str]:
    return frozenset(notes.texts(node))


def _plain(notes: Notes, node: Node) -> str:
    # A text that may be empty, or blank.
    return node.content if isinstance(node.content, str) else notes.text(node)


def _pattern(notes: Notes, node: Node) -> Pattern | None:
    text = notes.text(node)
    if len(text) > _LONGEST_PATTERN:
        notes.add(node, "too_long", limit=_LONGEST_PATTERN)
        return None
    try:
        compiled: Pattern = re2.compile(text, _quiet())
    except re2.error:
        notes.add(node, "mapping_pattern")
        return None
    if compiled.groups > 1:
        notes.add(node, "mapping_pattern_groups")
        return None
    return compiled


def _quiet() -> Any:  # noqa: ANN401 re2 has no types
    options = re2.Options()
    options.log_errors = False
    options.max_mem = 1 << 20
    return options


def _split(notes: Notes, node: Node) -> Split:
    given = notes.members(node, "by", "take")
    for name in ("by", "take"):
        if name not in given:
            notes.add(node, "mapping_field_needed", field=name)
    by = _plain(notes, given["by"]) if "by" in given else ""
    if "by" in given and not by:
        notes.add(given["by"], "missing")
    take = notes.number(given["take"], most=_MOST_PARTS, whole=True) if "take" in given else 1
    if take < 1:
        notes.add(given["take"], "too_small", limit=1)
    return Split(by or ",", max(1, int(take)))


def _replacements(notes: Notes, node: Node) -> Mapping[str, str]:
    return {old: _plain(notes, new) for old, new in notes.table(node).items() if old}


def _codes(notes: Notes, node: Node, tables: Tables) -> Mapping[str, str]:
    if isinstance(node.content, str):
        if node.content not in tables:
            notes.add(node, "not_allowed", expected=", ".join(tables))
        return tables.get(node.content, {})
    return {name: notes.text(code) for name, code in notes.table(node).items()}


def _strict(notes: Notes, node: Node) -> bool:
    return notes.choice(node, {"reject": "reject", "keep": "keep"}) != "keep"


def _unknown(notes: Notes, node: Node) -> bool:
    return notes.choice(node, {"reject": "reject", _UNKNOWN: _UNKNOWN}) == _UNKNOWN


def _dates(notes: Notes, node: Node) -> tuple[DateFormat, ...]:
    formats = []
    items = (node,) if isinstance(node.content, str) else notes.items(node)
    for item in items:
        text = notes.text(item)
        try:
            formats += [date_format(text)] if text else []
        except FormatUnknown:
            notes.add(item, "mapping_date_format")
    # What a spreadsheet itself knows as a date always comes in this form.
    given = {form.text for form in formats}
    return (*formats, *(date_format(text) for text in _ISO if text not in given))


def _amount(notes: Notes, node: Node) -> AmountForm:
    given = notes.members(node, *_AMOUNT)
    for name in _AMOUNT:
        if name not in given:
            notes.add(node, "mapping_field_needed", field=name)
    units = {
        name: notes.number(count, most=_MOST_UNITS)
        for name, count in (notes.table(given["units"]) if "units" in given else {}).items()
    }
    currencies: dict[str, Decimal | None] = {
        name: None if rate.content == _UNKNOWN else notes.number(rate, most=_MOST_RATE)
        for name, rate in (
            notes.table(given["currencies"]) if "currencies" in given else {}
        ).items()
    }
    currency = notes.text(given["currency"]) if "currency" in given else ""
    if currency and currency not in currencies:
        notes.add(given["currency"], "not_allowed", expected=", ".join(currencies))
    return AmountForm(units, currencies, currency)


_READERS: Final = {
    "from": _headers,
    "join": _plain,
    "nulls": _nulls,
    "pattern": _pattern,
    "split": _split,
    "replace": _replacements,
    "unknown_codes": _strict,
    "date": _dates,
    "amount": _amount,
    "unreadable": _unknown,
    "optional": Notes.answer,
}
_STEP_FIELDS: Final = {
    **{name: name for name in _READERS},
    "from": "sources",
    "unknown_codes": "codes_strict",
    "date": "dates",
    "unreadable": "unreadable_is_unknown",
}
