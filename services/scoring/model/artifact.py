"""Keeps a model as text: `model.json`, the trees as JSON, and the sha256 of each. No pickle."""

import hashlib
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from services.scoring.model.calibration import Calibration
from services.scoring.model.drift import Reference, Spread
from services.scoring.model.engine import Trees
from services.scoring.model.errors import PanelRefused
from services.scoring.model.features import Feature, Kind
from services.scoring.model.fitted import Member, Model
from services.scoring.model.scorecard import Row, Scorecard

_MODEL: Final = "model.json"
_SUMS: Final = "SHA256SUMS"


def write(model: Model, folder: Path) -> str:
    """Write the model into a folder; return its sha256, that of the list of sums."""
    folder.mkdir(parents=True, exist_ok=True)
    texts = _texts(model)
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    sums = "".join(f"{_sum(texts[name])}  {name}\n" for name in sorted(texts))
    (folder / _SUMS).write_text(sums, encoding="utf-8")
    return _sum(sums)


def read(folder: Path) -> Model:
    """Read a model; refuse one whose files are not those that were written."""
    texts: dict[str, str] = {}
    try:
        for line in (folder / _SUMS).read_text(encoding="utf-8").splitlines():
            wanted, _, name = line.partition("  ")
            texts[name] = (folder / name).read_text(encoding="utf-8")
            if _sum(texts[name]) != wanted:
                raise PanelRefused("model_changed", file=name)
    except OSError as why:
        raise PanelRefused("unreadable", file=folder.name, reason=str(why)) from why
    return _model(json.loads(texts[_MODEL]), texts)


def to_text(model: Model) -> tuple[str, str]:
    """Return the model as one text, and its sha256."""
    text = json.dumps(_texts(model), ensure_ascii=False, sort_keys=True)
    return text, _sum(text)


def from_text(text: str, digest: str) -> Model:
    """Read a model from one text; refuse another than the one that was named."""
    if _sum(text) != digest:
        raise PanelRefused("model_changed", file=_MODEL)
    texts = json.loads(text)
    return _model(json.loads(texts[_MODEL]), texts)


def _texts(model: Model) -> dict[str, str]:
    texts = {f"trees-{i}.json": m.trees.to_text() for i, m in enumerate(model.members)}
    return texts | {_MODEL: json.dumps(_told(model), ensure_ascii=False, indent=1, sort_keys=True)}


def _sum(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _told(model: Model) -> dict[str, Any]:
    return {
        "members": [[asdict(f) for f in member.features] for member in model.members],
        "features": [asdict(feature) for feature in model.features],
        "worth": list(model.worth),
        "kinds": {name: list(values) for name, values in model.kinds.items()},
        "calibration": asdict(model.calibration),
        "scorecard": asdict(model.scorecard),
        "reference": asdict(model.reference),
        "seed": model.seed,
    }


def _model(told: dict[str, Any], texts: dict[str, str]) -> Model:
    reference = told["reference"]
    return Model(
        members=tuple(
            Member(_features(features), Trees.from_text(texts[f"trees-{i}.json"]))
            for i, features in enumerate(told["members"])
        ),
        features=_features(told["features"]),
        worth=tuple(told["worth"]),
        kinds={name: tuple(values) for name, values in told["kinds"].items()},
        calibration=Calibration(**{name: tuple(v) for name, v in told["calibration"].items()}),
        scorecard=Scorecard(
            told["scorecard"]["base"],
            tuple(
                Row(row["feature"], tuple(row["edges"]), tuple(row["points"]))
                for row in told["scorecard"]["rows"]
            ),
        ),
        reference=Reference(
            tuple(reference["features"]),
            tuple(_spread(spread) for spread in reference["spreads"]),
            _spread(reference["margins"]),
            reference["base_rate"],
        ),
        seed=told["seed"],
    )


def _features(told: list[dict[str, str]]) -> tuple[Feature, ...]:
    return tuple(Feature(Kind(f["kind"]), f["column"], f["other"]) for f in told)


def _spread(told: dict[str, Any]) -> Spread:
    return Spread(tuple(told["edges"]), tuple(told["shares"]), told["missing"])
