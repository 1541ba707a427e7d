"""Commands that wait for long work: what did not come to its end is no success for the shell."""

import json
from typing import Any

import pytest

from tests.integration.cli.conftest import Wengang
from tests.integration.cli.door import Door, Said

FAILURE = {"code": "failed", "attempts": 6, "failure": "KeyError", "sentence": "It failed."}
ENDS: dict[str, tuple[dict[str, Any], int, str]] = {
    "ended": ({}, 0, ""),
    "failed": ({"failure": FAILURE}, 1, "It failed."),
    "cancelled": (
        {"cancelled_by": "officer:bo", "cancelled": {"by": "officer:bo"}},
        1,
        "was called off by officer:bo",
    ),
}


def told(state: str) -> dict[str, Any]:
    """Return long work that has come so far."""
    open_ends = {"failure": None, "cancelled": None, "cancelled_by": None, "report": None}
    more = ENDS[state][0] if state in ENDS else {}
    return {"id": "w1", "state": state, "judged": 1, "enterprises": 2, **open_ends, **more}


@pytest.mark.parametrize("state", ENDS)
@pytest.mark.parametrize("output", ["table", "json"])
def test_a_backtest_that_did_not_end_is_no_success(
    signed_in: Door, wengang: Wengang, state: str, output: str
) -> None:
    signed_in.on("POST", "/v1/backtests", Said(202, told("running")))
    signed_in.on("GET", "/v1/backtests/w1", Said(200, told(state)))

    code, out, error = wengang("backtests", "run", "-o", output)

    _, expected, sentence = ENDS[state]
    assert code == expected
    assert (error.count(sentence) == 1) if sentence else ("Error" not in error)
    if output == "json":
        assert json.loads(out)["state"] == state


@pytest.mark.parametrize("state", ENDS)
def test_nor_is_a_trial_that_one_waits_for(signed_in: Door, wengang: Wengang, state: str) -> None:
    path = "/v1/rule-sets/rules-2021.1/trials"
    signed_in.on("POST", path, Said(202, told("running")))
    signed_in.on("GET", path, Said(200, {"data": [told(state)], "next_cursor": None}))

    code, _, error = wengang("rule-sets", "try", "rules-2021.1", "--wait")

    _, expected, sentence = ENDS[state]
    assert (code, error.count(sentence) == 1 or not sentence) == (expected, True)
