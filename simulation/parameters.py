"""The parameters of a city, read strictly from their file, and scaled for tests of robustness."""

import math
import tomllib
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any, Final, TypeVar, get_args, get_origin, get_type_hints

from simulation.chance import Chance
from simulation.shape import SHARE, SIZE, Parameters

_VALUE, _SOURCE = "value", "source"
_LARGEST_SPREAD: Final = 1.0
Section = TypeVar("Section")


class ParametersUnreadable(ValueError):
    """The file lacks keys, has others, or says something of another kind; all are named."""

    def __init__(self, faults: list[str]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(faults))


@cache
def parameters() -> Parameters:
    """Return the parameters that the published figures were measured with."""
    return read((files("simulation") / "parameters.toml").read_text(encoding="utf-8"))


def read(text: str) -> Parameters:
    """Read a file of parameters; unknown, missing, unsourced and ill-typed keys are all named."""
    faults: list[str] = []
    read_ones = _table(Parameters, tomllib.loads(text), "", faults)
    if faults:
        raise ParametersUnreadable(faults)
    return Parameters(**read_ones)


def perturbed(given: Parameters, *, seed: int, spread: float = 0.15) -> Parameters:
    """Scale every share by its odds and every size by its ratio, each by an own seeded factor.

    `spread` is the standard deviation of the factor's logarithm.
    """
    if not 0 <= spread <= _LARGEST_SPREAD:
        raise ValueError(f"a spread of {spread} is not between 0 and {_LARGEST_SPREAD}")
    return _perturb(given, Chance(seed), spread, "")


def _table(
    of: type[Any], table: Mapping[str, Any], place: str, faults: list[str]
) -> dict[str, Any]:
    hints = get_type_hints(of, include_extras=True)
    names = [field.name for field in fields(of)]
    faults += [f"{place}{name}: unknown" for name in table if name not in names]
    found: dict[str, Any] = {}
    for name in names:
        if name not in table:
            faults.append(f"{place}{name}: missing")
        else:
            found[name] = _entry(hints[name], table[name], f"{place}{name}", faults)
    return found


def _entry(kind: object, raw: object, place: str, faults: list[str]) -> object:
    """Read a section, a list of rows, or a number with its source."""
    if is_dataclass(kind) and isinstance(kind, type):
        return _section(kind, raw, place, faults)
    row = get_args(kind)[0] if get_origin(kind) is tuple else None
    if is_dataclass(row) and isinstance(row, type):
        if not isinstance(raw, list):
            faults.append(f"{place}: not a list of tables")
            return None
        return tuple(_row(row, one, f"{place}[{number}]", faults) for number, one in enumerate(raw))
    if not isinstance(raw, dict) or set(raw) != {_VALUE, _SOURCE} or not raw[_SOURCE]:
        faults.append(f"{place}: needs a value and a source, and nothing else")
        return None
    return _value(kind, raw[_VALUE], place, faults)


def _section(kind: type[Any], raw: object, place: str, faults: list[str]) -> object:
    if not isinstance(raw, dict):
        faults.append(f"{place}: not a section")
        return None
    before = len(faults)
    values = _table(kind, raw, f"{place}.", faults)
    return kind(**values) if len(faults) == before else None


def _row(kind: type[Any], raw: Mapping[str, Any], place: str, faults: list[str]) -> object:
    hints = get_type_hints(kind, include_extras=True)
    before = len(faults)
    faults += [f"{place}.{name}: unknown" for name in raw if name not in hints]
    faults += [f"{place}.{name}: missing" for name in hints if name not in raw]
    if len(faults) > before:
        return None
    values = {name: _value(hints[name], raw[name], f"{place}.{name}", faults) for name in hints}
    return kind(**values) if len(faults) == before else None


def _value(kind: object, raw: object, place: str, faults: list[str]) -> object:
    plain, scaling = _plain(kind)
    try:
        value = _typed(plain, raw)
    except (TypeError, ValueError):
        faults.append(f"{place}: {raw!r} is not {plain}")
        return None
    if scaling == SHARE and not all(0 <= part <= 1 for part in _parts(value)):
        faults.append(f"{place}: {raw!r} is not a share between 0 and 1")
    return value


def _typed(plain: object, raw: object) -> object:
    if get_origin(plain) is tuple:
        kinds = get_args(plain)
        if not isinstance(raw, list):
            raise TypeError
        if kinds[-1] is Ellipsis:
            return tuple(_typed(kinds[0], one) for one in raw)
        return tuple(_typed(kind, one) for kind, one in zip(kinds, raw, strict=True))
    if plain is date and isinstance(raw, str):
        return date.fromisoformat(raw)
    if plain is float and isinstance(raw, int | float) and not isinstance(raw, bool):
        return float(raw)
    if type(raw) is not plain:
        raise TypeError
    return raw


def _plain(kind: object) -> tuple[object, str | None]:
    scaling = getattr(kind, "__metadata__", (None,))[0]
    return (get_args(kind)[0], scaling) if scaling else (kind, None)


def _parts(value: object) -> tuple[Any, ...]:
    return value if isinstance(value, tuple) else (value,)


def _perturb(section: Section, chance: Chance, spread: float, place: str) -> Section:
    hints = get_type_hints(type(section), include_extras=True)
    changed: dict[str, Any] = {}
    for name, hint in hints.items():
        value, here = getattr(section, name), f"{place}.{name}"
        if is_dataclass(value):
            changed[name] = _perturb(value, chance, spread, here)
        elif isinstance(value, tuple) and value and is_dataclass(value[0]):
            changed[name] = tuple(
                _perturb(row, chance, spread, f"{here}[{number}]")
                for number, row in enumerate(value)
            )
        elif scaling := _plain(hint)[1]:
            factor = math.exp(chance.stream(here, "perturbed").gauss(0, spread))
            scaled = tuple(_scaled(scaling, part, factor) for part in _parts(value))
            changed[name] = scaled if isinstance(value, tuple) else scaled[0]
    return replace(section, **changed)  # type: ignore[type-var]  # sections are dataclasses


def _scaled(scaling: str, number: float, factor: float) -> float:
    if scaling == SIZE:
        return number * factor
    if number in {0.0, 1.0} or factor == 1:
        return number
    odds = number / (1 - number) * factor
    return odds / (1 + odds)
