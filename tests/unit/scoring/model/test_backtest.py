"""A backtest learns what there is to learn, and from nothing that it is judged by."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from services.scoring.model import artifact, fitted
from services.scoring.model.backtest import Asked, Reported, backtest
from services.scoring.model.cases import Layout, frequent, gather
from services.scoring.model.columns import typed
from services.scoring.model.engine import Shape
from services.scoring.model.errors import PanelRefused
from services.scoring.model.features import build
from services.scoring.model.panel import read
from services.scoring.model.report import page
from services.scoring.model.training import Options
from shared.messages import Language
from tests.unit.scoring.model.panels import firms

LAYOUT = Layout("failed", "firm", "year", "part")
ALWAYS = {"always": "never_varies"}
ASKED = Asked(LAYOUT, Options(members=2, shape=Shape(trees=60, depth=3, rate=0.1)))


def prepared(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.select(typed(frame[name]) for name in frame.columns)


@pytest.fixture(scope="module")
def found() -> Reported:
    return backtest(prepared(firms()), ASKED)


def chances(found: Reported) -> dict[str, float]:
    return dict(zip(found.predicted.keys, found.predicted.margins.tolist(), strict=True))


def test_it_ranks_far_better_than_chance_and_than_the_best_single_indicator(
    found: Reported,
) -> None:
    assert found.scheme == "split"
    assert found.champion.n == 200
    assert found.champion.roc_auc > 0.85
    assert found.champion.average_precision > found.best_single.average_precision
    assert found.champion.calibration_error is not None
    assert found.champion.calibration_error < 0.1
    assert found.challenger.roc_auc > 0.8


def test_labels_of_tested_rows_change_no_prediction(found: Reported) -> None:
    frame = firms()
    turned = frame.with_columns(
        failed=pl.when(pl.col("part") == "test").then(1 - pl.col("failed")).otherwise("failed")
    )
    assert chances(backtest(prepared(turned), ASKED)) == chances(found)


def test_the_order_of_the_rows_is_of_no_account(found: Reported) -> None:
    shuffled = firms().sample(fraction=1, shuffle=True, seed=5)
    assert chances(backtest(prepared(shuffled), ASKED)) == chances(found)


def test_the_unit_of_amounts_hardly_matters(found: Reported) -> None:
    """Ratios and changes carry the model: thousands instead of units rank the same."""
    frame = firms().with_columns(pl.col("assets") * 1000, pl.col("debt") * 1000)
    scaled = backtest(prepared(frame), ASKED)
    assert abs(scaled.champion.roc_auc - found.champion.roc_auc) < 0.02


def test_contributions_sum_to_the_margin_to_the_last_bit(found: Reported) -> None:
    frame = prepared(firms())
    cases = gather(frame, LAYOUT, found.model.kinds)
    told = found.model.explain(cases)
    assert (told.base + told.contributions.sum(axis=1) == told.margins).all()
    assert (told.margins == found.model.predict(cases).margins).all()
    assert np.ptp(told.margins) > 1


def test_the_first_cases_are_told_with_what_put_them_there(found: Reported) -> None:
    """The parts that are told are those of the exact split, the greatest first."""
    said = found.predicted
    ranked = sorted(zip(said.margins.tolist(), said.keys, strict=True), key=lambda one: -one[0])
    assert [one.margin for one in found.first] == [margin for margin, _ in ranked[:10]]
    one = found.first[0]
    cases = gather(prepared(firms()), LAYOUT, found.model.kinds)
    tested = [i for i, key in enumerate(cases.keys) if cases.tested[i] and key == one.key]
    told = found.model.explain(cases.take(np.array(tested)))
    whole = dict(
        zip((feature.name for feature in told.features), told.contributions[0], strict=True)
    )
    assert [reason.share for reason in one.reasons] == sorted(whole.values(), key=abs)[:-6:-1]
    assert all(whole[reason.feature] == reason.share for reason in one.reasons)
    assert any("debt" in reason.feature for reason in one.reasons)
    assert np.mean([case.label for case in found.first]) > 2 * found.champion.base_rate


def test_rows_of_features_are_judged_explained_and_watched_as_their_cases_are(
    found: Reported, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A caller that computes the features itself hands over rows; pieces change nothing."""
    model = found.model
    cases = gather(prepared(firms()), LAYOUT, model.kinds)
    whole = model.predict(cases)
    rows = build(cases, model.features)
    monkeypatch.setattr(fitted, "_PIECE", 70)
    assert (model.predict_matrix(rows).margins == whole.margins).all()
    told = model.explain_matrix(rows[:50])
    assert (told.base + told.contributions.sum(axis=1) == whole.margins[:50]).all()
    assert model.drift_matrix(rows) == model.drift(cases)


