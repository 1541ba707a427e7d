"""What a column holds, however it was written: numbers, moments in years, or texts."""

from typing import Final

import numpy as np
import polars as pl

from services.scoring.model.arrays import Floats
from services.scoring.model.errors import PanelRefused

# As people and programs write that nothing is known; compared without regard to case.
MISSING: Final = frozenset(
    {"", "?", "na", "n/a", "n.a.", "#n/a", "nan", "nat", "null", "none", "<na>", "\\n"}
    | {".", "..", "-", "--", "—", "——", "/", "空", "缺失", "暂无"}
)
# Of what a column holds, this share must read as numbers for it to be one.
_NUMERIC_SHARE: Final = 0.98
# Where a few words stand among many different numbers, they say why there is none.
_WORDS_SHARE, _WORDS, _KINDS = 0.5, 3, 12
_DIGITS_SHARE: Final = 0.8
_DATES: Final = (
    "%Y-%m-%d",
    "%Y%m%d",
    "%Y-%m-%d %H:%M:%S%.f",
    "%Y-%m-%d %H:%M",
    "%Y-%m-%dT%H:%M:%S%.f",
)
_AMOUNT: Final = (
    r"^\(?[¥￥$€]?\s*([-+]?(?:[0-9]{1,3}(?:[, ][0-9]{3})+|[0-9]+)(?:\.[0-9]+)?)"
    r"\s*(万|亿)?[元人]?\s*%?\)?$"
)
_UNITS: Final = (("万", 1e4), ("亿", 1e8))
_FIRST_YEAR, _LAST_YEAR = 1800, 2200
_DAY, _MONTH = 86400.0, 31.0  # seconds of a day, days of a month at most
_SHOWN: Final = 5  # words that a sentence names


def plain(column: pl.Series) -> pl.Series:
    """Return a column as text, with what means "missing" as null."""
    if isinstance(column.dtype, pl.Date | pl.Datetime):
        moments = column.cast(pl.Datetime) if column.dtype == pl.Date else column
        column = moments.dt.to_string("%Y-%m-%d %H:%M:%S")
    text = column.cast(pl.String, strict=False).str.strip_chars()
    return text.set(text.str.to_lowercase().is_in(list(MISSING)), None)


def typed(column: pl.Series) -> pl.Series:
    """Return a column as Float64 if it holds numbers or dates (in years), else as text."""
    if column.dtype.is_numeric() or column.dtype == pl.Boolean:
        return column.cast(pl.Float64).fill_nan(None)
    text = plain(column)
    held = text.len() - text.null_count()
    wide = text.str.normalize("NFKC").str.replace_all("[−–]", "-").str.strip_prefix("'")
    for read in (_amounts, _moments):
        numbers = read(wide).rename(column.name)
        known = numbers.len() - numbers.null_count()
        if held and (known >= _NUMERIC_SHARE * held or _but_for_words(text, numbers, known / held)):
            return numbers
    return text


def _but_for_words(text: pl.Series, numbers: pl.Series, share: float) -> bool:
    if share < _WORDS_SHARE or numbers.drop_nulls().n_unique() <= _KINDS:
        return False
    return unread(text, numbers).n_unique() <= _WORDS


def unread(text: pl.Series, numbers: pl.Series) -> pl.Series:
    """Return what stands in a column of numbers and is none."""
    return text.filter(numbers.is_null() & text.is_not_null())


def shown(words: pl.Series) -> str:
    """Name the most frequent of these words."""
    ranked = words.rename("word").value_counts().sort(["count", "word"], descending=[True, False])
    return ", ".join(f"“{word}”" for word in ranked["word"].head(_SHOWN).to_list())


def look_like_numbers(text: pl.Series) -> bool:
    """Say whether a column of text is mostly digits: 1,5 or 31/12/2017 or 12-15."""
    known = text.drop_nulls()
    digits = known.str.contains(r"^[^\pL]*[0-9][^\pL]*$").sum()
    return known.n_unique() > _KINDS and digits >= _DIGITS_SHARE * len(known)


def percents(text: pl.Series) -> int:
    """Count the values that are written as percentages."""
    return int(text.str.contains(r"[0-9]\s*[%％]\)?$").sum())


def _numbers(text: pl.Series) -> pl.Series:
    return text.cast(pl.Float64, strict=False).fill_nan(None)


def _amounts(text: pl.Series) -> pl.Series:
    """Read plain numbers and written ones together: of the largest alone thousands are parted."""
    plainly = _numbers(text)
    if plainly.null_count() == text.null_count():
        return plainly
    return pl.select(pl.coalesce(plainly, _written(text))).to_series()


