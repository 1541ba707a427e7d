"""How those who act in the demo act: capacity, thresholds and delays, read from `ways.toml`."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any, TypeVar


@dataclass(frozen=True, slots=True)
class Officers:
    """Minutes of a day, what each act takes of them, and how many firms a week that makes."""

    minutes_a_day: int
    accept: int
    visit_on_site: int
    visit_by_phone: int
    plan: int
    deliver: int
    weekly: int
    submit: int
    review: int
    look_again_after_days: int
    look_again_every_days: int


@dataclass(frozen=True, slots=True)
class Doubt:
    """What a visit that finds nothing wrong looks like."""

    staff_present_share: float


@dataclass(frozen=True, slots=True)
class City:
    """When the bank meetings are, and how they are prepared."""

    meetings: tuple[date, ...]
    papers_days_before: int


@dataclass(frozen=True, slots=True)
class Banks:
    """When banks answer, and what they lend to."""

    answer_after_days: int
    decide_after_days: int
    sign_after_days: int
    most_months_in_arrears: int
    most_fall_percent: float
    most_per_head: int
    years_least: int


@dataclass(frozen=True, slots=True)
class Ways:
    """All of it."""

    officers: Officers
    doubt: Doubt
    city: City
    banks: Banks


class WaysUnreadable(ValueError):
    """The file lacks a number, or has one that nobody knows."""


S = TypeVar("S", Officers, Doubt, City, Banks)


@cache
def ways() -> Ways:
    """Read the file that comes with the simulation."""
    return read(tomllib.loads((files(__package__) / "ways.toml").read_text(encoding="utf-8")))


def read(document: Mapping[str, Any]) -> Ways:
    """Read ways from a document; raise WaysUnreadable."""
    if unknown := set(document) - {"officers", "doubt", "city", "banks"}:
        raise WaysUnreadable(f"unknown: {sorted(unknown)}")
    return Ways(
        officers=_section(Officers, document, "officers"),
        doubt=_section(Doubt, document, "doubt"),
        city=_section(City, document, "city"),
        banks=_section(Banks, document, "banks"),
    )


def _section(kind: type[S], document: Mapping[str, Any], name: str) -> S:
    given = document.get(name, {})
    wanted = {field.name: field.type for field in fields(kind)}
    if set(given) != set(wanted):
        raise WaysUnreadable(f"{name}: {sorted(set(given) ^ set(wanted))}")
    if unsaid := [key for key, entry in given.items() if not entry.get("source")]:
        raise WaysUnreadable(f"{name}: without source: {unsaid}")
    values: dict[str, Any] = {key: entry["value"] for key, entry in given.items()}
    days = {
        key: tuple(date.fromisoformat(each) for each in value)
        for key, value in values.items()
        if wanted[key] == tuple[date, ...]
    }
    return kind(**values | days)