def test_probabilities_rise_with_the_margin_within_their_interval(found: Reported) -> None:
    said = found.model.predict(gather(prepared(firms()), LAYOUT, found.model.kinds))
    order = np.argsort(said.margins)
    assert (np.diff(said.chances[order]) >= 0).all()
    assert (said.lows <= said.chances).all()
    assert (said.chances <= said.highs).all()
    assert ((said.highs - said.lows) > 0.01).any()


def test_a_model_is_kept_as_text_and_a_changed_one_is_refused(
    found: Reported, tmp_path: Path
) -> None:
    artifact.write(found.model, tmp_path)
    cases = gather(prepared(firms()), LAYOUT, found.model.kinds)
    again = artifact.read(tmp_path)
    assert (again.predict(cases).margins == found.model.predict(cases).margins).all()
    assert (again.explain(cases).contributions == found.model.explain(cases).contributions).all()
    assert (again.points(cases) == found.model.points(cases)).all()
    file = tmp_path / "model.json"
    file.write_text(file.read_text().replace('"seed": 0', '"seed": 1'))
    with pytest.raises(PanelRefused) as refused:
        artifact.read(tmp_path)
    assert refused.value.code == "model_changed"


def test_of_the_very_cases_that_were_learned_from_nothing_has_drifted(found: Reported) -> None:
    learned = firms().filter(pl.col("part") != "test")
    cases = gather(prepared(learned), Layout("failed", "firm", "year"), found.model.kinds)
    assert max(abs(drift.psi) for drift in found.model.drift(cases)) < 1e-9


def test_drift_is_small_where_nothing_moved_and_large_where_it_did(found: Reported) -> None:
    same = gather(prepared(firms(seed=2)), LAYOUT, found.model.kinds)
    moved = gather(
        prepared(firms(seed=2).with_columns(debt=pl.col("debt") * pl.col("year") / 500)),
        LAYOUT,
        found.model.kinds,
    )
    assert found.model.drift(same)[0].psi < 0.1
    assert max(drift.psi for drift in found.model.drift(moved)) > 0.5


def test_a_column_that_says_the_label_is_left_out_and_told() -> None:
    frame = firms().with_columns(
        state=pl.when(pl.col("failed") == 1).then(pl.lit("gone")).otherwise(pl.lit("alive"))
    )
    assert backtest(prepared(frame), ASKED).left_out == {"state": "tells_label", **ALWAYS}


def test_a_column_that_numbers_the_rows_of_the_file_is_left_out_and_told() -> None:
    """Whoever writes a frame with its index hands over where each row stood."""
    frame = firms().with_row_index("place")
    assert backtest(prepared(frame), ASKED).left_out == {"place": "numbers_rows", **ALWAYS}


