"""How far the platform has got: services that are down or refuse us are not idle, and hide none."""

from tests.integration.gateway.conftest import Platform


def test_services_that_do_not_answer_are_named_and_the_platform_is_not_idle(
    platform: Platform,
) -> None:
    with platform.client("admin") as admin:
        answer = admin.get("/v1/progress")

    assert answer.status_code == 200
    told = answer.json()
    assert told["idle"] is False
    known = {name: said for name, said in told["services"].items() if said is not None}
    assert set(told["services"]) == {"ingest", "scoring", "cases", "matchmaking", "gateway"}
    assert set(known) == {"gateway"}
    # No worker of the gateway has ever led here, so it has announced no chore.
    assert known["gateway"]["chores"] == []
    assert known["gateway"]["idle"] is False
    assert set(known["gateway"]["applied"]) == {"gateway-officers"}
    waiting = {each["name"]: each["waiting"] for each in told["consumers"]}
    assert waiting["gateway-officers"] is None


def test_the_caller_is_the_one_who_asks(platform: Platform) -> None:
    with platform.client("admin") as admin:
        admin.get("/v1/progress")

    seen = [each for each in platform.cases.seen if each.path == "/v1/operations/progress"]
    assert seen[-1].caller.subject == "admin"
    assert b"since=" in seen[-1].query


def test_it_is_for_administrators(platform: Platform) -> None:
    for who, status in (("analyst", 403), ("agency-hrss", 404), ("bank-a", 404)):
        with platform.client(who) as client:
            assert client.get("/v1/progress").status_code == status
