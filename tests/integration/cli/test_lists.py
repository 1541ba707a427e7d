"""List commands ask what the gateway takes: it refuses parameters that it does not know."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.integration.cli.conftest import Wengang
from tests.integration.cli.door import Door, Said

OPENAPI = Path(__file__).parents[3] / "gateway" / "openapi.json"
PATHS: dict[str, Any] = json.loads(OPENAPI.read_text(encoding="utf-8"))["paths"]
USCC = "91350100M000100Y43"
ID = "01a2176a-382b-7346-bac5-f62348be7588"


@pytest.mark.parametrize(
    "call",
    [
        ("facts", "show", "insured_headcount", USCC, "--known-on", "2020-08-31", "--history"),
        ("successions", "list", USCC),
        ("enterprises", "list"),
        ("imports", "list"),
        ("imports", "errors", ID),
        ("imports", "quarantine"),
        ("mappings", "list"),
        ("opinions", "list"),
        ("tickets", "list"),
        ("protection-lists", "list"),
        ("warnings", "list"),
        ("area-alerts", "list"),
        ("work-lists", "list"),
        ("rule-sets", "list"),
        ("rejudgements", "list"),
        ("backtests", "list"),
        ("cases", "list"),
        ("candidates", "list"),
        ("contracts", "list"),
        ("officers", "list"),
        ("partners", "list"),
        ("audit", "list"),
    ],
    ids=" ".join,
)
def test_a_list_is_asked_for_as_the_gateway_takes_it(
    signed_in: Door, wengang: Wengang, call: tuple[str, ...]
) -> None:
    wengang(*call)
    asked = signed_in.seen[-1]
    operation = next(
        operations["get"]
        for path, operations in PATHS.items()
        if "get" in operations and re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", path), asked.path)
    )
    taken = {each["name"] for each in operation.get("parameters", ()) if each["in"] == "query"}
    assert {name for name, _ in asked.query} <= taken


def test_facts_are_shown(signed_in: Door, wengang: Wengang) -> None:
    fact = {"period": "2020-07", "version": 2, "values": {"insured_headcount": 80}}
    signed_in.on("GET", "/v1/observations", Said(body={"data": [fact], "next_cursor": None}))
    code, told, _ = wengang("facts", "show", "insured_headcount", USCC, "-o", "json")
    assert (code, json.loads(told)[0]["version"]) == (0, 2)
