"""Decides what runs where: embedded parts or the operator's own, ports, secrets, keys."""

import json
import os
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import psycopg
from pydantic import SecretStr

from launcher import database, embedded, ports
from launcher.credentials import Credentials
from launcher.files import write_private
from launcher.identity.wanted import CLI, CONSOLE, GATEWAY
from launcher.keys import make_keys
from launcher.leftovers import Recorded, birth_of
from launcher.ports import LOOPBACK, HeldPort
from launcher.principals import BUNDLED
from launcher.processes import ProcessSpec
from launcher.programs import (
    DIRECTORIES,
    SERVICES,
    Face,
    IdentityClients,
    Program,
    Surroundings,
    directory_spec,
    spec,
)
from launcher.refusals import CannotRun
from launcher.settings import LauncherSettings
from launcher.sockets import socket_folder
from launcher.status import PlatformStatus, clock_file
from shared.clock import set_replay

GATEWAY_API = "gateway-api"


@dataclass(frozen=True)
class Assembled:
    """Everything that the supervisor runs, and what others are told about it."""

    specs: tuple[ProcessSpec, ...]
    status: PlatformStatus
    secrets: Credentials
    embeds_identity: bool


async def assemble(
    folder: Path, settings: LauncherSettings, programs: Sequence[Program], ending: ExitStack
) -> Assembled:
    """Prepare the folder and return what to run; `ending` gives back ports and sockets."""
    secrets = Credentials(folder / "secrets.json")
    listening = [program.name for program in programs if program.face is not Face.MIGRATE]
    held = _hold_ports(folder, settings, listening, ending)
    gateway_url = _address(held[GATEWAY_API])
    issuer = settings.issuer or _address(held["identity"])
    parts: list[ProcessSpec] = []

    sockets: Path | None = None
    if settings.postgres_url is None:
        sockets = ending.enter_context(socket_folder())
        part, admin_url = await embedded.postgres(folder, sockets, SERVICES, secrets)
        parts.append(part)
    else:
        admin_url = settings.postgres_url.get_secret_value()
        await _provision_own(admin_url, secrets)
    if settings.nats_url is None:
        part, bus_urls = embedded.nats(
            folder,
            SERVICES,
            secrets,
            port=held["nats"],
            monitoring_port=held["nats-monitoring"],
        )
        parts.append(part)
    else:
        bus_urls = dict.fromkeys(SERVICES, settings.nats_url.get_secret_value())
    if settings.issuer is None:
        parts.append(embedded.identity(folder, secrets, issuer=issuer, gateway_url=gateway_url))
    make_keys(folder / "keys", SERVICES)
    around = Surroundings(
        folder=folder,
        database_urls=database.urls(admin_url, secrets, embedded=settings.postgres_url is None),
        bus_urls=bus_urls,
        ports={name: port.number for name, port in held.items()},
        identity=_clients(settings, issuer, secrets),
        replay_file=_replay(folder, settings),
        parts=frozenset(part.name for part in parts),
    )
    known = settings.principals if settings.issuer else BUNDLED
    specs = (
        *parts,
        *(spec(program, around) for program in programs),
        *(
            directory_spec(directory, known, around)
            for directory in DIRECTORIES
            if known is not None and any(each.service == directory.service for each in programs)
        ),
    )
    secrets.save()
    services = {name: around.address(name) for name in listening}
    told = PlatformStatus(
        launcher=Recorded("launcher", os.getpid(), birth_of(os.getpid()) or ""),
        gateway=gateway_url,
        issuer=issuer,
        cli_client_id=around.identity.cli_id,
        services=services,
        sockets=str(sockets) if sockets else None,
    )
    return Assembled(specs, told, secrets, embeds_identity=settings.issuer is None)


def _replay(folder: Path, settings: LauncherSettings) -> Path | None:
    """Set business time to the instant that was asked for; return the file that holds it."""
    if settings.at is None:
        clock_file(folder).unlink(missing_ok=True)  # of an earlier run
        return None
    set_replay(clock_file(folder), settings.at)
    return clock_file(folder)


def _hold_ports(
    folder: Path, settings: LauncherSettings, listening: Sequence[str], ending: ExitStack
) -> dict[str, HeldPort]:
    """Hold a port for everything that listens: where possible the one of the last time."""
    file = folder / "ports.json"
    last: dict[str, int] = {}
    if file.exists():
        last = json.loads(file.read_text(encoding="utf-8"))
    held: dict[str, HeldPort] = {}
    if settings.port is not None:
        try:
            held[GATEWAY_API] = ports.hold_exactly(settings.port)
        except OSError as error:
            raise CannotRun("launcher.port_taken", port=settings.port) from error
    for name in (GATEWAY_API, "identity", "nats", "nats-monitoring", *listening):
        if name not in held:
            held[name] = ports.hold(prefer=last.get(name))
    for port in held.values():
        ending.callback(port.release)
    numbers = {name: port.number for name, port in held.items()}
    write_private(file, json.dumps({**last, **numbers}))
    return held


async def _provision_own(admin_url: str, secrets: Credentials) -> None:
    """Make schemas and roles at the operator's own PostgreSQL."""
    try:
        await database.provision_services(admin_url, SERVICES, secrets)
    except psycopg.Error as error:
        raise CannotRun("launcher.postgres_refused", reason=str(error).strip()) from error


def _clients(settings: LauncherSettings, issuer: str, secrets: Credentials) -> IdentityClients:
    if settings.issuer is None:
        return IdentityClients(
            issuer=issuer,
            console_id=CONSOLE,
            console_secret=embedded.sign_in(secrets, CONSOLE),
            gateway_id=GATEWAY,
            gateway_secret=embedded.sign_in(secrets, GATEWAY),
            cli_id=CLI,
        )
    return IdentityClients(
        issuer=issuer,
        console_id=settings.console_client_id,
        console_secret=_revealed(settings.console_client_secret),
        gateway_id=settings.gateway_client_id,
        gateway_secret=_revealed(settings.gateway_client_secret),
        cli_id=settings.cli_client_id,
    )


def _revealed(secret: SecretStr | None) -> str:
    return secret.get_secret_value() if secret is not None else ""


def _address(port: HeldPort) -> str:
    return f"http://{LOOPBACK}:{port.number}"
