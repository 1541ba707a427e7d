"""Settings are read from the environment, checked at once, and never show a secret."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError
from pydantic_settings import SettingsConfigDict
from sqlalchemy.engine import make_url

from shared.settings import Environment, ServiceSettings

TCP = "postgresql+psycopg://cases:hunter2@db.example:5432/wengang"
SOCKET = "postgresql+psycopg://cases:hunter2@/wengang?host=/run/postgres"


class CasesSettings(ServiceSettings):
    """As a service declares its own."""

    model_config = SettingsConfigDict(env_prefix="CASES_")


@pytest.fixture(autouse=True)
def _database(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CASES_DATABASE__URL", TCP)


def test_the_defaults_suit_one_machine() -> None:
    settings = CasesSettings()
    assert settings.environment is Environment.LOCAL
    assert settings.reconcile.grace == timedelta(seconds=60)
    assert settings.retention.event_log == timedelta(days=90)
    assert settings.clock.replay_file is None
    assert settings.listen.host == "127.0.0.1"


def test_the_database_url_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CASES_DATABASE__URL")
    with pytest.raises(ValidationError, match="database"):
        CasesSettings()


def test_a_socket_url_is_accepted_and_keeps_its_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CASES_DATABASE__URL", SOCKET)
    url = make_url(CasesSettings().database.url.get_secret_value())
    assert (url.host, url.query["host"], url.database) == (None, "/run/postgres", "wengang")


@pytest.mark.parametrize(
    "url",
    ["", "wengang", "postgresql://u:hunter2@h/db", "sqlite:///x.db", "postgresql+psycopg://h"],
)
def test_another_url_is_refused_without_being_shown(
    monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setenv("CASES_DATABASE__URL", url)
    with pytest.raises(ValidationError) as refused:
        CasesSettings()
    assert "hunter2" not in str(refused.value)


def test_a_secret_is_not_shown() -> None:
    settings = CasesSettings()
    assert "hunter2" not in repr(settings)
    assert "hunter2" not in settings.model_dump_json()


@pytest.mark.parametrize(
    ("text", "grace"),
    [
        ("90", timedelta(seconds=90)),
        ("0.5", timedelta(milliseconds=500)),
        ("PT5M", timedelta(minutes=5)),
        ("P2D", timedelta(days=2)),
    ],
)
def test_durations_are_seconds_or_iso_8601(
    monkeypatch: pytest.MonkeyPatch, text: str, grace: timedelta
) -> None:
    monkeypatch.setenv("CASES_RECONCILE__GRACE", text)
    assert CasesSettings().reconcile.grace == grace


def test_several_servers_of_one_bus(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CASES_BUS__URL", "nats://a:4222, nats://u:p@b:4222")
    assert CasesSettings().bus.servers() == ["nats://a:4222", "nats://u:p@b:4222"]


def test_a_misspelt_setting_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CASES_LISTEN__PROT", "9000")
    with pytest.raises(ValidationError, match="prot"):
        CasesSettings()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("LISTEN__PORT", "70000"),
        ("DATABASE__POOL_SIZE", "0"),
        ("TELEMETRY__OTLP_ENDPOINT", "collector:4318"),
        ("TELEMETRY__LOG_LEVEL", "LOUD"),
        ("ENVIRONMENT", "staging"),
        ("RECONCILE__GRACE", "soon"),
    ],
)
def test_a_value_out_of_range_is_refused(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(f"CASES_{name}", value)
    with pytest.raises(ValidationError):
        CasesSettings()


def test_the_inbox_outlives_the_event_log(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CASES_RETENTION__INBOX", "P30D")
    with pytest.raises(ValidationError, match="at least as long"):
        CasesSettings()


def test_production_refuses_a_replay_clock(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CASES_CLOCK__REPLAY_FILE", str(tmp_path / "now"))
    assert CasesSettings().clock.replay_file == tmp_path / "now"
    monkeypatch.setenv("CASES_ENVIRONMENT", "production")
    with pytest.raises(ValidationError, match="production refuses a replay clock"):
        CasesSettings()


def test_settings_do_not_change() -> None:
    settings: Any = CasesSettings()
    with pytest.raises(ValidationError, match="frozen"):
        settings.environment = Environment.PRODUCTION
    with pytest.raises(ValidationError, match="frozen"):
        settings.database.pool_size = 9


def _described(model: type[BaseModel], prefix: str = "") -> dict[str, str | None]:
    found: dict[str, str | None] = {}
    for name, field in model.model_fields.items():
        found[prefix + name] = field.description
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            found |= _described(field.annotation, f"{prefix}{name}.")
    return found


def test_every_setting_says_what_it_is_for() -> None:
    described = _described(ServiceSettings)
    assert described["database.statement_timeout"]
    assert [name for name, description in described.items() if not description] == []
