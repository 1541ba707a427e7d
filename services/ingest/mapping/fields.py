"""The fields of a mapping's nodes, read strictly: what is wrong is noted with its place."""

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import TypeVar

from services.ingest.mapping.document import Flaw, Node, flaw

T = TypeVar("T")

_ANSWERS = {"true": True, "false": False}


class Notes:
    """What was found wrong so far; reading goes on, so that a person mends all of it at once."""

    def __init__(self) -> None:
        self.flaws: list[Flaw] = []

    def add(self, node: Node, code: str, **values: object) -> None:
        """Note a flaw."""
        self.flaws.append(flaw(node, code, **values))

    def members(self, node: Node, *allowed: str) -> Mapping[str, Node]:
        """Return the members of an object that has no others than these."""
        members = self.table(node)
        for name, member in members.items():
            if name not in allowed:
                self.flaws.append(
                    Flaw(
                        member.line,
                        member.pointer,
                        "mapping_unknown_field",
                        {"expected": ", ".join(allowed)},
                    )
                )
        return members

    def table(self, node: Node) -> Mapping[str, Node]:
        """Return the members of an object whose names are the sender's own."""
        if isinstance(node.content, Mapping):
            return node.content
        self.add(node, "not_an_object")
        return {}

    def items(self, node: Node) -> Sequence[Node]:
        """Return the items of a list."""
        if isinstance(node.content, Sequence) and not isinstance(node.content, str):
            return node.content
        self.add(node, "not_a_list")
        return ()

    def text(self, node: Node) -> str:
        """Return a text that is not empty."""
        if not isinstance(node.content, str):
            self.add(node, "not_text")
        elif not node.content:
            self.add(node, "missing")
        else:
            return node.content
        return ""

    def texts(self, node: Node) -> tuple[str, ...]:
        """Return one text, or a list of them."""
        if isinstance(node.content, str):
            return (self.text(node),)
        return tuple(self.text(item) for item in self.items(node))

    def answer(self, node: Node) -> bool:
        """Return true or false."""
        return bool(self.choice(node, _ANSWERS))

    def choice(self, node: Node, choices: Mapping[str, T]) -> T | None:
        """Return what one of the words stands for."""
        word = self.text(node)
        if word and word not in choices:
            self.add(node, "not_allowed", expected=", ".join(choices))
        return choices.get(word)

    def number(self, node: Node, *, most: int, whole: bool = False) -> Decimal:
        """Return a number from 0 to `most`; underscores group its digits."""
        text = self.text(node)
        try:
            number = Decimal(text.replace("_", "")) if text else Decimal(1)
        except InvalidOperation:
            number = Decimal("NaN")
        if not number.is_finite() or (whole and number != number.to_integral_value()):
            self.add(node, "not_an_integer" if whole else "not_a_number")
        elif not 0 <= number <= most:
            self.add(
                node, "too_large" if number > 0 else "too_small", limit=most if number > 0 else 0
            )
        else:
            return number
        return Decimal(1)
