"""How large an enterprise is by law: 工信部联企业〔2011〕300号 over GB/T 4754-2017."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from shared.codes.industries import industry

_CNY_10_000 = 10_000


class SizeClass(StrEnum):
    """大型, 中型, 小型, 微型, or not decidable."""

    LARGE = "large"
    MEDIUM = "medium"
    SMALL = "small"
    MICRO = "micro"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Sizing:
    """The size class; where it is unknown, `provisional` is the best that staff alone allow."""

    size: SizeClass
    provisional: SizeClass | None = None


class Trade(StrEnum):
    """The sixteen rows of the rule."""

    AGRICULTURE = "agriculture"
    INDUSTRY = "industry"
    CONSTRUCTION = "construction"
    WHOLESALE = "wholesale"
    RETAIL = "retail"
    TRANSPORT = "transport"
    STORAGE = "storage"
    POST = "post"
    LODGING = "lodging"
    CATERING = "catering"
    INFORMATION = "information"
    SOFTWARE = "software"
    REAL_ESTATE = "real_estate"
    PROPERTY_MANAGEMENT = "property_management"
    LEASING_AND_BUSINESS = "leasing_and_business"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Least:
    """Lower bounds, inclusive, that hold together: staff; revenue and assets in CNY 10,000."""

    staff: int | None = None
    revenue: int | None = None
    assets: int | None = None


# Large, medium, small; what reaches none of the three is micro.
TABLE: Mapping[Trade, tuple[Least, Least, Least]] = {
    Trade.AGRICULTURE: (Least(revenue=20_000), Least(revenue=500), Least(revenue=50)),
    Trade.INDUSTRY: (Least(1_000, 40_000), Least(300, 2_000), Least(20, 300)),
    Trade.CONSTRUCTION: (
        Least(revenue=80_000, assets=80_000),
        Least(revenue=6_000, assets=5_000),
        Least(revenue=300, assets=300),
    ),
    Trade.WHOLESALE: (Least(200, 40_000), Least(20, 5_000), Least(5, 1_000)),
    Trade.RETAIL: (Least(300, 20_000), Least(50, 500), Least(10, 100)),
    Trade.TRANSPORT: (Least(1_000, 30_000), Least(300, 3_000), Least(20, 200)),
    Trade.STORAGE: (Least(200, 30_000), Least(100, 1_000), Least(20, 100)),
    Trade.POST: (Least(1_000, 30_000), Least(300, 2_000), Least(20, 100)),
    Trade.LODGING: (Least(300, 10_000), Least(100, 2_000), Least(10, 100)),
    Trade.CATERING: (Least(300, 10_000), Least(100, 2_000), Least(10, 100)),
    Trade.INFORMATION: (Least(2_000, 100_000), Least(100, 1_000), Least(10, 100)),
    Trade.SOFTWARE: (Least(300, 10_000), Least(100, 1_000), Least(10, 50)),
    Trade.REAL_ESTATE: (
        Least(revenue=200_000, assets=10_000),
        Least(revenue=1_000, assets=5_000),
        Least(revenue=100, assets=2_000),
    ),
    Trade.PROPERTY_MANAGEMENT: (Least(1_000, 5_000), Least(300, 1_000), Least(100, 500)),
    Trade.LEASING_AND_BUSINESS: (
        Least(300, assets=120_000),
        Least(100, assets=8_000),
        Least(10, assets=100),
    ),
    Trade.OTHER: (Least(300), Least(100), Least(10)),
}

# The finest code that is listed decides (国统字〔2017〕213号). Finance (J) is missing on purpose,
# it has a rule of its own (银发〔2015〕309号); so are codes too coarse for one row, as F or 59.
TRADES: Mapping[str, Trade] = {
    "A": Trade.AGRICULTURE,
    "B": Trade.INDUSTRY,
    "C": Trade.INDUSTRY,
    "D": Trade.INDUSTRY,
    "E": Trade.CONSTRUCTION,
    "51": Trade.WHOLESALE,
    "52": Trade.RETAIL,
    "53": Trade.OTHER,  # railways are not in the row of transport, loading (591) is
    "54": Trade.TRANSPORT,
    "55": Trade.TRANSPORT,
    "56": Trade.TRANSPORT,
    "57": Trade.TRANSPORT,
    "58": Trade.TRANSPORT,
    "591": Trade.TRANSPORT,
    "592": Trade.STORAGE,
    "593": Trade.STORAGE,
    "594": Trade.STORAGE,
    "595": Trade.STORAGE,
    "596": Trade.STORAGE,
    "599": Trade.STORAGE,
    "60": Trade.POST,
    "61": Trade.LODGING,
    "62": Trade.CATERING,
    "63": Trade.INFORMATION,
    "64": Trade.INFORMATION,
    "65": Trade.SOFTWARE,
    "701": Trade.REAL_ESTATE,
    "702": Trade.PROPERTY_MANAGEMENT,
    "703": Trade.OTHER,
    "704": Trade.OTHER,
    "709": Trade.OTHER,
    "L": Trade.LEASING_AND_BUSINESS,
    "M": Trade.OTHER,
    "N": Trade.OTHER,
    "O": Trade.OTHER,
    "P": Trade.OTHER,
    "Q": Trade.OTHER,
    "R": Trade.OTHER,
    "S": Trade.OTHER,
    "T": Trade.OTHER,
}

_SIZES = (SizeClass.LARGE, SizeClass.MEDIUM, SizeClass.SMALL)


def size_class(
    industry_code: str, *, staff: int | None, revenue: Decimal | None, assets: Decimal | None
) -> Sizing:
    """Size an enterprise by its industry (any level), staff, revenue and total assets in CNY.

    A value is needed if the class depends on it: five workers in industry make a micro
    enterprise, whatever its revenue. Raise `IndustryUnknown` for a code outside the standard.
    """
    trade = _trade(industry_code)
    if trade is None:
        return Sizing(SizeClass.UNKNOWN)
    steps = TABLE[trade]
    for size, least in zip(_SIZES, steps, strict=True):
        reached = _reached(least, staff, revenue, assets)
        if reached is None:
            return Sizing(SizeClass.UNKNOWN, _by_staff(steps, staff))
        if reached:
            return Sizing(size)
    return Sizing(SizeClass.MICRO)


def _trade(code: str) -> Trade | None:
    found = industry(code)
    codes = (found.code, *reversed(found.parents))
    return next((TRADES[code] for code in codes if code in TRADES), None)


def _reached(
    least: Least, staff: int | None, revenue: Decimal | None, assets: Decimal | None
) -> bool | None:
    """Tell whether every bound is reached; None if that hangs on a value that is not known."""
    needed = [
        (value, bound)
        for value, bound in (
            (staff, least.staff),
            (revenue, _in_cny(least.revenue)),
            (assets, _in_cny(least.assets)),
        )
        if bound is not None
    ]
    if any(value is not None and value < bound for value, bound in needed):
        return False
    return None if any(value is None for value, _ in needed) else True


def _in_cny(bound: int | None) -> int | None:
    return None if bound is None else bound * _CNY_10_000


def _by_staff(steps: tuple[Least, Least, Least], staff: int | None) -> SizeClass | None:
    bounds = [least.staff for least in steps if least.staff is not None]
    if staff is None or not bounds:
        return None
    reached = (size for size, bound in zip(_SIZES, bounds, strict=True) if staff >= bound)
    return next(reached, SizeClass.MICRO)
