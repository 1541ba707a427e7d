"""Why the learned model says what it says of an enterprise on a day.

Judged anew from the facts that were known on the day, by the same features and the same model:
what is said of one enterprise is what was said when the whole city was judged. The shares are the
exact ones of `model/fitted.py`: the base and all of them sum to the score, in log-odds, to the last
bit; the likelihood is that score, calibrated. What each share does to the likelihood itself is told
beside it (`domain/points.py`): those sum to the likelihood, to its last place.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from math import isfinite
from typing import Final
from uuid import UUID

import polars as pl

from services.scoring.city import PLACES
from services.scoring.domain.points import in_points
from services.scoring.domain.rules import Source
from services.scoring.features.facts import Facts
from services.scoring.features.headcount import features
from services.scoring.features.lookups import Look, looks
from services.scoring.features.months import month_at
from services.scoring.features.panel import Floats, Panel, panel_of
from services.scoring.features.successions import summed
from services.scoring.model.shadow import MonthsModel

_FALLS: Final = ("month", "cumulated", "rolling", "year")
Parameters = Mapping[str, int | float | str]

# Features that are parts of a whole, and those that compare the staff of two months.
SHARES: Final[Collection[str]] = frozenset(
    {"month_share", "cumulated_share", "rolling_share", "year_share", "spread_share", "pay_fall"}
)
_COMPARED: Final[Collection[str]] = frozenset(
    {
        *(f"{name}_{of}" for name in _FALLS for of in ("persons", "share")),
        *("month_season", "window_season"),
    }
)
# Told by the enterprise itself, if it says anything, and not summed over those it inherited from.
_OWN: Final = frozenset({"arrears", "pay"})
_NEVER: Final = Look((), (), None, None)


@dataclass(frozen=True, slots=True)
class Observed:
    """A version of an observation that a feature was read from."""

    uscc: str
    feed: str
    period: str
    version: int
    import_id: UUID


@dataclass(frozen=True, slots=True)
class Part:
    """A feature, its share of the score (log-odds) and what that does to the likelihood (`points`).

    `value` is None where it is unknown.

    `parameters` fill its sentence: the `value`, the months `since` and `period` of which it speaks,
    `percent` where it is a share, and where two values are compared, `before`, `now`, `change`.
    """

    feature: str
    value: float | None
    contribution: float
    points: float
    parameters: Parameters
    observations: tuple[Observed, ...]


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What the model says: likelihoods to four places, `base` and `margin` in log-odds.

    `parts` are all features, those first that change the likelihood most. With `base` their shares
    sum to `margin` exactly, with `start` their points to `likelihood`.
    """

    likelihood: float
    low: float
    high: float
    start: float
    base: float
    margin: float
    parts: tuple[Part, ...]


def foresee(facts: Facts, uscc: str, as_of: date, champion: MonthsModel) -> Foreseen | None:
    """Judge an enterprise on a day, and say why; None if no month of it is known."""
    told = facts.of({uscc}).told(as_of).headcounts
    panel = panel_of(summed(told), as_of)
    if not len(panel):
        return None
    named = features(panel).named()
    said, why = champion.predict(named), champion.explain(named)
    shares = {feature: share for feature, share in why.items() if feature is not None}
    likelihood = round(float(said.chances[0]), PLACES)
    start, points = in_points(
        tuple(shares.values()), base=why[None], likely=likelihood, curve=champion.likelihood_at
    )
    seen = looks(panel, 0)
    parts = [
        Part(
            feature,
            value if isfinite(value := float(named[feature][0])) else None,
            share,
            point,
            _parameters(feature, named, seen.get(feature, _NEVER), panel),
            _observed(seen.get(feature, _NEVER), panel, told) if isfinite(value) else (),
        )
        for (feature, share), point in zip(shares.items(), points, strict=True)
    ]
    return Foreseen(
        likelihood=likelihood,
        low=round(float(said.lows[0]), PLACES),
        high=round(float(said.highs[0]), PLACES),
        start=start,
        base=why[None],
        margin=float(said.margins[0]),
        parts=tuple(sorted(parts, key=_weight)),
    )


def _weight(part: Part) -> tuple[float, float, str]:
    return -abs(part.points), -abs(part.contribution), part.feature


def _parameters(feature: str, named: Mapping[str, Floats], look: Look, panel: Panel) -> Parameters:
    value = float(named[feature][0])
    since, until = look.since, look.until
    if not isfinite(value) or until is None:
        return {}
    said: dict[str, int | float | str] = {
        "value": _plain(value),
        "since": month_at(panel.first + (until if since is None else since)),
        "period": month_at(panel.first + until),
    }
    if feature in SHARES:
        said["percent"] = round(100 * value, 1)
    if feature in _COMPARED and since is not None:
        counts = panel.headcount[:, 0]
        said |= _compared(float(counts[since]), float(counts[until]))
    elif feature == "pay_fall":
        said |= _compared(float(named["pay_usual"][0]), float(named["pay"][0]))
    return said


def _compared(before: float, now: float) -> Parameters:
    return {"before": _plain(before), "now": _plain(now), "change": _plain(now - before)}


def _plain(value: float) -> int | float:
    return int(value) if value.is_integer() else round(value, 2)


def _observed(look: Look, panel: Panel, told: pl.DataFrame) -> tuple[Observed, ...]:
    """Return the rows of these months that say anything of these measures."""
    months = [month_at(panel.first + row) for row in look.rows]
    says = [pl.col(name).is_not_null() for name in look.measures]
    rows = told.filter(pl.col("period").is_in(months), pl.any_horizontal(says))
    rows = rows.sort("period", "origin", nulls_last=False)
    if _OWN.issuperset(look.measures):
        rows = rows.unique("period", keep="first", maintain_order=True)
    return tuple(
        Observed(
            row["origin"] or row["uscc"],
            Source.HEADCOUNT.value,
            row["period"],
            row["version"],
            UUID(row["import_id"]),
        )
        for row in rows.iter_rows(named=True)
    )
