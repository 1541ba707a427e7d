"""Answers become tables, JSON and CSV; problems become sentences."""

import csv
import io
import json
from typing import Any

import pytest

from tests.integration.cli.conftest import Wengang
from tests.integration.cli.door import Door, Said

WARNING: dict[str, Any] = {
    "id": "0198c0de-0000-7000-8000-000000000001",
    "version": 1,
    "enterprise": {
        "uscc": "91110105000000000A",
        "name": "京华食品\x1b[31m厂",
        "district": "110105",
    },
    "state": "standing",
    "level": "red",
    "likelihood": 0.71,
    "headcount": 820,
    "jobs_at_risk": 240,
    "raised_at": "2026-11-22T23:30:00Z",
    "as_of": "2026-11-23",
    "lifted_at": None,
    "because": None,
    "reasons": [{"indicator": "i1", "sentence": "Headcount fell by 31 % in three months."}],
    "held": None,
    "learned": None,
}


def _page(*rows: dict[str, Any], cursor: str | None = None) -> Said:
    return Said(200, {"data": list(rows), "next_cursor": cursor})


def test_a_table_is_for_people(signed_in: Door, wengang: Wengang) -> None:
    signed_in.on("GET", "/v1/warnings", _page(WARNING))

    code, out, _ = wengang("warnings", "list", "--level", "red", "--district", "110105")

    head, _, row = (line for line in out.splitlines() if line.strip())
    assert code == 0
    assert head.split()[:3] == ["raised", "level", "state"]
    # In Beijing's time; and nothing that came from outside steers the terminal.
    assert row.startswith("2026-11-23 07:30")
    assert "京华食品�[31m厂" in row
    assert "\x1b" not in out
    assert signed_in.seen[0].query == [
        ("limit", "200"),
        ("level", "red"),
        ("district", "110105"),
    ]


def test_counts_of_warnings(signed_in: Door, wengang: Wengang) -> None:
    counted = {
        "since": "2020-07-31",
        "until": "2020-09-30",
        "potential_risk_enterprises": 9,
        "warned_enterprises": 7,
        "by_level": {"blue": 1, "yellow": 3, "orange": 2, "red": 1},
        "by_state": {"standing": 6, "lifted": 1},
        "lifted": {"recovered": 0, "evidence_aged": 0, "refuted": 1},
    }
    signed_in.on("GET", "/v1/statistics/warnings", Said(200, counted))

    code, out, _ = wengang("warnings", "stats", "--since", "2020-07-31", "--until", "2020-09-30")

    assert code == 0
    assert "blue 1, yellow 3, orange 2, red 1" in out
    assert "false positive 1" in out
    assert signed_in.seen[0].query == [("since", "2020-07-31"), ("until", "2020-09-30")]
    code, out, _ = wengang("warnings", "stats", "-o", "json")
    assert json.loads(out) == counted


