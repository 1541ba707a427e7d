"""Backtest: trains on a part of a labelled panel and reports on rows that it did not train on."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import count

import numpy as np
import polars as pl

from services.scoring.model import engine
from services.scoring.model.arrays import Flags, Floats, Ints
from services.scoring.model.cases import Cases, Layout
from services.scoring.model.cautions import doubts, known, sound
from services.scoring.model.errors import Caution, PanelRefused
from services.scoring.model.evaluation import Figures, Single, evaluate, single, turned
from services.scoring.model.fitted import Model
from services.scoring.model.folds import Fold, forward, stratified
from services.scoring.model.foremost import Foremost, first, foremost
from services.scoring.model.metrics import gain_interval
from services.scoring.model.parts import columns_of_source, divide
from services.scoring.model.preparing import notes, prepared
from services.scoring.model.training import Options, train


@dataclass(frozen=True)
class Asked:
    """What a backtest is asked for."""

    layout: Layout
    options: Options = field(default_factory=Options)
    folds: int = 5
    embargo: float = 1.0
    in_time: bool | None = None  # None: forward in time where the panel allows it
    sources: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    ks: tuple[int, ...] = (10, 50, 100)
    groups: tuple[str, ...] = ()


@dataclass(frozen=True)
class Ablation:
    """What a source adds to average precision, with the interval of the resampled gains."""

    source: str
    named: tuple[str, ...]  # its columns
    average_precision: float
    gain: float
    low: float
    high: float


@dataclass(frozen=True)
class Reported:
    """What a backtest found."""

    scheme: str
    rows: int
    cases: int
    trained: int
    unlabelled: int
    left_out: Mapping[str, str]
    features: int
    champion: Figures
    challenger: Figures
    best_single: Single
    singles: tuple[Single, ...]
    ablation: tuple[Ablation, ...]
    groups: Mapping[str, Figures]
    top: tuple[tuple[str, float], ...]
    first: tuple[Foremost, ...]
    seed: int
    seconds: float
    engine: str
    model: Model
    predicted: "Predicted"
    cautions: tuple[Caution, ...] = ()
    notes: tuple[Caution, ...] = ()  # how the panel was understood


@dataclass(frozen=True)
class Predicted:
    """Of the tested cases: what became of them, and what had been said."""

    keys: tuple[str, ...]
    labels: Floats
    margins: Floats
    chances: Floats
    points: Floats


@dataclass(frozen=True)
class _Run:
    tested: Ints
    margins: Floats
    chances: Floats
    points: Floats
    singles: Mapping[str, Floats]
    model: Model
    trained: int
    first: Sequence[Foremost]


def backtest(
    frame: pl.DataFrame,
    asked: Asked,
    odd_file: tuple[Caution, ...] = (),
    *,
    told: Callable[[int, int], None] = lambda _done, _all: None,
) -> Reported:
    """Train and report; the tested rows take no part in training, choosing or calibrating.

    `odd_file`: what has been noticed when the panel was read. `told` hears after each training how
    many are done, and of how many.
    """
    begun = time.perf_counter()
    frame, odd = sound(frame, asked.layout)
    cases, kinds, left_out, asking = prepared(frame, asked.layout)
    known(cases, tuple(asked.options.monotone), "--rising, --falling")
    parts = {name: part for said in asked.groups for name, part in divide(cases, said).items()}
    sources = {
        name: columns_of_source(cases, name, prefixes) for name, prefixes in asked.sources.items()
    }
    scheme, folds = _folds(cases, asked)
    numbers, trainings = count(1), len(folds) * (1 + len(sources))

    def trained() -> None:
        told(next(numbers), trainings)

    run = _run(cases, kinds, folds, asked.options, trained)
    labels = cases.labels[run.tested]
    ks = tuple(k for k in asked.ks if k <= len(labels)) or (len(labels),)
    singles = sorted(
        (single(name, labels, values) for name, values in run.singles.items()),
        key=lambda one: (-one.average_precision, one.name),
    )
    champion = evaluate(labels, run.margins, run.chances, ks)
    best = singles[0] if singles else Single("–", float("nan"), float("nan"))
    groups = _groups(parts, run, labels, ks)
    foremost_ = run.model.features[0].name
    silent = tuple(name for name in parts if name not in groups)
    if asked.ks != Asked.ks and (longer := [str(k) for k in asked.ks if k > len(labels)]):
        odd += (Caution("lists_too_long", {"ks": ", ".join(longer), "cases": len(labels)}),)
    return Reported(
        scheme=scheme,
        rows=cases.rows,
        cases=len(cases),
        trained=run.trained,
        unlabelled=cases.unlabelled,
        left_out=left_out,
        features=len(run.model.features),
        champion=champion,
        challenger=evaluate(labels, run.points, None, ks),
        best_single=best,
        singles=tuple(singles[:8]),
        ablation=_ablation(cases, kinds, folds, asked, sources, run, trained),
        groups=groups,
        top=tuple(
            (feature.name, worth)
            for feature, worth in list(zip(run.model.features, run.model.worth, strict=True))[:15]
        ),
        first=first(run.first),
        seed=asked.options.seed,
        seconds=time.perf_counter() - begun,
        engine=engine.version(),
        model=run.model,
        predicted=Predicted(
            tuple(cases.keys[i] for i in run.tested),
            labels,
            run.margins,
            run.chances,
            run.points,
        ),
        cautions=(*odd_file, *odd, *asking, *doubts(champion, best, silent, foremost_)),
        notes=notes(frame, cases, folds, scheme, asked.layout),
    )


def _folds(cases: Cases, asked: Asked) -> tuple[str, list[Fold]]:
    if asked.layout.split is not None:
        tested = cases.tested
        count, events = int(tested.sum()), int(cases.labels[tested].sum())
        if events in {0, count}:
            values = {"column": asked.layout.split, "cases": count, "events": events}
            raise PanelRefused("split_without_events", **values)
        return "split", [Fold(np.flatnonzero(~tested), np.flatnonzero(tested))]
    ahead = forward(cases, asked.embargo) if asked.in_time is not False else None
    if ahead is not None:
        return "forward", [ahead]
    if asked.in_time:
        raise PanelRefused("not_forward", moments=len(np.unique(cases.moments)))
    return "folds", stratified(cases.labels, cases.keys, asked.folds, asked.options.seed)


def _run(
    cases: Cases,
    kinds: Mapping[str, tuple[str, ...]],
    folds: Sequence[Fold],
    options: Options,
    trained: Callable[[], None],
) -> _Run:
    tested = np.concatenate([fold.test for fold in folds])
    margins, chances, points = (np.full(len(cases), np.nan) for _ in range(3))
    singles: dict[str, Floats] = {}
    most = 0
    near: list[Foremost] = []
    for fold in folds:
        known, asked = cases.take(fold.train), cases.take(fold.test)
        model = train(known, kinds, options)
        said = model.predict(asked)
        margins[fold.test], chances[fold.test] = said.margins, said.chances
        points[fold.test] = model.points(asked)
        near += foremost(model, asked, said)
        for name, values in turned(known, asked).items():
            singles.setdefault(name, np.zeros(len(cases)))[fold.test] = values
        most = max(most, len(known))
        trained()
    return _Run(
        tested,
        margins[tested],
        chances[tested],
        points[tested],
        {name: values[tested] for name, values in singles.items()},
        model,
        most,
        near,
    )


def _ablation(
    cases: Cases,
    kinds: Mapping[str, tuple[str, ...]],
    folds: Sequence[Fold],
    asked: Asked,
    sources: Mapping[str, frozenset[str]],
    whole: _Run,
    trained: Callable[[], None],
) -> tuple[Ablation, ...]:
    found: list[Ablation] = []
    for source, of_it in sources.items():
        rest = replace(cases, values={n: v for n, v in cases.values.items() if n not in of_it})
        part = _run(rest, kinds, folds, asked.options, trained)
        labels = cases.labels[whole.tested]
        gain, low, high = gain_interval(
            labels, whole.margins, part.margins, seed=asked.options.seed
        )
        figures = evaluate(labels, part.margins, part.chances, ())
        named = tuple(sorted({name.rsplit("=", 1)[0] for name in of_it}))
        found.append(Ablation(source, named, figures.average_precision, gain, low, high))
    return tuple(found)


def _groups(
    parts: Mapping[str, Flags], run: _Run, labels: Floats, ks: Sequence[int]
) -> dict[str, Figures]:
    """Report parts of the tested cases on their own; of those with one outcome there is nothing."""
    found: dict[str, Figures] = {}
    for name, part in parts.items():
        inside = part[run.tested]
        told = labels[inside]
        if 0 < told.sum() < len(told):
            room = tuple(k for k in ks if k <= len(told))
            found[name] = evaluate(told, run.margins[inside], run.chances[inside], room)
    return found
