"""Trials of rule sets at the console while they run: looked at again by themselves, called off.

Whatever trial is asked for here rests for an hour: a trigger notes so in the transaction that asks,
before the worker sees it.
"""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Page
from psycopg import sql

from tests.browser.people import Desk, follow
from tests.platform import Platform

SHOTS = os.environ.get("WENGANG_SCREENSHOTS")
VERSION: Final = "rules-2026.7"
PATH: Final = f"/v1/rule-sets/{VERSION}"
_RESTS: Final = sql.SQL("""
CREATE FUNCTION scoring.rests() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN
  INSERT INTO scoring.attempts (piece, times, failure, not_before)
  VALUES ('trial/' || NEW.id, 0, 'Rests', clock_timestamp() + interval '1 hour');
  RETURN NEW;
END $$;
CREATE TRIGGER rests AFTER INSERT ON scoring.rule_trials
  FOR EACH ROW EXECUTE FUNCTION scoring.rests();
""")
_NOW: Final = sql.SQL("DELETE FROM scoring.attempts;")
_AS_USUAL: Final = sql.SQL("DROP FUNCTION scoring.rests CASCADE;")


@pytest.fixture
def _resting(platform: Platform) -> Iterator[None]:
    platform.change(sql.Composed([_RESTS]))
    yield
    platform.change(sql.Composed([_AS_USUAL, _NOW]))


@pytest.mark.usefixtures("_resting")
def test_a_trial_is_called_off(desk: Desk) -> None:
    platform = desk.platform
    document = platform.get("city-admin", "/v1/rule-sets/rules-2020.3")["document"]
    edited = {**document, "version": VERSION, "effective_from": "2026-11-17", "trigger_days": 75}
    assert platform.call("city-analyst", "PUT", PATH, json={"document": edited}).is_success

    with desk.person("city-analyst", path=f"/console/rule-sets/{VERSION}") as analyst:
        follow(analyst.get_by_role("button", name="在历史数据上试算"))
        trial = analyst.get_by_label("历史试算")
        assert "试算已开始" in analyst.get_by_role("status").inner_text()
        assert "进行中" in trial.locator(".tag").first.inner_text()
        _keep(analyst, "rule-set-running")
        follow(trial.get_by_role("button", name="取消"))
        assert "已取消" in trial.locator(".tag").first.inner_text()
        assert "取消：" in trial.inner_text()
        assert trial.get_by_role("button").count() == 0
        assert "起草中" in analyst.locator(".head").inner_text()
        assert analyst.get_by_role("button", name="提议").count() == 0
        _keep(analyst, "rule-set-called-off")

        # The page looks again by itself, and then offers what may be done now.
        follow(analyst.get_by_role("button", name="在历史数据上试算"))
        assert analyst.get_by_role("button", name="取消").count() == 1
        with analyst.expect_navigation():
            (running,) = _trials(platform, "running")
            told = platform.cli("--as", "city-analyst", "rule-sets", *_off(running["id"]))
        assert json.loads(told)[0]["state"] == "cancelled"
        analyst.get_by_role("button", name="取消").wait_for(state="detached")
        follow(analyst.get_by_role("button", name="在历史数据上试算"))
        platform.change(sql.Composed([_NOW]))
        analyst.get_by_role("button", name="提议").wait_for()
        assert analyst.get_by_text("试算已开始").count() == 0
    assert [one["state"] for one in _trials(platform)] == ["ended", "cancelled", "cancelled"]


def _off(trial_id: str) -> tuple[str, ...]:
    return ("cancel-trial", VERSION, trial_id, "-o", "json")


def _trials(platform: Platform, *states: str) -> list[dict[str, str]]:
    found = platform.get("city-admin", f"{PATH}/trials")["data"]
    return [one for one in found if not states or one["state"] in states]


def _keep(page: Page, name: str) -> None:
    """Keep what was seen, where somebody wants to look at it."""
    if SHOTS is not None:
        Path(SHOTS, f"{name}.png").write_bytes(page.screenshot(full_page=True))
