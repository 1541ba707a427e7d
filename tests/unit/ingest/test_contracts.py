"""The declared contracts, and what is refused as one."""

import re
from copy import deepcopy
from datetime import date
from typing import Any

import pytest

from services.ingest.domain.contract import (
    Freshness,
    Kind,
    OnError,
    Target,
)
from services.ingest.domain.contract_document import ContractUnreadable, read_contract
from services.ingest.domain.feeds import FEEDS
from services.ingest.domain.json_schema import batch_schema
from services.ingest.domain.rows import sift
from tests.unit.ingest.records import (
    a_headcount,
    a_layoff_report,
    a_protected,
    an_enterprise,
    an_opinion,
    uscc,
)

ODCS: dict[str, Any] = {
    "apiVersion": "v3.1.0",
    "kind": "DataContract",
    "id": "urn:x",
    "name": "x",
    "version": "1.0.0",
    "status": "active",
    "description": {"purpose": "目的", "usage": "用法"},
    "customProperties": [
        {"property": "title", "value": {"zh": "甲", "en": "A"}},
        {"property": "purpose", "value": {"en": "purpose"}},
        {"property": "usage", "value": {"en": "usage"}},
        {"property": "owner", "value": {"zh": "局", "en": "Bureau"}},
        {"property": "legalBasis", "value": [{"zh": "法", "en": "Law"}]},
        {"property": "classification", "value": "internal"},
        {"property": "recordsInto", "value": "register"},
        {"property": "onError", "value": "take_good_rows"},
    ],
    "slaProperties": [
        {"property": "frequency", "value": 1, "unit": "m"},
        {"property": "latency", "value": 15, "unit": "wd", "element": "x.uscc"},
    ],
    "schema": [
        {
            "name": "x",
            "properties": [
                {
                    "name": "uscc",
                    "businessName": "代码",
                    "description": "码。",
                    "physicalType": "uscc",
                    "required": True,
                    "primaryKey": True,
                    "primaryKeyPosition": 1,
                    "customProperties": [
                        {"property": "en", "value": {"title": "Code", "description": "Code."}}
                    ],
                }
            ],
        }
    ],
}


def test_what_a_feed_is_about_and_where_it_goes() -> None:
    others = {
        "enterprise_register": (("uscc",), "register"),
        "opinion_item": (("item_id",), "opinions"),
        "protection_list": (("uscc", "list_kind", "edition"), "protection_lists"),
    }
    about = {
        "insured_headcount": "month",
        "invoices": "month",
        "tax_arrears": "month",
        "job_posting": "month",
        "rent_arrears": "month",
        "contract_renewal": "month",
        "loan_overdue": "month",
        "utility_arrears": "month utility",
        "electricity": "read_on",
        "unemployment_claim": "claimed_on",
        "layoff_report": "reported_on reference",
        "wage_arrears": "found_on reference",
        "labour_dispute": "filed_on reference",
        "hotline_call": "called_on reference",
        "court_notice": "noticed_on reference",
        "register_change": "changed_on reference",
        "si_deferral": "applied_on reference",
        "lawsuit": "filed_on reference",
        "affiliation": "since other",
    }
    observed = {name: (("uscc", *key.split()), "observations") for name, key in about.items()}
    assert {name: (feed.key, feed.target.value) for name, feed in FEEDS.items()} == (
        others | observed
    )


def test_an_event_is_of_its_day_and_of_its_reference() -> None:
    lawsuits = FEEDS["lawsuit"]
    record: dict[str, Any] = {
        "uscc": uscc(1),
        "filed_on": "2020-08-03",
        "reference": "（2020）京0105民初5678/2号",
        "role": "defendant",
    }
    (row,) = sift(lawsuits, [record], today=date(2020, 8, 4)).rows
    assert row.key == (uscc(1), "2020-08-03/（2020）京0105民初5678/2号")
    assert row.content == {"role": "defendant"}
    assert lawsuits.period.kind is Kind.TEXT
    assert FEEDS["insured_headcount"].period.name == "month"


def test_no_feed_takes_who_said_something() -> None:
    names = {column.name for feed in FEEDS.values() for column in feed.columns}
    assert not names & {"author", "user", "user_id", "account", "person", "id_number", "phone"}


def test_the_first_two_feeds_are_as_agreed() -> None:
    register, headcount = FEEDS["enterprise_register"], FEEDS["insured_headcount"]
    assert (register.key, register.target) == (("uscc",), Target.REGISTER)
    assert (headcount.key, headcount.target) == (("uscc", "month"), Target.OBSERVATIONS)
    assert {feed.on_error for feed in FEEDS.values()} == {OnError.TAKE_GOOD_ROWS}
    assert [(c.name, c.kind.value, c.required) for c in register.columns] == [
        ("uscc", "uscc", True),
        ("name", "text", True),
        ("district", "district", True),
        ("street", "text", False),
        ("industry", "industry", False),
        ("status", "choice", True),
        ("established_on", "date", False),
        ("registered_capital", "cny", False),
        ("short_names", "names", False),
    ]
    assert [
        (c.name, c.kind.value, c.required, c.minimum, c.maximum) for c in headcount.columns
    ] == [
        ("uscc", "uscc", True, None, None),
        ("month", "month", True, "1990-01", None),
        ("insured_headcount", "integer", True, 0, 10_000_000),
        ("months_in_arrears", "integer", False, 0, 600),
        ("joined", "integer", False, 0, 10_000_000),
        ("left", "integer", False, 0, 10_000_000),
        ("contribution_base_average", "cny", False, 0, 1_000_000),
        ("due", "cny", False, 0, 1_000_000_000_000),
        ("paid", "cny", False, 0, 1_000_000_000_000),
    ]


