"""Enterprise sizes: every bound of 工信部联企业〔2011〕300号, at and just under it, by hand."""

from decimal import Decimal

import pytest

from shared.codes.size_classes import SizeClass, Sizing, size_class

LARGE, MEDIUM, SMALL, MICRO = (
    SizeClass.LARGE,
    SizeClass.MEDIUM,
    SizeClass.SMALL,
    SizeClass.MICRO,
)

# Amounts in CNY, grouped by ten thousands as the rule counts them: 2_0000_0000 is 20,000 万元.
PLENTY = 99_0000_0000

Row = tuple[int, int, int, SizeClass]  # staff, revenue, assets, size

AGRICULTURE: list[Row] = [
    (0, 2_0000_0000, 0, LARGE),
    (0, 1_9999_9999, 0, MEDIUM),
    (0, 500_0000, 0, MEDIUM),
    (0, 499_9999, 0, SMALL),
    (0, 50_0000, 0, SMALL),
    (9999, 49_9999, PLENTY, MICRO),
]
INDUSTRY: list[Row] = [
    (1000, 4_0000_0000, 0, LARGE),
    (999, PLENTY, 0, MEDIUM),
    (9999, 3_9999_9999, 0, MEDIUM),
    (300, 2000_0000, 0, MEDIUM),
    (299, PLENTY, 0, SMALL),
    (9999, 1999_9999, 0, SMALL),
    (20, 300_0000, 0, SMALL),
    (19, PLENTY, PLENTY, MICRO),
    (9999, 299_9999, PLENTY, MICRO),
]
CONSTRUCTION: list[Row] = [
    (0, 8_0000_0000, 8_0000_0000, LARGE),
    (9999, 7_9999_9999, PLENTY, MEDIUM),
    (9999, PLENTY, 7_9999_9999, MEDIUM),
    (0, 6000_0000, 5000_0000, MEDIUM),
    (0, 5999_9999, PLENTY, SMALL),
    (0, PLENTY, 4999_9999, SMALL),
    (0, 300_0000, 300_0000, SMALL),
    (9999, 299_9999, PLENTY, MICRO),
    (9999, PLENTY, 299_9999, MICRO),
]
WHOLESALE: list[Row] = [
    (200, 4_0000_0000, 0, LARGE),
    (199, PLENTY, 0, MEDIUM),
    (9999, 3_9999_9999, 0, MEDIUM),
    (20, 5000_0000, 0, MEDIUM),
    (19, PLENTY, 0, SMALL),
    (9999, 4999_9999, 0, SMALL),
    (5, 1000_0000, 0, SMALL),
    (4, PLENTY, PLENTY, MICRO),
    (9999, 999_9999, PLENTY, MICRO),
]
RETAIL: list[Row] = [
    (300, 2_0000_0000, 0, LARGE),
    (299, PLENTY, 0, MEDIUM),
    (9999, 1_9999_9999, 0, MEDIUM),
    (50, 500_0000, 0, MEDIUM),
    (49, PLENTY, 0, SMALL),
    (9999, 499_9999, 0, SMALL),
    (10, 100_0000, 0, SMALL),
    (9, PLENTY, PLENTY, MICRO),
    (9999, 99_9999, PLENTY, MICRO),
]
TRANSPORT: list[Row] = [
    (1000, 3_0000_0000, 0, LARGE),
    (999, PLENTY, 0, MEDIUM),
    (9999, 2_9999_9999, 0, MEDIUM),
    (300, 3000_0000, 0, MEDIUM),
    (299, PLENTY, 0, SMALL),
    (9999, 2999_9999, 0, SMALL),
    (20, 200_0000, 0, SMALL),
    (19, PLENTY, PLENTY, MICRO),
    (9999, 199_9999, PLENTY, MICRO),
]
STORAGE: list[Row] = [
    (200, 3_0000_0000, 0, LARGE),
    (199, PLENTY, 0, MEDIUM),
    (9999, 2_9999_9999, 0, MEDIUM),
    (100, 1000_0000, 0, MEDIUM),
    (99, PLENTY, 0, SMALL),
    (9999, 999_9999, 0, SMALL),
    (20, 100_0000, 0, SMALL),
    (19, PLENTY, PLENTY, MICRO),
    (9999, 99_9999, PLENTY, MICRO),
]
POST: list[Row] = [
    (1000, 3_0000_0000, 0, LARGE),
    (999, PLENTY, 0, MEDIUM),
    (9999, 2_9999_9999, 0, MEDIUM),
    (300, 2000_0000, 0, MEDIUM),
    (299, PLENTY, 0, SMALL),
    (9999, 1999_9999, 0, SMALL),
    (20, 100_0000, 0, SMALL),
    (19, PLENTY, PLENTY, MICRO),
    (9999, 99_9999, PLENTY, MICRO),
]
LODGING: list[Row] = [
    (300, 1_0000_0000, 0, LARGE),
    (299, PLENTY, 0, MEDIUM),
    (9999, 9999_9999, 0, MEDIUM),
    (100, 2000_0000, 0, MEDIUM),
    (99, PLENTY, 0, SMALL),
    (9999, 1999_9999, 0, SMALL),
    (10, 100_0000, 0, SMALL),
    (9, PLENTY, PLENTY, MICRO),
    (9999, 99_9999, PLENTY, MICRO),
]
CATERING: list[Row] = [
    (300, 1_0000_0000, 0, LARGE),
    (299, PLENTY, 0, MEDIUM),
    (9999, 9999_9999, 0, MEDIUM),
    (100, 2000_0000, 0, MEDIUM),
    (99, PLENTY, 0, SMALL),
    (9999, 1999_9999, 0, SMALL),
    (10, 100_0000, 0, SMALL),
    (9, PLENTY, PLENTY, MICRO),
    (9999, 99_9999, PLENTY, MICRO),
]
INFORMATION: list[Row] = [
    (2000, 10_0000_0000, 0, LARGE),
    (1999, PLENTY, 0, MEDIUM),
    (9999, 9_9999_9999, 0, MEDIUM),
    (100, 1000_0000, 0, MEDIUM),
    (99, PLENTY, 0, SMALL),
    (9999, 999_9999, 0, SMALL),
    (10, 100_0000, 0, SMALL),
    (9, PLENTY, PLENTY, MICRO),
    (9999, 99_9999, PLENTY, MICRO),
]
SOFTWARE: list[Row] = [
    (300, 1_0000_0000, 0, LARGE),
    (299, PLENTY, 0, MEDIUM),
    (9999, 9999_9999, 0, MEDIUM),
    (100, 1000_0000, 0, MEDIUM),
    (99, PLENTY, 0, SMALL),
    (9999, 999_9999, 0, SMALL),
    (10, 50_0000, 0, SMALL),
    (9, PLENTY, PLENTY, MICRO),
    (9999, 49_9999, PLENTY, MICRO),
]
REAL_ESTATE: list[Row] = [
    (0, 20_0000_0000, 1_0000_0000, LARGE),
    (9999, 19_9999_9999, PLENTY, MEDIUM),
    (9999, PLENTY, 9999_9999, MEDIUM),
    (0, 1000_0000, 5000_0000, MEDIUM),
    (0, 999_9999, PLENTY, SMALL),
    (0, PLENTY, 4999_9999, SMALL),
    (0, 100_0000, 2000_0000, SMALL),
    (9999, 99_9999, PLENTY, MICRO),
    (9999, PLENTY, 1999_9999, MICRO),
]
PROPERTY_MANAGEMENT: list[Row] = [
    (1000, 5000_0000, 0, LARGE),
    (999, PLENTY, 0, MEDIUM),
    (9999, 4999_9999, 0, MEDIUM),
    (300, 1000_0000, 0, MEDIUM),
    (299, PLENTY, 0, SMALL),
    (9999, 999_9999, 0, SMALL),
    (100, 500_0000, 0, SMALL),
    (99, PLENTY, PLENTY, MICRO),
    (9999, 499_9999, PLENTY, MICRO),
]
LEASING_AND_BUSINESS: list[Row] = [
    (300, 0, 12_0000_0000, LARGE),
    (299, 0, PLENTY, MEDIUM),
    (9999, PLENTY, 11_9999_9999, MEDIUM),
    (100, 0, 8000_0000, MEDIUM),
    (99, 0, PLENTY, SMALL),
    (9999, 0, 7999_9999, SMALL),
    (10, 0, 100_0000, SMALL),
    (9, PLENTY, PLENTY, MICRO),
    (9999, PLENTY, 99_9999, MICRO),
]
OTHER: list[Row] = [
    (300, 0, 0, LARGE),
    (299, PLENTY, PLENTY, MEDIUM),
    (100, 0, 0, MEDIUM),
    (99, PLENTY, PLENTY, SMALL),
    (10, 0, 0, SMALL),
    (9, PLENTY, PLENTY, MICRO),
]

