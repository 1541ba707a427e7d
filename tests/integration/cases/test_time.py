"""What time does to cases: clocks run low and out, layoffs come nearer, months must be clean."""

import asyncio
from itertools import permutations

import pytest
from sqlalchemy import text

from services.cases.handlers.sweep import sweep
from shared.db import Sessions, transaction
from shared.events.base import Event
from shared.events.ingest import Operation
from tests.integration.cases.conftest import CITY, ELSEWHERE, LEAD, OFFICER, Api
from tests.integration.cases.said import headcounts, hear, layoff_report, raised, rows
from tests.unit.cases.made import at


async def swept(sessions: Sessions, moment: str) -> None:
    async with transaction(sessions, actor="service:cases") as session:
        assert await sweep(session, at(moment)) is False  # there is no more


async def told(sessions: Sessions) -> list[tuple[str, int]]:
    """Return what was told of clocks: which one, and how far up."""
    found = await rows(
        sessions,
        "SELECT convert_from(payload, 'UTF8')::jsonb AS body FROM cases.event_log"
        " WHERE subject = 'cases.clock.breached.v1' ORDER BY event_id",
    )
    return [(row.body["clock"], row.body["escalation_level"]) for row in found]


# Opened on 3 August 2020 at 10:00, orange: to be signed for by 15:30, of which 80 % are 14:42.
LOW, OUT = "2020-08-03 14:42", "2020-08-03 15:30"


async def test_a_sweep_tells_each_step_once(api: Api, sessions: Sessions) -> None:
    await hear(sessions, raised())
    (case,) = (await api.call(OFFICER, "GET", "/v1/cases")).json()["data"]
    await api.do(OFFICER, case["id"], "reports", reported_to="市人力社保局", summary="拟裁员")
    for moment in ("2020-08-03 14:41", LOW, LOW, "2020-08-03 15:00", OUT, "2020-08-04 10:00"):
        await swept(sessions, moment)

    assert await told(sessions) == [("sign_for", 1), ("sign_for", 2)]
    (case,) = (await api.call(OFFICER, "GET", "/v1/cases")).json()["data"]
    assert (case["escalation_level"], case["version"]) == (2, 5)
    lines = (await api.call(OFFICER, "GET", f"/v1/cases/{case['id']}/timeline")).json()["data"]
    assert lines[-1]["what"] == "escalated"
    assert lines[-1]["details"] == {
        "clock": "sign_for",
        "due_at": "2020-08-03T15:30:00+08:00",
        "escalation_level": "2",
    }
    await api.step(OFFICER, case["id"], "accept")
    shown = (await api.call(OFFICER, "GET", f"/v1/cases/{case['id']}")).json()
    assert shown["escalation_level"] == 0
    clocks = {each["clock"]: each["escalation_level"] for each in shown["clocks"]}
    assert (clocks["sign_for"], clocks["first_contact"]) == (2, 0)


async def test_late_or_often_or_at_once_it_ends_the_same(sessions: Sessions) -> None:
    await hear(sessions, raised())
    await asyncio.gather(*(swept(sessions, "2020-08-10 10:00") for _ in range(3)))

    assert sorted(await told(sessions)) == [
        (clock, step)
        for clock in ("first_contact", "plan", "report_upward", "sign_for", "verification")
        for step in ((1,) if clock == "plan" else (1, 2, 3))
    ]
    (case,) = await rows(sessions, "SELECT version, escalation_level FROM cases.cases")
    assert tuple(case) == (2 + 13, 3)


async def test_a_sweep_that_is_cut_off_is_swept_again(sessions: Sessions) -> None:
    await hear(sessions, raised())
    async with sessions() as session:
        session.info["actor"] = "service:cases"
        await sweep(session, at(OUT))
        await session.rollback()
    assert await told(sessions) == []
    await swept(sessions, OUT)

    assert sorted(await told(sessions)) == [
        *(("report_upward", 1), ("report_upward", 2)),
        *(("sign_for", 1), ("sign_for", 2)),
    ]


async def test_many_cases_climb_in_turns(sessions: Sessions) -> None:
    for place in range(3):
        fact = raised(
            warning_id=f"01975000-0000-7000-8000-00000000010{place}",
            uscc=f"91110105MA0000010{place}",
        )
        await hear(sessions, fact)
    turns = []
    async with transaction(sessions, actor="service:cases") as session:
        turns = [await sweep(session, at(LOW), at_once=2) for _ in range(3)]

    assert turns == [True, False, False]
    # The report was due by 12:00, the signature is by 15:30.
    each = [("report_upward", 1), ("report_upward", 2), ("sign_for", 1)]
    assert sorted(await told(sessions)) == sorted(each * 3)


