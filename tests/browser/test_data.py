"""Data at the console: a fact that is doubted at its case, and which feeds are late."""

import os
from pathlib import Path

from tests.browser.more_city import warned
from tests.browser.people import Desk, follow

DISTRICT = "110117"
SHOTS = os.environ.get("WENGANG_SCREENSHOTS")


def test_a_fact_is_doubted_at_its_case_and_the_agency_answers(desk: Desk) -> None:
    (case,) = warned(desk.platform, DISTRICT, "01T", 1)
    address = f"{desk.gateway}/console/cases/{case['id']}"
    with desk.person(f"officer-{DISTRICT}") as officer:
        officer.goto(address)
        assert "没有更正单" in officer.locator("section.tickets").inner_text()
        for attempt, told in enumerate(("已发出更正单", "尚未答复")):
            reason = officer.locator(".reasons li").first
            reason.get_by_text("数据有误？").click()
            reason.get_by_label("哪里看来不对").fill(f"<b>少了一个零</b>{attempt}")
            follow(reason.get_by_role("button", name="发出更正单"))
            assert told in officer.locator("main").inner_text()
        # What was refused is still there to be read, as it was typed.
        refused = officer.locator(".reasons details[open]")
        assert refused.locator("textarea").input_value() == "<b>少了一个零</b>1"
        officer.goto(address)
        shown = officer.locator("section.tickets li")
        assert shown.count() == 1
        assert "<b>少了一个零</b>0" in shown.inner_text()
        assert "待答复" in shown.inner_text()

        (ticket,) = desk.platform.every(
            "agency-hrss", f"/v1/correction-tickets?state=open&uscc={case['uscc']}"
        )
        answered = desk.platform.call(
            *("agency-hrss", "POST", f"/v1/correction-tickets/{ticket['id']}/answer"),
            json={"verdict": "uphold", "answer": "经核对无误"},
        )
        assert answered.status_code == 200
        officer.reload()
        assert "数据无误" in shown.inner_text()
        assert "经核对无误" in shown.inner_text()

        def told_in_the_timeline() -> bool:
            officer.reload()
            lines = officer.locator("section.timeline").inner_text()
            return "对数据提出质疑" in lines and "报送单位已答复质疑" in lines

        desk.platform.wait(told_in_the_timeline)
        assert "答复意见" in officer.locator("section.timeline").inner_text()
        _keep(officer.screenshot(full_page=True), "case")


def test_an_officer_reads_at_the_case_as_whom_its_enterprise_went_on(desk: Desk) -> None:
    case, other = warned(desk.platform, DISTRICT, "01R", 2)
    path = f"/v1/enterprises/{case['uscc']}/successors/{other['uscc']}"
    merged = {"kind": "merger", "effective_on": "2020-07-20"}
    assert desk.platform.call("agency-amr", "PUT", path, json=merged).status_code == 200
    with desk.person(f"officer-{DISTRICT}") as officer:
        officer.goto(f"{desk.gateway}/console/cases/{case['id']}")
        facts = officer.locator("section.facts").inner_text()
        assert "由何企业承继" in facts
        assert f"2020年7月20日 合并，对方企业： {other['uscc']}" in facts
        officer.goto(f"{desk.gateway}/console/cases/{other['id']}")
        assert "承继自" in officer.locator("section.facts").inner_text()


def test_the_city_sees_which_feeds_are_late(desk: Desk) -> None:
    listed = desk.platform.get("city-admin", "/v1/freshness")["data"]
    late = [row for row in listed if row["late"]]
    with desk.person("city-admin") as admin:
        follow(admin.get_by_role("link", name="数据时效"))
        rows = admin.locator("table.freshness tbody tr")
        assert rows.count() == len(listed)
        headcount = rows.filter(has_text="insured_headcount").filter(has_text="agency-hrss")
        (own,) = [each for each in listed if each["agency"] and each["feed"] == "insured_headcount"]
        assert str(own["enterprises"]) in headcount.inner_text()
        assert "人力资源和社会保障局" in headcount.inner_text()
        _keep(admin.screenshot(full_page=True), "freshness")
        follow(admin.get_by_role("link", name=f"逾期（{len(late)}）"))
        assert admin.locator("table.freshness tbody tr").count() == len(late)
    with desk.person("city-admin", width=390, path="/console/freshness") as admin:
        wide = "() => document.documentElement.scrollWidth - window.innerWidth"
        assert admin.evaluate(wide) <= 0
        _keep(admin.screenshot(full_page=True), "freshness-narrow")
    with desk.person(f"officer-{DISTRICT}") as officer:
        assert officer.get_by_role("link", name="数据时效").count() == 0
        answer = officer.goto(f"{desk.gateway}/console/freshness")
        assert answer is not None
        assert answer.status in {403, 404}


def _keep(picture: bytes, name: str) -> None:
    """Keep what was seen, where somebody wants to look at it."""
    if SHOTS is not None:
        Path(SHOTS, f"{name}.png").write_bytes(picture)
