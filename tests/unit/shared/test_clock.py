"""Business time is Beijing's, and a replay shows what its file says."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from shared.calendar import SHANGHAI
from shared.clock import (
    Clock,
    Now,
    ReplayClock,
    ReplayClockUnreadable,
    SystemClock,
    clock_from,
    set_replay,
)
from shared.settings import ClockSettings


def test_the_system_clock_shows_real_time_in_beijing() -> None:
    before = datetime.now(UTC)
    now = SystemClock().now()
    assert before <= now <= datetime.now(UTC)
    assert now.utcoffset() == timedelta(hours=8)


def test_a_replay_shows_the_instant_of_its_file_in_beijing(tmp_path: Path) -> None:
    file = tmp_path / "now"
    set_replay(file, datetime(2020, 7, 31, 20, 30, tzinfo=UTC))
    clock = ReplayClock(file)
    assert clock.now() == datetime(2020, 8, 1, 4, 30, tzinfo=SHANGHAI)
    assert clock.today() == date(2020, 8, 1)


def test_a_replay_follows_its_file(tmp_path: Path) -> None:
    file = tmp_path / "now"
    set_replay(file, datetime(2020, 8, 1, tzinfo=SHANGHAI))
    clock = ReplayClock(file)
    shown = [clock.today()]
    for day in (2, 3):
        set_replay(file, datetime(2020, 8, day, tzinfo=SHANGHAI))
        shown.append(clock.today())
    assert shown == [date(2020, 8, 1), date(2020, 8, 2), date(2020, 8, 3)]
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.parametrize("text", ["", "yesterday", "2020-08-01T00:00:00", "1596211200"])
def test_a_file_without_an_instant_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "now"
    file.write_text(text)
    with pytest.raises(ReplayClockUnreadable):
        ReplayClock(file).now()


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ReplayClockUnreadable, match="no-such-file"):
        ReplayClock(tmp_path / "no-such-file").now()


def test_an_instant_without_its_zone_is_never_set(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="time zone"):
        set_replay(tmp_path / "now", datetime(2020, 8, 1))  # noqa: DTZ001 that is the point


def test_the_settings_choose_the_clock(tmp_path: Path) -> None:
    assert isinstance(clock_from(ClockSettings()), SystemClock)
    assert isinstance(clock_from(ClockSettings(replay_file=tmp_path / "now")), ReplayClock)


class _Stopped:
    stands: ClassVar[bool] = True

    def now(self) -> datetime:
        return datetime(2026, 11, 23, 8, tzinfo=ZoneInfo("Asia/Shanghai"))

    def today(self) -> date:
        return date(2026, 11, 23)


def test_an_endpoint_is_told_the_time_of_the_service_clock() -> None:
    clock: Clock = _Stopped()
    app = FastAPI()

    @app.get("/now")
    async def tell(now: Now) -> str:
        return now.isoformat()

    async def with_state(scope: Any, receive: Any, send: Any) -> None:
        scope["state"] = {"clock": clock}
        await app(scope, receive, send)

    assert TestClient(with_state).get("/now").json() == "2026-11-23T08:00:00+08:00"