async def test_a_case_from_before_the_sweep_existed_is_found(sessions: Sessions) -> None:
    await hear(sessions, raised())
    async with sessions.begin() as session:
        await session.execute(text("UPDATE cases.cases SET escalates_at = DEFAULT"))
    await swept(sessions, "2020-08-03 10:30")

    (case,) = await rows(sessions, "SELECT version, escalates_at FROM cases.cases")
    assert tuple(case) == (2, at("2020-08-03 11:36"))


STORY = (
    raised(),
    layoff_report("2020-07-20", "2020-08-20"),
    layoff_report("2020-07-20", "2020-08-28", version=2),
    layoff_report("2020-07-21", "2020-08-19"),
    layoff_report("2020-07-21", None, version=2, operation=Operation.WITHDRAW),
)


@pytest.mark.parametrize("order", list(permutations(STORY)))
async def test_reports_of_layoffs_in_any_order_end_the_same(
    sessions: Sessions, order: tuple[Event, ...]
) -> None:
    await hear(sessions, *order, *order[1:])

    (case,) = await rows(
        sessions,
        "SELECT layoff_on::text, limit_at FROM cases.cases c"
        " JOIN cases.case_clocks k ON k.case_id = c.id AND clock = 'resolve'",
    )
    # Five working days before Friday 28 August.
    assert tuple(case) == ("2020-08-28", at("2020-08-21 17:30"))


async def test_a_report_and_a_warning_at_the_same_moment_meet(sessions: Sessions) -> None:
    await asyncio.gather(
        hear(sessions, layoff_report("2020-07-20", "2020-08-28")), hear(sessions, raised())
    )

    (case,) = await rows(sessions, "SELECT layoff_on::text FROM cases.cases")
    assert case.layoff_on == "2020-08-28"


async def test_a_report_is_a_line_and_a_nearer_end(api: Api, sessions: Sessions) -> None:
    await hear(sessions, raised(), layoff_report("2020-08-03", "2020-08-28"))

    (case,) = (await api.call(OFFICER, "GET", "/v1/cases")).json()["data"]
    shown = (await api.call(OFFICER, "GET", f"/v1/cases/{case['id']}")).json()
    assert shown["layoff_on"] == "2020-08-28"
    assert shown["clocks"][-1]["due_at"] == "2020-08-21T17:30:00+08:00"
    lines = (await api.call(OFFICER, "GET", f"/v1/cases/{case['id']}/timeline")).json()["data"]
    assert [line["what"] for line in lines] == ["opened", "dispatch", "layoff_reported"]


async def test_the_lead_puts_the_resolution_off_once(api: Api, sessions: Sessions) -> None:
    await hear(sessions, raised())
    (case,) = (await api.call(OFFICER, "GET", "/v1/cases")).json()["data"]
    await api.carry(case["id"], until="in_disposition")

    own = await api.step(OFFICER, case["id"], "extend", reason="需要时间")
    silent = await api.step(LEAD, case["id"], "extend")
    first = await api.step(LEAD, case["id"], "extend", reason="等待股东会决议")
    again = await api.step(CITY, case["id"], "extend", reason="再延")

    assert (own.status_code, own.json()["code"]) == (403, "step_not_for_role")
    assert silent.status_code == 422
    (resolve,) = (each for each in first.json()["clocks"] if each["clock"] == "resolve")
    assert (resolve["due_at"], resolve["extended"]) == ("2020-09-14T17:30:00+08:00", True)
    assert (again.status_code, again.json()["code"]) == (409, "extended_once")


