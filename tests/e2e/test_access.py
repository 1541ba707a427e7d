"""Who sees what: every principal at every door, through the gateway and past it."""

import json
from pathlib import Path

import httpx2
import psycopg
import pytest
from psycopg import errors, sql

from shared import roles
from tests.e2e.city import CHAOYANG, ELSEWHERE, SHEDDING, City, counts, entry, push

# A fifth enterprise, which moves between two districts where nothing else happens. Its check
# character was computed with python-stdnum.
MOVING = "91110105MA01A0005E"
SHIJINGSHAN, FANGSHAN = "110107", "110111"
SERVICES = ("ingest", "scoring", "cases", "matchmaking", "gateway")


def case_of(city: City, uscc: str) -> str:
    """Return the id of an enterprise's case."""
    cases = city.platform.every("city-admin", f"/v1/cases?uscc={uscc}")
    return str(cases[0]["id"])


def test_a_district_officer_sees_their_district_alone_in_every_list(city: City) -> None:
    lists = {
        "/v1/enterprises": "district",
        "/v1/cases": "district",
        "/v1/potential-risks": "enterprise",
        "/v1/warnings": "enterprise",
        "/v1/warned-enterprises": "district",
    }
    for path, where in lists.items():
        seen = city.platform.every("officer-110105", path)
        assert seen, path
        for row in seen:
            district = row[where]["district"] if where == "enterprise" else row[where]
            assert district == CHAOYANG, path


def test_another_districts_things_look_like_things_that_do_not_exist(city: City) -> None:
    platform = city.platform
    case = case_of(city, ELSEWHERE)
    (warning,) = platform.every("officer-110108", "/v1/warnings")
    missing = "00000000-0000-7000-8000-000000000000"
    pairs = [
        (f"/v1/enterprises/{ELSEWHERE}", "/v1/enterprises/91110108MA01A00096"),
        (
            f"/v1/enterprises/{ELSEWHERE}/assessments",
            "/v1/enterprises/91110108MA01A00096/assessments",
        ),
        (f"/v1/warnings/{warning['id']}", f"/v1/warnings/{missing}"),
        (f"/v1/cases/{case}", f"/v1/cases/{missing}"),
        (f"/v1/cases/{case}/timeline", f"/v1/cases/{missing}/timeline"),
    ]
    for hidden, absent in pairs:
        answers = [platform.call("officer-110105", "GET", path) for path in (hidden, absent)]
        problems = [answer.json() for answer in answers]
        for problem in problems:
            problem.pop("instance")
            problem.pop("trace_id", None)
        assert [answer.status_code for answer in answers] == [404, 404], hidden
        assert problems[0] == problems[1]


def test_an_enterprise_that_moves_is_seen_where_it_is_and_where_its_case_lies(city: City) -> None:
    platform = city.platform
    paths = ("/v1/warned-enterprises", "/v1/warnings", "/v1/enterprises")

    def seen_by(district: str) -> list[bool]:
        said = [platform.every(f"officer-{district}", path) for path in paths]
        return [any(MOVING in json.dumps(row) for row in rows) for rows in said]

    def seen_by_old_and_new() -> tuple[list[bool], list[bool]]:
        return seen_by(SHIJINGSHAN), seen_by(FANGSHAN)

    everywhere, nowhere = [True] * len(paths), [False] * len(paths)
    before = entry(MOVING, "北京搬迁科技有限公司", SHIJINGSHAN)
    push(platform, "agency-amr", "enterprise_register", [before])
    headcounts = counts(MOVING, 300, 290, 260, 240, arrears=2)
    push(platform, "agency-hrss", "insured_headcount", headcounts)
    platform.wait(lambda: seen_by_old_and_new() == (everywhere, nowhere))
    old, new = f"officer-{SHIJINGSHAN}", f"officer-{FANGSHAN}"
    platform.wait(lambda: platform.every(old, f"/v1/cases?uscc={MOVING}"))

    after = entry(MOVING, "北京搬迁科技有限公司", FANGSHAN)
    push(platform, "agency-amr", "enterprise_register", [after])
    # Whoever has to act on the case goes on seeing the enterprise, until the case goes over.
    platform.wait(lambda: seen_by_old_and_new() == (everywhere, everywhere))
    case = case_of(city, MOVING)
    assert platform.call(new, "GET", f"/v1/cases/{case}").status_code == 404

    def step(who: str, name: str, **more: object) -> None:
        path = f"/v1/cases/{case}/transitions"
        answer = platform.call(who, "POST", path, json={"step": name, **more})
        assert answer.status_code == 200, answer.text

    step(old, "accept")
    step(old, "propose_transfer", district=FANGSHAN, reason="企业已迁至房山")
    step(new, "accept_transfer")
    platform.wait(lambda: seen_by_old_and_new() == (nowhere, everywhere))
    assert platform.call(old, "GET", f"/v1/cases/{case}").status_code == 404
    assert platform.call(new, "GET", f"/v1/cases/{case}").json()["status"] == "dispatched"
    city_wide = platform.every("city-analyst", "/v1/warned-enterprises")
    assert [row["district"] for row in city_wide if row["uscc"] == MOVING] == [FANGSHAN]


