"""What became of a warning, as a label to learn from: refuted, layoff, averted, none, or open."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

# 劳动合同法 art. 41(1): the size of a mass layoff.
PERSONS: Final = 20
SHARE: Final = 0.10
# Of fewer staff than this, one who leaves is a tenth: three at least are more than attrition. The
# rules pass over the same falls (`small_base`).
SMALL_BASE: Final = 10
SMALL_PERSONS: Final = 3
# Within so many months.
HORIZONS: Final = (3, 6)
_YEAR: Final = 12


class Label(StrEnum):
    """What a warning came to."""

    REFUTED = "refuted"
    LAYOFF = "layoff"
    AVERTED = "averted"
    NONE = "none"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Told:
    """What is known of a warning: the staff when it was raised, and the months since.

    `headcounts` are (month, insured) from the month of the raise on; `outcome` is that of its
    case, once a second person approved it.
    """

    raised_on: date
    headcount: int
    headcounts: tuple[tuple[str, int], ...]
    is_refuted: bool
    outcome: str | None


@dataclass(frozen=True, slots=True)
class Labelled:
    """A label, and the most that was lost within three and six months; None is not known yet."""

    label: Label
    lost_in_three_months: int | None
    lost_in_six_months: int | None


def label(told: Told) -> Labelled:
    """Label a warning. A loss of statutory size within six months is a layoff, however it was told.

    Averted is only what has a case with an outcome and six known months without such a loss; while
    a month is not known, a warning without a loss stays open.
    """
    three, six = (_lost(told, months) for months in HORIZONS)
    return Labelled(_label(told, three, six), three, six)


def _label(told: Told, three: int | None, six: int | None) -> Label:
    if told.is_refuted:
        return Label.REFUTED
    if any(lost is not None and _is_layoff(lost, told.headcount) for lost in (three, six)):
        return Label.LAYOFF
    if six is None:
        return Label.OPEN
    return Label.NONE if told.outcome is None else Label.AVERTED


def _lost(told: Told, months: int) -> int | None:
    """Return the most that was lost until so many months after the raise.

    None while the last of these months is not known, unless what is known is a layoff already.
    """
    last = _after(told.raised_on, months)
    within = [count for month, count in told.headcounts if month <= last]
    if not within:
        return None
    lost = max(0, told.headcount - min(within))
    is_known = any(month >= last for month, _ in told.headcounts)
    return lost if is_known or _is_layoff(lost, told.headcount) else None


def _after(day: date, months: int) -> str:
    """Return the month so many months after that of a day."""
    count = day.year * _YEAR + day.month - 1 + months
    return f"{count // _YEAR:04d}-{count % _YEAR + 1:02d}"


def _is_layoff(lost: int, headcount: int) -> bool:
    return lost >= PERSONS or (lost > 0 and lost >= SHARE * headcount)
