"""An operator's own PostgreSQL, NATS and OpenID provider take the place of the embedded ones."""

import json
import os
from pathlib import Path

import pytest

from launcher.programs import SERVICES
from tests.platform import ROOT, Platform, running
from tests.servers import fresh_database, servers_of_session


@pytest.mark.skipif(
    bool(os.environ.get("TEST_POSTGRES_URL")),
    reason="makes roles with passwords of its own: not on a server that other tests use",
)
def test_own_servers_and_an_own_provider_are_honoured(platform: Platform, tmp_path: Path) -> None:
    secrets = json.loads((platform.data / "secrets.json").read_text())
    servers = servers_of_session(tmp_path)
    with fresh_database(servers.postgres_admin_url, prefix="own") as database:
        own = {
            "WENGANG_POSTGRES_URL": database,
            "WENGANG_NATS_URL": servers.nats_url,
            "WENGANG_ISSUER": platform.status()["issuer"],
            "WENGANG_CONSOLE_CLIENT_SECRET": secrets["identity/console"],
            "WENGANG_GATEWAY_CLIENT_SECRET": secrets["identity/gateway"],
            "WENGANG_PRINCIPALS": str(ROOT / "launcher" / "principals.toml"),
        }
        with running(tmp_path / "own", **own) as other:
            programs = {f"{name}-{part}" for name in SERVICES for part in ("api", "worker")}
            assert set(other.pids()) == programs
            secret = tmp_path / "secret"
            secret.write_text(secrets["identity/agency-hrss"])
            other.cli("login", "--client-id", "agency-hrss", "--secret-file", str(secret))
            known = json.loads(other.cli("whoami", "-o", "json"))
            assert {"insured_headcount", "layoff_report"} <= set(known["feeds"])
            assert "enterprise_register" not in known["feeds"]
