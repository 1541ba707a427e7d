"""Backtests at the console: asked for, read as tables and bars, refused with the reason."""

import os
from datetime import timedelta
from pathlib import Path

from tests.browser.people import Desk, follow
from tests.platform import NOW

SHOTS = os.environ.get("WENGANG_SCREENSHOTS")


def test_an_analyst_asks_how_right_the_warnings_were(desk: Desk) -> None:
    today = NOW.date()
    with desk.person("city-analyst") as analyst:
        follow(analyst.get_by_role("link", name="回测"))
        form = analyst.locator("form.filters")
        form.get_by_label("自", exact=True).fill((today - timedelta(days=30)).isoformat())
        form.get_by_label("至", exact=True).fill((today + timedelta(days=30)).isoformat())
        follow(form.get_by_role("button", name="开始回测"))
        assert "不是有效期间" in analyst.get_by_role("alert").inner_text()

        form.get_by_label("自", exact=True).fill((today - timedelta(days=30)).isoformat())
        form.get_by_label("至", exact=True).fill((today - timedelta(days=2)).isoformat())
        follow(form.get_by_role("button", name="开始回测"))
        # The page looks again by itself until the report is there.
        sources = analyst.locator("section[aria-labelledby=sources-title] tbody tr")
        sources.first.wait_for()
        assert sources.count() == 10
        assert "舆情" in sources.filter(has_text="舆情").inner_text()
        assert "全部等级" in analyst.locator("main").inner_text()
        address = analyst.url
        _keep(analyst.screenshot(full_page=True), "backtest")
    with desk.person("city-analyst", width=390) as analyst:
        analyst.goto(address)
        wide = "() => document.documentElement.scrollWidth - window.innerWidth"
        assert analyst.evaluate(wide) <= 0
    with desk.person("officer-110105") as officer:
        assert officer.get_by_role("link", name="回测").count() == 0
        answer = officer.goto(address)
        assert answer is not None
        assert answer.status in {403, 404}


def _keep(picture: bytes, name: str) -> None:
    """Keep what was seen, where somebody wants to look at it."""
    if SHOTS is not None:
        Path(SHOTS, f"{name}.png").write_bytes(picture)
