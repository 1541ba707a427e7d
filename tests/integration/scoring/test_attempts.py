"""A part that keeps failing is tried so often and no oftener; the whole ends, and says why."""

import asyncio
import signal
from datetime import date, timedelta
from pathlib import Path
from typing import Any, NoReturn

import pytest
from sqlalchemy import text

from services.scoring.backtest.replay import replay
from services.scoring.handlers import backtests, rejudging, rule_sets
from services.scoring.store import rejudgements
from shared.auth.identity import Role
from shared.bus.work import Done
from shared.clock import ReplayClock
from shared.db import Sessions, open_engine, transaction
from shared.service.state import Resources
from tests.integration.database import KEYS, TRUST, PlatformDatabase
from tests.integration.scoring.conftest import Api
from tests.integration.scoring.dying import die_of
from tests.integration.scoring.saying import A, B, C, Said, at, headcounts, registered, rows, tell
from tests.integration.scoring.test_api import officer
from tests.integration.scoring.test_rule_sets import PATH, drafted

ANALYST, ADMIN = officer(Role.CITY_ANALYST), officer(Role.CITY_ADMIN)
ACTOR = "service:scoring"
TODAY = date(2026, 10, 15)
ASKED = {"since": "2026-06-01", "until": "2026-06-30"}
MOST = 3


@pytest.fixture(autouse=True)
async def known(sessions: Sessions) -> None:
    """Three enterprises of which a few months are known."""
    received = at(date(2026, 5, 10))
    await tell(sessions, registered(A, B, C), now=received)
    months = ("2026-03", "2026-04")
    said = [Said(uscc, month, 100, 0) for uscc in (A, B, C) for month in months]
    await tell(sessions, headcounts(said, received=received), now=received)


def fails(*_args: object, **_named: object) -> NoReturn:
    raise ZeroDivisionError


async def go_on(sessions: Sessions) -> bool:
    return await backtests.go_on(sessions, at(TODAY), most=MOST, actor=ACTOR)


async def go_on_trying(sessions: Sessions) -> bool:
    return await rule_sets.go_on_trying(sessions, at(TODAY), most=MOST, actor=ACTOR)


async def do(sessions: Sessions, part: str) -> Done:
    return await rejudging.do_part(sessions, part, at(TODAY), most=MOST, actor=ACTOR)


async def pass_the_pause(sessions: Sessions) -> None:
    async with transaction(sessions, actor=ACTOR) as session:
        await session.execute(
            text("UPDATE scoring.attempts SET not_before = not_before - interval '5 minutes'")
        )


async def ask(api: Api) -> dict[str, Any]:
    answer = await api.send("POST", ANALYST, "/v1/backtests", ASKED, day=TODAY)
    return dict(answer.json())


async def shown(api: Api, told: dict[str, Any], **more: str) -> dict[str, Any]:
    return dict((await api.get(ANALYST, f"/v1/backtests/{told['id']}", **more)).json())


async def have_tried(api: Api) -> dict[str, Any]:
    answer = await api.send("POST", ANALYST, f"{PATH}/trials", {"sample": None}, day=TODAY)
    assert answer.status_code == 202, answer.text
    return dict(answer.json())


async def trials(api: Api, **more: str) -> dict[str, dict[str, Any]]:
    found = (await api.get(ANALYST, f"{PATH}/trials", **more)).json()["data"]
    return {str(one["id"]): one for one in found}


async def start(sessions: Sessions, *, at_once: int) -> tuple[str, list[str]]:
    """Have everyone judged anew in parts of so many."""
    async with transaction(sessions, actor=ACTOR) as session:
        asked = await rejudging.ask(
            session, because="new rules", by="li", now=at(TODAY), at_once=at_once
        )
        await rejudgements.begin(session, at(TODAY))
        return str(asked["id"]), list(await rejudgements.open_parts(session))


async def test_a_backtest_of_which_a_part_always_fails_ends_and_says_why(
    api: Api, sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backtests, "_AT_ONCE", 1)
    told, behind = await ask(api), await ask(api)
    assert await go_on(sessions)  # the first part does well, and counts as no failure

    with monkeypatch.context() as failing:
        failing.setattr(backtests, "replay", fails)
        for _ in range(MOST):
            with pytest.raises(ZeroDivisionError):
                await go_on(sessions)
            running = await shown(api, told)
            assert (running["state"], running["judged"]) == ("running", 1)
            await pass_the_pause(sessions)
    assert await go_on(sessions)

    failed = await shown(api, told)
    assert (failed["state"], failed["report"], failed["ended_at"]) == ("failed", None, None)
    assert failed["failed_at"].startswith("2026-10-15")
    why = failed["failure"]
    assert (why["code"], why["attempts"], why["failure"]) == ("failed", MOST, "ZeroDivisionError")
    assert why["sentence"].startswith("A part of it failed 3 times in a row (ZeroDivisionError)")
    chinese = (await shown(api, told, language="zh"))["failure"]["sentence"]
    assert chinese.startswith("其中一部分连续失败 3 次")
    kept = "SELECT (SELECT count(*) FROM scoring.backtest_cases), count(*) FROM scoring.attempts"
    assert await rows(sessions, kept) == [(0, 0)]
    path = f"/v1/backtests/{told['id']}/cancellation"
    refused = await api.send("POST", ANALYST, path, {})
    assert (refused.status_code, refused.json()["code"]) == (409, "backtest_ended")

    # Whoever waited behind it comes to the end.
    while await go_on(sessions):
        pass
    assert (await shown(api, behind))["state"] == "ended"


