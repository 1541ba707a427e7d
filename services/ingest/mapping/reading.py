"""From the YAML of a mapping to what it says, checked against the contract of its feed."""

from collections.abc import Mapping
from typing import Final, TypeVar

from services.ingest.domain.contract import FeedContract
from services.ingest.domain.feeds import FEEDS
from services.ingest.mapping.document import Flaw, MappingFlawed, Node, read_document
from services.ingest.mapping.fields import Notes
from services.ingest.mapping.model import FeedMapping, FileForm, Format, Rule
from services.ingest.mapping.rules import read_rule

T = TypeVar("T")

_TOP: Final = ("feed", "title", "file", "nulls", "codes", "columns", "ignore")
_FORM: Final = ("format", "encoding", "delimiter", "sheet", "skip_lines")
_FORMATS: Final = {each.value: each for each in Format}
_ENCODINGS: Final = {"utf-8": "utf-8", "gb18030": "gb18030"}
_DELIMITERS: Final = {",": ",", ";": ";", "|": "|", "tab": "\t"}
_EVERYTHING: Final = "*"
_MOST_LINES: Final = 1000


def read_mapping(body: bytes, *, feeds: Mapping[str, FeedContract] = FEEDS) -> FeedMapping:
    """Read a mapping. Raises MappingFlawed with everything that is wrong."""
    root = read_document(body)
    notes = Notes()
    top = notes.members(root, *_TOP)
    contract = _feed(notes, root, top, feeds)
    form = _form(notes, top["file"]) if "file" in top else FileForm()
    rules: tuple[Rule, ...] = ()
    if contract is not None and "columns" in top:
        rules = _rules(notes, top, contract)
        _check_required(notes, top["columns"], rules, contract)
    elif "columns" not in top:
        notes.flaws.append(Flaw(root.line, "/columns", "missing", {}))
    if "title" in top:
        notes.text(top["title"])
    ignored = _ignored(notes, top.get("ignore"))
    if notes.flaws or contract is None:
        raise MappingFlawed(*sorted(notes.flaws, key=lambda flaw: flaw.line))
    return FeedMapping(contract.name, form, rules, ignored)


def header(text: str) -> str:
    """Return a header as headers are compared: blanks and line breaks in it are one blank."""
    return " ".join(text.split())


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


def _form(notes: Notes, node: Node) -> FileForm:
    given = notes.members(node, *_FORM)
    skip = (
        notes.number(given["skip_lines"], most=_MOST_LINES, whole=True)
        if "skip_lines" in given
        else 0
    )
    return FileForm(
        format=_choice(notes, given.get("format"), _FORMATS),
        encoding=_choice(notes, given.get("encoding"), _ENCODINGS),
        delimiter=_choice(notes, given.get("delimiter"), _DELIMITERS),
        sheet=notes.text(given["sheet"]) if "sheet" in given else None,
        skip_lines=int(skip),
    )


def _choice(notes: Notes, node: Node | None, choices: Mapping[str, T]) -> T | None:
    return None if node is None else notes.choice(node, choices)


def _rules(notes: Notes, top: Mapping[str, Node], contract: FeedContract) -> tuple[Rule, ...]:
    nulls = frozenset(notes.texts(top["nulls"])) if "nulls" in top else frozenset[str]()
    tables = {
        name: _codes(notes, node)
        for name, node in (notes.table(top["codes"]) if "codes" in top else {}).items()
    }
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
        rules.append(read_rule(notes, node, name, kinds[name], nulls=nulls, tables=tables))
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


def _ignored(notes: Notes, node: Node | None) -> frozenset[str] | None:
    if node is None:
        return frozenset()
    if node.content == _EVERYTHING:
        return None
    return frozenset(header(name) for name in notes.texts(node))
