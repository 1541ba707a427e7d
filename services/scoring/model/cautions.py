"""What whoever brings a panel has to be told: why it cannot be learned from, what is odd about it.

A refusal says what to do; a caution stands beside the figures and leaves them as they are.
"""

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
import polars as pl

from services.scoring.model.cases import PLACE, Cases, Layout, check
from services.scoring.model.columns import are_years, as_key, as_years, shown
from services.scoring.model.errors import Caution, PanelRefused
from services.scoring.model.evaluation import Figures, Single
from services.scoring.model.features import candidates
from services.scoring.model.metrics import roc_auc
from services.scoring.model.parts import columns_of
from services.scoring.model.words import divided, events, label_values

FEWEST: Final = 10  # events and non-events: of fewer nothing can be said
# One column, the model, and how many rows an id has rank seldom so well by what was known before.
_ONE_TOO_WELL: Final = 0.98
_TOO_WELL: Final = 0.998
_LENGTH_TOO_WELL: Final = 0.75


def sound(frame: pl.DataFrame, layout: Layout) -> tuple[pl.DataFrame, tuple[Caution, ...]]:
    """Return the rows that belong to a case, and what is odd about the panel.

    Raises PanelRefused: a column that is asked for says nothing at all.
    """
    check(frame, layout)
    for name, code in (
        (layout.id, "no_ids"),
        (layout.time, "no_times"),
        (layout.label, "no_labels"),
    ):
        if name is not None and frame[name].null_count() == frame.height:
            raise PanelRefused(code, column=name)
    repeated = frame.height - frame.n_unique()
    frame = frame.with_columns(pl.int_range(1, frame.height + 1).alias(PLACE))
    odd: list[Caution] = []
    if layout.split is not None:
        _, neither = divided(frame[layout.split])
        if aside := int(neither.sum()):
            words = frame[layout.split].filter(neither).cast(pl.String).fill_null("")
            frame = frame.filter(~neither)
            values = {"count": aside, "column": layout.split, "words": shown(words)}
            odd.append(Caution("rows_set_aside", values))
    if layout.id is not None and (nobody := frame[layout.id].null_count()):
        frame = frame.filter(pl.col(layout.id).is_not_null())
        odd.append(Caution("rows_without_id", {"count": nobody, "column": layout.id}))
    odd += _order(frame, layout)
    if repeated:
        odd.append(Caution("rows_repeated", {"count": repeated}))
    wanted, guessed = events(frame[layout.label], layout.positive)
    if guessed:
        odd.append(Caution("event_guessed", {"column": layout.label, "value": min(wanted)}))
    return frame, (*odd, *_changing(frame, layout))


def _order(frame: pl.DataFrame, layout: Layout) -> Iterator[Caution]:
    """Tell of rows of which nothing says when, or whether before or after others."""
    if layout.time is None:
        if layout.id is not None and frame[layout.id].is_duplicated().any():
            yield Caution("no_order", {"id": layout.id})
        return
    if undated := frame[layout.time].null_count():
        yield Caution("rows_without_time", {"count": undated, "column": layout.time})
    if not are_years(as_years(frame[layout.time])):
        yield Caution("time_counted", {"column": layout.time})


def _changing(frame: pl.DataFrame, layout: Layout) -> tuple[Caution, ...]:
    """Tell of ids whose rows have both labels: only the last counts."""
    if layout.id is None:
        return ()
    count = frame.height
    of_one = (
        pl.DataFrame(
            {
                "id": as_key(frame[layout.id]),
                "tested": divided(frame[layout.split])[0] if layout.split else [False] * count,
                "label": label_values(frame[layout.label], layout.positive),
                "moment": as_years(frame[layout.time]) if layout.time else np.zeros(count),
            }
        )
        .filter(pl.col("label").is_finite())
        .sort("moment")
        .group_by("id", "tested")
        .agg(pl.col("label").min().alias("least"), most=pl.col("label").max(), last="label")
        .with_columns(pl.col("last").list.last())
    )
    # Where an event comes last, nothing is lost by leaving the rows before it out.
    lost = pl.col("last") < pl.col("most") if layout.time else pl.col("least") < pl.col("most")
    both = of_one.filter(lost).height
    return (Caution("labels_change", {"count": both, "id": layout.id}),) if both else ()


