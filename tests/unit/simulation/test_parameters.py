"""The parameters: read strictly, each with its source, scaled by seeded factors."""

from dataclasses import fields, is_dataclass
from hashlib import sha256
from importlib.resources import files
from typing import Any

import pytest

from simulation.parameters import ParametersUnreadable, perturbed, read
from simulation.shape import Parameters

TEXT = (files("simulation") / "parameters.toml").read_text(encoding="utf-8")


def faults(text: str) -> tuple[str, ...]:
    with pytest.raises(ParametersUnreadable) as refused:
        read(text)
    return refused.value.faults


def test_a_missing_key_is_named() -> None:
    lines = [line for line in TEXT.splitlines() if not line.startswith("staff_median")]
    assert faults("\n".join(lines)) == ("population.staff_median: missing",)


def test_an_unknown_key_and_an_unknown_section_are_named() -> None:
    more = TEXT.replace("[churn]", '[churn]\nluck = { value = 1.0, source = "none" }', 1)
    assert faults(more + "\n[magic]\n") == ("magic: unknown", "churn.luck: unknown")


def test_a_number_without_a_source_is_refused() -> None:
    bare = "staff_median = 8.0"
    line = next(line for line in TEXT.splitlines() if line.startswith("staff_median"))
    assert faults(TEXT.replace(line, bare)) == (
        "population.staff_median: needs a value and a source, and nothing else",
    )


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        ("late = { value = 0.04", "late = { value = 1.04"),
        ("late = { value = 0.04", "late = { value = true"),
        ("late = { value = 0.04", 'late = { value = "0.04"'),
        ("lag_days = { value = [10, 20]", "lag_days = { value = [10, 20, 30]"),
        ("lag_days = { value = [10, 20]", "lag_days = { value = [10, 20.5]"),
        ('second_from = { value = "2020-09-01"', 'second_from = { value = "2020-13-01"'),
    ],
)
def test_a_value_of_another_kind_is_refused(was: str, becomes: str) -> None:
    assert was in TEXT
    (fault,) = faults(TEXT.replace(was, becomes))
    assert was.split(" ", maxsplit=1)[0] in fault


def test_a_service_and_a_trade_need_their_source_too() -> None:
    lines = TEXT.splitlines()
    at = lines.index('code = "6513"')
    gone = next(place for place in range(at, len(lines)) if lines[place].startswith("source"))
    del lines[gone]
    assert faults("\n".join(lines)) == ("trades[0].source: missing",)


def leaves(section: Any, place: str = "") -> dict[str, Any]:
    found: dict[str, Any] = {}
    for field in fields(section):
        value = getattr(section, field.name)
        rows = value if isinstance(value, tuple) else (value,)
        if is_dataclass(rows[0]):
            for number, row in enumerate(rows):
                found |= leaves(row, f"{place}.{field.name}.{number}")
        else:
            found[f"{place}.{field.name}"] = value
    return found


def test_a_perturbation_moves_shares_and_sizes_and_nothing_else(given: Parameters) -> None:
    before, after = leaves(given), leaves(perturbed(given, seed=3, spread=0.2))
    moved = {name for name in before if before[name] != after[name]}
    kinds = {name for name in before if isinstance(before[name], int | str)}
    assert len(moved) > 80
    assert not moved & kinds
    for name in moved:
        parts = after[name] if isinstance(after[name], tuple) else (after[name],)
        assert all(part > 0 for part in parts), name
    assert before[".layoffs.0.mass_share"] == after[".layoffs.0.mass_share"] == 0.10


def test_a_perturbation_belongs_to_its_seed(given: Parameters) -> None:
    assert perturbed(given, seed=3) == perturbed(given, seed=3)
    assert perturbed(given, seed=3) != perturbed(given, seed=4)
    assert perturbed(given, seed=3, spread=0) == given


def test_an_excessive_spread_is_refused(given: Parameters) -> None:
    with pytest.raises(ValueError, match="spread"):
        perturbed(given, seed=1, spread=1.5)


def test_the_parameters_are_frozen(given: Parameters) -> None:
    """Published figures are measured on this city: another one needs figures measured anew."""
    assert sha256(repr(given).encode()).hexdigest() == (
        "9cef0ba94929cd2a9d83d451af3f7a6d84127e964cd29290ef138fafe14bf7cc"
    )
