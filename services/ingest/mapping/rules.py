"""One column of a mapping: a header, or the steps from the sender's cells to the feed's value."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from services.ingest.domain.contract import Kind
from services.ingest.mapping.document import Node
from services.ingest.mapping.fields import Notes
from services.ingest.mapping.rule import Rule
from services.ingest.mapping.steps import READERS, STEP_FIELDS, headers, tables_of

_DATED: Final = frozenset({Kind.DATE, Kind.MONTH, Kind.TIMESTAMP})
_ASIDE: Final = ("codes", "parts", "unit", "otherwise")
_STEPS: Final = (*READERS, *_ASIDE)
_MOST_RULES: Final = 50

Tables = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class Context:
    """What all columns of a mapping share."""

    nulls: frozenset[str]
    tables: Tables


def read_rule(notes: Notes, node: Node, column: str, kind: Kind, context: Context) -> Rule:
    """Read how a column is read; what is wrong with it is noted."""
    if not isinstance(node.content, Mapping):
        return Rule(column, kind, sources=headers(notes, node), nulls=context.nulls)
    if "constant" in node.content:
        given = notes.members(node, "constant")
        return Rule(column, kind, constant=notes.text(given["constant"]))
    given = notes.members(node, *_STEPS)
    sources = [name for name in ("from", "first", "parts") if name in given]
    if len(sources) != 1:
        notes.add(node, "mapping_source_needed")
        return Rule(column, kind)
    steps: dict[str, Any] = {
        STEP_FIELDS[name]: read(notes, given[name])
        for name, read in READERS.items()
        if name in given
    }
    if "first" in given:
        steps["first"] = True
    if "codes" in given:
        steps["codes"] = tables_of(notes, given["codes"], context.tables)
    _check_fit(notes, given, kind)
    return replace(
        Rule(column, kind, **{"nulls": context.nulls, **steps}),
        **_inner(notes, given, column, kind, context),
    )


def _inner(
    notes: Notes, given: Mapping[str, Node], column: str, kind: Kind, context: Context
) -> dict[str, Any]:
    """Read the rules that stand inside of a rule."""
    inner: dict[str, Any] = {}
    if "parts" in given:
        parts = notes.items(given["parts"])
        if len(parts) > _MOST_RULES:
            notes.add(given["parts"], "too_long", limit=_MOST_RULES)
        inner["parts"] = tuple(
            read_rule(notes, part, column, Kind.TEXT, context) for part in parts[:_MOST_RULES]
        )
    if "unit" in given:
        if not {"number", "amount"} & given.keys():
            notes.add(given["unit"], "mapping_unit_alone")
        unit = given["unit"]
        inner["unit"] = (
            Rule(column, Kind.TEXT, constant=notes.text(unit))
            if isinstance(unit.content, str)
            else read_rule(notes, unit, column, Kind.TEXT, context)
        )
    if "otherwise" in given:
        inner["otherwise"] = read_rule(notes, given["otherwise"], column, kind, context)
    return inner


def _check_fit(notes: Notes, given: Mapping[str, Node], kind: Kind) -> None:
    if "date" in given and kind not in _DATED | {Kind.TEXT}:
        notes.add(given["date"], "mapping_step_unfit", kind=kind.value)
    if "amount" in given and kind is not Kind.CNY:
        notes.add(given["amount"], "mapping_step_unfit", kind=kind.value)
    if "lookup" in given and kind is not Kind.USCC:
        notes.add(given["lookup"], "mapping_step_unfit", kind=kind.value)
