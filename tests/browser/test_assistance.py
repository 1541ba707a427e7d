"""Asking a department for assistance at the console, and the department's own page."""

from tests.browser.more_city import warned
from tests.browser.people import Desk, take_step

DISTRICT = "110118"


def test_an_officer_asks_and_the_department_answers(desk: Desk) -> None:
    (case,) = warned(desk.platform, DISTRICT, "01D", 1)
    address = f"{desk.gateway}/console/cases/{case['id']}"
    with desk.person(f"officer-{DISTRICT}") as officer, desk.person("dept-taxation") as department:
        officer.goto(address)
        take_step(officer, "签收", "已完成：签收。案件现为“已签收”。")
        for subject in ("核实纳税", "核实发票"):
            take_step(
                officer,
                "请求协办",
                "已完成：请求协办。案件现为“已签收”。",
                department="taxation",
                subject=subject,
                wanted="请核实近三个月开票情况",
            )

        # Their own page is the first that they see, and there is no way to a case.
        department.goto(f"{desk.gateway}/console/")
        assert department.url == f"{desk.gateway}/console/assistance"
        assert department.locator("header nav a").all_inner_texts() == ["协办请求"]
        asked = department.locator("section.asked", has_text="核实纳税")
        assert "请核实近三个月开票情况" in asked.inner_text()
        assert case["number"] not in department.content()
        asked.get_by_role("button", name="签收").click()
        department.get_by_text("已完成：签收。").wait_for()
        asked.get_by_label("答复").fill("开票下降六成")
        asked.get_by_role("button", name="确认答复").click()
        department.get_by_text("已完成：答复。").wait_for()
        assert department.locator("section.asked").count() == 1
        department.get_by_role("link", name="已办结").click()
        department.get_by_text("开票下降六成").wait_for()

        officer.goto(address)
        requests = officer.locator("section.assistance")
        assert "开票下降六成" in requests.inner_text()
        requests.get_by_text("撤回", exact=True).click()
        requests.get_by_label("理由").fill("已另行核实")
        requests.get_by_role("button", name="确认撤回").click()
        officer.locator("section.assistance", has_text="已撤回").wait_for()

        department.goto(address)
        assert "核实" not in department.locator("main").inner_text()
