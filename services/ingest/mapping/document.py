"""YAML as a tree that knows its places, safe to read; every scalar is the text that stands there.

`no`, `1e5` or `2020-07-31` stay text; what is meant is decided by who reads the tree.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

import yaml
from yaml.events import (
    AliasEvent,
    Event,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceStartEvent,
)

from services.ingest.domain.shown import UNKEEPABLE, safe

MAX_BYTES: Final = 64 * 1024
_MAX_DEPTH: Final = 12
_SEQUENCE_END: Final = yaml.events.SequenceEndEvent
_MAPPING_END: Final = yaml.events.MappingEndEvent

Content: TypeAlias = "str | Sequence[Node] | Mapping[str, Node]"


@dataclass(frozen=True)
class Node:
    """A part of a document, and where it begins: the line from 1, the path as a JSON pointer."""

    content: Content
    line: int
    pointer: str


@dataclass(frozen=True)
class Flaw:
    """What is wrong in a document, and where; `code` is one of the catalogue's `validation.*`."""

    line: int
    pointer: str
    code: str
    values: Mapping[str, object]
    value: str | None = None


class MappingFlawed(Exception):
    """The document is no mapping; `errors` say where and why."""

    def __init__(self, *flaws: Flaw) -> None:
        super().__init__(flaws)
        self.flaws = flaws
        self.errors = [
            {
                "pointer": flaw.pointer,
                "row": flaw.line,
                "code": flaw.code,
                "values": flaw.values,
                **({} if flaw.value is None else {"value": flaw.value}),
            }
            for flaw in flaws
        ]
        self.values: Mapping[str, object] = {"count": len(flaws)}


class MappingOutdated(MappingFlawed):
    """A mapping that was kept for another version of the contract than the one it is to serve."""

    def __init__(self, name: str, feed: str, version: str, *flaws: Flaw) -> None:
        super().__init__(*flaws)
        self.values = {"name": name, "feed": feed, "version": version}


def flaw(node: Node, code: str, **values: object) -> Flaw:
    """Say what is wrong with a node."""
    shown = safe(node.content) if isinstance(node.content, str) and node.content else None
    return Flaw(node.line, node.pointer, code, values, shown)


def read_document(body: bytes) -> Node:
    """Return the tree of the one document. Raises MappingFlawed."""
    if len(body) > MAX_BYTES:
        raise MappingFlawed(Flaw(1, "", "too_long", {"limit": MAX_BYTES}))
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = body.count(b"\n", 0, error.start) + 1
        values = {"position": error.start + 1}
        raise MappingFlawed(Flaw(line, "", "not_utf8", values)) from None
    try:
        return _Reader(text).document()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)
        raise MappingFlawed(Flaw(line, "", "not_yaml", {"column": column})) from None
    except yaml.YAMLError:
        # A character that YAML forbids; it says no line.
        raise MappingFlawed(Flaw(1, "", "unprintable", {})) from None


class _Reader:
    """Builds the tree from the events of the parser: nothing is resolved, nothing constructed."""

    def __init__(self, text: str) -> None:
        self._events = yaml.parse(text, Loader=yaml.SafeLoader)

    def document(self) -> Node:
        self._next()  # the stream begins
        if isinstance(self._next(), yaml.events.StreamEndEvent):
            raise MappingFlawed(Flaw(1, "", "missing", {}))
        root = self._node(self._next(), "", 0)
        self._next()  # the document ends
        after = self._next()
        if not isinstance(after, yaml.events.StreamEndEvent):
            raise MappingFlawed(Flaw(_line(after), "", "yaml_second_document", {}))
        return root

    def _next(self) -> Event:
        return next(self._events)

    def _node(self, event: Event, pointer: str, depth: int) -> Node:
        line = _line(event)
        if isinstance(event, AliasEvent) or (isinstance(event, NodeEvent) and event.anchor):
            raise MappingFlawed(Flaw(line, pointer, "yaml_alias", {}))
        if getattr(event, "tag", None):
            raise MappingFlawed(Flaw(line, pointer, "yaml_tag", {}))
        if depth > _MAX_DEPTH:
            raise MappingFlawed(Flaw(line, pointer, "nested_too_deep", {}))
        if isinstance(event, ScalarEvent):
            if UNKEEPABLE.search(event.value):
                raise MappingFlawed(Flaw(line, pointer, "unprintable", {}, safe(event.value)))
            return Node(event.value, line, pointer)
        if isinstance(event, SequenceStartEvent):
            return Node(self._items(pointer, depth), line, pointer)
        if isinstance(event, MappingStartEvent):
            return Node(self._members(pointer, depth), line, pointer)
        raise MappingFlawed(Flaw(line, pointer, "not_yaml", {"column": 1}))

    def _items(self, pointer: str, depth: int) -> list[Node]:
        items: list[Node] = []
        while not isinstance(event := self._next(), _SEQUENCE_END):
            items.append(self._node(event, f"{pointer}/{len(items)}", depth + 1))
        return items

    def _members(self, pointer: str, depth: int) -> dict[str, Node]:
        members: dict[str, Node] = {}
        while not isinstance(event := self._next(), _MAPPING_END):
            key = self._node(event, pointer, depth + 1)
            if not isinstance(key.content, str):
                raise MappingFlawed(Flaw(key.line, pointer, "not_text", {}))
            step = safe(key.content).replace("~", "~0").replace("/", "~1")
            value = self._node(self._next(), f"{pointer}/{step}", depth + 1)
            if key.content in members:
                raise MappingFlawed(Flaw(key.line, value.pointer, "repeated_name", {}))
            members[key.content] = value
        return members


def _line(event: Event) -> int:
    mark = event.start_mark
    return 1 if mark is None else mark.line + 1
