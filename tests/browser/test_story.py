"""The story of a case at the console: signed for, worked on, approved by another, followed up."""

import re

from tests.browser.people import Desk, fill, open_step, rows, take_step
from tests.e2e.city import HAIDIAN


def test_two_people_carry_a_case_from_sign_in_to_its_follow_up(desk: Desk) -> None:
    with desk.person("officer-110108") as officer, desk.person("lead-110108") as lead:
        assert officer.title() == "我的工作 · 稳岗工作台"
        # The city has a case in another district as well.
        assert rows(officer) == ["北京海淀裁员科技有限公司"]
        row = officer.locator("table.list tbody tr", has_text="北京海淀裁员科技有限公司")
        shown = re.split(r"\s*[\t\n]+\s*", row.inner_text().strip())
        assert shown[:6] == [
            *("黄", "110108-2026-000001", "北京海淀裁员科技有限公司", "海淀区", "已派单", "—")
        ]
        # Sign for: one working day from Monday; that day itself does not count.
        assert row.locator("td.due").inner_text() == "明日 17:30 到期 2026年11月3日"

        officer.get_by_role("link", name="110108-2026-000001").click()
        why = officer.locator("section.why")
        assert "截至 2026-10，三个月内参保人数由 120 人变为 90 人" in why.inner_text()
        assert "2026年10月 · 来源：参保人数" in why.inner_text()
        facts = officer.locator("section.facts").inner_text()
        assert "应用软件开发（6513）" in facts
        assert "500 万元" in facts

        take_step(officer, "签收", "已完成：签收。案件现为“已签收”。")
        take_step(
            officer, "开始核实", "已完成：开始核实。案件现为“核实中”。", note="已电话联系企业"
        )
        take_step(
            officer,
            "制定方案",
            "已完成：制定方案。案件现为“已制定方案”。",
            note="缓缴社保，转岗培训",
        )
        assert "没有需要您办理的步骤" in officer.locator("#actions").inner_text()

        lead.goto(officer.url)
        take_step(lead, "开始处置", "已完成：开始处置。案件现为“处置中”。")
        file_evidence(desk, officer.url)
        officer.reload()
        take_step(
            officer,
            "提交审核",
            "已完成：提交审核。案件现为“待审核”。",
            outcome="averted",
            evidence="十月参保名单",
        )
        # Who submitted is not offered the review; another one is.
        assert officer.get_by_role("link", name="审核通过").count() == 0
        lead.reload()
        take_step(lead, "审核通过", "已完成：审核通过。案件现为“已化解”。")
        officer.reload()
        take_step(officer, "转跟踪回访", "已完成：转跟踪回访。案件现为“跟踪回访”。")
        # Closing waits for three clean months, and says which are missing.
        open_step(officer, "办结")
        fill(officer, "note", "三个月回访无异常")
        officer.click("form.step button[type=submit]")
        alert = officer.locator("#actions [role=alert]")
        assert "连续三个月参保数据正常" in alert.inner_text()
        assert "缺少 2026-12 的参保人数或欠缴数据" in alert.inner_text()
        assert officer.locator("#field-note").input_value() == "三个月回访无异常"

        told = officer.locator("section.timeline").inner_text()
        for word in ("立案", "签收", "已电话联系企业", "十月参保名单"):
            assert word in told
        officer.goto(f"{desk.gateway}/console/")
        assert rows(officer) == ["北京海淀裁员科技有限公司"]
    (case,) = desk.platform.get("lead-110108", f"/v1/cases?district={HAIDIAN}")["data"]
    assert (case["status"], case["outcome"]) == ("follow_up", "averted")


def file_evidence(desk: Desk, address: str) -> None:
    """Put a list of the insured on file in the case whose page has this address."""
    case_id = address.partition("?")[0].rpartition("/")[2]
    piece = {"kind": "insurance_list", "reference": "十月参保名单"}
    path = f"/v1/cases/{case_id}/evidence"
    assert desk.platform.call("officer-110108", "POST", path, json=piece).is_success


def test_what_is_missing_is_said_beside_its_field_and_nothing_typed_is_lost(desk: Desk) -> None:
    with desk.person("officer-110105") as officer:
        officer.locator("td.number a").click()
        open_step(officer, "退回")
        fill(officer, "reason", "   ")
        fill(officer, "note", "企业实际经营地在海淀")
        officer.click("form.step button[type=submit]")
        officer.get_by_text("有内容需要补充或更正，见各栏下的说明。").wait_for()
        assert officer.locator("#field-reason-fault").inner_text() == "必填，但未提供"
        assert officer.locator("#field-reason").get_attribute("aria-invalid") == "true"
        assert officer.locator("#field-note").input_value() == "企业实际经营地在海淀"
        assert officer.locator("#field-note-fault").count() == 0
