"""Every contract is one of the standard and gives its page and schema, which its example fits."""

import json
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft201909Validator, Draft202012Validator

from services.ingest.domain.contract import Column, FeedContract, Kind
from services.ingest.domain.evolution import changes, is_numbered_enough, unkept
from services.ingest.domain.feeds import FEEDS, VERSIONS
from services.ingest.domain.json_schema import batch_schema
from services.ingest.domain.page import render
from services.ingest.domain.rows import sift
from tests.contract.feeds import FROZEN, TODAY, example, frozen

ROOT = Path(__file__).parents[2]
CONTRACTS = ROOT / "services" / "ingest" / "contracts"
PAGES = ROOT / "docs" / "feeds"
STANDARD: Any = json.loads(
    (files("open_data_contract_standard") / "schema.json").read_text(encoding="utf-8")
)
EVERY = [contract for versions in VERSIONS.values() for contract in versions]


def named(contract: FeedContract) -> str:
    return f"{contract.name}-{contract.version}"


@pytest.mark.parametrize("contract", EVERY, ids=named)
def test_a_contract_is_one_of_the_standard(contract: FeedContract) -> None:
    file = CONTRACTS / contract.name / f"{contract.version}.yaml"
    validator = Draft201909Validator(STANDARD)
    assert list(validator.iter_errors(yaml.safe_load(file.read_text(encoding="utf-8")))) == []


@pytest.mark.parametrize("feed", list(FEEDS))
def test_the_page_of_a_feed_is_the_one_of_its_contract(feed: str) -> None:
    assert (PAGES / f"{feed}.md").read_text(encoding="utf-8") == render(FEEDS[feed])


def test_every_page_has_its_contract() -> None:
    assert {page.stem for page in PAGES.glob("*.md")} == set(FEEDS)


@pytest.mark.parametrize("contract", EVERY, ids=named)
def test_the_example_of_a_contract_fits_its_schema_and_its_judge(contract: FeedContract) -> None:
    schema = batch_schema(contract)
    Draft202012Validator.check_schema(schema)
    record = example(contract)
    assert set(record) == {column.name for column in contract.columns}
    Draft202012Validator(schema).validate({"records": [record]})
    sifted = sift(contract, [record], today=TODAY)
    assert (sifted.faults, len(sifted.rows)) == ((), 1)


@pytest.mark.parametrize("contract", EVERY, ids=named)
def test_schema_and_judge_miss_what_is_required(contract: FeedContract) -> None:
    validator = Draft202012Validator(batch_schema(contract))
    for column in contract.columns:
        record = {name: said for name, said in example(contract).items() if name != column.name}
        fits = validator.is_valid({"records": [record]})
        taken = bool(sift(contract, [record], today=TODAY).rows)
        assert fits is taken is not column.required


@pytest.mark.parametrize("feed", list(VERSIONS))
def test_the_versions_of_a_contract_follow_from_each_other(feed: str) -> None:
    versions = VERSIONS[feed]
    for old, new in pairwise(versions):
        assert is_numbered_enough(old, new), changes(old, new)
        assert old.sunset_on is not None, f"{named(old)}: until when is it taken?"
        # What an old version may say has its column as long as that version may be sent.
        assert unkept(old, versions[-1]) == ()
    assert versions[-1].sunset_on is None


def test_a_contract_that_was_given_out_is_never_edited() -> None:
    """A change is a new version; see `python -m tests.contract.feeds`."""
    assert json.loads(FROZEN.read_text(encoding="utf-8")) == frozen()


def test_no_feed_takes_who_a_person_is() -> None:
    forbidden = {"author", "user", "user_id", "account", "person", "id_number", "phone", "email"}
    columns = [column for contract in EVERY for column in contract.columns]
    assert not {column.name for column in columns} & forbidden
    assert {c.kind for c in columns if c.name == "caller"} <= {Kind.PSEUDONYM}


def test_every_column_speaks_both_languages() -> None:
    def spoken(column: Column) -> tuple[str, ...]:
        return (column.title.zh, column.title.en, column.description.zh, column.description.en)

    for contract in EVERY:
        for column in contract.columns:
            assert all(spoken(column)), (contract.name, column.name)
            assert column.title.en.isascii(), column.name


def test_every_contract_says_by_which_law_and_how_confidential() -> None:
    for contract in EVERY:
        assert contract.legal_basis
        assert contract.classification in {"internal", "confidential"}
