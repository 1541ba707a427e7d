"""Every reason has its words in both languages, with all the fields that they need."""

from datetime import date

import pytest

from services.ingest.domain.body import BatchMalformed, read_records
from services.ingest.domain.feeds import FEEDS
from services.ingest.domain.rows import Fault, sift
from services.ingest.domain.unreadable import NotANumber, Record, RepeatedNames
from services.ingest.schemas.reasons import ImportErrorRead
from shared.messages import Language, say
from tests.unit.ingest.records import (
    a_headcount,
    a_layoff_report,
    an_enterprise,
    an_opinion,
    uscc,
)

TODAY = date(2020, 8, 3)
BODIES = (
    b"{",
    b"\xff",
    b"[" * 50_000,
    b"[]",
    b"{}",
    b'{"records": 1}',
    b'{"records": []}',
    b'{"records": [1]}',
    b'{"records": [%s]}' % b",".join([b"{}"] * 1001),
    b'{"a": 1}',
    b'{"a": 1, "a": 1}',
)
ENTERPRISES: tuple[Record, ...] = (
    RepeatedNames(("name",)),
    {},
    an_enterprise(x=1),
    *(an_enterprise(uscc=code) for code in ("9", "x" * 18, "\x00", "91350100M000100Y44", 1)),
    an_enterprise(uscc="91350100M00010OY43"),
    an_enterprise(uscc="91110000x00016731Q"),
    *(an_enterprise(name=name) for name in ("长" * 201, "\x00")),
    an_enterprise(district="1"),
    an_enterprise(industry="x"),
    an_enterprise(status="x"),
    an_enterprise(short_names="京"),
    *(an_enterprise(established_on=day) for day in ("x", "1800-01-01", "2999-01-01")),
    *(
        an_enterprise(registered_capital=amount)
        for amount in ("x", "-1", "9" * 20, "0.001", NotANumber("NaN"))
    ),
)
HEADCOUNTS: tuple[Record, ...] = (
    *(a_headcount(month=month) for month in ("x", "1980-01", "2999-01")),
    *(a_headcount(left=left) for left in ("x", -1, 10**9, NotANumber("NaN"))),
    a_headcount(),
)
OPINIONS: tuple[Record, ...] = (
    *(an_opinion(published_at=time) for time in ("x", "2020-08-01T10:00:00", "1999-01-01T00:00Z")),
    an_opinion(url="javascript:alert(1)"),
)
CODES = {
    *("not_an_instant", "no_time_zone", "not_a_url", "date_too_late", "too_short"),
    *("repeated_column", "missing", "unknown_column", "not_text", "too_long", "unprintable"),
    *("uscc_length", "uscc_character", "uscc_blank", "uscc_check_character", "uscc_lower_case"),
    *("division_unknown", "industry_unknown", "not_allowed"),
    *("not_a_date", "date_too_early", "date_in_future"),
    *("not_a_number", "too_small", "too_large", "too_many_decimals", "not_finite"),
    *("not_a_month", "month_too_early", "month_in_future", "not_an_integer"),
    *("enterprise_unknown", "feed_ended"),
}


def all_faults() -> list[Fault]:
    """Return at least one fault of every kind that a row can have."""
    register = sift(FEEDS["enterprise_register"], ENTERPRISES, today=TODAY)
    headcount = sift(FEEDS["insured_headcount"], HEADCOUNTS, today=TODAY)
    late = a_layoff_report(layoff_on="2101-01-01")
    return [
        *register.faults,
        *headcount.faults,
        Fault(0, "uscc", "enterprise_unknown", "x", {"days": 180}),
        Fault(0, None, "feed_ended"),
        *sift(FEEDS["opinion_item"], OPINIONS, today=TODAY).faults,
        *sift(FEEDS["layoff_report"], [late], today=TODAY).faults,
    ]


def test_the_faults_tried_here_are_all_that_there_are() -> None:
    assert {fault.code for fault in all_faults()} == CODES


@pytest.mark.parametrize("language", list(Language))
def test_every_fault_of_a_row_can_be_put_into_words(language: Language) -> None:
    for fault in all_faults():
        told = ImportErrorRead.of(fault, language)
        assert told.message
        told.model_dump_json().encode()


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("body", BODIES, ids=lambda body: repr(body[:20]))
def test_every_fault_of_a_body_can_be_put_into_words(language: Language, body: bytes) -> None:
    with pytest.raises(BatchMalformed) as refused:
        read_records(body)
    for error in refused.value.errors:
        values = error.get("values", {})
        assert isinstance(values, dict)
        assert say(f"validation.{error['code']}", language, **values)


def test_a_wrong_check_character_is_explained() -> None:
    code = uscc(1)
    wrong = code[:-1] + ("0" if code[-1] != "0" else "1")
    (fault,) = sift(FEEDS["insured_headcount"], [a_headcount(uscc=wrong)], today=TODAY).faults
    assert ImportErrorRead.of(fault, Language.EN).message == (
        f"the check character is {wrong[-1]}, but the 17 before it ask for {code[-1]}; "
        "check the whole code"
    )