def test_a_table_speaks_chinese(
    signed_in: Door, wengang: Wengang, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WENGANG_LANG", "zh-CN")
    signed_in.on("GET", "/v1/warnings", _page(WARNING))

    _, out, _ = wengang("warnings", "list")

    assert out.split()[:3] == ["预警时间", "等级", "状态"]
    assert "红" in out
    assert "在列" in out
    assert signed_in.seen[0].headers["accept-language"] == "zh-CN"


def test_codes_of_a_case_are_shown_as_words(
    signed_in: Door, wengang: Wengang, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WENGANG_LANG", "zh-CN")
    case = {
        "level": "red",
        "status": "pending_review",
        "outcome": "bankruptcy_settled",
        "waiting_for": "court",
        "allowed_steps": ["send_back", "approve"],
    }
    happened = {"at": "2026-11-23T08:00:00+08:00", "what": "give_up", "to_status": "closed"}
    signed_in.on("GET", "/v1/cases/c1", Said(200, case, {"etag": '"3"'}))
    signed_in.on("GET", "/v1/cases/c1/timeline", _page(happened))

    lines = wengang("cases", "show", "c1")[1].splitlines()
    timeline = wengang("cases", "timeline", "c1")[1].splitlines()

    assert [line.split(maxsplit=1)[1].strip() for line in lines] == [
        "红",
        "待审核",
        "破产清算妥善处置",
        "法院",
        "审核退回, 审核通过",
    ]
    assert timeline[-1].split() == [
        *("2026-11-23", "08:00", "未化解办结", "–", "–", "已办结", "–", "–")
    ]


def test_codes_of_the_register_are_shown_as_words(
    signed_in: Door, wengang: Wengang, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WENGANG_LANG", "zh-CN")
    firm = {"uscc": "91110105000000000A", "status": "moved_out"}
    lifted = {**WARNING, "state": "lifted", "because": "evidence_aged"}
    signed_in.on("GET", "/v1/enterprises", _page(firm))
    signed_in.on("GET", "/v1/enterprises/91110105000000000A", Said(200, firm))
    signed_in.on("GET", "/v1/warnings/w1", Said(200, lifted))

    assert wengang("enterprises", "list")[1].split()[-1] == "迁出"
    assert wengang("enterprises", "show", "91110105000000000A")[1].split()[-1] == "迁出"
    assert "依据过期" in wengang("warnings", "show", "w1")[1]


def test_json_is_what_came(signed_in: Door, wengang: Wengang) -> None:
    signed_in.on("GET", "/v1/warnings", _page(WARNING))

    _, out, _ = wengang("warnings", "list", "-o", "json")

    assert json.loads(out) == [WARNING]


def test_csv_runs_nothing_in_a_spreadsheet(signed_in: Door, wengang: Wengang) -> None:
    evil = {**WARNING, "enterprise": {"name": '=HYPERLINK("x")', "district": "110105"}}
    signed_in.on("GET", "/v1/warnings", _page(evil))

    _, out, _ = wengang("warnings", "list", "-o", "csv")

    head, row = csv.reader(io.StringIO(out))
    assert head[:4] == ["raised_at", "level", "state", "enterprise.name"]
    assert row[1:4] == ["red", "standing", '\'=HYPERLINK("x")']


def test_pages_are_read_as_far_as_they_are_shown(signed_in: Door, wengang: Wengang) -> None:
    rows = [{**WARNING, "id": str(number)} for number in range(5)]
    pages = (_page(*rows[:2], cursor="c1"), _page(*rows[2:4], cursor="c2"), _page(rows[4]))

    signed_in.on("GET", "/v1/warnings", *pages)
    _, out, error = wengang("warnings", "list", "--limit", "2", "-o", "json")
    assert [row["id"] for row in json.loads(out)] == ["0", "1"]
    assert "the first 2" in error

    signed_in.seen.clear()
    signed_in.on("GET", "/v1/warnings", *pages)
    _, out, error = wengang("warnings", "list", "--all", "-o", "json")
    assert [row["id"] for row in json.loads(out)] == ["0", "1", "2", "3", "4"]
    assert error == ""
    cursors = [dict(seen.query).get("cursor") for seen in signed_in.seen]
    assert cursors == [None, "c1", "c2"]


def test_one_thing_is_shown_with_its_reasons(signed_in: Door, wengang: Wengang) -> None:
    signed_in.on("GET", "/v1/warnings/w1", Said(200, WARNING))

    _, out, _ = wengang("warnings", "show", "w1")

    assert "Headcount fell by 31 % in three months." in out
    assert "indicator" not in out


def test_what_the_model_says_stands_beside_the_reasons(signed_in: Door, wengang: Wengang) -> None:
    likely = {"model": "m-7", "target": "mass_3", "likelihood": 0.31, "low": 0.2, "high": 0.42}
    read = [
        {"feed": "insured_headcount", "period": f"2026-{month:02}", "import_id": f"import-{month}"}
        for month in (10, 9, 8)
    ]
    share = {"contribution": 0.75, "sentence": "Staff fell by 24 %.", "observations": read}
    why = {"base": -2.0, "score": -0.8, "contributions": [share]}
    day = "/v1/enterprises/91110105000000000A/assessments/2026-11-23/explanation"
    signed_in.on("GET", "/v1/warnings/w1", Said(200, {**WARNING, "learned": likely}))
    signed_in.on("GET", day, Said(200, {"learned": {**likely, **why}, "held": None}))

    _, out, _ = wengang("warnings", "show", "w1")

    assert all(said in out for said in ("31 %", "20", "42"))
    assert "Staff fell by 24 %." in out
    assert "Insured headcount 2026-10 import-10" in out
    # Of three observations two are named.
    assert "import-8" not in out


def test_a_level_that_no_fact_carries_any_more_says_until_when_it_stays(
    signed_in: Door, wengang: Wengang
) -> None:
    sentence = "Still yellow, though the facts of the day point lower."
    held = {**WARNING, "reasons": [], "held": {"sentence": sentence}}
    signed_in.on("GET", "/v1/warnings/w1", Said(200, held))

    _, out, _ = wengang("warnings", "show", "w1")

    assert out.splitlines()[-1] == sentence


def test_the_sources_of_an_explanation_are_called_as_people_call_them(
    signed_in: Door, wengang: Wengang, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WENGANG_LANG", "zh-CN")
    part = {"contribution": 0.4, "sentence": "参保人数下降。", "source": "insured_headcount"}
    part |= {"period": "2026-10", "import_id": "import-10"}
    day = "/v1/enterprises/91110105000000000A/assessments/2026-11-23/explanation"
    told = {"contributions": [part], "against": [], "lowering": [], "held": None, "learned": None}
    signed_in.on("GET", day, Said(200, told))
    asked = ("warnings", "explain", "91110105000000000A", "--on", "2026-11-23")

    _, table, _ = wengang(*asked)
    _, values, _ = wengang(*asked, "-o", "csv")

    assert "参保人数  " in table
    assert "insured_headcount" not in table
    assert "insured_headcount" in values


def test_an_id_cannot_lead_elsewhere(signed_in: Door, wengang: Wengang) -> None:
    wengang("warnings", "show", "../audit?x=1")

    assert [seen.path for seen in signed_in.seen] == ["/v1/warnings/..%2Faudit%3Fx%3D1"]
    assert signed_in.seen[0].query == []


def test_a_problem_is_told_in_full(signed_in: Door, wengang: Wengang) -> None:
    problem = {
        "type": "/problems/parameters_refused",
        "title": "Parameters are not valid",
        "status": 422,
        "detail": "3 faults",
        "code": "parameters_refused",
        "trace_id": "4bf92f3577b34da6a3ce929d0e0e4736",
        "errors": [
            {"parameter": "level", "in": "query", "code": "not_allowed", "message": "one of: red"},
            {
                "row": 3,
                "column": "人数",
                "code": "too_small",
                "message": "too small",
                "value": "-1",
            },
            {"pointer": "/records", "code": "missing", "message": "required"},
        ],
    }
    signed_in.on("GET", "/v1/warnings", Said(422, problem))

    code, out, error = wengang("warnings", "list")

    assert (code, out) == (1, "")
    assert error.splitlines() == [
        "Error: Parameters are not valid",
        "  3 faults",
        "  level: one of: red",
        "  row 3 人数: too small (found -1)",
        "  /records: required",
        "  Trace 4bf92f3577b34da6a3ce929d0e0e4736",
    ]


def test_an_answer_that_is_no_problem_is_told_by_its_status(
    signed_in: Door, wengang: Wengang
) -> None:
    signed_in.on("GET", "/v1/warnings", Said(500, "<html>stack trace</html>"))

    code, _, error = wengang("warnings", "list")

    assert code == 1
    assert error == "Error: The gateway answered HTTP 500 and gave no reason.\n"


def test_a_refusal_of_rights_says_in_whose_name(signed_in: Door, wengang: Wengang) -> None:
    signed_in.on("GET", "/v1/warnings", Said(403, {"title": "Not permitted", "status": 403}))

    _, _, error = wengang("warnings", "list")

    assert "Not permitted" in error
    assert "in the name of agency-hrss" in error


@pytest.mark.parametrize(
    "name",
    [
        *("=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1"),
        *(" =1", "＝1", "＋1", "－1", "＠A1", "\u3000＝1"),
    ],
)
def test_no_beginning_of_a_formula_gets_into_csv(
    signed_in: Door, wengang: Wengang, name: str
) -> None:
    evil = {**WARNING, "enterprise": {"name": name, "district": "110105"}}
    signed_in.on("GET", "/v1/warnings", _page(evil))

    _, out, _ = wengang("warnings", "list", "-o", "csv")

    _, row = csv.reader(io.StringIO(out, newline=""))
    assert row[3] == f"'{name}"


def test_a_carriage_return_in_a_text_begins_no_row_of_csv(
    signed_in: Door, wengang: Wengang
) -> None:
    evil = {**WARNING, "enterprise": {"name": "甲\r=cmd|' /C calc'!A0", "district": "110105"}}
    signed_in.on("GET", "/v1/warnings", _page(evil, WARNING))

    _, out, _ = wengang("warnings", "list", "-o", "csv")

    _, row, other = csv.reader(io.StringIO(out, newline=""))
    assert row[3] == "甲\r=cmd|' /C calc'!A0"
    assert len(other) == len(row)
    # As programs see it that take a bare return for an end of line: within quotation marks.
    assert '"甲\r=cmd' in out
