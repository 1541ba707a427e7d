"""Roles and schemas of an installation, made by an owner who is no superuser, then migrated."""

import asyncio
import json
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from cli.main import run
from launcher import postgres
from launcher.installation.secrets import ADMINISTRATOR, IDENTITY, Places, installation_secrets
from launcher.programs import SERVICES
from shared.roles import LOGINS, role
from tests.integration.launcher.installed import PASSWORD


async def test_the_owner_of_the_database_provisions_and_every_service_migrates(
    owner_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = owner_url.partition("@")[2]
    secrets = installation_secrets(tmp_path / "keep", Places(postgres=place, nats=("nats://b:1",)))
    passwords = tmp_path / "passwords.json"
    passwords.write_text(secrets["database-passwords"]["passwords.json"])
    monkeypatch.setenv("WENGANG_POSTGRES_URL", owner_url)

    for _ in range(2):  # safe to repeat
        code = await asyncio.to_thread(run, ["provision", "database", str(passwords)])
        assert code == 0

    for service in SERVICES:
        url = secrets[f"{service}-database"]["migrate"]
        module = "gateway" if service == "gateway" else f"services.{service}"
        ended = await asyncio.to_thread(
            subprocess.run,
            [sys.executable, "-m", module, "migrate"],
            env={f"{service.upper()}_DATABASE__URL": url},
            capture_output=True,
            check=False,
        )
        assert ended.returncode == 0, ended.stderr.decode()
        for login in ("api", "worker"):
            _reads_and_writes_but_makes_nothing(service, secrets[f"{service}-database"][login])

    stranger = f"postgresql://{IDENTITY}:another@{place}"
    psycopg.connect(stranger.replace("/wengang?", "/keycloak?")).close()
    with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
        psycopg.connect(stranger)
    with psycopg.connect(owner_url) as connection:
        superusers = connection.execute(
            "SELECT rolname FROM pg_roles WHERE starts_with(rolname, 'wengang_') AND rolname <> %s"
            " AND (rolsuper OR rolcreaterole OR rolbypassrls)",
            (postgres.ADMIN,),
        ).fetchall()
    assert superusers == [(ADMINISTRATOR,)]


def _reads_and_writes_but_makes_nothing(service: str, url: str) -> None:
    table = sql.Identifier(service, "outbox")
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        counted = connection.execute(sql.SQL("SELECT count(*) FROM {}").format(table)).fetchone()
        assert counted == (0,)
        own = sql.SQL("CREATE TABLE {} (x int)").format(sql.Identifier(service, "own"))
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(own)


async def test_new_passwords_take_the_place_of_old_ones(
    owner_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WENGANG_POSTGRES_URL", owner_url)
    file = tmp_path / "passwords.json"
    for word in ("old", "new"):
        file.write_text(json.dumps({s: dict.fromkeys(LOGINS, word) for s in SERVICES}))
        assert await asyncio.to_thread(run, ["provision", "database", str(file)]) == 0

    place = owner_url.partition("@")[2]
    psycopg.connect(f"postgresql://{role('cases', 'api')}:new@{place}").close()
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(f"postgresql://{role('cases', 'api')}:old@{place}")


def test_a_missing_password_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("WENGANG_POSTGRES_URL", "postgresql://nobody@127.0.0.1:1/none")
    file = tmp_path / "passwords.json"
    wanted = {service: dict.fromkeys(LOGINS, "p") for service in SERVICES}
    del wanted["cases"]["worker"]
    file.write_text(json.dumps(wanted))

    assert run(["provision", "database", str(file)]) == 2
    assert "cases.worker" in capsys.readouterr().err


def test_a_database_that_does_not_answer_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("WENGANG_POSTGRES_URL", "postgresql://nobody:secret@127.0.0.1:1/none")
    file = tmp_path / "passwords.json"
    file.write_text(json.dumps({service: dict.fromkeys(LOGINS, "p") for service in SERVICES}))

    assert run(["provision", "database", str(file)]) == 1
    said = capsys.readouterr().err
    assert "WENGANG_POSTGRES_URL" in said
    assert "secret" not in said


async def test_the_first_superuser_cannot_sign_in_by_password_any_more(owner_url: str) -> None:
    place = owner_url.partition("@")[2].replace("/wengang?", "/postgres?")
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(f"postgresql://{postgres.ADMIN}:{PASSWORD}@{place}")
