"""Warnings and register entries become cases, in whatever order they arrive."""

import asyncio
from itertools import permutations

import pytest

from services.cases.domain.case import Step
from services.cases.domain.codes import EvidenceKind
from services.cases.domain.deeds import Evidence
from services.cases.domain.guards import Ask
from services.cases.handlers import cases as handlers
from services.cases.handlers import deeds
from services.cases.store import cases
from shared.db import Sessions, transaction
from shared.events.base import Event
from shared.events.ingest import EnterprisesChanged
from shared.events.scoring import RiskLevel
from tests.integration.cases.said import (
    NOW,
    SECOND_WARNING,
    USCC,
    headcounts,
    hear,
    level_changed,
    lifted,
    raised,
    registered,
    rows,
)
from tests.unit.cases.made import CITY, LEAD, OFFICER, at

RED, ORANGE, YELLOW, BLUE = RiskLevel.RED, RiskLevel.ORANGE, RiskLevel.YELLOW, RiskLevel.BLUE
DISTRICTS = frozenset({"110105", "110108"})


async def test_a_warning_opens_a_case_and_tells_it(sessions: Sessions) -> None:
    await hear(sessions, raised())

    (case,) = await rows(sessions, "SELECT * FROM cases.cases")
    assert (case.number, case.district, case.status, case.level, case.version) == (
        "110105-2020-000001",
        "110105",
        "dispatched",
        "orange",
        2,
    )
    assert case.due_at == at("2020-08-03 12:00")  # two hours to report it upward
    timeline = await rows(sessions, "SELECT what, actor FROM cases.timeline ORDER BY version")
    assert [tuple(line) for line in timeline] == [
        ("opened", "service:cases"),
        ("dispatch", "service:cases"),
    ]
    told = await rows(
        sessions,
        "SELECT subject FROM cases.event_log JOIN cases.outbox USING (event_id) ORDER BY seq",
    )
    assert [row.subject for row in told] == [
        "cases.case.opened.v1",
        "cases.case.placed.v1",
        "cases.case.dispatched.v1",
    ]


STORY = (
    raised(version=1, level=YELLOW),
    level_changed(2, YELLOW, RED),
    level_changed(3, RED, ORANGE),
    lifted(4, ORANGE),
)


@pytest.mark.parametrize("order", list(permutations(STORY)))
async def test_the_facts_of_a_warning_may_arrive_in_any_order(
    sessions: Sessions, order: tuple[Event, ...]
) -> None:
    await hear(sessions, *order)

    found = await rows(
        sessions,
        "SELECT c.status, c.level, w.level AS warned, w.version, w.lifted FROM cases.cases c"
        " JOIN cases.case_warnings w ON w.case_id = c.id",
    )
    assert [tuple(row) for row in found] == [("dispatched", "orange", "orange", 4, True)]


@pytest.mark.parametrize(("because", "level"), [("corrected", "blue"), ("recovered", "red")])
async def test_only_a_warning_that_was_true_holds_up_the_level(
    sessions: Sessions, because: str, level: str
) -> None:
    await hear(sessions, raised(level=RED), lifted(2, RED, because))

    (case,) = await rows(sessions, "SELECT status, level FROM cases.cases")
    assert (case.status, case.level) == ("dispatched", level)


async def test_the_same_fact_twice_changes_nothing(sessions: Sessions) -> None:
    await hear(sessions, raised(), raised())

    (case,) = await rows(sessions, "SELECT version FROM cases.cases")
    assert case.version == 2


async def test_the_register_decides_the_district_if_it_came_first(sessions: Sessions) -> None:
    await hear(sessions, registered(3, "登记名称有限公司", "110108"), raised())

    (case,) = await rows(
        sessions,
        "SELECT number, c.district, name FROM cases.cases c JOIN cases.enterprises USING (uscc)",
    )
    assert tuple(case) == ("110108-2020-000001", "110108", "登记名称有限公司")


async def test_the_warning_decides_if_the_register_comes_later(sessions: Sessions) -> None:
    await hear(sessions, raised(), registered(1, "登记名称有限公司", "110108"))

    (case,) = await rows(
        sessions, "SELECT c.district, name FROM cases.cases c JOIN cases.enterprises USING (uscc)"
    )
    assert tuple(case) == ("110105", "登记名称有限公司")


