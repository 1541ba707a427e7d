"""The secrets of an installation: made once, each for its reader, as that one takes them."""

import json
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from cli.main import run
from launcher.installation.bus import users_file
from launcher.installation.secrets import CLUSTER, CONTAINERS, OPERATOR, installation_secrets
from launcher.installation.written import as_kubernetes, environments
from launcher.programs import PROGRAMS, SERVICES, Face
from shared.auth.keys import SigningKey, TrustBundle


def test_what_was_made_stays(tmp_path: Path) -> None:
    first = installation_secrets(tmp_path / "keep", CLUSTER)

    assert installation_secrets(tmp_path / "keep", CLUSTER) == first
    assert installation_secrets(tmp_path / "other", CLUSTER) != first
    assert (tmp_path / "keep").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "keep" / "secrets.json").stat().st_mode & 0o777 == 0o600


def test_each_program_signs_in_as_itself_over_tls(tmp_path: Path) -> None:
    secrets = installation_secrets(tmp_path / "keep", CLUSTER)
    for program in PROGRAMS:
        url = urlsplit(secrets[f"{program.service}-database"][program.face])
        assert (url.scheme, url.hostname, url.path) == (
            "postgresql+psycopg",
            "postgres-rw",
            "/wengang",
        )
        assert url.username == f"wengang_{program.service}_{program.face}"
        assert "sslmode=verify-full" in url.query
    for service in SERVICES:
        servers = [urlsplit(each) for each in secrets[f"{service}-bus"]["url"].split(",")]
        assert [server.hostname for server in servers] == [f"nats-{n}.nats" for n in range(3)]
        assert {(server.scheme, server.username) for server in servers} == {("tls", service)}
        assert {server.password for server in servers} == {
            secrets["bus-users"][f"{service.upper()}_PASSWORD"]
        }


def test_no_password_serves_twice(tmp_path: Path) -> None:
    secrets = installation_secrets(tmp_path / "keep", CLUSTER)
    passwords = [
        *(word for each in _passwords(secrets).values() for word in each.values()),
        *secrets["bus-users"].values(),
        *secrets["gateway-clients"].values(),
        *secrets["partner-clients"].values(),
        *(secrets[f"identity-{each}"]["password"] for each in ("database", "administrator")),
        secrets["database-administrator"]["password"],
    ]
    assert len(set(passwords)) == len(passwords)
    assert min(map(len, passwords)) >= 24


def _passwords(secrets: object) -> dict[str, dict[str, str]]:
    assert isinstance(secrets, dict)
    found: dict[str, dict[str, str]] = json.loads(secrets["database-passwords"]["passwords.json"])
    return found


def test_everybody_trusts_what_each_signs(tmp_path: Path) -> None:
    secrets = installation_secrets(tmp_path / "keep", CLUSTER)
    (tmp_path / "trust.json").write_text(secrets["trust"]["trust.json"])
    trust = TrustBundle.load(tmp_path / "trust.json")
    for service in SERVICES:
        (tmp_path / "key.json").write_text(secrets[f"{service}-key"]["key.json"])
        key = SigningKey.load(tmp_path / "key.json")
        trust.verify(service, key.sign(b"fact"), b"fact")


def test_the_bus_reads_no_password_as_a_number(tmp_path: Path) -> None:
    words = installation_secrets(tmp_path / "keep", CLUSTER)["bus-users"].values()
    assert all(word[0].isalpha() for word in words)


def test_only_the_operator_may_say_everything_on_the_bus() -> None:
    lines = [line for line in users_file().splitlines() if line.startswith("  {user: ")]
    free = [line for line in lines if "permissions" not in line]
    assert len(lines) == len(SERVICES) + 1
    assert [line.split()[1].rstrip(",") for line in free] == [OPERATOR]


def test_kubernetes_is_told_all_of_it_in_one_document(tmp_path: Path) -> None:
    secrets = installation_secrets(tmp_path / "keep", CLUSTER)
    told = json.loads(as_kubernetes(secrets, namespace="city"))
    assert {each["metadata"]["name"]: each["stringData"] for each in told["items"]} == secrets
    assert {each["metadata"]["namespace"] for each in told["items"]} == {"city"}
    signs_in = [each for each in told["items"] if each["type"] == "kubernetes.io/basic-auth"]
    assert all({"username", "password"} <= set(each["stringData"]) for each in signs_in)


def test_a_container_is_told_its_own_and_nothing_else(tmp_path: Path) -> None:
    told = environments(installation_secrets(tmp_path / "keep", CONTAINERS))
    for program in PROGRAMS:
        prefix = program.service.upper()
        wanted = {f"{prefix}_DATABASE__URL"}
        if program.face is Face.WORKER:
            wanted.add(f"{prefix}_BUS__URL")
        if program.name == "gateway-api":
            wanted |= {"GATEWAY_IDENTITY__CLIENT_SECRET", "GATEWAY_CONSOLE__CLIENT_SECRET"}
        assert set(told[program.name]) == wanted


@pytest.mark.parametrize("target", ["kubernetes", "compose"])
def test_the_command_says_where_it_wrote_and_never_what(
    target: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["provision", "secrets", str(tmp_path / "keep"), "--for", target]) == 0
    said = capsys.readouterr()
    kept = json.loads((tmp_path / "keep" / "secrets.json").read_text())
    assert Path(said.out.strip()).exists()
    assert not [word for word in kept.values() if word in said.out + said.err]
