"""From the YAML of a mapping to what it says, checked against the contract of its feed."""

from collections.abc import Mapping
from typing import Final

from services.ingest.domain.contract import FeedContract
from services.ingest.domain.feeds import FEEDS
from services.ingest.mapping.document import Flaw, MappingFlawed, Node, read_document
from services.ingest.mapping.fields import Notes
from services.ingest.mapping.forms import read_form, read_rows, read_wide
from services.ingest.mapping.model import OF_HEADER, OF_VALUE, FeedMapping, FileForm, RowsForm
from services.ingest.mapping.rule import Rule
from services.ingest.mapping.rules import Context, read_rule

_TOP: Final = ("feed", "title", "file", "nulls", "codes", "rows", "wide", "columns", "ignore")
_EVERYTHING: Final = "*"


def read_mapping(body: bytes, *, feeds: Mapping[str, FeedContract] = FEEDS) -> FeedMapping:
    """Read a mapping. Raises MappingFlawed with everything that is wrong."""
    root = read_document(body)
    notes = Notes()
    top = notes.members(root, *_TOP)
    contract = _feed(notes, root, top, feeds)
    form = read_form(notes, top["file"]) if "file" in top else FileForm()
    nulls = frozenset(notes.texts(top["nulls"])) if "nulls" in top else frozenset[str]()
    rows = read_rows(notes, top["rows"]) if "rows" in top else RowsForm()
    wide = read_wide(notes, top["wide"], nulls) if "wide" in top else None
    rules: tuple[Rule, ...] = ()
    if contract is not None and "columns" in top:
        rules = _rules(notes, top, contract, nulls)
        _check_required(notes, top["columns"], rules, contract)
        if "wide" not in top:
            _check_narrow(notes, top["columns"], rules)
    elif "columns" not in top:
        notes.flaws.append(Flaw(root.line, "/columns", "missing", {}))
    if "title" in top:
        notes.text(top["title"])
    ignored = _ignored(notes, top.get("ignore"))
    if notes.flaws or contract is None:
        raise MappingFlawed(*sorted(notes.flaws, key=lambda flaw: flaw.line))
    return FeedMapping(contract.name, form, rules, ignored, rows, wide)


def header(text: str) -> str:
    """Return a header as headers are compared: blanks and line breaks in it are one blank.

    Marks of byte order are none of it: files that were put together have them where nobody looks.
    """
    return " ".join(text.replace("\ufeff", "").split())


def _feed(
    notes: Notes, root: Node, top: Mapping[str, Node], feeds: Mapping[str, FeedContract]
) -> FeedContract | None:
    if "feed" not in top:
        notes.flaws.append(Flaw(root.line, "/feed", "missing", {}))
        return None
    name = notes.text(top["feed"])
    if name and name not in feeds:
        notes.add(top["feed"], "not_allowed", expected=", ".join(feeds))
    return feeds.get(name)


def _rules(
    notes: Notes, top: Mapping[str, Node], contract: FeedContract, nulls: frozenset[str]
) -> tuple[Rule, ...]:
    tables = {
        name: _codes(notes, node)
        for name, node in (notes.table(top["codes"]) if "codes" in top else {}).items()
    }
    context = Context(nulls, tables)
    kinds = {column.name: column.kind for column in contract.columns}
    rules = []
    for name, node in notes.table(top["columns"]).items():
        if name not in kinds:
            notes.flaws.append(
                Flaw(
                    node.line,
                    node.pointer,
                    "mapping_column_unknown",
                    {"column": name[:80], "expected": ", ".join(kinds)},
                )
            )
            continue
        rules.append(read_rule(notes, node, name, kinds[name], context))
    return tuple(rules)


def _codes(notes: Notes, node: Node) -> Mapping[str, str]:
    return {name: notes.text(code) for name, code in notes.table(node).items()}


def _check_required(
    notes: Notes, node: Node, rules: tuple[Rule, ...], contract: FeedContract
) -> None:
    mapped = {rule.column for rule in rules}
    for column in contract.columns:
        if column.required and column.name not in mapped:
            notes.flaws.append(
                Flaw(node.line, node.pointer, "mapping_column_needed", {"column": column.name})
            )


def _check_narrow(notes: Notes, node: Node, rules: tuple[Rule, ...]) -> None:
    """Note what only wide rows have."""
    for rule in rules:
        if {OF_HEADER, OF_VALUE} & set(rule.all_sources):
            place = notes.table(node)[rule.column]
            notes.add(place, "mapping_not_wide")


def _ignored(notes: Notes, node: Node | None) -> frozenset[str] | None:
    if node is None:
        return frozenset()
    names = notes.texts(node)
    if _EVERYTHING in names:
        return None
    return frozenset(map(header, names))