def test_a_contract_is_read_from_its_standard_layout() -> None:
    contract = read_contract(ODCS)
    assert (contract.name, contract.cadence, contract.key) == ("x", "P1M", ("uscc",))
    assert contract.legal_basis[0].en == "Law"
    assert contract.columns[0].kind is Kind.USCC
    assert contract.freshness == Freshness(15, "uscc")


@pytest.mark.parametrize(
    ("change", "value"),
    [
        ("kind", "Table"),
        ("apiVersion", "v2.2.2"),
        ("slaProperties", []),
        ("status", "retired"),
        ("status", "deprecated"),
        ("schema", []),
        ("customProperties", []),
    ],
)
def test_what_is_no_contract_is_refused(change: str, value: object) -> None:
    with pytest.raises(ContractUnreadable, match=r"^x: "):
        read_contract({**ODCS, change: value})


@pytest.mark.parametrize(
    "change",
    [
        {"physicalType": "float"},
        {"required": False},
        {"physicalType": "choice"},
        {"physicalType": "integer"},
        {"physicalType": "month"},
        {"physicalType": "timestamp"},
        {"physicalType": "date", "logicalTypeOptions": {"minimum": "2000-01-01", "maximum": 1}},
    ],
)
def test_a_column_that_cannot_be_checked_is_refused(change: dict[str, Any]) -> None:
    document = deepcopy(ODCS)
    document["schema"][0]["properties"][0] |= change
    with pytest.raises(ContractUnreadable):
        read_contract(document)


@pytest.mark.parametrize(
    "change", [{"unit": "d"}, {"element": "x.nothing"}, {"value": "soon"}, {"unit": None}]
)
def test_a_freshness_that_cannot_be_measured_is_refused(change: dict[str, Any]) -> None:
    document = deepcopy(ODCS)
    document["slaProperties"][1] |= change
    with pytest.raises(ContractUnreadable):
        read_contract(document)


def test_a_deprecated_contract_says_since_when_and_until() -> None:
    document = deepcopy(ODCS) | {"status": "deprecated"}
    document["slaProperties"] += [
        {"property": "endOfSupport", "value": "2026-07-01"},
        {"property": "endOfLife", "value": "2027-06-30"},
    ]
    contract = read_contract(document)
    assert (contract.deprecated_on, contract.sunset_on) == (date(2026, 7, 1), date(2027, 6, 30))
    with pytest.raises(ContractUnreadable):
        read_contract(document | {"status": "active"})


def test_an_observation_is_about_an_enterprise_and_a_period() -> None:
    document = deepcopy(ODCS)
    document["customProperties"][6]["value"] = "observations"
    with pytest.raises(ContractUnreadable, match="an enterprise and a period"):
        read_contract(document)


def test_a_column_named_twice_is_refused() -> None:
    document = deepcopy(ODCS)
    document["schema"][0]["properties"] *= 2
    with pytest.raises(ContractUnreadable, match="named twice"):
        read_contract(document)


def test_the_schema_tells_what_a_batch_is() -> None:
    schema: Any = batch_schema(FEEDS["insured_headcount"])
    assert schema["required"] == ["records"]
    records = schema["properties"]["records"]
    assert (records["minItems"], records["maxItems"]) == (1, 1000)
    record = records["items"]
    assert record["required"] == ["uscc", "month", "insured_headcount"]
    assert record["additionalProperties"] is False
    headcount = record["properties"]["insured_headcount"]
    assert (headcount["type"], headcount["minimum"], headcount["maximum"]) == (
        "integer",
        0,
        10_000_000,
    )
    assert record["properties"]["left"]["anyOf"][1] == {"type": "null"}


@pytest.mark.parametrize(
    ("feed", "record"),
    [
        ("enterprise_register", an_enterprise(short_names="一机;一机厂")),
        (
            "insured_headcount",
            a_headcount(contribution_base_average="9500.00", due="456000.00", paid="1.50"),
        ),
        ("opinion_item", an_opinion()),
        ("layoff_report", a_layoff_report(reference="朝裁报〔2020〕第12号")),
        ("protection_list", a_protected()),
    ],
)
def test_patterns_of_the_schema_fit_good_records(feed: str, record: dict[str, Any]) -> None:
    schema: Any = batch_schema(FEEDS[feed])
    properties = schema["properties"]["records"]["items"]["properties"]
    assert set(properties) == set(record)
    fitted = 0
    for name, told in properties.items():
        for shape in told.get("anyOf", [told]):
            if "pattern" in shape:
                assert re.search(shape["pattern"], record[name])
                fitted += 1
    assert fitted >= 1
