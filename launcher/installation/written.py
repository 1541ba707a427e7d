"""An installation's secrets as files: a list for Kubernetes, environments for containers."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from launcher.files import private_folder, write_private
from launcher.installation.secrets import AGENCIES, Secrets
from launcher.programs import PROGRAMS, Face, Program

# What CloudNativePG reads roles' passwords from.
_SIGN_INS: Final = frozenset({"database-administrator", "identity-database"})
_READABLE: Final = 0o444


def as_kubernetes(secrets: Secrets, *, namespace: str) -> str:
    """Return one document that `kubectl apply -f` takes."""
    items = [
        {
            "apiVersion": "v1",
            "kind": "Secret",
            "metadata": {
                "name": name,
                "namespace": namespace,
                "labels": {"app.kubernetes.io/part-of": "wengang"}
                | ({"cnpg.io/reload": "true"} if name in _SIGN_INS else {}),
            },
            "type": "kubernetes.io/basic-auth" if name in _SIGN_INS else "Opaque",
            "stringData": dict(values),
        }
        for name, values in secrets.items()
    ]
    return json.dumps({"apiVersion": "v1", "kind": "List", "items": items}, indent=1)


def write_for_containers(folder: Path, secrets: Secrets) -> None:
    """Write an environment for each container, and as files what processes read as files."""
    private_folder(folder)
    for name, values in environments(secrets).items():
        lines = "".join(f"{variable}={value}\n" for variable, value in values.items())
        write_private(folder / f"{name}.env", lines)
    for name, content in _files(secrets).items():
        write_private(folder / name, content)
        # The folder is closed to others on this machine; the container's user must read the file.
        (folder / name).chmod(_READABLE)


def environments(secrets: Secrets) -> Mapping[str, Mapping[str, str]]:
    """Return the secret part of each container's environment."""
    clients = secrets["gateway-clients"]
    partners = secrets["partner-clients"]
    return {
        **{program.name: _of_program(program, secrets) for program in PROGRAMS},
        "provision": {"WENGANG_POSTGRES_URL": secrets["database-administrator"]["url"]},
        "postgres": {
            "POSTGRES_PASSWORD": secrets["database-administrator"]["password"],
            "IDENTITY_PASSWORD": secrets["identity-database"]["password"],
        },
        "nats": secrets["bus-users"],
        "identity": {
            "KC_DB_PASSWORD": secrets["identity-database"]["password"],
            "KC_BOOTSTRAP_ADMIN_USERNAME": secrets["identity-administrator"]["username"],
            "KC_BOOTSTRAP_ADMIN_PASSWORD": secrets["identity-administrator"]["password"],
            **{client_variable(name): clients[name] for name in clients},
            **{client_variable(name): partners[name] for name in AGENCIES},
        },
    }


def client_variable(client: str) -> str:
    """Name the variable by which the provider's realm is told a client's secret."""
    return f"{client.upper().replace('-', '_')}_CLIENT_SECRET"


def _of_program(program: Program, secrets: Secrets) -> Mapping[str, str]:
    prefix = program.service.upper()
    values = {f"{prefix}_DATABASE__URL": secrets[f"{program.service}-database"][program.face]}
    if program.face is Face.WORKER:
        values[f"{prefix}_BUS__URL"] = secrets[f"{program.service}-bus"]["url"]
    if program.name == "gateway-api":
        clients = secrets["gateway-clients"]
        values[f"{prefix}_IDENTITY__CLIENT_SECRET"] = clients["gateway"]
        values[f"{prefix}_CONSOLE__CLIENT_SECRET"] = clients["console"]
    return values


def _files(secrets: Secrets) -> Mapping[str, str]:
    keys = {name: values for name, values in secrets.items() if name.endswith("-key")}
    return {
        **{f"{name}.json": values["key.json"] for name, values in keys.items()},
        "trust.json": secrets["trust"]["trust.json"],
        "passwords.json": secrets["database-passwords"]["passwords.json"],
    }
