"""The story of a case at the console: signed for, worked on, approved by another, followed up."""

import re

from playwright.sync_api import Page

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
        # Report upward: twelve hours of the clock from 9:00.
        assert row.locator("td.due").inner_text() == "今日 21:00 到期 2026年11月2日"

        officer.get_by_role("link", name="110108-2026-000001").click()
        why = officer.locator("section.why")
        assert "截至 2026-10，三个月内参保人数由 120 人变为 90 人" in why.inner_text()
        assert "2026年10月 · 来源：参保人数" in why.inner_text()
        facts = officer.locator("section.facts").inner_text()
        assert "应用软件开发（6513）" in facts
        assert "500 万元" in facts

        take_step(
            officer,
            "上报",
            "已完成：上报。案件现为“已派单”。",
            reported_to="区人力社保局",
            summary="三个月减员四分之一",
        )
        read(officer, "section.reports", "区人力社保局", "三个月减员四分之一")
        # Sign for: one working day from Monday; that day itself does not count.
        assert "明日 17:30 到期" in officer.locator("div.head p.marks").inner_text()
        take_step(officer, "签收", "已完成：签收。案件现为“已签收”。")
        take_step(
            officer, "开始核实", "已完成：开始核实。案件现为“核实中”。", note="已电话联系企业"
        )
        take_step(
            officer,
            "走访",
            "已完成：走访。案件现为“核实中”。",
            on_site="no",
            operating="yes",
            staff_present="85",
            note="资金紧张，未停工",
        )
        seen = ("2026年11月2日", "电话联系", "在岗人数", "85", "资金紧张，未停工")
        read(officer, "section.visits", *seen)
        take_step(
            officer,
            "制定方案",
            "已完成：制定方案。案件现为“已制定方案”。",
            note="缓缴社保，转岗培训",
        )
        # The lead starts the disposition; the officer could only propose another district.
        assert officer.locator("#actions ul.steps").first.inner_text() == "提出移交"

        lead.goto(officer.url)
        take_step(lead, "开始处置", "已完成：开始处置。案件现为“处置中”。")
        officer.reload()
        take_step(
            officer,
            "交付服务",
            "已完成：交付服务。案件现为“处置中”。",
            service="retention_training",
            persons="60",
            amount="12000.50",
            note="六十人转岗培训",
        )
        see_services(officer)
        refuse_submission(officer)
        take_step(
            officer,
            "登记证据",
            "已完成：登记证据。案件现为“处置中”。",
            kind="insurance_list",
            reference="十月参保名单",
        )
        read(officer, "section.evidence", "十月参保名单")
        take_step(
            officer,
            "提交审核",
            "已完成：提交审核。案件现为“待审核”。",
            outcome="averted",
            evidence="十月参保人数回升",
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

        read(officer, "section.timeline", "立案", "签收", "已电话联系企业", "十月参保名单")
        officer.goto(f"{desk.gateway}/console/")
        assert rows(officer) == ["北京海淀裁员科技有限公司"]
    (case,) = desk.platform.get("lead-110108", f"/v1/cases?district={HAIDIAN}")["data"]
    assert (case["status"], case["outcome"]) == ("follow_up", "averted")


def read(page: Page, section: str, *words: str) -> None:
    """See that a section of the page says these words."""
    told = page.locator(section).inner_text()
    for word in words:
        assert word in told


def see_services(officer: Page) -> None:
    """See what was delivered, and that what has no policy in force is not offered."""
    delivered = ("2026年11月2日 已交付", "60 人", "1.2 万元", "六十人转岗培训")
    read(officer, "section.services", *delivered, "现在没有有效的政策依据")
    open_step(officer, "交付服务")
    option = officer.locator("#field-service option[value=rent_relief]")
    assert option.get_attribute("disabled") is not None


def refuse_submission(officer: Page) -> None:
    """Try to submit without evidence, and read why not."""
    open_step(officer, "提交审核")
    assert "尚未登记证据" in officer.locator("form.step").inner_text()
    fill(officer, "outcome", "averted")
    fill(officer, "evidence", "口头说明")
    officer.click("form.step button[type=submit]")
    alert = officer.locator("#actions [role=alert]")
    assert "须先登记以下任一种证据：工资发放凭证、参保名单" in alert.inner_text()


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