def test_what_a_source_adds_is_told_with_its_interval() -> None:
    sources = {"debts": ("debt",), "nothing": ("noise",)}
    asked = replace(ASKED, sources=sources, groups=("debt<20",), ks=(10, 500))
    debts, nothing = (found := backtest(prepared(firms()), asked)).ablation
    assert debts.low > 0.1
    assert nothing.low < 0.02
    assert set(found.groups) == {"debt<20", "debt>=20"}
    assert list(found.champion.precision_at_k) == [10]
    assert found.cautions[0].values == {"ks": "500", "cases": 200}
    assert "| debts | debt | +" in page(found, Language.EN)
    assert "An event: failed says “1”; none: “0”." in page(found, Language.EN)
    assert "事件：failed 为 “1”" in page(found, Language.ZH_CN)


def test_without_a_split_it_goes_forward_in_time_or_into_folds() -> None:
    layout = replace(LAYOUT, split=None, drop=("part",))
    frame = firms()
    assert backtest(prepared(frame), replace(ASKED, layout=layout)).scheme == "folds"
    # Firms that end in different years can be tested forward.
    ended = frame.filter(pl.col("year") <= 2010 + pl.col("firm") % 4).with_columns(
        year=pl.format("{}-06", "year")
    )
    forward = backtest(prepared(ended), replace(ASKED, layout=layout, embargo=2))
    assert forward.scheme == "forward"
    assert forward.trained + forward.champion.n < forward.cases


def test_of_an_id_that_is_split_in_time_the_tested_case_knows_its_past_but_no_label() -> None:
    """Some years of each firm are learned from, the last is tested: its label is its own."""
    frame = prepared(
        firms().with_columns(
            part=pl.when(pl.col("year") == 2013).then(pl.lit("test")).otherwise(pl.lit("train")),
            failed=pl.when(pl.col("year") == 2013).then(None).otherwise("failed"),
        )
    )
    cases = gather(frame, LAYOUT, frequent(frame, LAYOUT))
    assert (len(cases), cases.rows, int(cases.tested.sum())) == (1200, 2400, 600)
    assert set(cases.counts["debt"][cases.tested]) == {4.0}
    assert set(cases.counts["debt"][~cases.tested]) == {3.0}
    assert np.isnan(cases.labels[cases.tested]).all()
    assert np.isfinite(cases.labels[~cases.tested]).all()


def test_rows_are_cases_without_an_id_and_the_unlabelled_are_counted(tmp_path: Path) -> None:
    frame = firms().filter(pl.col("year") == 2013).drop("firm", "year", "part")
    texts = frame.with_columns(
        pl.when(pl.int_range(pl.len()) < 9)
        .then(pl.lit("?"))
        .otherwise(pl.when(pl.col("failed") == 1).then(pl.lit("yes")).otherwise(pl.lit("no")))
        .alias("failed")
    )
    texts.write_csv(tmp_path / "rows.csv")
    found = backtest(
        read(tmp_path / "rows.csv").frame, replace(ASKED, layout=Layout("failed"), folds=3)
    )
    assert (found.unlabelled, found.cases, found.scheme) == (9, 591, "folds")
    # Without an id the first are named by their rows, so that they can be looked up.
    for one in found.first:
        assert texts["failed"][int(one.key) - 1] == ("yes" if one.label else "no")
    assert found.champion.roc_auc > 0.8


@pytest.mark.parametrize(
    ("layout", "code"),
    [
        (Layout("nope"), "no_column"),
        (Layout("failed", time="year"), "time_without_id"),
        (Layout("failed", "firm", "trade"), "no_time"),
        (Layout("failed", "firm", "year", "trade"), "no_split"),
        (Layout("trade", "firm", "year"), "many_labels"),
        (Layout("known", "firm", "year", "part"), "split_without_events"),
        (Layout("failed", "firm", "year", positive="2"), "no_positive"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(layout: Layout, code: str) -> None:
    learned = pl.when(pl.col("part") == "train").then(pl.col("firm") % 2)
    frame = firms(60).with_columns(known=learned)
    with pytest.raises(PanelRefused) as refused:
        backtest(prepared(frame), Asked(layout))
    assert refused.value.code == code


def test_frequent_texts_are_told_apart() -> None:
    assert frequent(prepared(firms()), LAYOUT).keys() == {"trade"}
