"""The embedded parts as the supervisor runs them: PostgreSQL, NATS and the identity provider."""

import signal
import sys
from collections.abc import Iterable
from pathlib import Path

from launcher.credentials import Credentials
from launcher.database import is_provisioned
from launcher.files import private_folder
from launcher.identity.order import Order
from launcher.identity.wanted import wanted_state
from launcher.jetstream import BusServer, service_user
from launcher.ports import HeldPort
from launcher.postgres import ADMIN, STOP_SIGNAL, cluster_in, has_cluster
from launcher.principals import principals
from launcher.probes import answers
from launcher.processes import ProcessSpec
from launcher.refusals import CannotRun

ADMIN_SECRET = "postgres/admin"  # noqa: S105  the name of a secret


async def postgres(
    folder: Path, sockets: Path, services: Iterable[str], secrets: Credentials
) -> tuple[ProcessSpec, str]:
    """Return how PostgreSQL runs, and its administrator's address."""
    if has_cluster(folder) and not secrets.has(ADMIN_SECRET):
        raise CannotRun("launcher.secrets_lost", folder=folder)
    password = secrets.of(ADMIN_SECRET)
    secrets.save()  # the cluster takes the password for good
    cluster = await cluster_in(folder, sockets, admin_password=password)
    admin_url = cluster.url(ADMIN, password, "postgres")
    return ProcessSpec(
        name="postgres",
        command=cluster.command,
        ready=is_provisioned(admin_url, services, secrets),
        stop_signal=STOP_SIGNAL,
        stop_after=30.0,
        death_signal=signal.SIGINT,
    ), admin_url


def nats(
    folder: Path,
    services: Iterable[str],
    secrets: Credentials,
    *,
    port: HeldPort,
    monitoring_port: HeldPort,
) -> tuple[ProcessSpec, dict[str, str]]:
    """Return how NATS runs, and each service's address there."""
    users = {name: service_user(name, secrets.of(f"bus/{name}")) for name in services}
    server = BusServer(folder / "nats", port.number, monitoring_port.number, tuple(users.values()))
    server.configure()
    return ProcessSpec(
        name="nats",
        command=server.command,
        ready=answers(server.health_url),
        death_signal=signal.SIGTERM,
    ), {name: server.url(user) for name, user in users.items()}


def identity(folder: Path, secrets: Credentials, *, issuer: str, gateway_url: str) -> ProcessSpec:
    """Return how the identity provider runs, having left it its order."""
    home = private_folder(folder / "identity")
    wanted = wanted_state(
        principals(), gateway_url=gateway_url, password_of=lambda name: sign_in(secrets, name)
    )
    Order(issuer, secrets.of("identity/session-key"), wanted).write(home)
    return ProcessSpec(
        name="identity",
        command=(sys.executable, "-P", "-m", "launcher.identity", str(home)),
        ready=answers(f"{issuer}/.well-known/openid-configuration"),
    )


def sign_in(secrets: Credentials, name: str) -> str:
    """Return the password of an officer's login, or the secret of a client."""
    return secrets.of(f"identity/{name}")
