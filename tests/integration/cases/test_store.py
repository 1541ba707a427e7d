"""Saving a decision: all of it, once, on what was read."""

import pytest

from services.cases.domain.case import Case, Status, Step
from services.cases.domain.errors import CaseChangedMeanwhile, OfficerChangedMeanwhile
from services.cases.domain.guards import Ask
from services.cases.domain.officer import Officer, Role, appoint
from services.cases.domain.outcome import WaitingFor
from services.cases.domain.steps import take
from services.cases.store import cases, officers, register
from shared.db import Sessions, transaction
from tests.integration.cases.said import NOW, USCC, hear, raised, rows
from tests.unit.cases.made import CALENDAR, LEAD, OFFICER, at

CHAOYANG = frozenset({"110105"})


async def read(sessions: Sessions) -> Case:
    async with sessions() as session:
        case = await cases.latest_of(session, USCC)
    assert case is not None
    return case


async def test_what_is_saved_is_what_is_read(sessions: Sessions) -> None:
    await hear(sessions, raised())
    case = await read(sessions)
    said = Ask(
        reason="等待裁定", waiting_for=WaitingFor.COURT, suspended_until=at("2020-08-20 17:30")
    )
    steps = [(Step.ACCEPT, OFFICER, Ask()), (Step.VERIFY, OFFICER, Ask())]
    steps += [(Step.PLAN, OFFICER, Ask(note="缓缴社保，转岗培训")), (Step.START, LEAD, Ask())]
    steps += [(Step.SUSPEND, LEAD, said)]
    for step, by, ask in steps:
        decision = take(step, case, ask, by=by, now=NOW, calendar=CALENDAR)
        async with transaction(sessions, actor=by.name) as session:
            case = await cases.save(session, decision, CALENDAR)

        assert await read(sessions) == case

    (line,) = await rows(sessions, "SELECT * FROM cases.timeline WHERE version = 7")
    assert (line.what, line.actor, line.reason) == ("suspend", "officer:li", "等待裁定")
    assert line.details == {
        "suspended_until": "2020-08-20T17:30:00+08:00",
        "waiting_for": "court",
    }


async def test_of_two_who_read_the_same_only_one_is_saved(sessions: Sessions) -> None:
    await hear(sessions, raised())
    case = await read(sessions)
    accepted = take(Step.ACCEPT, case, Ask(), by=OFFICER, now=NOW, calendar=CALENDAR)
    returned = take(Step.RETURN, case, Ask(reason="不属本区"), by=LEAD, now=NOW, calendar=CALENDAR)

    async with transaction(sessions, actor="officer:zhang") as session:
        await cases.save(session, accepted, CALENDAR)
    with pytest.raises(CaseChangedMeanwhile):
        async with transaction(sessions, actor="officer:li") as session:
            await cases.save(session, returned, CALENDAR)

    assert (await read(sessions)).status is Status.ACCEPTED
    (told,) = await rows(
        sessions, "SELECT count(*) AS n FROM cases.event_log WHERE actor = 'officer:li'"
    )
    assert told.n == 0


async def test_a_step_that_is_not_committed_leaves_no_trace(sessions: Sessions) -> None:
    await hear(sessions, raised())
    case = await read(sessions)
    accepted = take(Step.ACCEPT, case, Ask(), by=OFFICER, now=NOW, calendar=CALENDAR)

    async with sessions() as session:
        session.info["actor"] = "officer:zhang"
        await cases.save(session, accepted, CALENDAR)
        await session.rollback()

    assert await read(sessions) == case
    (lines,) = await rows(sessions, "SELECT count(*) AS n FROM cases.timeline")
    assert lines.n == 2


async def test_other_districts_do_not_find_it(sessions: Sessions) -> None:
    await hear(sessions, raised())
    case = await read(sessions)

    async with sessions() as session:
        assert await cases.find(session, case.id, districts=CHAOYANG) == case
        assert await cases.find(session, case.id, districts=frozenset({"110108"})) is None
        assert await cases.find(session, case.id, districts=frozenset()) is None


async def test_two_who_change_an_officer_at_once(sessions: Sessions) -> None:
    wanted = Officer("zhang", "张敏", frozenset({Role.DISTRICT_OFFICER}), CHAOYANG, active=True)
    decision = appoint(wanted, None)

    async with transaction(sessions, actor="officer:wang") as session:
        await officers.save(session, decision)
    with pytest.raises(OfficerChangedMeanwhile):
        async with transaction(sessions, actor="officer:wang") as session:
            await officers.save(session, decision)

    async with sessions() as session:
        assert await officers.find(session, "zhang") == decision.officer


async def test_a_day_made_off_moves_what_is_due(sessions: Sessions) -> None:
    async with transaction(sessions, actor="operator:command") as session:
        # Tuesday 4 August off, Saturday 8 August worked instead.
        await register.change_day(session, at("2020-08-04 00:00").date(), worked=False)
        await register.change_day(session, at("2020-08-08 00:00").date(), worked=True)

    await hear(sessions, raised())

    dues = await rows(
        sessions, "SELECT clock, due_at FROM cases.case_clocks ORDER BY due_at, clock"
    )
    assert [(row.clock, row.due_at) for row in dues] == [
        ("dispatch", at("2020-08-03 12:00")),
        ("report_upward", at("2020-08-03 12:00")),
        ("sign_for", at("2020-08-03 15:30")),
        ("first_contact", at("2020-08-06 17:30")),
        ("verification", at("2020-08-07 17:30")),
        ("plan", at("2020-08-10 17:30")),
        ("resolve", at("2020-08-31 17:30")),
    ]
