"""The pages: who sees which, lists and their filters, languages, widths, cookies."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page

from shared.clock import set_replay
from tests.browser.more_city import warned
from tests.browser.people import Desk, follow, rows
from tests.platform import NOW, Platform


def _heading(page: Page) -> str:
    return page.locator("h1").inner_text()


def test_cookies_are_for_this_site_and_no_script(desk: Desk) -> None:
    with desk.person("officer-110105") as officer:
        (cookie,) = [
            each for each in officer.context.cookies() if each["name"] == "wengang_console"
        ]
        assert (cookie["httpOnly"], cookie["sameSite"], cookie["path"]) == (True, "Lax", "/console")
        assert cookie["expires"] == -1  # ends with the browser
        # That of the attempt to sign in is used up.
        assert not [
            each for each in officer.context.cookies() if each["name"].startswith("wengang_att")
        ]


def test_signing_out_ends_it_here_and_at_the_provider(desk: Desk) -> None:
    with desk.person("officer-110105") as officer:
        stolen = officer.context.cookies(f"{desk.gateway}/console/")
        follow(officer.get_by_role("button", name="退出登录"))
        officer.wait_for_url(f"{desk.gateway}/console/signed-out")
        assert _heading(officer) == "已退出登录"
        follow(officer.get_by_role("link", name="登录"))
        officer.locator("input[name=login]").wait_for()  # the provider asks anew
        with desk.context() as thief:
            thief.add_cookies(
                [
                    {"name": c["name"], "value": c["value"], "url": f"{desk.gateway}/console/"}
                    for c in stolen
                ]
            )
            page = thief.new_page()
            page.goto(f"{desk.gateway}/console/")
            assert not page.url.startswith(desk.gateway)


def test_an_answer_that_this_browser_did_not_ask_for_signs_nobody_in(desk: Desk) -> None:
    with desk.context() as context:
        page = context.new_page()
        answer = page.goto(f"{desk.gateway}/console/callback?code=c&state=s")
        assert answer is not None
        assert answer.status == 400
        assert _heading(page) == "登录未完成"
        assert context.cookies() == []


def test_after_sign_in_people_come_to_the_page_that_they_wanted(desk: Desk) -> None:
    (case,) = desk.platform.get("officer-110105", "/v1/cases")["data"]
    wanted = f"/console/cases/{case['id']}?step=accept"
    with desk.person("officer-110105", path=wanted) as officer:
        assert officer.url == desk.gateway + wanted
    elsewhere = "/console/sign-in?to=https://example.org/"
    with desk.person("officer-110105", path=elsewhere) as officer:
        assert officer.url == f"{desk.gateway}/console/"


def test_another_districts_case_looks_like_no_page_at_all(desk: Desk) -> None:
    (case,) = desk.platform.get("officer-110105", "/v1/cases")["data"]
    with desk.person("officer-110101") as officer:
        shown = set()
        for path in (f"cases/{case['id']}", "cases/00000000-0000-7000-8000-000000000000", "x/y"):
            answer = officer.goto(f"{desk.gateway}/console/{path}")
            assert answer is not None
            shown.add((answer.status, officer.locator("main").inner_text()))
        assert len(shown) == 1
        assert {status for status, _ in shown} == {404}


def test_those_who_have_no_cases_are_told_what_to_do(desk: Desk) -> None:
    with desk.person("auditor") as auditor:
        assert _heading(auditor) == "审计员不使用此工作台"
        follow(auditor.get_by_role("button", name="退出登录"))
        auditor.wait_for_url(f"{desk.gateway}/console/signed-out")


def test_who_is_no_officer_any_more_is_told_so(desk: Desk, platform: Platform) -> None:
    entry = {"name": "何人", "roles": ["district_officer"], "districts": ["110116"]}
    path = "/v1/officers/officer-110116"
    assert platform.call("city-admin", "PUT", path, json={**entry, "active": False}).is_success
    platform.wait(lambda: platform.call("officer-110116", "GET", "/v1/me").status_code == 403)
    with desk.person("officer-110116") as former:
        assert _heading(former) == "平台未登记您的身份"


def test_the_city_sees_the_warnings_with_their_reasons(desk: Desk) -> None:
    with desk.person("city-analyst") as analyst:
        follow(analyst.get_by_role("link", name="预警名单"))
        row = analyst.locator("table.list tbody tr", has_text="北京裁员科技有限公司").first
        assert row.locator(".lamp").inner_text() == "红"
        row.locator("summary").click()
        assert "参保人数由 300 人变为 240 人" in row.locator("details").inner_text()
        follow(row.get_by_role("link", name="查看案件"))
        assert rows(analyst) == ["北京裁员科技有限公司"]
    with desk.person("officer-110105") as officer:
        follow(officer.get_by_role("link", name="预警名单"))
        follow(officer.get_by_role("link", name="北京裁员科技有限公司"))
        assert rows(officer) == ["北京裁员科技有限公司"]


def test_filters_stand_in_the_address(desk: Desk) -> None:
    with desk.person("officer-110105") as officer:
        officer.get_by_label("等级").select_option("黄")
        follow(officer.get_by_role("button", name="筛选"))
        assert "level=yellow" in officer.url
        assert rows(officer) == []
        assert "请放宽筛选条件" in officer.locator(".empty").inner_text()
        follow(officer.get_by_role("link", name="查看全部未办结案件"))
        assert rows(officer) == ["北京裁员科技有限公司"]
        answer = officer.goto(f"{desk.gateway}/console/?level=purple")
        assert answer is not None
        assert answer.status == 400
        assert _heading(officer) == "请求参数有误"
        assert "筛选条件“等级”的值“purple”无法识别。" in officer.locator("main").inner_text()
        assert officer.get_by_role("button", name="退出登录").count() == 1


def test_a_number_leads_to_its_case(desk: Desk) -> None:
    (case,) = desk.platform.get("officer-110105", "/v1/cases")["data"]
    with desk.person("officer-110105") as officer:
        officer.goto(f"{desk.gateway}/console/cases/{case['number']}")
        assert officer.url == f"{desk.gateway}/console/cases/{case['id']}"
        answer = officer.goto(f"{desk.gateway}/console/cases/110105-2026-999999")
        assert answer is not None
        assert answer.status == 404
        assert _heading(officer) == "没有此页面"


def test_a_browser_gets_a_page_about_a_problem(desk: Desk) -> None:
    with desk.context() as context:
        page = context.new_page()
        page.goto(f"{desk.gateway}/problems/body_too_large")
        assert page.get_by_role("heading", name="怎么办").count() == 1
        assert "body_too_large" in page.locator("main").inner_text()
        follow(page.get_by_role("link", name="English"))
        assert page.get_by_role("heading", name="What to do").count() == 1


def test_the_sign_in_page_is_ours_and_chinese(desk: Desk) -> None:
    with desk.context() as context:
        page = context.new_page()
        page.goto(f"{desk.gateway}/console/")
        shown = page.locator("body").inner_text()
        assert "Canaille" not in shown
        assert "Sign in" not in shown
        assert "requires" not in shown
        assert page.locator("img").first.evaluate("e => e.naturalWidth > 0")
        assert not page.locator("input[name=remember]").is_checked()


def test_what_is_late_comes_first_and_says_how_late(desk: Desk, platform: Platform) -> None:
    clock = platform.data / "clock"
    with desk.person("officer-110105") as officer:
        assert officer.locator("tr.group").all_inner_texts() == ["今日到期"]
        # Red is to be signed for within two working hours of 09:00.
        assert "今日 11:00 到期" in officer.locator("td.due").inner_text()
        try:
            set_replay(clock, NOW + timedelta(hours=3))
            officer.goto(f"{desk.gateway}/console/?overdue=true")
            assert officer.locator("tr.group").all_inner_texts() == ["已超期"]
            assert "今日 11:00 已超期" in officer.locator("td.due").inner_text()
            set_replay(clock, NOW + timedelta(days=3))
            officer.reload()
            assert "已超期 3 天" in officer.locator("td.due").inner_text()
        finally:
            set_replay(clock, NOW)


def test_long_lists_come_by_the_page(desk: Desk, platform: Platform) -> None:
    warned(platform, "110119", "01C", 53)
    with desk.person("officer-110119") as officer:
        first = rows(officer)
        assert len(first) == 50
        follow(officer.get_by_role("link", name="下一页"))
        second = rows(officer)
        assert len(second) == 3
        assert len({*first, *second}) == 53
        assert officer.get_by_role("link", name="下一页").count() == 0
        follow(officer.get_by_role("link", name="回到第一页"))
        assert rows(officer) == first


def test_english_is_remembered(desk: Desk) -> None:
    with desk.person("officer-110105") as officer:
        follow(officer.get_by_role("link", name="English"))
        assert _heading(officer) == "My work"
        officer.goto(f"{desk.gateway}/console/")
        assert officer.title() == "My work · Wengang"
        assert officer.locator("html").get_attribute("lang") == "en"
        follow(officer.locator("td.number a"))
        assert "insured headcount went from" in officer.locator("section.why").inner_text()
        follow(officer.get_by_role("link", name="中文"))
        assert officer.locator("section.why h2").inner_text() == "为什么预警"


@pytest.mark.parametrize("width", [1280, 800, 400])
def test_nothing_is_cut_off(desk: Desk, width: int) -> None:
    fits = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    inside = "[...document.querySelectorAll('.sheet')].every(e => e.scrollWidth <= e.clientWidth)"
    with desk.person("city-admin", width=width) as admin:
        for path in ("", "?lang=en", "warnings?lang=en", "warnings?lang=zh-CN"):
            admin.goto(f"{desk.gateway}/console/{path}")
            assert admin.evaluate(fits), path
            assert admin.evaluate(inside), path
        admin.goto(f"{desk.gateway}/console/")
        follow(admin.locator("td.number a").first)
        assert admin.evaluate(fits)


def test_the_keyboard_is_enough(desk: Desk) -> None:
    with desk.person("officer-110105") as officer:
        officer.keyboard.press("Tab")
        assert officer.evaluate("document.activeElement.textContent") == "跳到正文"
        officer.keyboard.press("Enter")
        officer.locator("td.number a").focus()
        officer.keyboard.press("Enter")
        officer.get_by_role("link", name="签收", exact=True).focus()
        officer.keyboard.press("Enter")
        officer.locator("#field-note").focus()
        officer.keyboard.type("键盘")
        officer.keyboard.press("Tab")
        label = officer.evaluate("document.activeElement.textContent")
        assert label == "确认签收"
