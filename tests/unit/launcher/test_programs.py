"""The table of programs and the settings that each is given."""

from pathlib import Path

import pytest

from launcher.programs import (
    PROGRAMS,
    Face,
    IdentityClients,
    Program,
    Surroundings,
    environment,
    spec,
)

AROUND = Surroundings(
    folder=Path("/data"),
    database_urls=lambda service, login: f"postgresql+psycopg://{service}-{login}@/wengang",
    bus_urls={"cases": "nats://cases", "gateway": "nats://gateway"},
    ports={
        "cases-api": 2001,
        "cases-worker": 2002,
        "gateway-api": 2003,
        "gateway-worker": 2004,
        "ingest-api": 2005,
        "scoring-api": 2006,
        "matchmaking-api": 2007,
    },
    identity=IdentityClients("http://issuer", "console", "c-secret", "gateway", "g-secret", "cli"),
    replay_file=None,
    parts=frozenset({"postgres", "nats", "identity"}),
)


def test_every_deployable_migrates_serves_and_works() -> None:
    assert sorted(program.name for program in PROGRAMS) == [
        "cases-api",
        "cases-migrate",
        "cases-worker",
        "gateway-api",
        "gateway-migrate",
        "gateway-worker",
        "ingest-api",
        "ingest-migrate",
        "ingest-worker",
        "matchmaking-api",
        "matchmaking-migrate",
        "matchmaking-worker",
        "scoring-api",
        "scoring-migrate",
        "scoring-worker",
    ]


def test_a_service_is_told_where_its_things_are() -> None:
    assert environment(Program("cases", Face.API, "services.cases"), AROUND) == {
        "CASES_DATABASE__URL": "postgresql+psycopg://cases-api@/wengang",
        "CASES_BUS__URL": "nats://cases",
        "CASES_KEYS__PRIVATE_KEY_FILE": "/data/keys/cases.json",
        "CASES_KEYS__TRUST_FILE": "/data/keys/trust.json",
        "CASES_BLOBS__ROOT": "/data/blobs/cases",
        "CASES_TELEMETRY__TRACES_FILE": "/data/logs/cases-api.traces.jsonl",
        "CASES_LISTEN__HOST": "127.0.0.1",
        "CASES_LISTEN__PORT": "2001",
    }


@pytest.mark.parametrize(
    ("program", "waits_for"),
    [
        (Program("cases", Face.MIGRATE, "services.cases"), ("postgres",)),
        (Program("cases", Face.API, "services.cases"), ("cases-migrate", "nats")),
        (Program("cases", Face.WORKER, "services.cases"), ("cases-migrate", "nats")),
        (Program("gateway", Face.API, "gateway"), ("gateway-migrate", "nats", "identity")),
    ],
)
def test_programs_wait_for_what_they_need(program: Program, waits_for: tuple[str, ...]) -> None:
    assert spec(program, AROUND).depends_on == waits_for


def test_nobody_waits_for_a_part_of_the_operators_own() -> None:
    own = Surroundings(**{**vars(AROUND), "parts": frozenset({"identity"})})

    assert spec(Program("cases", Face.MIGRATE, "services.cases"), own).depends_on == ()
    assert spec(Program("cases", Face.API, "services.cases"), own).depends_on == ("cases-migrate",)


def test_only_the_gateway_is_told_the_clients_secrets() -> None:
    secrets = {"c-secret", "g-secret"}
    cases = environment(Program("cases", Face.WORKER, "services.cases"), AROUND)
    gateway = environment(Program("gateway", Face.API, "gateway"), AROUND)

    assert secrets & set(cases.values()) == set()
    assert secrets <= set(gateway.values())
