"""Facts of the other kinds come in: plans, texts, visits, help, the register, refutations."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy.exc import IntegrityError

from shared.db import Sessions
from shared.events.ingest import Operation, OpinionKind
from tests.integration.scoring.conftest import Api
from tests.integration.scoring.saying import (
    A,
    Said,
    Text,
    at,
    delivered,
    drawn,
    headcounts,
    linked,
    refuted,
    registered,
    reported,
    rows,
    sweep_until,
    tell,
    told,
    visited,
)
from tests.integration.scoring.test_api import CHAOYANG

DAY = date(2026, 10, 15)
NOW = at(DAY)
STANDING = "SELECT level, headcount, jobs_at_risk FROM scoring.warnings WHERE state = 'standing'"


def day(number: int) -> date:
    return DAY + timedelta(days=number)


def staff(count: int, month: str = "2026-09", arrears: int = 0) -> Said:
    return Said(A, month, count, arrears)


async def test_a_reported_plan_is_an_orange_warning_at_once(sessions: Sessions) -> None:
    plan = reported(A, DAY, 40, headcount=300, layoff_on=day(30))
    await tell(sessions, registered(A), plan, plan, now=NOW)

    assert await rows(sessions, STANDING) == [("orange", 300, 40)]
    assert await rows(sessions, "SELECT admission, impact FROM scoring.assessments") == [
        ("triggered", 2)
    ]


async def test_two_sites_that_report_on_one_day_are_one_plan(sessions: Sessions) -> None:
    east = reported(A, DAY, 40, headcount=300, reference="朝裁报〔2020〕第12号")
    west = reported(A, DAY, 35, headcount=300, reference="海淀/上地厂区")
    await tell(sessions, registered(A), east, west, now=NOW)
    assert await rows(sessions, STANDING) == [("orange", 300, 75)]

    gone = reported(A, DAY, None, version=2, reference="海淀/上地厂区")
    await tell(sessions, gone, now=NOW)
    assert await rows(sessions, STANDING) == [("orange", 300, 40)]


async def test_a_withdrawn_plan_never_was(sessions: Sessions) -> None:
    await tell(
        sessions,
        registered(A),
        reported(A, DAY, None, version=2),
        reported(A, DAY, 40, headcount=300),
        now=NOW,
    )

    assert await rows(sessions, "SELECT place FROM scoring.standings") == [("none",)]
    assert await told(sessions) == []


async def test_texts_alone_are_blue_and_with_arrears_yellow(sessions: Sessions) -> None:
    talk = [Text(A, number, DAY, source) for number, source in enumerate(["a", "b", "c", "d"])]
    await tell(
        sessions,
        registered(A),
        headcounts([staff(300)], received=NOW),
        linked(talk, received=NOW),
        now=NOW,
    )
    # P1 .18, P2 (z = 3) .24, P4 .09: 1 - .82 * .76 * .91 = .4329; L = .45 * .4329 = .1948: a first
    # trace; of its like .30 + .10 * (.1948 - .05) / .95 come to a mass layoff
    assert await rows(sessions, "SELECT likelihood, place FROM scoring.assessments") == [
        (0.3152, "blue")
    ]

    owing = Said(A, "2026-09", 300, 2, version=2)
    await tell(sessions, headcounts([owing], received=NOW), now=NOW)
    # S1 .6 * .95 * 2^(-15/60) = .4793: L = 1 - (1 - .1948)(1 - .7 * .4793) = .4650; of 300 one
    # expects to lose 90: I3; .45 + .10 * (.4650 - .05) / .95
    assert await rows(
        sessions, "SELECT likelihood, admission, impact, place FROM scoring.assessments"
    ) == [(0.4937, "corroborated", 3, "yellow")]
    assert await rows(sessions, STANDING) == [("yellow", 300, 90)]


async def test_a_text_that_is_taken_back_says_nothing(sessions: Sessions) -> None:
    text = Text(A, 1, DAY, announced=90)
    gone = Text(A, 1, DAY, version=2, operation=Operation.WITHDRAW)
    staffed = headcounts([staff(300)], received=NOW)
    for order in ([text, gone], [gone, text]):
        for one in order:
            await tell(sessions, registered(A), staffed, linked([one], received=NOW), now=NOW)
        assert await rows(sessions, "SELECT * FROM scoring.assessments") == []


async def test_a_visit_that_finds_it_shut_turns_it_red_from_two_hundred_on(
    sessions: Sessions,
) -> None:
    await tell(sessions, registered(A), headcounts([staff(200)], received=NOW), now=NOW)
    shut = visited(A, DAY, 7, operating=False, planned_layoffs=0)
    await tell(sessions, shut, shut, now=NOW)

    assert await rows(sessions, STANDING) == [("red", 200, 200)]
    assert await rows(
        sessions,
        "SELECT said->>'indicator', said->>'source', said->>'period', said->>'import_id'"
        " FROM scoring.warnings, jsonb_array_elements(reasons) AS said",
    ) == [("O5-SHUT", "visit", "2026-10-15", "00000000-0000-0000-0000-000000000007")]


async def test_what_helped_is_told_and_lowers_the_likelihood(sessions: Sessions, api: Api) -> None:
    falling = [staff(300, "2026-08", 2), staff(240, "2026-09", 2)]
    await tell(sessions, registered(A), headcounts(falling, received=NOW), now=NOW)
    (before,) = await rows(sessions, "SELECT likelihood FROM scoring.assessments")

    await tell(
        sessions,
        delivered(A, DAY, 1, "social_insurance_relief"),
        drawn(A, DAY, 2, "2500000.00"),
        now=NOW,
    )

    (after,) = await rows(sessions, "SELECT likelihood FROM scoring.assessments")
    # .20 of what is evident are .10 * .20 / .95 of the likelihood.
    assert float(str(before[0])) - float(str(after[0])) == pytest.approx(0.0211, abs=2e-4)
    (shown,) = (await api.get(CHAOYANG, "/v1/warnings")).json()["data"]
    assert [one["sentence"] for one in shown["reasons"]][-2:] == [
        (
            "2026-10-15: relief from social insurance contributions reached the enterprise, which"
            " lowers its risk."
        ),
        "2026-10-15: the enterprise drew a bank loan of CNY 2,500,000, which lowers its risk.",
    ]


async def test_a_state_that_changes_in_the_register_is_evidence(sessions: Sessions) -> None:
    gone = registered(A, version=2, status="revoked", received=NOW)
    staffed = headcounts([staff(90)], received=NOW)
    for order in ([registered(A), gone], [gone, registered(A)]):
        await tell(sessions, *order, staffed, now=NOW)
        # 1.0 * .95 capped at .9; L = .5 * .9; .01 + .01 * (.45 - .05) / .95
        assert await rows(sessions, "SELECT likelihood, place FROM scoring.assessments") == [
            (0.0142, "potential_risk")
        ]


async def test_a_pay_cut_shows_in_the_contribution_base(sessions: Sessions) -> None:
    months = [
        Said(A, f"2026-0{number}", 100, pay=Decimal(pay))
        for number, pay in ((6, "10000.00"), (7, "10000.00"), (8, "10000.00"), (9, "7400.00"))
    ]
    await tell(sessions, registered(A), headcounts(months, received=NOW), now=NOW)

    assert await rows(
        sessions,
        "SELECT reasons #> '{0,indicator}', reasons #> '{0,parameters}' FROM scoring.assessments",
    ) == [("E7", {"average": 7400, "usual": 10000, "percent": 26.0})]


async def test_a_refuted_warning_is_lifted_and_stays_so_until_news(sessions: Sessions) -> None:
    falling = [staff(300, "2026-08"), staff(240, "2026-09")]
    await tell(sessions, registered(A), headcounts(falling, received=NOW), now=NOW)
    await sweep_until(sessions, DAY, day(3))

    await tell(sessions, refuted(A, day(3)), now=at(day(3)))
    await sweep_until(sessions, day(3), day(20))
    assert await told(sessions) == [
        ("raised", "1", "yellow", None),
        ("lifted", "2", None, "refuted"),
    ]
    assert await rows(sessions, "SELECT place, because FROM scoring.standings") == [
        ("none", "refuted")
    ]

    # 232 of 240 are no loss to speak of; another 24 are a tenth
    await tell(sessions, headcounts([staff(216, "2026-10")], received=at(day(21))), now=at(day(21)))
    assert await rows(sessions, STANDING) == [("yellow", 216, 24)]


async def test_the_tables_refuse_what_cannot_be(sessions: Sessions) -> None:
    with pytest.raises(IntegrityError, match="layoffs_counted"):
        await tell(sessions, visited(A, DAY, 1, planned_layoffs=-1), now=NOW)


async def test_allegations_of_all_kinds_are_kept(sessions: Sessions) -> None:
    kinds = (OpinionKind.LAYOFF, OpinionKind.GATHERING)
    await tell(sessions, linked([Text(A, 1, DAY, kinds=kinds)], received=NOW), now=NOW)

    assert await rows(sessions, "SELECT kinds, negative FROM scoring.opinions") == [
        (["layoff", "gathering"], True)
    ]
