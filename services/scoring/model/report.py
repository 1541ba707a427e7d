"""A backtest as JSON, and as a page that people read: the model's card with its figures."""

import math
from collections.abc import Iterable, Sequence
from typing import Any

from services.scoring.model.backtest import Reported
from services.scoring.model.evaluation import Figures, Single
from shared.messages import Language, say

_DIGITS = 4
_SHOWN = 8  # columns of a source that are named


def as_json(found: Reported) -> dict[str, Any]:
    """Return everything that was found, for other programs."""
    return {
        **figures_as_json(found.champion),
        "scheme": found.scheme,
        "rows": found.rows,
        "cases": found.cases,
        "trained": found.trained,
        "unlabelled": found.unlabelled,
        "left_out": dict(found.left_out),
        "notes": [{"code": one.code, **one.values} for one in found.notes],
        "cautions": [{"code": one.code, **one.values} for one in found.cautions],
        "features": found.features,
        "best_single": _single(found.best_single),
        "singles": [_single(one) for one in found.singles],
        "challenger": figures_as_json(found.challenger),
        "ablation": [
            {
                "source": one.source,
                "columns": len(one.named),
                "named": list(one.named),
                "average_precision_without": _number(one.average_precision),
                "gain": _number(one.gain),
                "interval": [_number(one.low), _number(one.high)],
            }
            for one in found.ablation
        ],
        "groups": {name: figures_as_json(figures) for name, figures in found.groups.items()},
        "top_features": [{"feature": name, "worth": _number(worth)} for name, worth in found.top],
        "first_cases": [
            {
                "case": one.key,
                "label": _number(one.label),
                "chance": _number(one.chance),
                "margin": _number(one.margin),
                "base": _number(one.base),
                "reasons": [
                    {
                        "feature": why.feature,
                        "value": _number(why.value),
                        "share": _number(why.share),
                    }
                    for why in one.reasons
                ],
            }
            for one in found.first
        ],
        "seed": found.seed,
        "seconds": round(found.seconds, 2),
        "engine": found.engine,
    }


def page(found: Reported, language: Language) -> str:
    """Return the card of the model: what it learned from, how right it was, what it goes by."""
    scheme = {
        "split": say("model.scheme_split", language),
        "forward": say("model.scheme_forward", language),
        "folds": say("model.scheme_folds", language),
    }[found.scheme]
    ks = sorted(found.champion.precision_at_k)
    head = [
        say("model.ranking", language),
        "ROC AUC",
        "AP",
        "Brier",
        say("model.calibration_error", language),
        *(f"P@{k}" for k in ks),
    ]
    single = found.best_single
    rankings = [
        _row(say("model.champion", language), found.champion, ks),
        _row(say("model.challenger", language), found.challenger, ks),
        [
            say("model.best_single", language, name=single.name),
            _shown(single.roc_auc),
            _shown(single.average_precision),
            *([""] * (2 + len(ks))),
        ],
        *(_row(name, figures, ks) for name, figures in found.groups.items()),
    ]
    lines = [
        f"# {say('model.title', language)}",
        "",
        say(
            "model.summary",
            language,
            cases=found.cases,
            rows=found.rows,
            tested=found.champion.n,
            events=found.champion.events,
            base=f"{found.champion.base_rate:.1%}",
            trained=found.trained,
            scheme=scheme,
        ),
        "",
        *_table(head, rankings),
    ]
    lines += ["", _in_words(found, language)]
    said = [say(f"model.note_{one.code}", language, **one.values) for one in found.notes]
    lines += ["", " ".join(said)]
    if found.cautions:
        lines += [""]
        for one in found.cautions:
            lines += [f"- **{say(f'model.caution_{one.code}', language, **one.values)}**"]
    if found.unlabelled:
        lines += ["", say("model.unlabelled", language, count=found.unlabelled)]
    if found.left_out:
        reasons = {
            "tells_label": say("model.tells_label", language),
            "numbers_rows": say("model.numbers_rows", language),
            "rare_texts": say("model.rare_texts", language),
            "never_varies": say("model.never_varies", language),
        }
        by_reason = {why: [n for n, w in found.left_out.items() if w == why] for why in reasons}
        columns = "; ".join(
            f"{', '.join(names)} ({reasons[why]})" for why, names in by_reason.items() if names
        )
        lines += ["", say("model.left_out", language, columns=columns)]
    if found.ablation:
        head = [
            say(f"model.ablation_{part}", language)
            for part in ("source", "columns", "gain", "interval")
        ]
        rows = [
            [
                one.source,
                _few(one.named),
                f"{one.gain:+.4f}",
                f"{one.low:+.4f} … {one.high:+.4f}",
            ]
            for one in found.ablation
        ]
        lines += ["", f"## {say('model.ablation', language)}", "", *_table(head, rows)]
    lines += ["", f"## {say('model.goes_by', language)}", ""]
    lines += [f"- `{name}` {worth:.1f} %" for name, worth in found.top]
    lines += ["", f"## {say('model.first_cases', language)}", "", *_first(found, language)]
    lines += ["", f"## {say('model.scorecard', language)}", "", *_scorecard(found, language)]
    lines += [
        "",
        say(
            "model.footer",
            language,
            engine=found.engine,
            seed=found.seed,
            seconds=f"{found.seconds:.1f}",
        ),
        "",
    ]
    return "\n".join(lines)