async def test_while_a_backtest_pauses_the_next_one_goes_on(
    api: Api, sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    told, behind = await ask(api), await ask(api)
    with monkeypatch.context() as failing:
        failing.setattr(backtests, "replay", fails)
        with pytest.raises(ZeroDivisionError):
            await go_on(sessions)
    while await go_on(sessions):
        pass
    assert (await shown(api, behind))["state"] == "ended"
    # A failure that passes by itself is forgotten with the first part that is done.
    await pass_the_pause(sessions)
    while await go_on(sessions):
        pass
    assert (await shown(api, told))["state"] == "ended"
    assert await rows(sessions, "SELECT count(*) FROM scoring.attempts") == [(0,)]


async def test_a_backtest_whose_workers_die_ends_and_says_so(
    api: Api, sessions: Sessions, scoring_database: PlatformDatabase
) -> None:
    told = await ask(api)
    url = scoring_database.url("scoring", "worker")
    for _ in range(MOST):
        assert await die_of(url, at(TODAY), MOST, "backtests") == -signal.SIGKILL
        assert (await shown(api, told))["state"] == "running"
    assert await go_on(sessions)
    failed = await shown(api, told)
    assert (failed["state"], failed["failure"]["failure"]) == ("failed", "WorkerLost")
    assert failed["failure"]["code"] == "lost"
    assert failed["failure"]["sentence"].startswith("The worker died 3 times in a row")


async def test_a_trial_of_which_a_part_always_fails_ends_and_says_why(
    api: Api, sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    await drafted(api)
    monkeypatch.setattr(rule_sets, "_TRIED_AT_ONCE", 1)
    told, behind = await have_tried(api), await have_tried(api)
    assert (told["state"], told["failed_at"], told["failure"]) == ("running", None, None)
    assert await go_on_trying(sessions)  # the first part does well, and counts as no failure

    with monkeypatch.context() as failing:
        failing.setattr(rule_sets, "judge", fails)
        for _ in range(MOST):
            with pytest.raises(ZeroDivisionError):
                await go_on_trying(sessions)
            running = (await trials(api))[told["id"]]
            assert (running["state"], running["judged"]) == ("running", 1)
            await pass_the_pause(sessions)
    assert await go_on_trying(sessions)

    failed = (await trials(api))[told["id"]]
    assert (failed["state"], failed["judged"], failed["ended_at"]) == ("failed", 1, None)
    assert failed["failed_at"].startswith("2026-10-15")
    why = failed["failure"]
    assert (why["code"], why["attempts"], why["failure"]) == ("failed", MOST, "ZeroDivisionError")
    assert why["sentence"].startswith("A part of it failed 3 times in a row (ZeroDivisionError)")
    chinese = (await trials(api, language="zh"))[told["id"]]["failure"]["sentence"]
    assert chinese.startswith("其中一部分连续失败 3 次")
    assert await rows(sessions, "SELECT count(*) FROM scoring.attempts") == [(0,)]
    # It says nothing of the rules, so they are not tried yet.
    assert (await api.get(ANALYST, PATH)).json()["state"] == "draft"

    # Whoever waited behind it comes to the end, and so does who asks for it again.
    again = await have_tried(api)
    while await go_on_trying(sessions):
        pass
    states = {each: one["state"] for each, one in (await trials(api)).items()}
    assert states == {told["id"]: "failed", behind["id"]: "ended", again["id"]: "ended"}
    assert (await api.get(ANALYST, PATH)).json()["state"] == "tried"


async def test_while_a_trial_pauses_the_next_one_goes_on(
    api: Api, sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    await drafted(api)
    told, behind = await have_tried(api), await have_tried(api)
    with monkeypatch.context() as failing:
        failing.setattr(rule_sets, "judge", fails)
        with pytest.raises(ZeroDivisionError):
            await go_on_trying(sessions)
    while await go_on_trying(sessions):
        pass
    found = await trials(api)
    assert [found[each["id"]]["state"] for each in (told, behind)] == ["running", "ended"]
    await pass_the_pause(sessions)
    while await go_on_trying(sessions):
        pass
    assert (await trials(api))[told["id"]]["state"] == "ended"
    assert await rows(sessions, "SELECT count(*) FROM scoring.attempts") == [(0,)]


async def test_a_trial_whose_workers_die_ends_and_says_so(
    api: Api, sessions: Sessions, scoring_database: PlatformDatabase
) -> None:
    await drafted(api)
    told = await have_tried(api)
    url = scoring_database.url("scoring", "worker")
    for _ in range(MOST):
        assert await die_of(url, at(TODAY), MOST, "trials") == -signal.SIGKILL
        assert (await trials(api))[told["id"]]["state"] == "running"
    assert await go_on_trying(sessions)
    failed = (await trials(api))[told["id"]]
    assert (failed["state"], failed["failure"]["code"]) == ("failed", "lost")
    assert failed["failure"]["failure"] == "WorkerLost"


async def test_a_full_judgement_of_which_a_part_always_fails_ends_with_the_others(
    api: Api, sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    rejudgement, (first, second, third) = await start(sessions, at_once=1)
    assert await do(sessions, first) is Done.DONE
    with monkeypatch.context() as failing:
        failing.setattr(rejudging, "judge_part", fails)
        for _ in range(MOST):
            with pytest.raises(ZeroDivisionError):
                await do(sessions, second)
            # It is offered again and again; until its pause is over nobody takes it.
            if _ < MOST - 1:
                assert await do(sessions, second) is Done.HELD
            await pass_the_pause(sessions)
    assert await do(sessions, second) is Done.DONE

    # What is left is not begun any more, and what is offered yet is let go of.
    assert await do(sessions, third) is Done.DONE
    async with transaction(sessions, actor=ACTOR) as session:
        assert await rejudgements.open_parts(session) == []
    path = f"/v1/rejudgements/{rejudgement}"
    failed = (await api.get(ADMIN, path)).json()
    assert (failed["state"], failed["parts_done"], failed["parts"]) == ("failed", 1, 3)
    assert (failed["finished_at"], failed["enterprises"]) == (None, 1)
    why = failed["failure"]
    assert (why["attempts"], why["failure"]) == (MOST, "ZeroDivisionError")
    assert "3 times in a row" in why["sentence"]

    # It stands in nobody's way.
    again = await api.send("POST", ADMIN, "/v1/rejudgements", {"because": "mended"}, day=TODAY)
    assert (again.status_code, again.json()["state"]) == (202, "running")


async def test_a_full_judgement_whose_workers_die_ends_and_says_so(
    api: Api, sessions: Sessions, scoring_database: PlatformDatabase
) -> None:
    rejudgement, (part,) = await start(sessions, at_once=5)
    url = scoring_database.url("scoring", "worker")
    for _ in range(MOST):
        assert await die_of(url, at(TODAY), MOST, part) == -signal.SIGKILL
    assert await do(sessions, part) is Done.DONE
    failed = (await api.get(ADMIN, f"/v1/rejudgements/{rejudgement}")).json()
    assert (failed["state"], failed["failure"]["failure"]) == ("failed", "WorkerLost")


async def test_a_worker_that_is_told_to_stop_has_not_failed(
    api: Api, sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    await ask(api)
    begun = asyncio.Event()

    async def lasts(*_args: object, **_named: object) -> NoReturn:
        begun.set()
        await asyncio.Event().wait()
        raise AssertionError("never")

    monkeypatch.setattr(backtests, "_next_part", lasts)
    for _ in range(MOST + 1):
        begun.clear()
        turn = asyncio.create_task(go_on(sessions))
        async with asyncio.timeout(10):
            await begun.wait()
        turn.cancel()
        with pytest.raises(asyncio.CancelledError):
            await turn
    assert await rows(sessions, "SELECT times FROM scoring.attempts") == [(0,)]


async def test_a_worker_goes_on_by_itself_after_what_failed(
    api: Api,
    sessions: Sessions,
    scoring_database: PlatformDatabase,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    told, behind = await ask(api), await ask(api)
    first = iter([True])

    def fails_once(*args: Any, **named: Any) -> Any:
        if next(first, False):
            raise ZeroDivisionError
        return replay(*args, **named)

    monkeypatch.setattr(backtests, "replay", fails_once)
    (tmp_path / "clock").write_text(at(TODAY).isoformat(), encoding="utf-8")
    clock = ReplayClock(tmp_path / "clock")
    engine = open_engine(scoring_database.settings("scoring", "worker"), name="test-attempts")
    resources = Resources("scoring", engine, sessions, KEYS["scoring"], TRUST, clock)
    sharing = asyncio.create_task(backtests.share(timedelta(seconds=0.05), MOST, resources))
    async with asyncio.timeout(60):
        for one in (behind, told):
            while (await shown(api, one))["state"] == "running":  # noqa: ASYNC110 nobody tells
                await asyncio.sleep(0.1)
    sharing.cancel()
    await asyncio.wait([sharing])
    await engine.dispose()
    assert [(await shown(api, one))["state"] for one in (told, behind)] == ["ended", "ended"]
