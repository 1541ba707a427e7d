"""Learns from examples of the past, and says of later ones how right it was.

Forward in time, with an embargo: the latest ends of months are tested by a model that learned from
what was known on the first of them, that is from days whose horizon had ended and whose labels had
been received by then. The tested rows take no part in choosing, calibrating or directing anything.
The model that is kept then learns from all examples, in the same way; its card tells the figures
of the tested one.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import numpy as np
import polars as pl

from services.scoring.domain.model_life import Asking
from services.scoring.examples import NAMES, ripe_before
from services.scoring.model import engine
from services.scoring.model.arrays import Flags, Floats
from services.scoring.model.cases import Cases
from services.scoring.model.engine import Shape
from services.scoring.model.evaluation import Figures, evaluate, turned
from services.scoring.model.fitted import Model
from services.scoring.model.report import figures_as_json
from services.scoring.model.shadow import cases_of
from services.scoring.model.training import Options, train

# Of the days, this share is tested.
_TESTED: Final = 0.3
# Events and calm cases to learn from and to test; of fewer, nothing that is said would hold.
FEWEST_LEARNED: Final = 50
FEWEST_TESTED: Final = 20
# Whoever has fewer staff is a micro firm.
MICRO: Final = 10
_KS: Final = (20, 50, 100, 200)
# The city is judged by each member in turn: three are quick enough. A few wide trees are as right
# of eighteen features as the many narrow ones that panels of any layout need, in a third of the
# time.
_MEMBERS: Final = 3
_SHAPE: Final = Shape(trees=200, depth=4, rate=0.1, columns=0.5)
# More lost, owed or unpaid may only mean more risk.
_RISING: Final = (
    "month_share",
    "cumulated_share",
    "rolling_share",
    "year_share",
    "arrears",
    "arrears_before",
    "pay_fall",
)
_TOP: Final = 12
_GROUPS: Final = 10


class Unfit(Exception):
    """There is too little to learn from; `code` names the sentence, `values` fill it."""

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code, values)
        self.code = code
        self.values = values


@dataclass(frozen=True, slots=True)
class Plan:
    """Which ends of months are learned from, and which are tested, the first of them the cut."""

    learned: tuple[date, ...]
    tested: tuple[date, ...]

    @property
    def cut(self) -> date:
        """Return the day as of which the tested model learned."""
        return self.tested[0]


@dataclass(frozen=True)
class Learned:
    """A model, and its card."""

    model: Model
    card: Mapping[str, Any]


def plan(days: Sequence[date], asking: Asking) -> Plan:
    """Divide the days whose horizon has ended. Raises Unfit."""
    months = asking.target.months
    last = ripe_before(asking.as_of, months)
    ripe = tuple(day for day in sorted(days) if day <= last)
    # Between what is learned and what is tested lies the horizon.
    room = len(ripe) - months - 1
    if room < 1:
        raise Unfit("short_history", months=len(ripe), needed=months + 2)
    tested = min(room, max(1, round(_TESTED * (len(ripe) - months))))
    cut = ripe[-tested]
    return Plan(tuple(day for day in ripe if day <= ripe_before(cut, months)), ripe[-tested:])


def options_of(seed: int) -> Options:
    """Return how the platform's own model is trained."""
    return Options(
        members=_MEMBERS,
        seed=seed,
        shape=_SHAPE,
        pairs=False,
        forests=False,  # they know no monotone sign, and a city must be judged in a second
        monotone=dict.fromkeys(_RISING, 1),
    )