def test_no_step_can_be_taken_in_another_district(city: City) -> None:
    platform = city.platform
    path = f"/v1/cases/{case_of(city, ELSEWHERE)}"
    answer = platform.call("officer-110105", "POST", f"{path}/transitions", json={"step": "accept"})
    assert answer.status_code == 404
    assert platform.get("officer-110108", path)["status"] == "dispatched"


@pytest.mark.parametrize("filters", ["district=110108", "q=海淀", "status=active&district=110108"])
def test_no_filter_widens_what_an_officer_sees(city: City, filters: str) -> None:
    assert city.platform.every("officer-110105", f"/v1/enterprises?{filters}") == []


@pytest.mark.parametrize(
    "path",
    [
        "/v1/warnings",
        "/v1/potential-risks",
        "/v1/cases",
        "/v1/warned-enterprises",
        f"/v1/enterprises/{SHEDDING}/assessments",
        "/v1/officers",
        "/v1/partners",
        "/v1/audit",
        "/v1/operations/scoring/outbox",
    ],
)
@pytest.mark.parametrize("partner", ["bank-a", "agency-hrss"])
def test_partners_find_neither_level_nor_case(city: City, partner: str, path: str) -> None:
    answer = city.platform.call(partner, "GET", path)
    nothing = city.platform.call(partner, "GET", "/v1/no-such-thing")
    assert answer.status_code == nothing.status_code == 404
    assert answer.json()["code"] == nothing.json()["code"]
    assert "level" not in answer.text


def test_an_agency_pushes_only_its_own_feeds(city: City) -> None:
    answer = city.platform.call(
        "agency-amr",
        "POST",
        "/v1/feeds/insured_headcount/batches",
        json={"records": [{"uscc": SHEDDING, "month": "2026-10", "insured_headcount": 1}]},
    )
    assert answer.status_code in {403, 404}
    assert (
        city.platform.call("agency-amr", "GET", f"/v1/imports/{city.import_id}").status_code == 404
    )


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_refuses_whoever_comes_past_the_gateway(city: City, service: str) -> None:
    platform = city.platform
    address = platform.status()["services"][f"{service}-api"]
    token = platform.token("city-admin")
    for headers in ({}, {"Authorization": f"Bearer {token}"}, {"x-internal-caller": "city-admin"}):
        answer = httpx2.get(f"{address}/v1/operations/outbox", headers=headers, trust_env=False)
        if service == "gateway":
            assert answer.status_code in {200, 401, 404}
        else:
            assert answer.status_code == 401, headers
            assert answer.json()["code"] == "unauthenticated"


def test_nobody_gets_in_without_a_token_or_with_a_false_one(city: City) -> None:
    platform = city.platform
    gateway = platform.status()["gateway"]
    good = platform.token("officer-110105")
    head, body, signature = good.split(".")
    for bearer in (None, "x", f"{head}.{body}.", f"{head}.{body}x.{signature}", good[:-4] + "AAAA"):
        headers = {} if bearer is None else {"Authorization": f"Bearer {bearer}"}
        answer = httpx2.get(f"{gateway}/v1/cases", headers=headers, trust_env=False)
        assert answer.status_code == 401, bearer
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_one_services_role_cannot_read_anothers_table(city: City) -> None:
    platform = city.platform
    secrets = json.loads((platform.data / "secrets.json").read_text())
    for service in SERVICES:
        for part in ("api", "worker", "migrate"):
            with psycopg.connect(
                host=platform.status()["sockets"],
                user=roles.role(service, part),
                password=secrets[f"database/{service}/{part}"],
                dbname="wengang",
                autocommit=True,
            ) as connection:
                for other in SERVICES:
                    query = sql.SQL("SELECT count(*) FROM {}.event_log").format(
                        sql.Identifier(other)
                    )
                    if other == service:
                        connection.execute(query)
                    else:
                        with pytest.raises(errors.InsufficientPrivilege):
                            connection.execute(query)


def test_secrets_and_tokens_are_in_no_log(city: City) -> None:
    platform = city.platform
    secrets = [
        value
        for name, value in json.loads((platform.data / "secrets.json").read_text()).items()
        if isinstance(value, str)
    ]
    secrets += [platform.token(name) for name in ("officer-110105", "agency-hrss")]
    logs: list[Path] = [*(platform.data / "logs").iterdir(), platform.log]
    shown_on_purpose = platform.log  # the launcher prints the first sign-ins to its terminal
    for log in logs:
        text = log.read_text(encoding="utf-8", errors="replace")
        found = [secret for secret in secrets if secret in text]
        assert not found or log == shown_on_purpose, log.name


def test_logs_and_data_are_their_owners_alone(city: City) -> None:
    data = city.platform.data
    for name in ("secrets.json", "platform.json", "keys/ingest.json", "keys/gateway.json"):
        assert (data / name).stat().st_mode & 0o077 == 0, name
