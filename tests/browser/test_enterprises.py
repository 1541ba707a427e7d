"""Any enterprise of the register at the console: judged, and what is unknown said to be so."""

import os
from pathlib import Path

from playwright.sync_api import Page
from stdnum.cn import uscc

from tests.browser.people import Desk, follow, rows
from tests.e2e.city import STEADY, entry, push

SHOTS = os.environ.get("WENGANG_SCREENSHOTS")
WIDE = "() => document.documentElement.scrollWidth - window.innerWidth"
DISTRICT = "110106"
ROOT = f"91{DISTRICT}MA0EN0001"
SILENT = ROOT + uscc.calc_check_digit(ROOT)
HEIR_ROOT = f"91{DISTRICT}MA0EN0002"
HEIR = HEIR_ROOT + uscc.calc_check_digit(HEIR_ROOT)
NAME = "北京<b>无声</b>科技有限公司"


def test_an_officer_looks_up_who_was_never_warned_of(desk: Desk) -> None:
    with desk.person("officer-110105") as officer:
        follow(officer.get_by_role("link", name="企业查询"))
        assert len(rows(officer)) >= 3
        officer.get_by_label("企业名称中的文字").fill("平稳")
        follow(officer.get_by_role("button", name="查询"))
        assert rows(officer) == ["北京平稳科技有限公司"]
        _keep(officer, "enterprises")
        follow(officer.get_by_role("link", name="北京平稳科技有限公司"))
        said = officer.locator("#outlook").inner_text()
        assert "规则未发现问题" in said
        assert "没有报送的，一概不得而知" in said
        assert "反面证据" in said
        assert "规则从未发现该企业的问题" in said
        known = officer.locator("#known")
        counts = known.locator("tbody tr", has_text="参保人数")
        assert counts.locator("td").all_inner_texts() == ["参保人数", "2026年10月", "2"]
        assert "用电量" in known.locator("p").inner_text()
        _keep(officer, "enterprise-quiet")

        officer.get_by_label("研判日").fill("2020-01-01")
        follow(officer.get_by_role("button", name="研判"))
        assert "情况不明" in officer.locator("#outlook").inner_text()
        officer.get_by_label("研判日").fill("2031-01-01")
        follow(officer.get_by_role("button", name="研判"))
        assert "研判日应为今日或以前的日期" in officer.get_by_role("alert").first.inner_text()

        follow(officer.get_by_role("link", name="返回企业查询"))
        officer.get_by_label("企业名称中的文字").fill("并无此名")
        follow(officer.get_by_role("button", name="查询"))
        assert "没有找到企业" in officer.locator(".empty").inner_text()


def test_of_whom_nobody_reports_it_is_said_that_nothing_is_known(desk: Desk) -> None:
    _enter(desk, SILENT)
    with desk.person(f"officer-{DISTRICT}", path="/console/enterprises") as officer:
        # A code leads straight on, as it is typed.
        officer.get_by_label("企业名称中的文字").fill(f" {SILENT.lower()} ")
        follow(officer.get_by_role("button", name="查询"))
        assert officer.locator("h1").inner_text() == NAME
        assert "情况不明" in officer.locator("#outlook").inner_text()
        assert "这不表示企业正常" in officer.locator("#outlook").inner_text()
        assert "%" not in officer.locator("#outlook").inner_text()
        assert "参保人数" in officer.locator("#known p").inner_text()
        assert officer.locator("p.succession").count() == 0
        _keep(officer, "enterprise-unknown")
        # It has a new credit code: whoever looks at the old one is led to it.
        _enter(desk, HEIR)
        desk.platform.call(
            "agency-amr",
            "PUT",
            f"/v1/enterprises/{SILENT}/successors/{HEIR}",
            json={"kind": "code_change", "effective_on": "2026-01-05"},
        ).raise_for_status()
        officer.reload()
        assert "2026年1月5日 变更代码" in officer.locator("p.succession").inner_text()
        follow(officer.get_by_role("link", name=HEIR))
        assert SILENT in officer.locator("p.succession").inner_text()
        answer = officer.goto(f"{desk.gateway}/console/enterprises/{STEADY}")
        assert answer is not None
        assert answer.status == 404
    with desk.person("city-analyst", width=390, path=f"/console/enterprises/{SILENT}") as analyst:
        assert analyst.evaluate(WIDE) <= 0
        _keep(analyst, "enterprise-narrow")
    told = desk.platform.cli("--as", "city-analyst", "enterprises", "outlook", SILENT)
    assert "no sign that it is well" in " ".join(told.split())
    refused = desk.platform.cli("--as", "city-analyst", "warnings", "explain", SILENT, code=1)
    assert f"wengang enterprises outlook {SILENT}" in " ".join(refused.split())


def _enter(desk: Desk, code: str) -> None:
    """Enter an enterprise into the register, and wait until it can be judged."""
    push(desk.platform, "agency-amr", "enterprise_register", [entry(code, NAME, DISTRICT)])
    path = f"/v1/enterprises/{code}/outlook"
    desk.platform.wait(
        lambda: desk.platform.call(f"officer-{DISTRICT}", "GET", path).status_code == 200
    )


def _keep(page: Page, name: str) -> None:
    """Keep what was seen, where somebody wants to look at it."""
    if SHOTS is not None:
        Path(SHOTS, f"{name}.png").write_bytes(page.screenshot(full_page=True))
