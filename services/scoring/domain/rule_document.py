"""A rule set as a plain document, and what is different between two of them."""

from collections.abc import Iterator, Mapping, Set
from dataclasses import MISSING, Field, dataclass, fields, is_dataclass
from datetime import date
from enum import Enum
from typing import cast

from services.scoring.domain.rules import RuleSet

# What JSON can say.
Plain = None | bool | int | float | str | list["Plain"] | dict[str, "Plain"]


@dataclass(frozen=True, slots=True)
class Difference:
    """One place of the document that two rule sets fill differently; None is not there."""

    pointer: str
    before: Plain
    after: Plain


def plain(rules: RuleSet) -> dict[str, Plain]:
    """Return the rules as a document; what has its default value is left out."""
    return cast("dict[str, Plain]", _plain(rules))


def differences(before: RuleSet, after: RuleSet) -> tuple[Difference, ...]:
    """Return what is different, in the order of the documents.

    Things that have an id (indicators, protections) are compared by it, wherever they stand.
    """
    return tuple(_differences("", plain(before), plain(after)))


def _plain(value: object) -> Plain:
    if is_dataclass(value):
        told = ((one, getattr(value, one.name)) for one in fields(value))
        return {one.name: _plain(said) for one, said in told if _has_to_be_said(one, said)}
    if isinstance(value, Mapping):
        return {str(_plain(name)): _plain(said) for name, said in value.items()}
    if isinstance(value, Set | tuple):
        return [_plain(one) for one in (sorted(value) if isinstance(value, Set) else value)]
    if isinstance(value, date):
        return value.isoformat()
    return cast("Plain", value.value if isinstance(value, Enum) else value)


def _has_to_be_said(one: "Field[object]", said: object) -> bool:
    if one.default_factory is not MISSING:
        return said != one.default_factory()
    return one.default is MISSING or said != one.default


def _differences(pointer: str, before: Plain, after: Plain) -> Iterator[Difference]:
    if before == after:
        return
    one, other = _named(before), _named(after)
    if one is None or other is None:
        yield Difference(pointer, before, after)
        return
    for name in dict.fromkeys([*one, *other]):
        yield from _differences(f"{pointer}/{name}", one.get(name), other.get(name))


def _named(value: Plain) -> Mapping[str, Plain] | None:
    """Return the parts of something by their names, if it has any."""
    if isinstance(value, dict):
        return value
    if isinstance(value, list) and value and all(_has_id(one) for one in value):
        return {str(cast("dict[str, Plain]", one)["id"]): one for one in value}
    return None


def _has_id(value: Plain) -> bool:
    return isinstance(value, dict) and "id" in value
