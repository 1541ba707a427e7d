"""Facts and measures for tests, made by plain functions."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import polars as pl

from services.scoring.domain.measured import ArrearsMeasured, Fall, HeadcountMeasured, Measured
from services.scoring.features.facts import HEADCOUNTS, Facts
from services.scoring.features.measuring import measure

IMPORT = UUID("00000000-0000-7000-8000-000000000001")
LONG_AGO = date(2020, 1, 1)
USCC = "91110105MA01234567"


@dataclass(frozen=True)
class Row:
    """One version of one fact."""

    uscc: str
    period: str
    version: int
    received_on: date
    headcount: int | None
    arrears: int | None = None
    is_withdrawn: bool = False
    pay: float | None = None
    due: float | None = None
    paid: float | None = None


def frame(rows: Iterable[Row]) -> Facts:
    """Write rows as the features read them."""
    return Facts(
        headcounts=pl.DataFrame(
            [{**vars(row), "import_id": str(IMPORT)} for row in rows], schema=HEADCOUNTS
        )
    )


def series(
    headcounts: Mapping[str, int], arrears: Mapping[str, int] | None = None, *, uscc: str = USCC
) -> list[Row]:
    """Write one enterprise's months, known for long."""
    owed = arrears or {}
    return [
        Row(uscc, month, 1, LONG_AGO, headcount, owed.get(month))
        for month, headcount in headcounts.items()
    ]


def measured(
    as_of: date, headcounts: Mapping[str, int], arrears: Mapping[str, int] | None = None
) -> Measured:
    """Measure one enterprise."""
    return dict(measure(frame(series(headcounts, arrears)), as_of))[USCC]


def a_fall(base: int, persons: int) -> Fall:
    """Lose some of `base`."""
    return Fall(base, persons, persons / base)


def a_headcount(
    count: int,
    *,
    on_month: Fall | None = None,
    cumulated: Fall | None = None,
    rolling: Fall | None = None,
    age_days: int = 0,
) -> HeadcountMeasured:
    """State a last known month."""
    return HeadcountMeasured("2026-09", age_days, IMPORT, count, on_month, cumulated, rolling)


def owing(months: int, *, age_days: int = 0) -> ArrearsMeasured:
    """Owe contributions for so many months."""
    return ArrearsMeasured("2026-09", age_days, IMPORT, months)
