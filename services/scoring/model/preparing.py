"""Makes the cases of a panel ready, and tells how it was understood and what is left out."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import polars as pl

from services.scoring.model.cases import Cases, Layout, frequent, gather
from services.scoring.model.cautions import crossing, enough, lengths, telling
from services.scoring.model.columns import as_month, shown
from services.scoring.model.errors import Caution
from services.scoring.model.folds import Fold
from services.scoring.model.suspects import questions, suspects, unused
from services.scoring.model.words import divided, events, folded


def prepared(
    frame: pl.DataFrame, layout: Layout
) -> tuple[Cases, dict[str, tuple[str, ...]], dict[str, str], tuple[Caution, ...]]:
    """Return the labelled cases, which columns are left out and why, and what is to be asked."""
    kinds = frequent(frame, layout)
    cases = gather(frame, layout, kinds)
    unlabelled = int(np.isnan(cases.labels).sum())
    cases = replace(cases.take(np.flatnonzero(np.isfinite(cases.labels))), unlabelled=unlabelled)
    learned = cases.take(np.flatnonzero(~cases.tested))
    enough(learned, layout)
    telling_ = suspects(learned)
    learned = without(learned, set(telling_))
    telling(learned, tuple(telling_))
    asking = (
        *questions(frame, learned, layout),
        *lengths(learned, layout),
        *crossing(cases, layout),
    )
    left_out = telling_ | unused(frame, layout, kinds)
    return without(cases, set(telling_)), kinds, left_out, asking


def notes(
    frame: pl.DataFrame, cases: Cases, folds: Sequence[Fold], scheme: str, layout: Layout
) -> tuple[Caution, ...]:
    """Say how the panel was understood: what an event is, who is learned from, who is tested."""
    wanted, _ = events(frame[layout.label], layout.positive)
    words = folded(frame[layout.label]).drop_nulls()
    is_event = words.is_in(list(wanted))
    said = {"value": shown(words.filter(is_event)), "others": shown(words.filter(~is_event))}
    found = [Caution("event", {"column": layout.label, **said})]
    if layout.split is not None:
        tested, _ = divided(frame[layout.split])
        words = folded(frame[layout.split]).fill_null("")
        said = {"tested": shown(words.filter(tested)), "learned": shown(words.filter(~tested))}
        found.append(Caution("split", {"column": layout.split, **said}))
    if scheme == "forward":
        moments = [cases.moments[part] for part in (folds[0].train, folds[0].test)]
        until, since = as_month(moments[0].max()), as_month(moments[1].min())
        found.append(Caution("forward", {"until": until, "since": since}))
    if layout.id is None:
        found.append(Caution("by_row"))
    return tuple(found)


def without(cases: Cases, columns: set[str]) -> Cases:
    def kept(name: str) -> bool:
        return name not in columns and name.rsplit("=", 1)[0] not in columns

    return replace(cases, values={n: v for n, v in cases.values.items() if kept(n)})
