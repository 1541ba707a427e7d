"""What JSON lets through and no column can take: kept in its place until its row is judged."""

from dataclasses import dataclass


@dataclass(frozen=True)
class RepeatedNames:
    """Stands for a JSON object in which names occur twice: which value holds is anyone's guess."""

    names: tuple[str, ...]


@dataclass(frozen=True)
class NotANumber:
    """Stands for NaN, Infinity, or an exponent beyond any number."""

    text: str


Record = dict[str, object] | RepeatedNames
