"""Learned models at the console: trained by one person, read, put into service by another."""

from datetime import datetime

from shared.calendar import SHANGHAI
from tests.browser.people import Desk, follow
from tests.e2e.handed_over import hand_over


def test_a_model_is_trained_by_one_and_put_into_service_by_another(desk: Desk) -> None:
    today = datetime.now(SHANGHAI).date()
    hand_over(desk.platform, today)
    desk.platform.wait(lambda: not any(desk.platform.unapplied().values()), within=120)

    def newest() -> dict[str, object]:
        found: dict[str, object] = desk.platform.get("city-analyst", "/v1/models")["data"][0]
        return found

    with desk.person("city-analyst") as analyst:
        follow(analyst.get_by_role("link", name="模型", exact=True))
        assert "还没有发起过训练" in analyst.locator("main").inner_text()
        analyst.get_by_label("预测内容").select_option("layoff_3")
        analyst.get_by_label("此日之前为一次性移交的历史月份").fill(today.isoformat())
        follow(analyst.get_by_role("button", name="开始训练"))
        desk.platform.wait(lambda: newest()["state"] != "waiting", within=90)
        analyst.reload()
        told = analyst.locator("main").inner_text()
        assert "有多准" in told
        assert "移交之前的更正已无从得知" in told
        assert "last(arrears)" in told
        assert analyst.get_by_role("button", name="启用").count() == 0
        follow(analyst.get_by_role("link", name="与今日比较"))
        assert (
            "家企业与训练样本相比"
            in analyst.locator("section[aria-labelledby=drift-title]").inner_text()
        )
        address = analyst.url.partition("?")[0]

    with desk.person("city-admin") as admin:
        admin.goto(address)
        follow(admin.get_by_role("button", name="启用"))
        assert "已启用" in admin.locator("main").inner_text()
        follow(admin.get_by_role("link", name="模型", exact=True))
        assert "已启用（影子运行）" in admin.locator("table.list tbody tr").first.inner_text()
    assert newest()["state"] == "champion"