async def test_an_older_entry_of_the_register_changes_nothing(sessions: Sessions) -> None:
    await hear(sessions, registered(2, "新名称", "110108"), registered(1, "旧名称", "110105"))

    (entry,) = await rows(sessions, "SELECT name, district, version FROM cases.enterprises")
    assert tuple(entry) == ("新名称", "110108", 2)


async def test_a_bulk_of_entries_with_two_versions_of_one(sessions: Sessions) -> None:
    one = registered(1, "旧名称", "110105").model_dump()
    columns = {
        name: value * 3000 for name, value in one.items() if name in EnterprisesChanged.columns
    }
    many = tuple(f"91110108MA{place:08}" for place in range(2998))
    columns["uscc"] = (USCC, *many, USCC)
    columns["version"] = (2, *(1 for _ in many), 1)
    columns["name"] = ("新名称", *("其他" for _ in many), "旧名称")
    nothing = dict.fromkeys(columns, ())
    await hear(sessions, EnterprisesChanged(**one | columns), EnterprisesChanged(**one | nothing))

    (found,) = await rows(
        sessions,
        f"SELECT count(*) AS n, min(name) FILTER (WHERE uscc = '{USCC}') AS name"  # noqa: S608
        " FROM cases.enterprises",
    )
    assert tuple(found) == (2999, "新名称")


async def test_numbers_count_by_district_and_year(sessions: Sessions) -> None:
    for place, (district, moment) in enumerate(
        [
            ("110105", "2020-12-31 16:00"),
            ("110105", "2020-12-31 17:00"),
            ("110108", "2020-12-31 17:00"),
            ("110105", "2021-01-01 00:00"),
        ]
    ):
        fact = raised(
            warning_id=f"01975000-0000-7000-8000-00000000010{place}",
            uscc=f"91110105MA0000010{place}",
            district=district,
        )
        await hear(sessions, fact, now=at(moment))

    numbers = await rows(sessions, "SELECT number FROM cases.cases ORDER BY number")
    assert [row.number for row in numbers] == [
        "110105-2020-000001",
        "110105-2020-000002",
        "110105-2021-000001",
        "110108-2020-000001",
    ]


async def test_a_second_warning_joins_the_open_case(sessions: Sessions) -> None:
    await hear(sessions, raised(level=BLUE), raised(warning_id=SECOND_WARNING, level=RED))

    (case,) = await rows(sessions, "SELECT level, warning_id, version FROM cases.cases")
    assert tuple(case) == ("red", SECOND_WARNING, 3)
    attached = await rows(sessions, "SELECT count(*) AS n FROM cases.case_warnings")
    assert attached[0].n == 2


async def test_two_warnings_at_the_same_moment_open_one_case(sessions: Sessions) -> None:
    many = [
        raised(warning_id=f"01975000-0000-7000-8000-0000000002{place:02}") for place in range(5)
    ]
    await asyncio.gather(*(hear(sessions, fact) for fact in many))

    (case,) = await rows(sessions, "SELECT version FROM cases.cases")
    assert case.version == 6
    attached = await rows(sessions, "SELECT count(*) AS n FROM cases.case_warnings")
    assert attached[0].n == 5


STEPS_TO_CLOSE = [
    (Step.ACCEPT, OFFICER, Ask()),
    (Step.VERIFY, OFFICER, Ask()),
    (Step.PLAN, OFFICER, Ask(note="缓缴社保，转岗培训")),
    (Step.START, LEAD, Ask()),
    (Step.SUBMIT, OFFICER, Ask(outcome="averted", evidence="参保名单")),  # type: ignore[arg-type]
    (Step.APPROVE, LEAD, Ask()),
    (Step.FOLLOW_UP, OFFICER, Ask()),
    (Step.CLOSE, OFFICER, Ask(note="三个月参保人数稳定")),
]


# From the month of the resolution to three months after it.
CLEAN = {f"2020-{month}": (300, 0) for month in ("07", "08", "09", "10", "11")}


