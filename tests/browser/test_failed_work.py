"""Long work that was given up, at the console: it ends as failed, with the reason.

Whatever is asked for here has been tried in vain as often as it is tried: a trigger notes so in the
transaction that asks, before the worker sees it.
"""

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Page
from psycopg import sql

from tests.browser.people import Desk, follow
from tests.platform import NOW, Platform

SHOTS = os.environ.get("WENGANG_SCREENSHOTS")
# How a piece of each is named, from a row of its table.
_PIECES: Final = {
    "rule_trials": "'trial/' || NEW.id",
    "backtests": "'backtest/' || NEW.id",
    "rejudgement_parts": "NEW.rejudgement_id || '/' || NEW.number",
}
_IN_VAIN: Final = sql.SQL("""
CREATE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN
  INSERT INTO scoring.attempts (piece, times, failure) VALUES ({piece}, 6, 'ZeroDivisionError');
  RETURN NEW;
END $$;
CREATE TRIGGER in_vain AFTER INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION {function}();
""")
_AS_USUAL: Final = sql.SQL("DROP FUNCTION {function} CASCADE;")
WHY = "其中一部分连续失败 6 次（ZeroDivisionError），现已终止，其余部分不再进行"


@pytest.fixture
def _tried_in_vain(platform: Platform) -> Iterator[None]:
    named = {
        piece: {
            "function": sql.Identifier("scoring", f"in_vain_{table}"),
            "table": sql.Identifier("scoring", table),
        }
        for table, piece in _PIECES.items()
    }
    platform.change(
        sql.Composed(
            [_IN_VAIN.format(piece=sql.SQL(piece), **names) for piece, names in named.items()]
        )
    )
    yield
    platform.change(sql.Composed([_AS_USUAL.format(**names) for names in named.values()]))


@pytest.mark.usefixtures("_tried_in_vain")
def test_work_that_was_given_up_says_why(desk: Desk) -> None:
    platform = desk.platform
    version = "rules-2026.8"
    path = f"/v1/rule-sets/{version}"
    document = platform.get("city-admin", "/v1/rule-sets/rules-2020.3")["document"]
    edited = {**document, "version": version, "effective_from": "2026-11-19", "trigger_days": 70}
    assert platform.call("city-analyst", "PUT", path, json={"document": edited}).is_success

    with desk.person("city-analyst", path=f"/console/rule-sets/{version}") as analyst:
        follow(analyst.get_by_role("button", name="在历史数据上试算"))
        platform.wait(lambda: platform.get("city-admin", f"{path}/trials")["data"][0]["failed_at"])
        analyst.goto(f"{desk.gateway}/console/rule-sets/{version}")
        trial = analyst.get_by_label("历史试算")
        assert "失败" in trial.locator(".tag").first.inner_text()
        assert WHY in trial.get_by_role("alert").inner_text()
        # It says nothing of the rules: they are a draft still, and can be tried again.
        assert "研判 0 家" not in trial.inner_text()
        assert "起草中" in analyst.locator(".head").inner_text()
        assert analyst.get_by_role("button", name="在历史数据上试算").count() == 1
        assert analyst.get_by_role("button", name="提议").count() == 0
        _keep(analyst, "rule-set-failed")

        analyst.goto(f"{desk.gateway}/console/backtests")
        form = analyst.locator("form.filters")
        today = NOW.date()
        form.get_by_label("自", exact=True).fill((today - timedelta(days=30)).isoformat())
        form.get_by_label("至", exact=True).fill((today - timedelta(days=2)).isoformat())
        follow(form.get_by_role("button", name="开始回测"))
        # The page looks again by itself until it has ended.
        analyst.get_by_role("alert").wait_for()
        assert WHY in analyst.get_by_role("alert").inner_text()
        assert "失败" in analyst.locator(".head .tag").first.inner_text()
        assert analyst.get_by_role("button", name="取消").count() == 0
        assert analyst.locator("progress").count() == 0
        _keep(analyst, "backtest-failed")
        follow(analyst.get_by_role("link", name="全部回测"))
        assert "失败" in analyst.locator("table.list tbody tr").first.inner_text()

    # A full judgement has no page; who asked for it reads of it on the command line.
    asked = platform.call("city-admin", "POST", "/v1/rejudgements", json={"because": "新规则"})
    address = f"/v1/rejudgements/{asked.json()['id']}"
    platform.wait(lambda: platform.get("city-admin", address)["failed_at"])
    told = platform.cli("--as", "city-admin", "rejudgements", "show", asked.json()["id"])
    assert "failed 6 times in a row (ZeroDivisionError)" in " ".join(told.split())


def _keep(page: Page, name: str) -> None:
    """Keep what was seen, where somebody wants to look at it."""
    if SHOTS is not None:
        Path(SHOTS, f"{name}.png").write_bytes(page.screenshot(full_page=True))