def _in_words(found: Reported, language: Language) -> str:
    """Say in words what the list is worth: of those ranked first, how many events there are."""
    k = min(found.champion.precision_at_k)
    return say(
        "model.in_words",
        language,
        k=k,
        hits=f"{k * found.champion.precision_at_k[k]:.3g}",
        blind=f"{k * found.champion.base_rate:.2g}",
    )


def _first(found: Reported, language: Language) -> list[str]:
    def value(of: float) -> str:
        return say("model.unknown", language) if math.isnan(of) else f"{of:.4g}"

    rows = []
    for one in found.first:
        why = ", ".join(
            f"`{reason.feature}` {value(reason.value)}: {reason.share:+.2f}"
            for reason in one.reasons
        )
        rows.append([one.key, f"{one.chance:.1%}", "●" if one.label else "", why])
    columns = ("case", "chance", "came", "reasons")
    return _table([say(f"model.first_{name}", language) for name in columns], rows)


def _scorecard(found: Reported, language: Language) -> list[str]:
    card = found.model.scorecard
    rows = []
    for row in card.rows:
        edges = [f"< {edge:.4g}" for edge in row.edges]
        edges += [f"≥ {row.edges[-1]:.4g}"] if row.edges else ["*"]
        bands = [*edges, say("model.unknown", language)]
        said = ", ".join(
            f"{band}: {points:+d}" for band, points in zip(bands, row.points, strict=True)
        )
        rows.append([f"`{row.feature}`", said])
    head = [say("model.feature", language), say("model.points", language, base=card.base)]
    return _table(head, rows)


def figures_as_json(figures: Figures) -> dict[str, Any]:
    """Return figures for other programs; what cannot be said is null."""
    return {
        "n": figures.n,
        "events": figures.events,
        "base_rate": _number(figures.base_rate),
        "roc_auc": _number(figures.roc_auc),
        "average_precision": _number(figures.average_precision),
        "brier": _number(figures.brier),
        "calibration_error": _number(figures.calibration_error),
        "precision_at_k": {str(k): _number(v) for k, v in figures.precision_at_k.items()},
    }


def _single(one: Single) -> dict[str, Any]:
    return {
        "indicator": one.name,
        "average_precision": _number(one.average_precision),
        "roc_auc": _number(one.roc_auc),
    }


def _number(value: float | None) -> float | None:
    return None if value is None or math.isnan(value) else round(float(value), 6)


def _row(name: str, figures: Figures, ks: Sequence[int]) -> list[str]:
    measured = (
        figures.roc_auc,
        figures.average_precision,
        figures.brier,
        figures.calibration_error,
        *(figures.precision_at_k.get(k) for k in ks),
    )
    return [name, *(_shown(value) for value in measured)]


def _shown(value: float | None) -> str:
    return "" if value is None or math.isnan(value) else f"{value:.{_DIGITS}f}"


def _few(names: Sequence[str]) -> str:
    more = f" … ({len(names)})" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more


def _signed(value: float) -> str:
    return f"{value:+.{_DIGITS}f}"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    escaped = [[cell.replace("|", "\\|") for cell in row] for row in (head, *rows)]
    lines = [f"| {' | '.join(row)} |" for row in escaped]
    return [lines[0], f"|{' --- |' * len(head)}", *lines[1:]]
