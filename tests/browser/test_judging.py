"""How enterprises are judged, at the console: rule sets, lists of the week, alerts of areas.

The clock goes on by a week at the end, so that no other test at the console comes after these.
"""

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

from playwright.sync_api import Page
from stdnum.cn import uscc

from shared.clock import set_replay
from tests.browser.more_city import warned
from tests.browser.people import Desk, follow
from tests.e2e.city import counts, entry, push
from tests.platform import NOW, Platform

SHOTS = os.environ.get("WENGANG_SCREENSHOTS")
WIDE = "() => document.documentElement.scrollWidth - window.innerWidth"
AREA = "110119"
OTHER_AREA = "110115"  # of nobody else here


def alerts(platform: Platform) -> list[Any]:
    """Return the alerts of the district in which these enterprises are."""
    return platform.every("city-admin", f"/v1/area-alerts?district={AREA}")


def test_an_alert_of_an_area_leads_to_its_enterprises(desk: Desk) -> None:
    roots = [f"91{AREA}MA0AR{count:04d}" for count in range(5)]
    codes = [root + uscc.calc_check_digit(root) for root in roots]
    register = [
        entry(code, f"北京<b>延庆</b>{place}号有限公司", AREA) for place, code in enumerate(codes)
    ]
    push(desk.platform, "agency-amr", "enterprise_register", register)
    lost = [row for code in codes for row in counts(code, 120, 120, 120, 70)]
    push(desk.platform, "agency-hrss", "insured_headcount", lost)
    desk.platform.wait(lambda: alerts(desk.platform))

    with desk.person(f"officer-{AREA}") as officer:
        follow(officer.get_by_role("link", name="区域预警"))
        row = officer.locator("table.list tbody tr")
        assert row.count() == 1
        shown = row.inner_text()
        assert "5 家企业单月减员均超过 50 人或 30%，共减少 250 人" in shown
        assert "2026年11月2日" in shown
        _keep(officer, "area-alerts")
        follow(row.get_by_role("link", name="延庆区"))
        members = officer.locator("table.list tbody tr")
        assert members.count() == 5
        assert "41.7%" in members.first.inner_text()
        assert "北京<b>延庆</b>" in members.first.inner_text()
        _keep(officer, "area-alert")
        name = members.first.locator("a").inner_text()
        follow(members.first.get_by_role("link"))
        assert officer.locator("table.list td.enterprise").all_inner_texts() == [name]
    with desk.person("officer-110101") as stranger:
        follow(stranger.get_by_role("link", name="区域预警"))
        assert "没有区域预警" in stranger.locator(".empty").inner_text()
        (alert,) = alerts(desk.platform)
        answer = stranger.goto(f"{desk.gateway}/console/area-alerts/{alert['id']}")
        assert answer is not None
        assert answer.status == 404
    _fits(desk, "city-admin", f"/console/area-alerts/{alert['id']}", "area-alert-narrow")


def test_a_rule_set_is_tried_proposed_and_approved_by_another(desk: Desk) -> None:
    platform = desk.platform
    version = "rules-2026.9"
    document = platform.get("city-admin", "/v1/rule-sets/rules-2020.3")["document"]
    edited = {**document, "version": version, "effective_from": "2026-11-20", "trigger_days": 60}
    drafted = platform.call(
        "city-analyst", "PUT", f"/v1/rule-sets/{version}", json={"document": edited}
    )
    assert drafted.status_code in {200, 201}, drafted.text

    with desk.person("city-analyst") as analyst:
        follow(analyst.get_by_role("link", name="研判规则"))
        assert version in analyst.locator("table.list tbody tr").first.inner_text()
        in_force = analyst.locator("table.list tbody tr", has_text="现行")
        assert [row.split()[0] for row in in_force.all_inner_texts()] == ["rules-2020.5"]
        _keep(analyst, "rule-sets")
        follow(analyst.get_by_role("link", name=version))
        changed = analyst.locator("section[aria-labelledby=differences-title] tbody tr")
        assert changed.filter(has_text="触发有效天数").locator("td").all_inner_texts() == [
            "90",
            "60",
        ]
        named = changed.filter(has_text="生效日").locator("td")
        assert named.all_inner_texts() == ["2020-07-25", "2026-11-20"]
        follow(analyst.get_by_role("button", name="在历史数据上试算"))
        _tried(platform, version)
        analyst.goto(f"{desk.gateway}/console/rule-sets/{version}")
        assert "已试算" in analyst.locator(".head").inner_text()
        _keep(analyst, "rule-set-tried")
        follow(analyst.get_by_role("button", name="提议"))
        assert "待批准" in analyst.locator(".head").inner_text()
        assert analyst.get_by_role("button", name="批准", exact=True).count() == 0
        _keep(analyst, "rule-set-proposed")

    with desk.person("city-admin", path=f"/console/rule-sets/{version}") as admin:
        _keep(admin, "rule-set-second-person")
        follow(admin.get_by_role("button", name="批准"))
        assert "已批准" in admin.locator(".head").inner_text()
        assert "批准：王伟" in admin.locator(".head").inner_text()
        assert "撤回只需一人" in admin.locator("main").inner_text()
        admin.get_by_label("理由").fill("另有安排")
        follow(admin.get_by_role("button", name="撤回", exact=True))
        assert "已撤回" in admin.locator(".head").inner_text()
        assert "起生效" not in admin.locator(".head").inner_text()
        stopped = f"{version} 已经两人同意、原定自 2026年11月20日 起生效，被 王伟 于"
        assert stopped in admin.get_by_role("alert").inner_text()
        assert "另有安排" in admin.get_by_role("alert").inner_text()
        follow(admin.get_by_role("link", name="研判规则"))
        assert stopped in admin.get_by_role("alert").inner_text()
        _keep(admin, "rule-sets-stopped")
        admin.go_back()
        _keep(admin, "rule-set-approved")
    _fits(desk, "city-admin", f"/console/rule-sets/{version}", "rule-set-narrow")