CASES = [
    ("A0111", AGRICULTURE),
    ("C3612", INDUSTRY),
    ("E4710", CONSTRUCTION),
    ("5191", WHOLESALE),
    ("5211", RETAIL),
    ("5411", TRANSPORT),
    ("5920", STORAGE),
    ("6020", POST),
    ("6110", LODGING),
    ("6210", CATERING),
    ("6421", INFORMATION),
    ("6513", SOFTWARE),
    ("7010", REAL_ESTATE),
    ("7020", PROPERTY_MANAGEMENT),
    ("7261", LEASING_AND_BUSINESS),
    ("8010", OTHER),
]


@pytest.mark.parametrize(
    ("code", "staff", "revenue", "assets", "size"),
    [(code, *row) for code, rows in CASES for row in rows],
)
def test_every_bound(code: str, staff: int, revenue: int, assets: int, size: SizeClass) -> None:
    sized = size_class(code, staff=staff, revenue=Decimal(revenue), assets=Decimal(assets))
    assert sized == Sizing(size)


def test_a_cent_under_the_bound_is_under_it() -> None:
    sized = size_class("A", staff=None, revenue=Decimal("499999.99"), assets=None)
    assert sized == Sizing(MICRO)


# An industry belongs to the row whose bounds it follows.
@pytest.mark.parametrize(
    ("code", "like"),
    [
        ("B06", INDUSTRY),
        ("D44", INDUSTRY),
        ("43", INDUSTRY),
        ("C", INDUSTRY),
        ("50", CONSTRUCTION),
        ("51", WHOLESALE),
        ("52", RETAIL),
        ("55", TRANSPORT),
        ("56", TRANSPORT),
        ("57", TRANSPORT),
        ("582", TRANSPORT),
        ("5910", TRANSPORT),
        ("593", STORAGE),
        ("594", STORAGE),
        ("5951", STORAGE),
        ("596", STORAGE),
        ("5990", STORAGE),
        ("60", POST),
        ("61", LODGING),
        ("62", CATERING),
        ("63", INFORMATION),
        ("64", INFORMATION),
        ("I65", SOFTWARE),
        ("701", REAL_ESTATE),
        ("702", PROPERTY_MANAGEMENT),
        ("71", LEASING_AND_BUSINESS),
        ("L", LEASING_AND_BUSINESS),
        ("53", OTHER),
        ("703", OTHER),
        ("704", OTHER),
        ("709", OTHER),
        ("M73", OTHER),
        ("N", OTHER),
        ("O", OTHER),
        ("P83", OTHER),
        ("Q85", OTHER),
        ("R90", OTHER),
        ("S", OTHER),
        ("T", OTHER),
    ],
)
def test_which_row_an_industry_belongs_to(code: str, like: list[Row]) -> None:
    for staff, revenue, assets, size in like:
        sized = size_class(code, staff=staff, revenue=Decimal(revenue), assets=Decimal(assets))
        assert sized.size is size
