"""A contract takes a row or says what is wrong with it, column by column."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from services.ingest.domain.feeds import FEEDS
from services.ingest.domain.rows import Fault, Row, keep_known, sift
from services.ingest.domain.unreadable import NotANumber, RepeatedNames
from tests.unit.ingest.records import a_headcount, an_enterprise, uscc

REGISTER = FEEDS["enterprise_register"]
HEADCOUNT = FEEDS["insured_headcount"]
TODAY = date(2020, 8, 3)


def test_a_good_enterprise_is_read_into_its_types() -> None:
    record = an_enterprise(uscc="91350100M000100Y43")
    assert sift(REGISTER, [record], today=TODAY).rows == (
        Row(
            0,
            ("91350100M000100Y43",),
            {
                "name": "北京第1机械厂",
                "district": "110105",
                "street": "建外街道",
                "industry": "3921",
                "status": "active",
                "established_on": date(1990, 1, 1),
                "registered_capital": Decimal("120000.00"),
            },
        ),
    )


def test_a_good_headcount_is_read_into_its_types() -> None:
    assert sift(HEADCOUNT, [a_headcount(7)], today=TODAY).rows == (
        Row(
            0,
            (uscc(7), "2020-07"),
            {"insured_headcount": 128, "months_in_arrears": 0, "joined": 3, "left": 5},
        ),
    )


@pytest.mark.parametrize("absent", [None, "", "  ", "　"])
def test_what_is_optional_may_be_left_out_in_any_way(absent: object) -> None:
    names = ("street", "industry", "established_on", "registered_capital")
    blank = an_enterprise() | dict.fromkeys(names, absent)
    bare = {name: value for name, value in an_enterprise().items() if name not in names}
    sifted = sift(REGISTER, [blank, bare], today=TODAY)
    assert [row.content for row in sifted.rows] == [
        {"name": "北京第1机械厂", "district": "110105", "status": "active"}
    ] * 2


@pytest.mark.parametrize(
    ("old", "today"),
    [
        ("110103", "110101"),
        ("110104", "110102"),
        ("110228", "110118"),
        ("110229", "110119"),
        ("110302", "1101K1"),
        ("1101K1", "1101K1"),
        ("110105", "110105"),
    ],
)
def test_a_former_district_becomes_the_one_of_today(old: str, today: str) -> None:
    (row,) = sift(REGISTER, [an_enterprise(district=old)], today=TODAY).rows
    assert row.content["district"] == today


@pytest.mark.parametrize(
    ("written", "amount"),
    [
        ("120000", "120000.00"),
        ("0.5", "0.50"),
        (120000, "120000.00"),
        (Decimal("1.20"), "1.20"),
        (Decimal("1.2E+4"), "12000.00"),
        (Decimal("0E-99"), "0.00"),
        (" 7.10 ", "7.10"),
        ("1000000000000000", "1000000000000000.00"),
    ],
)
def test_money_is_exact(written: object, amount: str) -> None:
    (row,) = sift(REGISTER, [an_enterprise(registered_capital=written)], today=TODAY).rows
    assert str(row.content["registered_capital"]) == amount


def test_a_whole_number_may_be_written_with_a_point() -> None:
    (row,) = sift(HEADCOUNT, [a_headcount(insured_headcount=Decimal("12.0"))], today=TODAY).rows
    assert row.content["insured_headcount"] == 12
    assert type(row.content["insured_headcount"]) is int


@pytest.mark.parametrize(
    ("column", "value", "code", "shown"),
    [
        ("uscc", "91350100M000100Y4", "uscc_length", "91350100M000100Y4"),
        ("uscc", "91350100M000100Y44", "uscc_check_character", "91350100M000100Y44"),
        ("uscc", "91110000x00016731Q", "uscc_lower_case", "91110000x00016731Q"),
        ("uscc", "无", "uscc_length", "无"),
        ("uscc", "9.11101E+17", "uscc_rounded", "9.11101E+17"),
        ("uscc", "91350100M000100Y43 ", "uscc_blank", "91350100M000100Y43 "),
        ("uscc", "91350100M00010OY43", "uscc_character", "91350100M00010OY43"),
        ("uscc", 913501000001000743, "not_text", "913501000001000743"),
        ("uscc", None, "missing", None),
        ("name", "", "missing", None),
        ("name", 5, "not_text", "5"),
        ("name", True, "not_text", "true"),
        ("name", ["甲"], "not_text", "[…]"),
        ("name", {"zh": "甲"}, "not_text", "{…}"),
        ("name", RepeatedNames(("zh",)), "not_text", "{…}"),
        ("name", NotANumber("NaN"), "not_text", "NaN"),
        ("name", "甲\x00乙", "unprintable", "甲\\u0000乙"),
        ("name", "甲\ud800乙", "unprintable", "甲\\ud800乙"),
        ("name", "甲\n乙", "unprintable", "甲\\u000a乙"),
        ("name", "甲\u202e乙", "unprintable", "甲\\u202e乙"),
        ("name", "长" * 201, "too_long", "长" * 63 + "…"),
        ("district", "110000", "division_unknown", "110000"),
        ("district", "310101", "division_unknown", "310101"),
        ("district", 110105, "not_text", "110105"),
        ("district", "朝阳区", "division_unknown", "朝阳区"),
        ("industry", "9999", "industry_unknown", "9999"),
        ("industry", "A3921", "industry_unknown", "A3921"),
        ("status", "Active", "not_allowed", "Active"),
        ("status", None, "missing", None),
        ("established_on", "2020-08-04", "date_in_future", "2020-08-04"),
        ("established_on", "1899-12-31", "date_too_early", "1899-12-31"),
        ("established_on", "2019-02-29", "not_a_date", "2019-02-29"),
        ("established_on", "20190228", "not_a_date", "20190228"),
        ("established_on", "2019/02/28", "not_a_date", "2019/02/28"),
        ("established_on", "２０１９-02-28", "not_a_date", "２０１９-02-28"),
        ("established_on", 43524, "not_text", "43524"),
        ("registered_capital", "-0.01", "too_small", "-0.01"),
        ("registered_capital", "1000000000000000.01", "too_large", "1000000000000000.01"),
        ("registered_capital", "0.001", "too_many_decimals", "0.001"),
        (
            "registered_capital",
            "1.0000000000000000000000000001",
            "too_many_decimals",
            "1.0000000000000000000000000001",
        ),
        ("registered_capital", Decimal("1E-999999"), "too_many_decimals", "1E-999999"),
        ("registered_capital", Decimal("1E+999999"), "too_large", "1E+999999"),
        ("registered_capital", "12万", "not_a_number", "12万"),
        ("registered_capital", "1,000", "not_a_number", "1,000"),
        ("registered_capital", "NaN", "not_a_number", "NaN"),
        ("registered_capital", "1e5", "not_a_number", "1e5"),
        ("registered_capital", True, "not_a_number", "true"),
        ("registered_capital", NotANumber("Infinity"), "not_finite", "Infinity"),
    ],
)
def test_a_bad_value_of_an_enterprise(
    column: str, value: object, code: str, shown: str | None
) -> None:
    assert faults_of("enterprise_register", an_enterprise() | {column: value}) == [
        (column, code, shown)
    ]


@pytest.mark.parametrize(
    ("column", "value", "code", "shown"),
    [
        ("month", "2020-09", "month_in_future", "2020-09"),
        ("month", "2020-13", "not_a_month", "2020-13"),
        ("month", "2020-7", "not_a_month", "2020-7"),
        ("month", "202007", "not_a_month", "202007"),
        ("month", "1989-12", "month_too_early", "1989-12"),
        ("month", "2020-07\n", "unprintable", "2020-07\\u000a"),
        ("month", 202007, "not_text", "202007"),
        ("month", None, "missing", None),
        ("insured_headcount", -1, "too_small", "-1"),
        ("insured_headcount", 10_000_001, "too_large", "10000001"),
        ("insured_headcount", Decimal("9" * 5000), "too_large", "9" * 63 + "…"),
        ("insured_headcount", Decimal("12.5"), "not_an_integer", "12.5"),
        ("insured_headcount", Decimal("1E-999999"), "not_an_integer", "1E-999999"),
        ("insured_headcount", "12", "not_an_integer", "12"),
        ("insured_headcount", True, "not_an_integer", "true"),
        ("insured_headcount", False, "not_an_integer", "false"),
        ("insured_headcount", NotANumber("NaN"), "not_finite", "NaN"),
        ("insured_headcount", [128], "not_an_integer", "[…]"),
        ("insured_headcount", None, "missing", None),
        ("months_in_arrears", 601, "too_large", "601"),
        ("joined", -1, "too_small", "-1"),
        ("left", 10_000_001, "too_large", "10000001"),
    ],
)
def test_a_bad_value_of_a_headcount(
    column: str, value: object, code: str, shown: str | None
) -> None:
    assert faults_of("insured_headcount", a_headcount() | {column: value}) == [
        (column, code, shown)
    ]


@pytest.mark.parametrize("month", ["1990-01", "2020-08"])
def test_months_from_the_first_to_the_present_are_taken(month: str) -> None:
    assert sift(HEADCOUNT, [a_headcount(month=month)], today=TODAY).faults == ()


def test_what_the_contract_does_not_know_is_refused_and_not_repeated() -> None:
    record = an_enterprise(legal_representative="张三", phone="13800138000")
    assert faults_of("enterprise_register", record) == [
        ("legal_representative", "unknown_column", None),
        ("phone", "unknown_column", None),
    ]


def test_a_name_that_cannot_be_written_is_shown_by_its_escapes() -> None:
    (fault,) = sift(HEADCOUNT, [a_headcount() | {"a/\x00~\ud800": 1}], today=TODAY).faults
    assert fault.column == "a/\\u0000~\\ud800"
    assert fault.pointer == "/records/0/a~1\\u0000~0\\ud800"


def test_a_column_that_occurs_twice_spoils_its_row_only() -> None:
    sifted = sift(HEADCOUNT, [RepeatedNames(("left", "joined")), a_headcount()], today=TODAY)
    assert [row.index for row in sifted.rows] == [1]
    assert sifted.faults == (
        Fault(0, "left", "repeated_column"),
        Fault(0, "joined", "repeated_column"),
    )


def test_every_fault_of_a_row_is_told_up_to_ten() -> None:
    assert faults_of("insured_headcount", {"month": "2021-01", "left": -1}) == [
        ("month", "month_in_future", "2021-01"),
        ("left", "too_small", "-1"),
        ("uscc", "missing", None),
        ("insured_headcount", "missing", None),
    ]
    many = {f"column_{number}": number for number in range(50)}
    assert len(faults_of("insured_headcount", many)) == 10


def test_an_empty_record_lacks_what_is_required() -> None:
    assert faults_of("enterprise_register", {}) == [
        ("uscc", "missing", None),
        ("name", "missing", None),
        ("district", "missing", None),
        ("status", "missing", None),
    ]


def test_a_pointer_leads_to_the_place() -> None:
    assert Fault(3, "uscc", "missing").pointer == "/records/3/uscc"
    assert Fault(3, None, "not_an_object").pointer == "/records/3"


def test_rows_about_strangers_to_the_register_are_set_apart() -> None:
    records = [a_headcount(1), a_headcount(2), a_headcount(3, left=-1), a_headcount(2)]
    sifted = keep_known(sift(HEADCOUNT, records, today=TODAY), {uscc(1), uscc(3)})
    assert [row.index for row in sifted.rows] == [0]
    assert [row.index for row in sifted.strangers] == [1, 3]
    assert sifted.faults == (Fault(2, "left", "too_small", "-1", {"limit": 0}),)


def faults_of(feed: str, record: Mapping[str, Any]) -> list[tuple[str | None, str, str | None]]:
    """Return column, code and shown value of what is wrong with one record."""
    sifted = sift(FEEDS[feed], [dict(record)], today=TODAY)
    return [(fault.column, fault.code, fault.value) for fault in sifted.faults]
