"""An enterprise as banks' products look at it."""

from dataclasses import dataclass
from decimal import Decimal

from shared.codes.industries import IndustryUnknown, industry
from shared.codes.size_classes import SizeClass, size_class


@dataclass(frozen=True, slots=True)
class Firm:
    """Where an enterprise lies, what it does, how large it is.

    Without revenue and assets the size is often only the best that staff allow: provisional.
    """

    uscc: str
    district: str
    industry: str | None
    size: SizeClass
    size_is_provisional: bool


def firm(uscc: str, *, district: str, industry_code: str | None, staff: int | None) -> Firm:
    """Return the enterprise with its size class by industry and staff."""
    size, provisional = _size(industry_code, staff)
    return Firm(uscc, district, industry_code, size, provisional)


def section_of(industry_code: str | None) -> str | None:
    """Return the section of an industry's code; None where there is none."""
    try:
        return None if industry_code is None else industry(industry_code).section
    except IndustryUnknown:
        return None


def codes_of(industry_code: str) -> frozenset[str]:
    """Return a code with those that are coarser: a product for any of them is for it."""
    try:
        found = industry(industry_code)
    except IndustryUnknown:
        return frozenset()
    return frozenset({found.code, *found.parents})


def band_of(amount: Decimal) -> int:
    """Return the order of magnitude of an amount: 1 to 10 million are one band."""
    return amount.adjusted()


def _size(industry_code: str | None, staff: int | None) -> tuple[SizeClass, bool]:
    try:
        sizing = size_class(industry_code or "", staff=staff, revenue=None, assets=None)
    except IndustryUnknown:
        return SizeClass.UNKNOWN, False
    if sizing.size is SizeClass.UNKNOWN and sizing.provisional is not None:
        return sizing.provisional, True
    return sizing.size, False