async def file_evidence(sessions: Sessions) -> None:
    """Put the list of the insured on file in the enterprise's case."""
    async with transaction(sessions, actor=OFFICER.name) as session:
        case = await cases.latest_of(session, USCC)
        assert case is not None
        piece = Evidence(EvidenceKind.INSURANCE_LIST, "2020年7月参保名单")
        await deeds.add_evidence(session, piece, deeds.Doing(case.id, OFFICER, DISTRICTS, NOW))


async def closed_case(sessions: Sessions) -> None:
    """Open a case and carry it to its close on 3 August 2020."""
    await hear(sessions, raised())
    for step, by, ask in STEPS_TO_CLOSE:
        if step is Step.SUBMIT:
            await file_evidence(sessions)
        if step is Step.CLOSE:
            await hear(sessions, headcounts(CLEAN))
        async with transaction(sessions, actor=by.name) as session:
            case = await cases.latest_of(session, USCC)
            assert case is not None
            await handlers.take(session, case.id, step, ask, by=by, districts=DISTRICTS, now=NOW)


async def test_within_six_months_of_closing_a_warning_reopens_the_case(sessions: Sessions) -> None:
    await closed_case(sessions)
    again = raised(warning_id=SECOND_WARNING, level=BLUE)
    await hear(sessions, again, now=at("2021-02-03 10:00"))

    (case,) = await rows(sessions, "SELECT * FROM cases.cases")
    assert (case.number, case.status, case.level) == ("110105-2020-000001", "dispatched", "blue")
    assert (case.officer, case.outcome, case.ended_at) == (None, None, None)
    last = await rows(sessions, "SELECT what FROM cases.timeline ORDER BY version DESC LIMIT 2")
    assert [line.what for line in last] == ["dispatch", "reopen"]


async def test_later_than_that_it_opens_a_new_one(sessions: Sessions) -> None:
    await closed_case(sessions)
    again = raised(warning_id=SECOND_WARNING)
    await hear(sessions, again, now=at("2021-02-03 10:01"))

    found = await rows(sessions, "SELECT number, status FROM cases.cases ORDER BY opened_at")
    assert [tuple(row) for row in found] == [
        ("110105-2020-000001", "closed"),
        ("110105-2021-000001", "dispatched"),
    ]


async def test_a_closed_case_only_remembers_that_its_warning_was_lifted(sessions: Sessions) -> None:
    await closed_case(sessions)
    await hear(sessions, lifted(2, ORANGE))

    (case,) = await rows(sessions, "SELECT status, version FROM cases.cases")
    (warning,) = await rows(sessions, "SELECT version, lifted, counts FROM cases.case_warnings")
    assert (case.status, case.version) == ("closed", 11)
    assert tuple(warning) == (2, True, True)


async def test_a_refuted_warning_that_grows_graver_opens_a_new_case(sessions: Sessions) -> None:
    await hear(sessions, raised())
    for step, by in (
        (Step.ACCEPT, OFFICER),
        (Step.VERIFY, OFFICER),
        (Step.DOUBT, OFFICER),
        (Step.REFUTE, CITY),
    ):
        reason = Ask(reason="季节性用工") if step in {Step.DOUBT, Step.REFUTE} else Ask()
        async with transaction(sessions, actor=by.name) as session:
            case = await cases.latest_of(session, USCC)
            assert case is not None
            await handlers.take(session, case.id, step, reason, by=by, districts=DISTRICTS, now=NOW)
    graver = level_changed(2, ORANGE, RED).model_copy(
        update={"occurred_at": at("2020-08-05 09:00")}
    )
    await hear(sessions, graver, now=at("2020-08-05 09:01"))

    found = await rows(
        sessions,
        "SELECT status, c.level, count(w.warning_id) AS n FROM cases.cases c"
        " LEFT JOIN cases.case_warnings w ON w.case_id = c.id GROUP BY c.id ORDER BY c.opened_at",
    )
    assert [tuple(row) for row in found] == [
        ("closed_false_positive", "orange", 0),
        ("dispatched", "red", 1),
    ]
