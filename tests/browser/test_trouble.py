"""What the console does when something is in the way: races, double clicks, ended sessions."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.more_city import warned
from tests.browser.people import Desk, fill, open_step, take_step
from tests.platform import Platform

DISTRICT = "110117"
OFFICER, LEAD = "officer-110117", "lead-110117"

# Sends a copy of the shown form, twice at once if asked; returns where each answer came from.
SEND = """async ([changed, times]) => {
  const form = document.querySelector("form.step");
  const body = new URLSearchParams(new FormData(form));
  for (const [name, value] of Object.entries(changed)) body.set(name, value);
  const answers = await Promise.all(
    Array.from({length: times}, () => fetch(form.action, {method: "POST", body})));
  return answers.map((answer) => [answer.status, new URL(answer.url).search]);
}"""


@pytest.fixture(scope="module")
def cases(platform: Platform) -> Iterator[Any]:
    """Cases of a district, each test takes the next."""
    return iter(warned(platform, DISTRICT, "01B", 6))


def _open(page: Page, desk: Desk, case: Any, step: str) -> None:
    page.goto(f"{desk.gateway}/console/cases/{case['id']}")
    open_step(page, step)


def _steps(platform: Platform, case: Any) -> list[str]:
    told = platform.get(OFFICER, f"/v1/cases/{case['id']}/timeline")["data"]
    return [entry["what"] for entry in told]


def test_whoever_comes_second_is_told_and_keeps_what_they_typed(desk: Desk, cases: Any) -> None:
    case = next(cases)
    with desk.person(OFFICER) as officer:
        _open(officer, desk, case, "签收")
        fill(officer, "note", "我来承办")
        path = f"/v1/cases/{case['id']}/transitions"
        assert desk.platform.call(LEAD, "POST", path, json={"step": "accept"}).is_success
        officer.click("form.step button[type=submit]")
        alert = officer.locator("#actions [role=alert]")
        assert "其他人办理过本案，您的操作没有生效" in alert.inner_text()
        assert "我来承办" in officer.locator("#actions dl.typed").inner_text()
        assert officer.get_by_role("link", name="开始核实", exact=True).is_visible()
    assert _steps(desk.platform, case) == ["opened", "dispatch", "accept"]


def test_a_form_that_is_sent_twice_takes_effect_once(desk: Desk, cases: Any) -> None:
    case = next(cases)
    with desk.person(OFFICER) as officer:
        _open(officer, desk, case, "签收")
        assert officer.evaluate(SEND, [{}, 2]) == [[200, "?done=accept"], [200, "?done=accept"]]
    assert _steps(desk.platform, case) == ["opened", "dispatch", "accept"]


def test_a_form_of_another_session_changes_nothing(desk: Desk, cases: Any) -> None:
    case = next(cases)
    with desk.person(OFFICER) as officer:
        _open(officer, desk, case, "签收")
        for forged in ("", "x" * 43):
            assert officer.evaluate(SEND, [{"csrf": forged}, 1]) == [[403, ""]]
        token = officer.locator("form.step input[name=csrf]")
        token.evaluate("field => { field.value = 'stale' }")
        fill(officer, "note", "不应生效")
        officer.click("form.step button[type=submit]")
        officer.get_by_text("登录状态已更新，您的操作尚未生效。请核对内容后再次提交。").wait_for()
        assert _steps(desk.platform, case) == ["opened", "dispatch"]
        # The form that comes back is good.
        assert officer.locator("#field-note").input_value() == "不应生效"
        officer.click("form.step button[type=submit]")
        officer.get_by_text("已完成：签收。案件现为“已签收”。").wait_for()


def test_an_ended_session_loses_nothing_that_was_typed(desk: Desk, cases: Any) -> None:
    case = next(cases)
    with desk.person(OFFICER) as officer:
        _open(officer, desk, case, "退回")
        fill(officer, "reason", "不属本区")
        desk.platform.rows("DELETE FROM gateway.console_sessions RETURNING 1")
        officer.click("form.step button[type=submit]")
        officer.get_by_role("heading", name="登录已过期").wait_for()
        assert "不属本区" in officer.locator("dl.typed").inner_text()
        officer.get_by_role("link", name="重新登录").click()
        # The provider still knows them: straight back to the case.
        officer.get_by_role("heading", name=case["name"]).wait_for()
    assert _steps(desk.platform, case) == ["opened", "dispatch"]


def test_a_platform_out_of_reach_leaves_the_form(desk: Desk, cases: Any) -> None:
    case = next(cases)
    with desk.person(OFFICER) as officer:
        _open(officer, desk, case, "签收")
        fill(officer, "note", "断网前填写")
        officer.context.set_offline(True)
        officer.click("form.step button[type=submit]")
        officer.locator("#offline").wait_for(state="visible")
        assert officer.locator("#field-note").input_value() == "断网前填写"
        officer.context.set_offline(False)
        officer.click("form.step button[type=submit]")
        officer.get_by_text("已完成：签收。案件现为“已签收”。").wait_for()
        assert officer.locator("#offline").is_hidden()


def test_the_console_works_without_scripts(desk: Desk, cases: Any) -> None:
    case = next(cases)
    with desk.person(OFFICER, scripts=False) as officer:
        officer.goto(f"{desk.gateway}/console/cases/{case['id']}")
        take_step(officer, "签收", "已完成：签收。案件现为“已签收”。")
        # Reloading the address of a form leads back to its case.
        officer.goto(f"{officer.url.partition('?')[0]}/steps")
        assert officer.url == f"{desk.gateway}/console/cases/{case['id']}"
