"""All features together: from the facts about enterprises to what is known of each on a day."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

import polars as pl

from services.scoring.domain.measured import (
    ArrearsMeasured,
    Attrition,
    Fall,
    HeadcountMeasured,
    Measured,
    OpinionsMeasured,
    PayMeasured,
    VisitMeasured,
)
from services.scoring.features import deeds
from services.scoring.features.facts import Facts
from services.scoring.features.headcount import WINDOW, age_at, features, month_at
from services.scoring.features.opinions import measure_opinions

_Row = Mapping[str, object]


def measure(facts: Facts, as_of: date) -> Mapping[str, Measured]:
    """Measure every enterprise of `facts` as known at the end of `as_of`.

    Enterprises of which nothing is known on that day are left out. A kind of fact of which there
    is none costs nothing.
    """
    known = facts.known(as_of)
    months = _months(known.headcounts, as_of)
    reports = deeds.measure_reports(known.reports, as_of) if len(known.reports) else {}
    told = deeds.measure_told(known.visits, as_of) if len(known.visits) else {}
    visits = deeds.measure_visits(known.visits, as_of) if len(known.visits) else {}
    help_ = deeds.measure_help(known.help, as_of) if len(known.help) else {}
    register = deeds.measure_register(known.entries, as_of) if len(known.entries) else {}
    opinions = measure_opinions(known.opinions, as_of) if len(known.opinions) else {}
    refuted = _refuted(known.refutations, as_of)
    kinds = (months, reports, told, visits, help_, register, opinions)
    return {
        uscc: Measured(
            headcount=_headcount(months.get(uscc, {}), as_of),
            arrears=_arrears(months.get(uscc, {}), as_of),
            pay=_pay(months.get(uscc, {}), as_of),
            report=reports.get(uscc),
            told=told.get(uscc),
            visit=visits.get(uscc, VisitMeasured()),
            opinions=opinions.get(uscc, OpinionsMeasured()),
            register=register.get(uscc),
            helped=help_.get(uscc, ()),
            is_refuted=uscc in refuted,
        )
        for uscc in sorted(refuted.union(*kinds))
    }


def _months(known: pl.DataFrame, as_of: date) -> Mapping[str, _Row]:
    if known.is_empty():
        return {}
    return {row["uscc"]: row for row in features(known, as_of).iter_rows(named=True)}


def _refuted(known: pl.DataFrame, as_of: date) -> set[str]:
    return set(known.filter(pl.col("received_on") == as_of)["uscc"])


def _headcount(row: _Row, as_of: date) -> HeadcountMeasured | None:
    match row:
        case {"headcount_at": int(at), "headcount": int(count), "headcount_import": str(of)}:
            return HeadcountMeasured(
                month=month_at(at),
                age_days=age_at(at, as_of),
                import_id=UUID(of),
                headcount=count,
                on_month=_fall_of(row, "month"),
                cumulated=_fall_of(row, "cumulated"),
                rolling=_fall_of(row, "rolling"),
                on_year=_fall_of(row, "year"),
                month_attrition=_attrition(row, "month_spread", "season:1"),
                window_attrition=_attrition(row, "window_spread", f"season:{WINDOW}"),
                year_attrition=_attrition(row, "year_spread", None),
            )
        case _:
            return None


def _attrition(row: _Row, spread: str, season: str | None) -> Attrition:
    known, before = row[spread], None if season is None else row[season]
    return Attrition(
        spread=known if isinstance(known, float) else 0.0,
        season=before if isinstance(before, int) else 0,
    )


def _fall_of(row: _Row, name: str) -> Fall | None:
    match row[f"{name}_base"], row[f"{name}_persons"], row[f"{name}_share"]:
        case int(base), int(persons), float(share):
            return Fall(base, persons, share)
        case _:
            return None


def _arrears(row: _Row, as_of: date) -> ArrearsMeasured | None:
    match row:
        case {
            "arrears_at": int(at),
            "arrears": int(count),
            "arrears_before": int(before),
            "arrears_import": str(of),
        }:
            return ArrearsMeasured(month_at(at), age_at(at, as_of), UUID(of), count, before)
        case _:
            return None


def _pay(row: _Row, as_of: date) -> PayMeasured | None:
    match row:
        case {
            "pay_at": int(at),
            "pay": float(average),
            "pay_usual": float(usual),
            "pay_import": str(of),
        }:
            return PayMeasured(month_at(at), age_at(at, as_of), UUID(of), average, usual)
        case _:
            return None