def enough(learned: Cases, layout: Layout) -> None:
    """Raise PanelRefused where there are too few events, or too few others, to learn from."""
    cases, events = len(learned), int(learned.labels.sum())
    values = {"cases": cases, "events": events, "column": layout.label, "needed": FEWEST}
    if layout.id is not None and (cases < 2 * FEWEST or FEWEST > min(events, cases - events) > 0):
        raise PanelRefused("few_events_by_id", **values, id=layout.id)
    if cases and events in {0, cases}:
        none = "no_events_by_id" if layout.id is not None else "no_events"
        raise PanelRefused("one_outcome" if events else none, **values, id=layout.id)
    if min(events, cases - events) < FEWEST:
        raise PanelRefused("few_events", **values)


def telling(learned: Cases, left_out: Sequence[str]) -> None:
    """Raise PanelRefused where no column is left that differs between cases."""
    if not candidates(learned):
        raise PanelRefused("no_features", columns=", ".join(sorted(left_out)) or "–")


def known(learned: Cases, columns: Sequence[str], option: str) -> None:
    """Raise PanelRefused where an option names a column that the model does not look at."""
    there = {name.rsplit("=", 1)[0] for name in learned.values}
    for name in columns:
        if name not in there:
            listed = columns_of(learned)
            raise PanelRefused("not_looked_at", option=option, column=name, columns=listed)


def crossing(cases: Cases, layout: Layout) -> tuple[Caution, ...]:
    """Tell of those who are learned from and tested as well: a model may know them again.

    A split in time has to: then those matter whose event was learned from already.
    """
    if layout.split is None:
        return ()
    sides = pl.DataFrame(
        {"key": cases.keys, "tested": cases.tested, "label": cases.labels, "moment": cases.moments}
    )
    both = sides.filter("tested").join(sides.filter(~pl.col("tested")), on="key", suffix="_learned")
    events_ = both.filter((pl.col("label") > 0) & (pl.col("label_learned") > 0))["key"].n_unique()
    later = (both["moment"] > both["moment_learned"]).all()
    values = {"count": both["key"].n_unique(), "events": events_, "id": layout.id or ""}
    if not values["count"]:
        return ()
    if layout.id is None:
        return (Caution("rows_on_both_sides", values),)
    if not later or layout.time is None:
        return (Caution("ids_on_both_sides", values),)
    return (Caution("events_on_both_sides", values),) if events_ else ()


def lengths(learned: Cases, layout: Layout) -> tuple[Caution, ...]:
    """Tell where the number of an id's rows ranks events: they may end where the firms did."""
    if layout.id is None or not learned.counts:
        return ()
    most = np.max(np.stack(list(learned.counts.values())), axis=0)
    area = roc_auc(learned.labels, most)
    if 1 - _LENGTH_TOO_WELL < area < _LENGTH_TOO_WELL:
        return ()
    return (Caution("ends_tell", {"id": layout.id, "area": f"{max(area, 1 - area):.2f}"}),)


def doubts(
    model: Figures, single: Single, silent: Sequence[str], foremost: str
) -> tuple[Caution, ...]:
    """Tell where the figures are weak: too good, by chance, no better than one column, missing."""
    found: list[Caution] = []
    if single.roc_auc >= _ONE_TOO_WELL:
        values = {"name": single.name, "area": f"{single.roc_auc:.3f}"}
        found.append(Caution("one_too_well", values))
    elif model.roc_auc >= _TOO_WELL:
        found.append(Caution("too_well", {"name": foremost, "area": f"{model.roc_auc:.3f}"}))
    fewest = min(model.events, model.n - model.events)
    if fewest < FEWEST:
        found.append(Caution("few_tested", {"events": model.events, "cases": model.n}))
    if single.average_precision >= model.average_precision:
        found.append(Caution("no_better", {"name": single.name}))
    if silent:
        found.append(Caution("parts_silent", {"parts": ", ".join(silent)}))
    return tuple(found)
