"""The features of what happens once: reported plans, visits, help, changes of the register.

- A plan: the last one reported (or told at a visit); one of nobody is none. Several reports of one
  day, as of two sites, are one plan together: its first day is the earliest.
- A visit: of each thing, the last visit that found it out; of several on that day, the worst. Only
  on site can be seen that it is shut, that equipment is gone or that the owner is away; of an
  owner who can be reached by telephone nothing follows.
- Help counts for half a year.
- The register: the day on which it last left the state `active`, and the last cut of capital; an
  entry that began otherwise says nothing of when.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import polars as pl

from services.scoring.domain.measured import (
    HelpMeasured,
    PlanMeasured,
    RegisterMeasured,
    Sight,
    VisitMeasured,
)

PLAN_DAYS = 180
DONE_DAYS = 7
VISIT_DAYS = 180
HELP_DAYS = 180
_ACTIVE = "active"

_ON_SITE = pl.col("on_site")
# What is found out at a visit; null is what was not.
_SIGHTS: Mapping[str, pl.Expr] = {
    "shut": pl.when(_ON_SITE).then(~pl.col("operating")).cast(pl.Int64),
    "equipment_moved": pl.when(_ON_SITE).then(pl.col("equipment_moved")).cast(pl.Int64),
    "owner_away": pl.when(_ON_SITE | pl.col("owner_reachable"))
    .then(~pl.col("owner_reachable"))
    .cast(pl.Int64),
    "gathering": pl.col("gathering").cast(pl.Int64),
    "wages_owed": pl.col("wages_owed_months"),
}


def measure_reports(known: pl.DataFrame, as_of: date) -> Mapping[str, PlanMeasured]:
    """Measure what every enterprise planned on the last day on which it reported."""
    recent = known.filter(
        pl.col("planned") > 0,
        pl.col("reported_on") > as_of - timedelta(days=PLAN_DAYS),
        pl.col("layoff_on").is_null() | (pl.col("layoff_on") >= as_of - timedelta(days=DONE_DAYS)),
    )
    last = (
        recent.filter(pl.col("reported_on") == pl.col("reported_on").max().over("uscc"))
        .sort("reference")
        .group_by("uscc", maintain_order=True)
        .agg(
            pl.col("reported_on", "import_id").last(),
            pl.col("planned").sum(),
            pl.col("headcount").max(),
            pl.col("layoff_on").min(),
        )
    )
    return {
        row["uscc"]: _plan(row, row["reported_on"], row["import_id"], as_of)
        for row in last.iter_rows(named=True)
    }


def measure_told(visits: pl.DataFrame, as_of: date) -> Mapping[str, PlanMeasured]:
    """Measure the last plan that every enterprise told an officer; zero takes it back."""
    told = visits.filter(
        pl.col("planned").is_not_null(),
        pl.col("visited_on") > as_of - timedelta(days=VISIT_DAYS),
    )
    last = told.sort("visited_on", "planned", "id").unique("uscc", keep="last", maintain_order=True)
    return {
        row["uscc"]: _plan({**row, "headcount": None}, row["visited_on"], row["id"], as_of)
        for row in last.filter(pl.col("planned") > 0).iter_rows(named=True)
    }


def _plan(row: Mapping[str, Any], said_on: date, id_: str, as_of: date) -> PlanMeasured:
    return PlanMeasured(
        said_on=said_on,
        age_days=max(0, (as_of - said_on).days),
        id=UUID(id_),
        planned=row["planned"],
        headcount=row["headcount"],
        layoff_on=row["layoff_on"],
    )


def measure_visits(known: pl.DataFrame, as_of: date) -> Mapping[str, VisitMeasured]:
    """Measure what officers last found out of every enterprise."""
    recent = known.filter(pl.col("visited_on") > as_of - timedelta(days=VISIT_DAYS))
    seen: dict[str, dict[str, Sight]] = {}
    for name, sight in _SIGHTS.items():
        last = (
            recent.select("uscc", "visited_on", "id", sight.alias("value"))
            .drop_nulls("value")
            .sort("visited_on", "value", "id")
            .unique("uscc", keep="last", maintain_order=True)
        )
        for uscc, visited_on, deed, value in last.iter_rows():
            age = max(0, (as_of - visited_on).days)
            seen.setdefault(uscc, {})[name] = Sight(value, visited_on, age, UUID(deed))
    return {uscc: VisitMeasured(**sights) for uscc, sights in seen.items()}


def measure_help(known: pl.DataFrame, as_of: date) -> Mapping[str, tuple[HelpMeasured, ...]]:
    """Measure the services and loans that reached every enterprise in the last half year."""
    recent = known.filter(pl.col("given_on") > as_of - timedelta(days=HELP_DAYS))
    given: dict[str, tuple[HelpMeasured, ...]] = {}
    for row in recent.sort("given_on", "service", "id").iter_rows(named=True):
        help_ = HelpMeasured(
            service=row["service"],
            given_on=row["given_on"],
            age_days=max(0, (as_of - row["given_on"]).days),
            id=UUID(row["id"]),
            persons=row["persons"],
            amount=row["amount"],
        )
        given[row["uscc"]] = (*given.get(row["uscc"], ()), help_)
    return given


def measure_register(known: pl.DataFrame, as_of: date) -> Mapping[str, RegisterMeasured]:
    """Measure what the register changed of every enterprise."""
    entries = known.sort("uscc", "version").with_columns(
        pl.col("status", "capital").shift().over("uscc").name.prefix("before_")
    )
    is_left = (pl.col("status") != _ACTIVE) & (pl.col("before_status") == _ACTIVE)
    cut = (pl.col("before_capital") - pl.col("capital")) / pl.col("before_capital")
    changed = (
        entries.with_columns(
            pl.when(is_left).then(pl.col("status")).alias("left_for"),
            pl.when(cut > 0).then(cut).alias("cut"),
        )
        .group_by("uscc", maintain_order=True)
        .agg(
            pl.col("status").last(),
            *(
                pl.col(name).filter(pl.col(of).is_not_null()).last().alias(f"{of}:{name}")
                for of in ("left_for", "cut")
                for name in (of, "received_on", "import_id")
            ),
        )
    )
    measured = {}
    for row in changed.iter_rows(named=True):
        gone = row["status"] != _ACTIVE and row["left_for:left_for"] is not None
        of = "left_for" if gone else "cut"
        if (changed_on := row[f"{of}:received_on"]) is not None:
            measured[row["uscc"]] = RegisterMeasured(
                status=row["status"] if gone else None,
                capital_cut=row["cut:cut"],
                changed_on=changed_on,
                age_days=max(0, (as_of - changed_on).days),
                import_id=UUID(row[f"{of}:import_id"]),
            )
    return measured