async def test_a_case_is_closed_by_three_clean_months(api: Api, sessions: Sessions) -> None:
    await hear(sessions, raised(), headcounts({"2020-08": (300, 0), "2020-09": (300, 0)}))
    (case,) = (await api.call(OFFICER, "GET", "/v1/cases")).json()["data"]
    await api.carry(case["id"], until="in_disposition")
    await api.file(OFFICER, case["id"], "insurance_list")
    await api.step(OFFICER, case["id"], "submit", outcome="averted", evidence="参保名单")
    await api.step(LEAD, case["id"], "approve")
    await api.step(OFFICER, case["id"], "follow_up")

    early = await api.step(OFFICER, case["id"], "close", note="三个月稳定")
    await hear(sessions, headcounts({"2020-10": (270, 0), "2020-11": (270, 2)}))
    unclean = await api.step(OFFICER, case["id"], "close", note="三个月稳定")
    # The loss of October shows against September until December.
    months = {f"2021-{month:02}": (270, 1) for month in (1, 2, 3)} | {"2020-12": (270, 2)}
    await hear(sessions, headcounts(months))
    closed = await api.step(OFFICER, case["id"], "close", note="三个月稳定")

    assert (early.status_code, early.json()["code"]) == (409, "follow_up_unclean")
    assert [fault["message"] for fault in early.json()["errors"]] == [
        "the headcount or the arrears of 2020-10 are missing",
        "the headcount or the arrears of 2020-11 are missing",
    ]
    assert [fault["message"] for fault in unclean.json()["errors"]] == [
        "in 2020-10 insured persons went from 300 to 270: a loss of statutory size",
        "in 2020-11 insured persons went from 300 to 270: a loss of statutory size",
    ]
    assert (closed.status_code, closed.json()["status"]) == (200, "closed")


async def test_escalated_cases_of_other_districts_stay_unseen(api: Api, sessions: Sessions) -> None:
    await hear(sessions, raised())
    await swept(sessions, OUT)

    assert (await api.call(ELSEWHERE, "GET", "/v1/cases")).json()["data"] == []


async def test_a_case_that_was_suspended_for_long_enough_goes_on(
    api: Api, sessions: Sessions
) -> None:
    await hear(sessions, raised())
    (case,) = (await api.call(OFFICER, "GET", "/v1/cases")).json()["data"]
    await api.carry(case["id"], until="in_disposition")
    await api.step(
        LEAD,
        case["id"],
        "suspend",
        reason="等待裁定",
        waiting_for="court",
        suspended_until="2020-08-05T17:30:00+08:00",
    )
    for moment in ("2020-08-05 17:29", "2020-08-06 09:00", "2020-08-06 09:00"):
        await swept(sessions, moment)

    shown = (await api.call(OFFICER, "GET", f"/v1/cases/{case['id']}")).json()
    assert (shown["status"], shown["suspended_until"]) == ("in_disposition", None)
    lines = (await api.call(OFFICER, "GET", f"/v1/cases/{case['id']}/timeline")).json()["data"]
    assert [line["actor"] for line in lines if line["what"] == "resume"] == ["service:cases"]
    (resolve,) = (each for each in shown["clocks"] if each["clock"] == "resolve")
    # Put off by 20 office hours: from Monday 10:00 until Wednesday 17:30.
    assert resolve["due_at"] == "2020-09-03T16:30:00+08:00"


async def test_what_a_visit_learns_of_layoffs_bounds_the_resolution(
    api: Api, sessions: Sessions
) -> None:
    await hear(sessions, raised())
    (case,) = (await api.call(OFFICER, "GET", "/v1/cases")).json()["data"]
    await api.carry(case["id"], until="accepted")

    async def learned(**found: object) -> tuple[object, object]:
        await api.do(OFFICER, case["id"], "visits", on_site=True, **found)
        shown = (await api.call(OFFICER, "GET", f"/v1/cases/{case['id']}")).json()
        (resolve,) = (each for each in shown["clocks"] if each["clock"] == "resolve")
        return shown["layoff_on"], resolve["due_at"]

    table = "2020-08-31T17:30:00+08:00"
    assert await learned(staff_present=200) == (None, table)
    assert await learned(layoff_on="2020-08-28") == ("2020-08-28", "2020-08-21T17:30:00+08:00")
    assert await learned(staff_present=200) == ("2020-08-28", "2020-08-21T17:30:00+08:00")
    # A later visit knows better; what the enterprise reported to the city stands beside it.
    assert await learned(layoff_on="2020-08-31") == ("2020-08-31", "2020-08-24T17:30:00+08:00")
    await hear(sessions, layoff_report("2020-08-03", "2020-08-27"))
    assert await learned(planned_layoffs=0) == ("2020-08-27", "2020-08-20T17:30:00+08:00")
    withdrawn = layoff_report("2020-08-03", None, version=2, operation=Operation.WITHDRAW)
    await hear(sessions, withdrawn)
    assert await learned() == (None, table)