def _written(text: pl.Series) -> pl.Series:
    """Read numbers as people write them: 1,234.5, 12 %, 1.2万元, and (5) for what is lost."""
    found = _numbers(text.str.extract(_AMOUNT).str.replace_all("[, ]", ""))
    unit = text.str.extract(_AMOUNT, 2)
    lost = text.str.starts_with("(") & text.str.ends_with(")")
    for name, times in _UNITS:
        found = pl.select(pl.when(unit == name).then(found * times).otherwise(found)).to_series()
    return pl.select(pl.when(lost).then(-found).otherwise(found)).to_series()


def _moments(text: pl.Series) -> pl.Series:
    """Read days, months and quarters as years and fractions: of a quarter, its first day."""
    known = text.str.replace(r"^([0-9]{4})年$", "$1-01").str.replace_all("[/年月]", "-")
    known = known.str.replace(r"^([0-9]{4})\.([0-9]{1,2})\.([0-9]{1,2})", "$1-$2-$3")
    known = known.str.replace(r"(日|-+)( |$)", "$2")
    known = known.str.replace(r"(:[0-9.]+)(Z|[+-]\d\d:?\d\d)$", "$1")
    quarter = known.str.extract(r"^[0-9]{4}-?[Qq]([1-4])$").cast(pl.Int32) * 3 - 2
    first = known.str.head(4) + "-" + quarter.cast(pl.String).str.zfill(2) + "-01"
    moments = pl.select(
        pl.coalesce(
            [known.str.to_datetime(form, strict=False) for form in _DATES]
            + [
                (part + end).str.to_datetime("%Y-%m-%d", strict=False)
                for part, end in ((known, "-01"), (first, ""))
            ]
        )
    ).to_series()
    # By the calendar, so that a day of one year is a whole year after that of the year before.
    days = moments.dt.day() - 1 + moments.dt.epoch("s") % _DAY / _DAY
    years: pl.Series = moments.dt.year() + (moments.dt.month() - 1 + days / _MONTH) / 12
    return years.rename(text.name)


def as_key(column: pl.Series) -> pl.Series:
    """Return ids as text, a whole number without its point."""
    if column.dtype == pl.Float64 and (column.drop_nulls() % 1 == 0).all():
        column = column.cast(pl.Int64)
    text = column.cast(pl.String)
    if text.drop_nulls().str.contains(r"^-?[0-9]+(\.0+)?$").all():
        text = text.str.replace(r"\.0+$", "")
    return text


def as_years(column: pl.Series) -> Floats:
    """Return moments as years and fractions: from years, YYYYMM, YYYY-MM, dates or numbers."""
    if column.dtype == pl.String:
        column = _counted(column)
    if column.dtype == pl.Float64:
        numbers = column.to_numpy().astype(np.float64)
        known = numbers[np.isfinite(numbers)]
        if len(known) and (known >= _FIRST_YEAR * 100).all() and (known < _LAST_YEAR * 100).all():
            return np.floor(numbers / 100) + (numbers % 100 - 1) / 12
        if len(known) and (known >= _FIRST_YEAR * 10000).all() and (known % 1 == 0).all():
            column = column.cast(pl.Int64).cast(pl.String)
        else:
            return numbers
    text = column.cast(pl.String).str.strip_chars().str.normalize("NFKC")
    # Years alone stand beside months and days: "2017" and "2017-06".
    moments = _moments(text.str.replace(r"^([0-9]{4})(?:\.0+)?$", "$1-01"))
    if moments.null_count() > column.null_count():
        odd = column.filter(moments.is_null() & column.is_not_null())
        raise PanelRefused("no_time", column=column.name, value=shown(odd), count=len(odd))
    return moments.to_numpy().astype(np.float64)


def are_years(moments: Floats) -> bool:
    """Say whether these can be years; else they are numbers of something, in their order."""
    known = moments[np.isfinite(moments)]
    return bool(((known >= _FIRST_YEAR) & (known < _LAST_YEAR)).all())


def as_month(years: float) -> str:
    """Return a moment as a person writes it: 2011-07; what is no year, as it is."""
    if not _FIRST_YEAR <= years < _LAST_YEAR:
        return f"{years:g}"
    if years % 1 == 0:
        return f"{years:.0f}"
    month = int((years % 1) * 12 + 1e-6)
    return f"{int(years)}-{month + 1:02d}"


def _counted(text: pl.Series) -> pl.Series:
    """Return numbers where all are; of 2017.1 to 2017.12 the part behind the point is a month."""
    held = text.drop_nulls()
    months = held.str.extract(r"^[0-9]{4}\.([0-9]{1,2})$").cast(pl.Int32)
    if len(held) and months.null_count() == 0 and months.is_between(1, 12).all():
        return text.str.replace(r"\.", "-")
    numbers = text.cast(pl.Float64, strict=False)
    return numbers if numbers.null_count() == text.null_count() else text
