"""What is typed into a step's form becomes the request that the API expects."""

from datetime import date

import pytest

from gateway.console.forms import begun, fields, request_of

OFFICER = {"roles": ["district_officer"]}
CITY = {"roles": ["city_admin"]}


@pytest.mark.parametrize(
    ("step", "names"),
    [
        ("accept", ["note"]),
        ("return", ["reason", "note"]),
        ("doubt", ["reason", "note"]),
        ("refute", ["reason", "note"]),
        ("suspend", ["waiting_for", "suspended_until", "reason", "note"]),
        ("submit", ["outcome", "evidence", "note"]),
        ("send_back", ["reason", "note"]),
        ("give_up", ["reason", "note"]),
        ("reopen", ["reason", "note"]),
        ("dispatch", ["note"]),
    ],
)
def test_each_step_asks_for_what_it_needs(step: str, names: list[str]) -> None:
    asked = fields(step, OFFICER)
    assert [field.name for field in asked] == names
    assert [field.name for field in asked if field.required] == names[:-1]


@pytest.mark.parametrize("step", ["plan", "close"])
def test_the_plan_and_what_the_follow_up_found_must_be_told(step: str) -> None:
    (note,) = fields(step, OFFICER)
    assert (note.name, note.required) == ("note", True)


def test_only_the_city_is_asked_for_another_district() -> None:
    assert [field.name for field in fields("dispatch", CITY)] == ["district", "note"]
    typed = {"district": "110108", "note": ""}
    assert request_of("dispatch", typed, CITY) == {"step": "dispatch", "district": "110108"}
    assert request_of("dispatch", typed, OFFICER) == {"step": "dispatch"}


def test_nobody_may_submit_what_other_steps_mean() -> None:
    (outcome,) = (field for field in fields("submit", OFFICER) if field.name == "outcome")
    assert len(outcome.choices) == 11
    assert not {"false_positive", "unresolved"} & set(outcome.choices)


def test_what_is_left_empty_or_does_not_belong_is_not_said() -> None:
    typed = {"reason": "  ", "note": " 备注 ", "outcome": "averted", "csrf": "x", "key": "k"}
    assert request_of("return", typed, OFFICER) == {"step": "return", "note": "备注"}


def test_a_time_is_beijings() -> None:
    typed = {"suspended_until": "2026-12-01T18:00"}
    assert request_of("suspend", typed, OFFICER) == {
        "step": "suspend",
        "suspended_until": "2026-12-01T18:00:00+08:00",
    }
    # What is no time goes on as it is: the API says so beside its field.
    assert request_of("suspend", {"suspended_until": "soon"}, OFFICER) == {
        "step": "suspend",
        "suspended_until": "soon",
    }


def test_what_is_recorded_becomes_numbers_answers_and_days() -> None:
    typed = {
        "on_site": "yes",
        "visited_on": "2020-08-03",
        "operating": "no",
        "staff_present": "85",
        "planned_layoffs": "many",
        "gathering": "",
    }
    assert request_of("visit", typed, OFFICER) == {
        "on_site": True,
        "visited_on": "2020-08-03",
        "operating": False,
        "staff_present": 85,
        # What is no number goes on as it is: the API says so beside its field.
        "planned_layoffs": "many",
    }
    assert begun("visit", date(2020, 8, 3)) == {"visited_on": "2020-08-03"}
    assert begun("deliver", date(2020, 8, 3)) == {"delivered_on": "2020-08-03"}
    assert begun("accept", date(2020, 8, 3)) == {}


@pytest.mark.parametrize(
    ("deed", "required"),
    [
        ("visit", ["on_site", "visited_on"]),
        ("deliver", ["service", "delivered_on", "note"]),
        ("add_evidence", ["kind", "reference"]),
        ("report", ["reported_to", "summary"]),
        ("note_progress", ["note"]),
        ("request_financing", ["amount", "tenor_months", "jobs_to_keep", "purpose"]),
    ],
)
def test_what_must_be_said_of_what_is_recorded(deed: str, required: list[str]) -> None:
    assert [field.name for field in fields(deed, OFFICER) if field.required] == required
