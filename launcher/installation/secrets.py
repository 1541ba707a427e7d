"""Every secret of an installation, under the names by which deploy/ hands them to processes."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import quote

from launcher.credentials import Credentials
from launcher.files import private_folder
from launcher.keys import make_keys, private_key_file, trust_file
from launcher.programs import SERVICES
from shared.roles import LOGINS, role

ADMINISTRATOR: Final = "wengang_administrator"
"""Owns the platform's database and makes the roles in it; no superuser."""
IDENTITY: Final = "keycloak"
OPERATOR: Final = "operator"
"""The bus's only user who may do everything: for people, never for a process."""
AGENCIES: Final = (
    "agency-hrss",
    "agency-amr",
    "agency-opinion",
    "agency-deit",
    "agency-power",
    "agency-tax",
    "agency-court",
    "agency-hotline",
    "agency-jobs",
    "agency-housing",
    "agency-utilities",
    "agency-finance",
)

Secrets = Mapping[str, Mapping[str, str]]  # secret -> key -> value


@dataclass(frozen=True)
class Places:
    """Where the installation's servers answer, as their clients name them."""

    postgres: str
    """host:port/database, with the query that a client's TLS needs."""
    nats: tuple[str, ...]
    """scheme://host:port of each server."""


CLUSTER: Final = Places(
    postgres="postgres-rw:5432/wengang"
    "?sslmode=verify-full&sslrootcert=/etc/wengang/postgres-ca/ca.crt",
    nats=tuple(f"tls://nats-{number}.nats:4222" for number in range(3)),
)
CONTAINERS: Final = Places(postgres="postgres:5432/wengang", nats=("nats://nats:4222",))


def installation_secrets(folder: Path, places: Places) -> Secrets:
    """Return every secret; what the folder does not keep yet is made at random and kept there."""
    private_folder(folder)
    known = Credentials(folder / "secrets.json")
    make_keys(folder / "keys", SERVICES)
    found: dict[str, Mapping[str, str]] = {}
    for service in SERVICES:
        found[f"{service}-database"] = {
            login: _database_url(
                "postgresql+psycopg",
                role(service, login),
                _password(known, service, login),
                places,
            )
            for login in LOGINS
        }
        found[f"{service}-bus"] = {"url": _bus_url(service, _of_bus(known, service), places)}
        key = private_key_file(folder / "keys", service)
        found[f"{service}-key"] = {"key.json": key.read_text(encoding="utf-8")}
    found["trust"] = {"trust.json": trust_file(folder / "keys").read_text(encoding="utf-8")}
    found |= _of_servers(known, places)
    known.save()
    return found


def _of_servers(known: Credentials, places: Places) -> Secrets:
    """Return what PostgreSQL, NATS and the identity provider are told."""
    administrator = known.of("postgres/admin")
    return {
        "database-administrator": {
            "username": ADMINISTRATOR,
            "password": administrator,
            "url": _database_url("postgresql", ADMINISTRATOR, administrator, places),
        },
        "database-passwords": {
            "passwords.json": json.dumps(
                {
                    service: {login: _password(known, service, login) for login in LOGINS}
                    for service in SERVICES
                }
            )
        },
        "bus-users": {
            password_variable(user): _of_bus(known, user) for user in (*SERVICES, OPERATOR)
        },
        "gateway-clients": {name: known.of(f"identity/{name}") for name in ("gateway", "console")},
        "partner-clients": {name: known.of(f"identity/{name}") for name in AGENCIES},
        "identity-database": {"username": IDENTITY, "password": known.of("identity/database")},
        "identity-administrator": {
            "username": "administrator",
            "password": known.of("identity/administrator"),
        },
    }


def password_variable(user: str) -> str:
    """Name the variable in the bus's environment that holds a user's password."""
    return f"{user.upper()}_PASSWORD"


def _password(known: Credentials, service: str, login: str) -> str:
    return known.of(f"database/{service}/{login}")


def _of_bus(known: Credentials, user: str) -> str:
    # NATS reads a variable as it reads its configuration: a letter first, lest it be a number.
    return f"w{known.of(f'bus/{user}')}"


def _database_url(scheme: str, user: str, password: str, places: Places) -> str:
    return f"{scheme}://{user}:{quote(password, safe='')}@{places.postgres}"


def _bus_url(user: str, password: str, places: Places) -> str:
    servers = (server.split("://") for server in places.nats)
    return ",".join(f"{scheme}://{user}:{password}@{place}" for scheme, place in servers)
