"""What whoever brings a panel has to be told: why it cannot be learned from, what is odd about it.

A refusal says what to do; a caution stands beside the figures and leaves them as they are.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import polars as pl

from services.scoring.model.cases import Cases, Layout, check
from services.scoring.model.errors import PanelRefused
from services.scoring.model.evaluation import Figures, Single
from services.scoring.model.features import candidates

FEWEST: Final = 10  # events and non-events: of fewer nothing can be said


@dataclass(frozen=True)
class Caution:
    """Something to know beside the figures; `code` names the sentence, `values` fill it."""

    code: str
    values: Mapping[str, Any] = field(default_factory=dict)


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
    odd: list[Caution] = []
    if layout.id is not None and (nobody := frame[layout.id].null_count()):
        frame = frame.filter(pl.col(layout.id).is_not_null())
        odd.append(Caution("rows_without_id", {"count": nobody, "column": layout.id}))
    if layout.time is not None and (undated := frame[layout.time].null_count()):
        odd.append(Caution("rows_without_time", {"count": undated, "column": layout.time}))
    if repeated := frame.height - frame.n_unique():
        odd.append(Caution("rows_repeated", {"count": repeated}))
    return frame, tuple(odd)


def enough(learned: Cases, layout: Layout) -> None:
    """Raise PanelRefused where there are too few events, or too few others, to learn from."""
    cases, events = len(learned), int(learned.labels.sum())
    values = {"cases": cases, "events": events, "column": layout.label, "needed": FEWEST}
    if layout.id is not None and (cases < 2 * FEWEST or FEWEST > min(events, cases - events) > 0):
        raise PanelRefused("few_events_by_id", **values, id=layout.id)
    if cases and events in {0, cases}:
        raise PanelRefused("one_outcome" if events else "no_events", **values)
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
            listed = ", ".join(sorted(there)[:40])
            raise PanelRefused("not_looked_at", option=option, column=name, columns=listed)


def doubts(model: Figures, single: Single, silent: Sequence[str]) -> tuple[Caution, ...]:
    """Tell where the figures are weak: by chance, no better than one column, or missing."""
    found: list[Caution] = []
    fewest = min(model.events, model.n - model.events)
    if fewest < FEWEST:
        found.append(Caution("few_tested", {"events": model.events, "cases": model.n}))
    if single.average_precision >= model.average_precision:
        found.append(Caution("no_better", {"name": single.name}))
    if silent:
        found.append(Caution("parts_silent", {"parts": ", ".join(silent)}))
    return tuple(found)
