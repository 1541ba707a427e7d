"""Judges many enterprises at once: those who are quiet by arrays, the others one by one.

The same features and rules as of one enterprise (`history.judge`); what is quiet costs nothing but
array operations, and a city of two million mostly is.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Protocol

import numpy as np
import polars as pl

from services.scoring.domain.editions import BUILT_IN, Editions
from services.scoring.domain.places import Place
from services.scoring.features.facts import Facts
from services.scoring.features.headcount import features
from services.scoring.features.panel import Floats, Panel, panel_of
from services.scoring.history import Course, History, Judged, judge, judge_months
from services.scoring.model.fitted import Prediction

# Facts that say nothing of an enterprise whose months are quiet, once they are no news.
_MAY_BE_QUIET: Final = frozenset({"headcounts", "affiliations"})
# A likelihood has so many places, wherever it is shown or compared.
PLACES: Final = 4
SHADOW: Final = pl.Schema(
    {
        "uscc": pl.String(),
        "as_of": pl.Date(),
        "likelihood": pl.Float64(),
        "low": pl.Float64(),
        "high": pl.Float64(),
    }
)


class Champion(Protocol):
    """The registered model, applied in shadow."""

    @property
    def version(self) -> str:
        """Name it."""
        ...

    def score(self, named: Mapping[str, Floats]) -> Floats:
        """Return each enterprise's likelihood from the arrays of `Features.named()`."""
        ...

    def predict(self, named: Mapping[str, Floats]) -> Prediction:
        """Return the likelihoods with the bounds between which they lie."""
        ...


@dataclass(frozen=True, slots=True)
class Outlooks:
    """A part of the city, judged: who comes to stand somewhere, and a likelihood of each.

    `likelihoods` has the columns uscc, likelihood (by the rules), learned (by the champion).
    """

    judged: tuple[Judged, ...]
    likelihoods: pl.DataFrame


def judge_panel(
    panel: Panel, as_of: date, champion: Champion | None, editions: Editions = BUILT_IN
) -> Outlooks:
    """Judge enterprises of whom only months are known, and who stand nowhere."""
    found = features(panel)
    judged = judge_months(panel, found, as_of, editions)
    learned = None if champion is None else champion.score(found.named())
    standing = tuple(one for one in judged if one.after.place is not Place.NONE)
    return Outlooks(standing, _likelihoods(panel.uscc, judged, learned))


def judge_part(
    facts: Facts,
    courses: Sequence[Course],
    standing: Collection[str],
    as_of: date,
    champion: Champion | None,
    editions: Editions = BUILT_IN,
) -> tuple[History, pl.DataFrame]:
    """Judge a part of the city as of a day: whoever may be quiet at once, the others one by one.

    `courses` all end on the day; `standing` are those who stand somewhere now. Returns what `judge`
    returns, but that the quiet are not among those of today, and a likelihood of each.
    """
    special = {course.uscc for course in courses if course.first < as_of or _stands(course)}
    special.update(standing)
    arrived: set[str] = set()
    for kind, frame in facts.frames():
        is_news = pl.col("received_on") >= as_of
        arrived |= set((frame.filter(is_news) if kind in _MAY_BE_QUIET else frame)["uscc"])
    special |= arrived
    history = judge(facts, [course for course in courses if course.uscc in special], editions)
    known = facts.known(as_of).headcounts
    quiet = panel_of(known.filter(~pl.col("uscc").is_in(list(special))), as_of)
    outlooks = judge_panel(quiet, as_of, champion, editions)
    days = (*history.days, *outlooks.judged)
    today = {**history.today, **{judged.uscc: judged for judged in outlooks.judged}}
    others = panel_of(known.filter(pl.col("uscc").is_in(list(special))), as_of)
    learned = None if champion is None else champion.score(features(others).named())
    rest = _likelihoods(others.uscc, tuple(history.today.values()), learned)
    return History(days, today), pl.concat([outlooks.likelihoods, rest]).sort("uscc")


def in_shadow(
    facts: Facts, usccs: Collection[str], as_of: date, champion: Champion
) -> pl.DataFrame:
    """Return what the champion says of some enterprises on a day, from what is known of them then.

    The columns are uscc, as_of, likelihood, low, high; of whom no month is known, it says nothing.
    """
    known = facts.of(usccs).known(as_of).headcounts
    panel = panel_of(known, as_of)
    if not len(panel):
        return pl.DataFrame(schema=SHADOW)
    said = champion.predict(features(panel).named())
    bounds = {"likelihood": said.chances, "low": said.lows, "high": said.highs}
    return pl.DataFrame(
        {
            "uscc": panel.uscc,
            "as_of": pl.repeat(as_of, len(panel), dtype=pl.Date(), eager=True),
            **{name: pl.Series(values).round(PLACES) for name, values in bounds.items()},
        }
    )


def _stands(course: Course) -> bool:
    return course.opening.place is not Place.NONE


def _likelihoods(
    uscc: pl.Series, judged: tuple[Judged, ...], learned: Floats | None
) -> pl.DataFrame:
    by_rules = np.zeros(len(uscc))
    if judged:
        codes = pl.Series([one.uscc for one in judged])
        values = pl.Series([one.assessment.likelihood for one in judged])
        of_each = uscc.replace_strict(codes, values, default=0.0, return_dtype=pl.Float64)
        by_rules = of_each.to_numpy()
    return pl.DataFrame(
        {
            "uscc": uscc,
            "likelihood": by_rules,
            "learned": pl.Series(learned, dtype=pl.Float64).round(PLACES)
            if learned is not None
            else pl.Series([None] * len(uscc), dtype=pl.Float64),
        }
    )
