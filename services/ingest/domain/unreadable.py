"""What a format lets through and no column can take: kept in its place until its row is judged."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class RepeatedNames:
    """Stands for a JSON object in which names occur twice: which value holds is anyone's guess."""

    names: tuple[str, ...]


@dataclass(frozen=True)
class NotANumber:
    """Stands for NaN, Infinity, or an exponent beyond any number."""

    text: str


@dataclass(frozen=True)
class Untranslated:
    """Stands for a value that the sender's mapping cannot translate; `code` says why."""

    code: str
    text: str
    values: Mapping[str, int | str] = field(default_factory=dict)


@dataclass(frozen=True)
class Named:
    """Stands for the credit code of an enterprise that the sender names and does not number."""

    text: str


Record = dict[str, object] | RepeatedNames