def learn(
    asking: Asking,
    planned: Plan,
    *,
    before: pl.DataFrame,
    tested: pl.DataFrame,
    whole: pl.DataFrame,
    champion: Mapping[str, Any] | None = None,
    rival: Model | None = None,
) -> Learned:
    """Learn from examples (in the columns of `examples.SCHEMA`). Raises Unfit.

    `before` has the labels of the learned days as known on the cut; `tested` and `whole` (the
    learned days, and those between) as known now. `rival` is the champion so far, if it learned
    from none of the tested days; `champion` is what the card says of it.
    """
    begun = time.perf_counter()
    label = asking.target.value
    early, late = _labelled(before, label), _labelled(tested, label)
    _enough(early, label, "few_events_learned", FEWEST_LEARNED)
    _enough(late, label, "few_events_tested", FEWEST_TESTED)
    options = options_of(asking.seed)
    learned, asked = _cases(early, label), _cases(late, label)
    trial = train(learned, {}, options)
    said = trial.predict(asked)
    ks = tuple(k for k in _KS if k <= len(asked)) or (len(asked),)
    labels = asked.labels
    by_rules = late["likelihood"].to_numpy().astype(np.float64)
    singles = {
        name: evaluate(labels, values, None, ks) for name, values in turned(learned, asked).items()
    }
    best = max(singles, key=lambda name: (singles[name].average_precision, name))

    def figures(part: Flags) -> dict[str, Any]:
        return {
            "learned": _of(part, labels, said.margins, said.chances, ks),
            "rules": _of(part, labels, by_rules, by_rules, ks),
        }

    everyone = np.ones(len(labels), np.bool_)
    everything = _labelled(pl.concat([whole, tested]), label)
    kept = train(_cases(everything, label), {}, options)
    card: dict[str, Any] = {
        "target": label,
        "as_of": asking.as_of.isoformat(),
        "sample": asking.sample,
        "handed_over_until": _iso(asking.handed_over_until),
        "learned_from": _extent(early, label),
        "tested_on": _extent(late, label),
        "kept_from": _extent(everything, label),
        "cut": planned.cut.isoformat(),
        "embargo_months": asking.target.months,
        "figures": {
            **figures(everyone),
            "best_single": {"indicator": best, **figures_as_json(singles[best])},
            "scorecard": figures_as_json(evaluate(labels, trial.points(asked), None, ks)),
            "champion": champion
            and {**champion, **(_rival(rival, asked, ks) if rival is not None else {})},
        },
        "groups": {name: figures(part) for name, part in _groups(late).items()},
        "reliability": _reliability(labels, said.chances, by_rules),
        "goes_by": [
            {"feature": feature.name, "worth": round(worth, 4)}
            for feature, worth in list(zip(kept.features, kept.worth, strict=True))[:_TOP]
        ],
        "scorecard": {
            "base": kept.scorecard.base,
            "rows": [
                {"feature": row.feature, "edges": row.edges, "points": row.points}
                for row in kept.scorecard.rows
            ],
        },
        "rising": list(_RISING),
        "seed": asking.seed,
        "engine": engine.version(),
        "seconds": round(time.perf_counter() - begun, 2),
    }
    return Learned(kept, card)


def named(found: pl.DataFrame) -> Mapping[str, Floats]:
    """Return the features of examples as a model takes them."""
    return {name: found[name].cast(pl.Float64).fill_null(np.nan).to_numpy() for name in NAMES}


def reliability(labels: Floats, chances: Floats) -> list[dict[str, Any]]:
    """Compare what was said with what was seen, in groups of equal size from low to high."""
    order = np.argsort(chances, kind="stable")
    return [
        {
            "n": len(group),
            "said": round(float(chances[group].mean()), 4),
            "seen": round(float(labels[group].mean()), 4),
        }
        for group in np.array_split(order, _GROUPS)
        if len(group)
    ]


def _reliability(labels: Floats, said: Floats, by_rules: Floats) -> dict[str, Any]:
    return {"learned": reliability(labels, said), "rules": reliability(labels, by_rules)}


def _labelled(found: pl.DataFrame, label: str) -> pl.DataFrame:
    return found.filter(pl.col(label).is_not_null())


def _enough(found: pl.DataFrame, label: str, code: str, fewest: int) -> None:
    events = int(found[label].sum())
    if min(events, len(found) - events) < fewest:
        raise Unfit(code, events=events, examples=len(found), needed=fewest)


def _cases(found: pl.DataFrame, label: str) -> Cases:
    labels = found[label].cast(pl.Float64).to_numpy()
    return cases_of(named(found), keys=found["uscc"].to_list(), labels=labels)


def _of(
    part: Flags, labels: Floats, scores: Floats, chances: Floats, ks: Sequence[int]
) -> dict[str, Any]:
    room = tuple(k for k in ks if k <= int(part.sum()))
    return figures_as_json(evaluate(labels[part], scores[part], chances[part], room))


def _groups(found: pl.DataFrame) -> dict[str, Flags]:
    """Name parts of the tested: micro firms, the others, those that are not bankrupt already."""
    is_micro = (found["headcount"] < MICRO).to_numpy()
    groups = {"micro": is_micro, "not_micro": ~is_micro}
    insolvent = found["is_insolvent"].fill_null(value=False).to_numpy()
    if insolvent.any():
        groups["not_insolvent"] = ~insolvent
    return {name: part for name, part in groups.items() if part.any()}


def _rival(rival: Model, asked: Cases, ks: Sequence[int]) -> dict[str, Any]:
    said = rival.predict(asked)
    figures: Figures = evaluate(asked.labels, said.margins, said.chances, ks)
    return figures_as_json(figures)


def _extent(found: pl.DataFrame, label: str) -> dict[str, Any]:
    return {
        "since": _iso(found["day"].min()),
        "until": _iso(found["day"].max()),
        "days": found["day"].n_unique(),
        "examples": len(found),
        "enterprises": found["uscc"].n_unique(),
        "events": int(found[label].sum()),
    }


def _iso(day: object) -> str | None:
    return day.isoformat() if isinstance(day, date) else None
