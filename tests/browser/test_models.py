"""Learned models at the console: trained by one person, read, put into service by another."""

from services.scoring.features.months import month_of, months_before
from tests.browser.people import Desk, follow
from tests.e2e.city import push
from tests.e2e.handed_over import hand_over
from tests.platform import NOW


def test_a_model_is_trained_by_one_and_put_into_service_by_another(desk: Desk) -> None:
    today = NOW.date()
    owing = hand_over(desk.platform, today)
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
        assert "社会保险费欠缴月数" in told
        assert "last(" not in told
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

    # A month is corrected: forty of sixty are gone. The rules warn, and the model says why it does.
    lost = {
        "uscc": owing,
        "month": months_before(month_of(today), 1),
        "insured_headcount": 20,
        "months_in_arrears": 3,
    }
    push(desk.platform, "agency-hrss", "insured_headcount", [lost])
    path = f"/v1/cases?uscc={owing}"
    (case,) = desk.platform.wait(lambda: desk.platform.get("city-analyst", path)["data"], within=60)
    with desk.person("city-analyst") as analyst:
        follow(analyst.get_by_role("link", name="预警名单"))
        row = analyst.locator("table.list tbody tr", has_text="北京学习第0有限公司").first
        row.locator("summary").click()
        row.get_by_role("link", name="模型为何这样判断").click()
        shares = row.locator("#model ol.reasons li")
        shares.first.wait_for()
        assert shares.count() == 5
        assert "个百分点" in shares.first.inner_text()
        assert "一般企业的可能性为" in row.locator("#model").inner_text()
        assert "欠缴社会保险费 3 个月" in row.locator("#model").inner_text()
        analyst.goto(f"{desk.gateway}/console/cases/{case['id']}")
        why = analyst.locator("section.why").inner_text()
        assert "模型为何这样判断" in why
        assert "欠缴社会保险费 3 个月" in why