def test_who_wrote_rules_is_not_offered_to_approve_them(desk: Desk) -> None:
    platform = desk.platform
    version = "rules-2026.10"
    document = platform.get("city-admin", "/v1/rule-sets/rules-2020.3")["document"]
    edited = {**document, "version": version, "effective_from": "2026-11-25", "trigger_days": 80}
    path = f"/v1/rule-sets/{version}"
    assert platform.call("city-admin", "PUT", path, json={"document": edited}).is_success
    assert platform.call("city-admin", "POST", f"{path}/trials", json={}).is_success
    _tried(platform, version)
    assert platform.call("city-admin", "POST", f"{path}/proposal", json={}).is_success
    with desk.person("city-admin", path=f"/console/rule-sets/{version}") as admin:
        assert admin.get_by_role("button", name="批准", exact=True).count() == 0
        assert "须由起草人和提议人以外的市级管理员批准" in admin.locator("main").inner_text()


def test_the_list_of_the_week_says_what_is_new(desk: Desk) -> None:
    platform = desk.platform
    with desk.person("officer-110105", path="/console/work-lists") as officer:
        assert "没有清单" in officer.locator(".empty").inner_text()
        _keep(officer, "work-list-none")
    noticed = warned(platform, OTHER_AREA, "01H", 2)
    path = "/v1/work-list-capacities/110105"
    assert platform.call("lead-110105", "PUT", path, json={"weekly": 5}).is_success
    set_replay(platform.data / "clock", NOW + timedelta(days=7))
    lists = "/v1/work-lists?district=110105"

    def made() -> list[Any]:
        found: list[Any] = platform.get("lead-110105", lists)["data"]
        return [one for one in found if one["week"] == "2026-11-09"]

    platform.wait(made, within=90)
    with desk.person("officer-110105", path="/console/work-lists") as officer:
        listed = officer.locator("table.list tbody tr")
        names = listed.locator("td.enterprise a").all_inner_texts()
        assert names == ["北京裁员科技有限公司", "北京小微科技有限公司"]
        assert "新列入" in listed.first.inner_text()
        assert "首次列入" in listed.first.inner_text()
        assert listed.first.locator(".lamp").inner_text() == "红"
        listed.first.locator("summary").click()
        assert "参保人数由" in listed.first.inner_text()
        assert "按 2026年11月8日 的研判" in officer.locator(".counted").inner_text()
        # Who is not warned of has no case: the name leads to what is known of the enterprise.
        follow(listed.last.get_by_role("link", name="北京小微科技有限公司"))
        assert officer.locator("#outlook").count() == 1
        officer.go_back()
        _keep(officer, "work-list")
    _fits(desk, "lead-110105", "/console/work-lists", "work-list-narrow")

    # A week later those of the other district have their staff again: the level stays for a while.
    back = [
        {"uscc": case["uscc"], "month": "2026-11", "insured_headcount": 120} for case in noticed
    ]
    push(platform, "agency-hrss", "insured_headcount", back)
    warnings = f"/v1/warnings?district={OTHER_AREA}"
    platform.wait(lambda: all(one["held"] for one in platform.every("city-analyst", warnings)))
    with desk.person("city-analyst", path=f"/console/warnings?district={OTHER_AREA}") as analyst:
        row = analyst.locator("table.list tbody tr").first
        assert "当日事实指向未关注，仍暂列黄" in row.inner_text()
        assert "条原因" not in row.inner_text()
        _keep(analyst, "warnings-held")
        code = back[0]["uscc"]
        analyst.goto(f"{desk.gateway}/console/enterprises/{code}")
        assert "当日事实指向未关注，仍暂列黄" in analyst.locator("#outlook").inner_text()
        _keep(analyst, "enterprise-held")


def _tried(platform: Platform, version: str) -> None:
    path = f"/v1/rule-sets/{version}/trials"
    platform.wait(
        lambda: all(one["ended_at"] for one in platform.get("city-admin", path)["data"]), within=60
    )


def _fits(desk: Desk, login: str, path: str, name: str) -> None:
    """See that nothing stands out of a narrow window."""
    with desk.person(login, width=390, path=path) as page:
        _keep(page, name)
        assert page.evaluate(WIDE) <= 0


def _keep(page: Page, name: str) -> None:
    """Keep what was seen, where somebody wants to look at it."""
    if SHOTS is not None:
        Path(SHOTS, f"{name}.png").write_bytes(page.screenshot(full_page=True))
