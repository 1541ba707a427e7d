"""Enterprise sizes where the rule has no row, or a value is not known."""

from decimal import Decimal

import pytest

from shared.codes.industries import IndustryUnknown
from shared.codes.size_classes import SizeClass, Sizing, size_class

LARGE, MEDIUM, SMALL, MICRO = (
    SizeClass.LARGE,
    SizeClass.MEDIUM,
    SizeClass.SMALL,
    SizeClass.MICRO,
)

PLENTY = 99_0000_0000  # CNY, over every bound of the rule


@pytest.mark.parametrize("code", ["J", "J6621", "F", "G", "59", "H", "I", "K", "70"])
def test_industries_without_one_row_have_no_size(code: str) -> None:
    sized = size_class(code, staff=500, revenue=Decimal(PLENTY), assets=Decimal(PLENTY))
    assert sized == Sizing(SizeClass.UNKNOWN, None)


@pytest.mark.parametrize(
    ("code", "staff", "revenue", "assets", "expected"),
    [
        # A needed value is missing: what staff alone allow is only provisional.
        ("C", 1000, None, None, Sizing(SizeClass.UNKNOWN, LARGE)),
        ("C", 300, None, None, Sizing(SizeClass.UNKNOWN, MEDIUM)),
        ("C", 20, None, None, Sizing(SizeClass.UNKNOWN, SMALL)),
        ("C", 1000, None, PLENTY, Sizing(SizeClass.UNKNOWN, LARGE)),
        ("72", 99, PLENTY, None, Sizing(SizeClass.UNKNOWN, SMALL)),
        ("C", None, PLENTY, None, Sizing(SizeClass.UNKNOWN, None)),
        ("O", None, PLENTY, PLENTY, Sizing(SizeClass.UNKNOWN, None)),
        # Rows that do not count staff have nothing to go by.
        ("A", 500, None, PLENTY, Sizing(SizeClass.UNKNOWN, None)),
        ("E", 500, PLENTY, None, Sizing(SizeClass.UNKNOWN, None)),
        # What is known decides: the missing value could not change the class.
        ("C", 19, None, None, Sizing(MICRO)),
        ("C", None, 299_9999, None, Sizing(MICRO)),
        ("O", 300, None, None, Sizing(LARGE)),
        ("72", 9, None, None, Sizing(MICRO)),
        ("A", None, 500_0000, None, Sizing(MEDIUM)),
        ("65", 300, 1_0000_0000, None, Sizing(LARGE)),
        # Too few for large, but the revenue could still make it anything else.
        ("C", 999, None, None, Sizing(SizeClass.UNKNOWN, MEDIUM)),
        ("C", None, 2000_0000, None, Sizing(SizeClass.UNKNOWN, None)),
    ],
)
def test_values_that_are_not_known(
    code: str, staff: int | None, revenue: int | None, assets: int | None, expected: Sizing
) -> None:
    sized = size_class(
        code,
        staff=staff,
        revenue=None if revenue is None else Decimal(revenue),
        assets=None if assets is None else Decimal(assets),
    )
    assert sized == expected


def test_an_unknown_industry_is_said() -> None:
    with pytest.raises(IndustryUnknown):
        size_class("9999", staff=1, revenue=None, assets=None)
