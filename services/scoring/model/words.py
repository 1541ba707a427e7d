"""What words in a panel mean: which value of a label is the event, which rows are tested."""

from collections.abc import Collection
from typing import Final

import numpy as np
import polars as pl

from services.scoring.model.arrays import Floats
from services.scoring.model.columns import as_key, shown
from services.scoring.model.errors import PanelRefused

_POSITIVE: Final = frozenset(
    {"1", "true", "yes", "y", "t", "positive", "failed", "bankrupt", "default", "event"}
    | {"是", "有", "真", "违约", "破产", "失败", "倒闭", "裁员"}
)
_NEGATIVE: Final = frozenset(
    {"0", "-1", "false", "no", "n", "f", "negative", "alive", "active", "normal"}
    | {"否", "无", "假", "正常", "存续", "在营"}
)
# Too short to mean anything beside a word that is not known: 1 may stand beside 2, N beside A.
_SHORT: Final = frozenset({"1", "y", "t", "n", "f"})
_TEST: Final = frozenset(
    {"test", "testing", "holdout", "hold-out", "eval", "evaluation", "oot", "oos", "out-of-sample"}
    | {"测试", "测试集", "检验", "样本外"}
)
_VALIDATION: Final = frozenset(
    {"val", "valid", "validation", "validate", "dev"} | {"验证", "验证集", "校验"}
)
_TRAIN: Final = frozenset(
    {"train", "training", "learn", "learning", "fit", "in-sample"}
    | {"训练", "训练集", "学习", "样本内"}
)
_YES: Final = frozenset({"1", "true", "yes", "y", "t", "是"})
_NO: Final = frozenset({"0", "false", "no", "n", "f", "否"})
_LISTED: Final = 5
_OF_TRAINING: Final = ("train", "训练", "学习")


def folded(column: pl.Series) -> pl.Series:
    """Return what a column says, without regard to case, width or the point of whole numbers."""
    return as_key(column).str.normalize("NFKC").str.strip_chars().str.to_lowercase()


def events(column: pl.Series, positive: str | None) -> tuple[frozenset[str], bool]:
    """Return the words of a label that mean the event, and whether they are only the rarer one."""
    found = folded(column).rename("word").drop_nulls().value_counts().sort(["count", "word"])
    values = found["word"].to_list()
    if positive is not None:
        asked = folded(pl.Series([positive]))[0]
        if asked in values:
            return frozenset({asked}), False
        if set(values) <= _YES | _NO:  # 1 of a column of true and false
            alike = frozenset(values) & (_YES if asked in _YES else _NO)
            if alike and asked in _YES | _NO:
                return alike, False
        held = ", ".join(values[-_LISTED:])
        raise PanelRefused("no_positive", value=positive, column=column.name, values=held)
    if set(values) <= _POSITIVE | _NEGATIVE:
        return _POSITIVE & frozenset(values), False
    if len(values) == 2:  # noqa: PLR2004 two outcomes
        told = [value for value in values if value in _POSITIVE - _SHORT]
        told += [other for value, other in (values, values[::-1]) if value in _NEGATIVE - _SHORT]
        return frozenset(told[:1] or values[:1]), not told
    raise PanelRefused("many_labels", column=column.name, values=", ".join(values[-_LISTED:]))


def label_values(column: pl.Series, positive: str | None) -> Floats:
    """Return labels as 1, 0 and nan; of two other words the rarer is the event."""
    wanted, _ = events(column, positive)
    return folded(column).is_in(list(wanted)).cast(pl.Float64).to_numpy().astype(np.float64)


def divided(column: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Return which rows are tested, and which are neither tested nor learned from."""
    words = folded(column)
    held = frozenset(words.drop_nulls().to_list())
    if held <= _YES | _NO:
        # A flag says of itself whether it marks those to learn from.
        of_training = any(word in column.name.lower() for word in _OF_TRAINING)
        tests, learns = (_NO, _YES) if of_training else (_YES, _NO)
    else:
        tests = _TEST if held & _TEST else _VALIDATION
        learns = _TRAIN | (_VALIDATION - tests)
    tested = _among(words, tests)
    if not tested.any() or tested.all():
        raise PanelRefused("no_split", column=column.name, values=shown(words.drop_nulls()) or "–")
    # Where some are said to be learned from, other words mean neither.
    learned = _among(words, learns) if held & learns else ~tested
    return tested, ~(tested | learned)


def _among(words: pl.Series, known: Collection[str]) -> pl.Series:
    return words.is_in(list(known)).fill_null(value=False)
