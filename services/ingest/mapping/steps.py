"""The steps of a column's rule, each read from its own node."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final

import re2

from services.ingest.mapping.amounts import AmountForm
from services.ingest.mapping.dates import DateFormat, Dates, FormatUnknown, date_format
from services.ingest.mapping.document import Node
from services.ingest.mapping.fields import Notes
from services.ingest.mapping.numbers import NumberForm
from services.ingest.mapping.rule import Pattern, Search, Split

_ISO: Final = ("YYYY-MM-DD", "YYYY-MM-DD HH:mm:ss")
_UNKNOWN: Final = "unknown"
_LONGEST_PATTERN: Final = 500
_MOST_PARTS: Final = 1000
_MOST_UNITS: Final = 100_000_000
_MOST_RATE: Final = 1000
_DECIMALS: Final = {".": ".", ",": ","}
_TAKEN: Final = {"first": False, "last": True}


def headers(notes: Notes, node: Node) -> tuple[str, ...]:
    """Read one header or a list of them, as headers are compared."""
    return tuple(" ".join(name.split()) for name in notes.texts(node))


def pattern(
    notes: Notes, node: Node, *, names: frozenset[str] = frozenset(), most_groups: int = 1
) -> Pattern | None:
    """Read a regular expression; its groups may have these names."""
    text = notes.text(node)
    if len(text) > _LONGEST_PATTERN:
        notes.add(node, "too_long", limit=_LONGEST_PATTERN)
        return None
    try:
        compiled = re2.compile(text, _quiet())
    except re2.error:
        notes.add(node, "mapping_pattern")
        return None
    if compiled.groups > most_groups:
        notes.add(node, "mapping_pattern_groups")
        return None
    if not set(compiled.groupindex) <= names:
        notes.add(node, "mapping_pattern_names", expected=", ".join(sorted(names)))
        return None
    found: Pattern = compiled
    return found


def tables_of(
    notes: Notes, node: Node, tables: Mapping[str, Mapping[str, str]]
) -> Mapping[str, str]:
    """Read a table of codes, or the name of one."""
    if isinstance(node.content, str):
        if node.content not in tables:
            notes.add(node, "not_allowed", expected=", ".join(tables))
        return tables.get(node.content, {})
    return {name: notes.text(code) for name, code in notes.table(node).items()}


def _quiet() -> Any:  # noqa: ANN401 re2 has no types
    options = re2.Options()
    options.log_errors = False
    options.max_mem = 1 << 20
    return options


def _plain(notes: Notes, node: Node) -> str:
    # A text that may be empty, or blank.
    return node.content if isinstance(node.content, str) else notes.text(node)


def _nulls(notes: Notes, node: Node) -> frozenset[str]:
    return frozenset(notes.texts(node))


def _search(notes: Notes, node: Node) -> Search | None:
    if isinstance(node.content, str):
        found = pattern(notes, node)
        return None if found is None else Search(found)
    given = _with(notes, node, ("find",), ("take",))
    found = pattern(notes, given["find"]) if "find" in given else None
    last = notes.choice(given["take"], _TAKEN) if "take" in given else False
    return None if found is None else Search(found, bool(last))


def _split(notes: Notes, node: Node) -> Split:
    given = _with(notes, node, ("by", "take"))
    by = _plain(notes, given["by"]) if "by" in given else ""
    if "by" in given and not by:
        notes.add(given["by"], "missing")
    take = 1
    if "take" in given:
        take = _TAKEN_PARTS.get(str(given["take"].content)) or _place(notes, given["take"])
    return Split(by or ",", take)


def _place(notes: Notes, node: Node) -> int:
    take = notes.number(node, most=_MOST_PARTS, whole=True)
    if take < 1:
        notes.add(node, "too_small", limit=1)
    return max(1, int(take))


def _replacements(notes: Notes, node: Node) -> Mapping[str, str]:
    return {old: _plain(notes, new) for old, new in notes.table(node).items() if old}


def _strict(notes: Notes, node: Node) -> bool:
    return notes.choice(node, {"reject": "reject", "keep": "keep"}) != "keep"


def _unknown(notes: Notes, node: Node) -> bool:
    return notes.choice(node, {"reject": "reject", _UNKNOWN: _UNKNOWN}) == _UNKNOWN


def _case(notes: Notes, node: Node) -> bool | None:
    return notes.choice(node, {"upper": True, "lower": False})


def _width(notes: Notes, node: Node) -> bool:
    return notes.choice(node, {"half": True, "as_is": False}) is True


def _lookup(notes: Notes, node: Node) -> bool:
    return notes.choice(node, {"enterprise_name": True}) is True


def _dates(notes: Notes, node: Node) -> Dates:
    items: tuple[Node, ...] = (node,)
    last = None
    if isinstance(node.content, Mapping):
        given = _with(notes, node, ("formats", "take"))
        items = (given["formats"],) if "formats" in given else ()
        last = notes.choice(given["take"], _TAKEN) if "take" in given else None
    formats: list[DateFormat] = []
    for item in (one for each in items for one in _several(notes, each)):
        text = notes.text(item)
        try:
            formats += [date_format(text)] if text else []
        except FormatUnknown:
            notes.add(item, "mapping_date_format")
    # What a spreadsheet itself knows as a date always comes in this form.
    named = {form.text for form in formats}
    return Dates((*formats, *(date_format(text) for text in _ISO if text not in named)), last)


def _several(notes: Notes, node: Node) -> tuple[Node, ...]:
    return (node,) if isinstance(node.content, str) else tuple(notes.items(node))


def _units(notes: Notes, given: Mapping[str, Node]) -> Mapping[str, Decimal]:
    table = notes.table(given["units"]) if "units" in given else {}
    return {name: notes.number(count, most=_MOST_UNITS) for name, count in table.items()}


def _decimal(notes: Notes, given: Mapping[str, Node]) -> str:
    chosen = notes.choice(given["decimal"], _DECIMALS) if "decimal" in given else None
    return chosen or "."


def _number(notes: Notes, node: Node) -> NumberForm:
    if node.content == "plain":
        return NumberForm()
    given = _with(notes, node, (), ("units", "decimal", "round"))
    whole = notes.choice(given["round"], {"whole": True}) if "round" in given else None
    return NumberForm(_units(notes, given), _decimal(notes, given), whole is True)


def _amount(notes: Notes, node: Node) -> AmountForm:
    given = _with(notes, node, ("units", "currencies", "currency"), ("decimal",))
    rates = notes.table(given["currencies"]) if "currencies" in given else {}
    currencies: dict[str, Decimal | None] = {
        name: None if rate.content == _UNKNOWN else notes.number(rate, most=_MOST_RATE)
        for name, rate in rates.items()
    }
    currency = notes.text(given["currency"]) if "currency" in given else ""
    if currency and currency not in currencies:
        notes.add(given["currency"], "not_allowed", expected=", ".join(currencies))
    return AmountForm(_units(notes, given), currencies, currency, _decimal(notes, given))


def _with(
    notes: Notes, node: Node, needed: tuple[str, ...], more: tuple[str, ...] = ()
) -> Mapping[str, Node]:
    """Return the members of an object that has to have some of them."""
    given = notes.members(node, *needed, *more)
    for name in needed:
        if name not in given:
            notes.add(node, "mapping_field_needed", field=name)
    return given


_TAKEN_PARTS: Final = {"first": 1, "last": -1}
READERS: Final[Mapping[str, Callable[[Notes, Node], object]]] = {
    "from": headers,
    "first": headers,
    "join": _plain,
    "nulls": _nulls,
    "width": _width,
    "pattern": _search,
    "split": _split,
    "replace": _replacements,
    "case": _case,
    "before": _plain,
    "after": _plain,
    "unknown_codes": _strict,
    "date": _dates,
    "number": _number,
    "amount": _amount,
    "lookup": _lookup,
    "unreadable": _unknown,
    "optional": Notes.answer,
}
STEP_FIELDS: Final[Mapping[str, str]] = {
    **{name: name for name in READERS},
    "from": "sources",
    "first": "sources",
    "width": "half_width",
    "case": "upper",
    "unknown_codes": "codes_strict",
    "date": "dates",
    "lookup": "by_name",
    "unreadable": "unreadable_is_unknown",
}
