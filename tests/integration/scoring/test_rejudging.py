"""A full judgement: the same as fact by fact, shared by workers, borne by whoever is left."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from nats.js.errors import NotFoundError
from pydantic import SecretStr
from sqlalchemy.ext.asyncio import AsyncSession

from services.scoring.domain.editions import BUILT_IN, Editions
from services.scoring.domain.errors import RejudgementUnderWay
from services.scoring.domain.rules import Reading, RuleSet, Threshold
from services.scoring.handlers import judging, rejudging
from services.scoring.store import rejudgements, rule_sets
from shared.auth.identity import Role
from shared.bus import work as work_queue
from shared.bus.connection import Bus, connect
from shared.clock import ReplayClock
from shared.db import Sessions, open_engine, transaction
from shared.service.state import Resources
from shared.settings import BusSettings
from tests.integration.database import KEYS, TRUST, PlatformDatabase
from tests.integration.scoring.conftest import Api
from tests.integration.scoring.saying import (
    A,
    B,
    C,
    Said,
    at,
    headcounts,
    registered,
    rows,
    sweep,
    tell,
    told,
)
from tests.integration.scoring.test_api import officer
from tests.integration.scoring.test_order import DAYS, FIRST, day, deliver, outcome, some_facts

ADMIN = officer(Role.CITY_ADMIN)
ANALYST = officer(Role.CITY_ANALYST)
LAST = day(DAYS - 1)
BECAUSE = "new rules"


async def ask(sessions: Sessions, on: date, *, at_once: int) -> None:
    async with transaction(sessions, actor="officer:zhang") as session:
        await rejudging.ask(session, because=BECAUSE, by="zhang", now=at(on), at_once=at_once)
    async with transaction(sessions, actor="service:scoring") as session:
        await rejudgements.begin(session, at(on))


async def parts(sessions: Sessions) -> list[str]:
    """Name the parts that are to be done."""
    async with transaction(sessions, actor="service:scoring") as session:
        return list(await rejudgements.open_parts(session))


async def work(sessions: Sessions, on: date) -> int:
    """Do what is open and nobody else has; return in how many parts."""
    done = 0
    for name in await parts(sessions):
        async with transaction(sessions, actor="service:scoring") as session:
            done += await rejudging.judge_named(session, name, at(on))
    return done


@pytest.mark.parametrize("seed", range(6))
async def test_all_at_once_is_judged_as_fact_by_fact(
    sessions: Sessions,
    scoring_database: PlatformDatabase,
    monkeypatch: pytest.MonkeyPatch,
    seed: int,
) -> None:
    chance = random.Random(seed)  # noqa: S311 draws test data, guards nothing
    facts = some_facts(chance)

    async def until(last: int) -> None:
        await tell(sessions, registered(A, B, C), now=at(FIRST))
        for number in range(last + 1):
            await deliver(
                sessions, [fact for fact in facts if fact[0] == number], today=day(number)
            )
            await sweep(sessions, day(number))

    await until(DAYS - 1)
    expected = await outcome(sessions)
    assert expected[0]

    scoring_database.empty("scoring")
    await until(DAYS - 2)

    async def judges_nobody(*_args: object, **_named: object) -> None:
        """Keep what is said, as when the worker died before it judged."""

    with monkeypatch.context() as patching:
        patching.setattr(judging, "_judge", judges_nobody)
        await deliver(sessions, [fact for fact in facts if fact[0] == DAYS - 1], today=LAST)
    await ask(sessions, LAST, at_once=2)
    await work(sessions, LAST)

    assert await outcome(sessions) == expected
    await ask(sessions, LAST, at_once=1)
    await work(sessions, LAST)
    assert await outcome(sessions) == expected


def usccs(number: int) -> list[str]:
    return [f"91110105MA0000{place:04d}" for place in range(number)]


async def lose_a_little(sessions: Sessions) -> list[str]:
    """Let many enterprises lose one of twenty, of which the rules say nothing."""
    known = usccs(9)
    said = [
        Said(uscc, month, count)
        for uscc in known
        for month, count in (("2026-08", 20), ("2026-09", 19 if uscc < known[4] else 20))
    ]
    await tell(sessions, registered(*known), now=at(FIRST))
    await tell(sessions, headcounts(said, received=at(FIRST)), now=at(FIRST))
    return known


def stricter() -> RuleSet:
    """Return rules by which one of twenty is large."""
    old = BUILT_IN.on(FIRST)
    tightened = tuple(
        replace(one, steps=((Threshold(share=0.04), 0.9),))
        if one.reading is Reading.FALL_ON_MONTH
        else one
        for one in old.indicators
    )
    return replace(
        old,
        version="rules-test",
        effective_from=day(1),
        indicators=tightened,
        small_base=0,
    )


async def test_new_rules_find_whom_nobody_noticed(
    sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = await lose_a_little(sessions)
    assert await rows(sessions, "SELECT 1 FROM scoring.standings WHERE place <> 'none'") == []

    async def in_force(_session: AsyncSession) -> Editions:
        return Editions.of([stricter(), *BUILT_IN.rule_sets])

    monkeypatch.setattr(rule_sets, "in_force", in_force)
    await ask(sessions, day(1), at_once=2)
    taken = await asyncio.gather(*(work(sessions, day(1)) for _ in range(3)))

    assert sum(taken) == 5
    found = await rows(
        sessions, "SELECT uscc, place FROM scoring.standings WHERE place <> 'none' ORDER BY uscc"
    )
    assert found == [(uscc, "potential_risk") for uscc in known[:4]]
    assert await rows(
        sessions,
        "SELECT uscc, rules, place FROM scoring.assessments WHERE as_of = :day",
        day=day(1),
    ) == [(uscc, "rules-test", "potential_risk") for uscc in known[:4]]
    outlooks = await rows(sessions, "SELECT uscc, likelihood > 0 FROM scoring.outlooks_0")
    assert sorted(outlooks) == [(uscc, uscc in known[:4]) for uscc in known]
    assert await told(sessions) == []


async def die(sessions: Sessions, on: date) -> None:
    """Judge a part, and end before the commit."""
    async with transaction(sessions, actor="service:scoring") as session:
        (first, *_others) = await rejudgements.open_parts(session)
        assert await rejudging.judge_named(session, first, at(on))
        raise ZeroDivisionError


async def test_who_dies_in_a_part_has_done_nothing_of_it(sessions: Sessions) -> None:
    known = await lose_a_little(sessions)
    await ask(sessions, day(1), at_once=4)

    with pytest.raises(ZeroDivisionError):
        await die(sessions, day(1))
    assert await rows(sessions, "SELECT uscc FROM scoring.outlooks_0") == []
    assert await work(sessions, day(1)) == 3

    assert len(await rows(sessions, "SELECT uscc FROM scoring.outlooks_0")) == len(known)
    assert await work(sessions, day(1)) == 0


async def test_only_one_at_a_time_each_in_a_table_of_its_own(sessions: Sessions) -> None:
    known = await lose_a_little(sessions)
    for number in range(4):
        await ask(sessions, day(number), at_once=5)
        with pytest.raises(RejudgementUnderWay):
            await ask(sessions, day(number), at_once=5)
        await work(sessions, day(number))

    slots = await rows(sessions, "SELECT slot FROM scoring.rejudgements ORDER BY asked_at")
    assert slots == [(0,), (1,), (2,), (0,)]
    assert len(await rows(sessions, "SELECT uscc FROM scoring.outlooks_0")) == len(known)


async def test_an_administrator_starts_it_and_sees_how_far_it_is(
    api: Api, sessions: Sessions
) -> None:
    await lose_a_little(sessions)

    started = await api.send("POST", ADMIN, "/v1/rejudgements", {"because": BECAUSE}, day=FIRST)
    assert started.status_code == 202
    told_ = started.json()
    assert (told_["because"], told_["parts"], told_["parts_done"]) == (BECAUSE, 1, 0)
    assert told_["finished_at"] is None
    again = await api.send("POST", ADMIN, "/v1/rejudgements", {"because": BECAUSE}, day=FIRST)
    assert (again.status_code, again.json()["code"]) == (409, "rejudgement_under_way")

    async with transaction(sessions, actor="service:scoring") as session:
        await rejudgements.begin(session, at(day(0)))
    await work(sessions, date.fromisoformat(told_["as_of"]))

    shown = (await api.get(ADMIN, f"/v1/rejudgements/{told_['id']}")).json()
    assert (shown["parts_done"], shown["enterprises"], shown["moved"]) == (1, 9, 0)
    assert shown["finished_at"] is not None
    unknown = await api.get(ADMIN, "/v1/rejudgements/00000000-0000-7000-8000-000000000009")
    assert unknown.status_code == 404


async def test_it_is_called_off_and_another_one_can_be_started(
    api: Api, sessions: Sessions
) -> None:
    await lose_a_little(sessions)
    await ask(sessions, day(0), at_once=5)
    one, other = await parts(sessions)
    first = one.partition("/")[0]
    async with transaction(sessions, actor="service:scoring") as session:
        assert await rejudging.judge_named(session, one, at(day(0)))

    path = f"/v1/rejudgements/{first}/cancellation"
    gone = (await api.send("POST", ADMIN, path, {}, day=FIRST)).json()
    assert (gone["state"], gone["parts_done"], gone["cancelled"]["by"]) == (
        "cancelled",
        1,
        ADMIN.actor,
    )
    # What was done stays judged; nothing else is offered or taken any more.
    assert gone["enterprises"] == 5
    assert await parts(sessions) == []
    async with transaction(sessions, actor="service:scoring") as session:
        assert not await rejudging.judge_named(session, other, at(day(0)))
    again = await api.send("POST", ADMIN, path, {}, day=FIRST)
    assert (again.status_code, again.json()["code"]) == (409, "rejudgement_ended")

    second = await api.send("POST", ADMIN, "/v1/rejudgements", {"because": BECAUSE}, day=FIRST)
    assert second.status_code == 202
    listed = (await api.get(ADMIN, "/v1/rejudgements")).json()["data"]
    assert [(each["id"], each["state"]) for each in listed] == [
        (second.json()["id"], "running"),
        (first, "cancelled"),
    ]
    # One that was called off before it had begun clears nothing away.
    path = f"/v1/rejudgements/{second.json()['id']}/cancellation"
    assert (await api.send("POST", ADMIN, path, {}, day=FIRST)).status_code == 200
    async with transaction(sessions, actor="service:scoring") as session:
        await rejudgements.begin(session, at(day(0)))
    assert await parts(sessions) == []
    begun = await rows(sessions, "SELECT begun_at FROM scoring.rejudgements ORDER BY id DESC")
    assert begun[0] == (None,)


async def test_nobody_else_does(api: Api) -> None:
    for caller in (ANALYST, officer(Role.DISTRICT_LEAD, "110105")):
        refused = await api.send("POST", caller, "/v1/rejudgements", {"because": BECAUSE})
        assert refused.status_code == 403


@pytest.fixture
async def bus(nats_url: str) -> AsyncIterator[Bus]:
    """A bus without work that others left."""
    opened = await connect(BusSettings(url=SecretStr(nats_url)), name="test-rejudging")
    with suppress(NotFoundError):
        await opened.js.delete_stream(rejudging.QUEUE.stream)
    yield opened
    await opened.close()


async def all_done(sessions: Sessions) -> None:
    """Wait until every part is done."""
    query = "SELECT 1 FROM scoring.rejudgement_parts WHERE done_at IS NULL"
    async with asyncio.timeout(60):
        while await rows(sessions, query):  # noqa: ASYNC110 a table tells nobody
            await asyncio.sleep(0.05)


async def test_workers_share_what_the_bus_offers_and_a_dead_ones_part_comes_again(
    sessions: Sessions, bus: Bus
) -> None:
    known = await lose_a_little(sessions)
    await ask(sessions, day(1), at_once=1)
    took: dict[str, list[str]] = {"left": [], "right": [], "dying": []}
    died = asyncio.Event()

    def worker(name: str) -> "asyncio.Task[None]":
        async def do(part: str) -> work_queue.Done:
            took[name].append(part)
            async with transaction(sessions, actor="service:scoring") as session:
                await rejudging.judge_named(session, part, at(day(1)))
                if name == "dying":
                    died.set()
                    await asyncio.Event().wait()
            return work_queue.Done.DONE

        return asyncio.create_task(work_queue.take_part(bus, rejudging.QUEUE, do))

    await rejudging.offer_open(sessions, bus, at(day(1)), actor="service:scoring")
    dying = worker("dying")
    await died.wait()
    dying.cancel()
    await asyncio.wait([dying])
    workers = [worker("left"), worker("right")]
    await all_done(sessions)
    for each in workers:
        each.cancel()
    await asyncio.wait(workers)

    assert set(took["left"]) | set(took["right"]) >= {*took["dying"]}
    assert min(len(took["left"]), len(took["right"])) > 0
    assert not set(took["left"]) & set(took["right"])
    done = await rows(sessions, "SELECT uscc FROM scoring.outlooks_0 ORDER BY uscc")
    assert done == [(uscc,) for uscc in known]


async def test_a_worker_takes_part_by_itself(
    sessions: Sessions,
    scoring_database: PlatformDatabase,
    bus: Bus,
    nats_url: str,
    tmp_path: Path,
) -> None:
    await lose_a_little(sessions)
    await ask(sessions, day(1), at_once=3)
    (tmp_path / "clock").write_text(at(day(1)).isoformat(), encoding="utf-8")
    engine = open_engine(scoring_database.settings("scoring", "worker"), name="test-share")
    clock = ReplayClock(tmp_path / "clock")
    resources = Resources("scoring", engine, sessions, KEYS["scoring"], TRUST, clock)

    sharing = asyncio.create_task(
        rejudging.share(BusSettings(url=SecretStr(nats_url)), 6, resources)
    )
    await all_done(sessions)
    sharing.cancel()
    await asyncio.wait([sharing])
    await engine.dispose()

    info = await bus.js.stream_info(rejudging.QUEUE.stream)
    assert info.config.retention == "workqueue"
    assert len(await rows(sessions, "SELECT uscc FROM scoring.outlooks_0")) == 9
