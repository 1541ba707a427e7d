"""All features together: from the facts about enterprises to what is known of each on a day."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from math import isnan
from uuid import UUID

import numpy as np
import polars as pl

from services.scoring.domain.figures import Figure
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
from services.scoring.domain.rules import Reading
from services.scoring.features import deeds
from services.scoring.features.facts import Facts
from services.scoring.features.figuring import measure_affiliations, measure_records
from services.scoring.features.headcount import Falls, Features, features
from services.scoring.features.months import age_at, month_at
from services.scoring.features.opinions import measure_opinions
from services.scoring.features.panel import Flags, Panel, panel_of

# Says of whose months there is more to say.
Notice = Callable[[Features], Flags]


def measure(
    facts: Facts, as_of: date, *, notice: Notice | None = None, also: Collection[str] = ()
) -> Mapping[str, Measured]:
    """Measure every enterprise of `facts` as known at the end of `as_of`.

    Enterprises of which nothing is known on that day are left out. A kind of fact of which there
    is none costs nothing. With `notice`, those are left out, too, of whom only months are known
    and whom it does not notice, unless they are among `also`.
    """
    known = facts.known(as_of)
    reports = deeds.measure_reports(known.reports, as_of) if len(known.reports) else {}
    told = deeds.measure_told(known.visits, as_of) if len(known.visits) else {}
    visits = deeds.measure_visits(known.visits, as_of) if len(known.visits) else {}
    help_ = deeds.measure_help(known.help, as_of) if len(known.help) else {}
    register = deeds.measure_register(known.entries, as_of) if len(known.entries) else {}
    opinions = measure_opinions(known.opinions, as_of) if len(known.opinions) else {}
    figures = _figures(known, as_of)
    refuted = _refuted(known.refutations, as_of)
    others = refuted.union(reports, told, visits, help_, register, opinions, figures)
    months = _months(known.headcounts, as_of, notice, others.union(also))
    nothing = Months()
    return {
        uscc: Measured(
            headcount=months.get(uscc, nothing).headcount,
            arrears=months.get(uscc, nothing).arrears,
            pay=months.get(uscc, nothing).pay,
            report=reports.get(uscc),
            told=told.get(uscc),
            visit=visits.get(uscc, VisitMeasured()),
            opinions=opinions.get(uscc, OpinionsMeasured()),
            register=register.get(uscc),
            helped=help_.get(uscc, ()),
            figures=figures.get(uscc, {}),
            is_refuted=uscc in refuted,
        )
        for uscc in sorted(others.union(months))
    }


def _figures(known: Facts, as_of: date) -> Mapping[str, Mapping[Reading, Figure]]:
    recorded = measure_records(known.records, as_of) if len(known.records) else {}
    if known.troubles.is_empty():
        return recorded
    theirs = measure_affiliations(known.affiliations, known.troubles, as_of)
    return {
        uscc: {**recorded.get(uscc, {}), **theirs.get(uscc, {})} for uscc in {*recorded, *theirs}
    }


@dataclass(frozen=True, slots=True)
class Months:
    """What the months of one enterprise say."""

    headcount: HeadcountMeasured | None = None
    arrears: ArrearsMeasured | None = None
    pay: PayMeasured | None = None


def measure_months(
    panel: Panel, found: Features, places: Iterable[int], as_of: date
) -> Mapping[str, Months]:
    """Say what the months of these enterprises (places in the panel) say."""
    names, imports = panel.uscc, panel.import_ids
    return {
        names[place]: Months(
            _headcount(found, place, imports, as_of),
            _arrears(found, place, imports, as_of),
            _pay(found, place, imports, as_of),
        )
        for place in places
    }


def _months(
    known: pl.DataFrame, as_of: date, notice: Notice | None, also: Collection[str]
) -> Mapping[str, Months]:
    if known.is_empty():
        return {}
    panel = panel_of(known, as_of)
    found = features(panel)
    if notice is None:
        return measure_months(panel, found, range(len(panel)), as_of)
    wanted = notice(found) | panel.uscc.is_in(list(also)).to_numpy()
    return measure_months(panel, found, np.flatnonzero(wanted).tolist(), as_of)


def _refuted(known: pl.DataFrame, as_of: date) -> set[str]:
    return set(known.filter(pl.col("received_on") == as_of)["uscc"])


def _headcount(
    found: Features, place: int, imports: pl.Series, as_of: date
) -> HeadcountMeasured | None:
    counts = found.headcount
    at = int(counts.month[place])
    if at < 0:
        return None
    return HeadcountMeasured(
        month=month_at(at),
        age_days=age_at(at, as_of),
        import_id=UUID(imports[int(counts.imports[place])]),
        headcount=int(counts.headcount[place]),
        on_month=_fall(counts.on_month, place),
        cumulated=_fall(counts.cumulated, place),
        rolling=_fall(counts.rolling, place),
        on_year=_fall(counts.on_year, place),
        month_attrition=_attrition(counts.spread[place], counts.month_season[place]),
        window_attrition=_attrition(counts.window_spread[place], counts.window_season[place]),
        year_attrition=_attrition(counts.year_spread[place], 0.0),
    )


def _attrition(spread: float, season: float) -> Attrition:
    return Attrition(
        spread=0.0 if isnan(spread) else float(spread),
        season=0 if isnan(season) else int(season),
    )


def _fall(falls: Falls, place: int) -> Fall | None:
    base = falls.base[place]
    if isnan(base):
        return None
    return Fall(int(base), int(falls.persons[place]), float(falls.share[place]))


def _arrears(
    found: Features, place: int, imports: pl.Series, as_of: date
) -> ArrearsMeasured | None:
    owed = found.arrears
    if owed is None or (at := int(owed.month[place])) < 0:
        return None
    return ArrearsMeasured(
        month_at(at),
        age_at(at, as_of),
        UUID(imports[int(owed.imports[place])]),
        int(owed.months[place]),
        int(owed.before[place]),
    )


def _pay(found: Features, place: int, imports: pl.Series, as_of: date) -> PayMeasured | None:
    paid = found.pay
    if paid is None or (at := int(paid.month[place])) < 0 or isnan(paid.usual[place]):
        return None
    return PayMeasured(
        month_at(at),
        age_at(at, as_of),
        UUID(imports[int(paid.imports[place])]),
        float(paid.average[place]),
        float(paid.usual[place]),
    )
