"""The platform's own programs: one table of processes, and one function for their environment."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from launcher.database import DatabaseUrls
from launcher.keys import private_key_file, trust_file
from launcher.ports import LOOPBACK
from launcher.probes import answers
from launcher.processes import ProcessSpec


class Face(StrEnum):
    """What a deployable runs as; also the name of its database login."""

    MIGRATE = "migrate"
    API = "api"
    WORKER = "worker"


@dataclass(frozen=True)
class Program:
    """One process: `python -m <module> <face>`."""

    service: str
    face: Face
    module: str

    @property
    def name(self) -> str:
        """The name in messages, logs and `platform.json`."""
        return f"{self.service}-{self.face}"


PROGRAMS = (
    Program("ingest", Face.MIGRATE, "services.ingest"),
    Program("ingest", Face.API, "services.ingest"),
    Program("ingest", Face.WORKER, "services.ingest"),
    Program("scoring", Face.MIGRATE, "services.scoring"),
    Program("scoring", Face.API, "services.scoring"),
    Program("scoring", Face.WORKER, "services.scoring"),
    Program("cases", Face.MIGRATE, "services.cases"),
    Program("cases", Face.API, "services.cases"),
    Program("cases", Face.WORKER, "services.cases"),
    Program("matchmaking", Face.MIGRATE, "services.matchmaking"),
    Program("matchmaking", Face.API, "services.matchmaking"),
    Program("matchmaking", Face.WORKER, "services.matchmaking"),
    Program("gateway", Face.MIGRATE, "gateway"),
    Program("gateway", Face.API, "gateway"),
    Program("gateway", Face.WORKER, "gateway"),
)
SERVICES = ("ingest", "scoring", "cases", "matchmaking", "gateway")


@dataclass(frozen=True)
class Directory:
    """Who is who, told to the service that keeps it: `wengang <command> load FILE`."""

    service: str
    command: str

    @property
    def name(self) -> str:
        """The name in messages and logs."""
        return f"{self.service}-directory"


DIRECTORIES = (Directory("cases", "officers"), Directory("gateway", "partners"))


@dataclass(frozen=True)
class IdentityClients:
    """The OpenID provider and the gateway's clients there."""

    issuer: str
    console_id: str
    console_secret: str
    gateway_id: str
    gateway_secret: str
    cli_id: str


@dataclass(frozen=True)
class Surroundings:
    """What the programs are told about where they run."""

    folder: Path
    database_urls: DatabaseUrls
    bus_urls: Mapping[str, str]
    ports: Mapping[str, int]
    identity: IdentityClients
    replay_file: Path | None
    """Holds the instant at which business time stands still, if it does."""
    parts: frozenset[str]
    """Names of the embedded parts, which the programs wait for."""

    def address(self, program: str) -> str:
        """Return the address where a program listens."""
        return f"http://{LOOPBACK}:{self.ports[program]}"


def environment(program: Program, around: Surroundings) -> dict[str, str]:
    """Return the settings of one program as its environment."""
    keys = around.folder / "keys"
    values = {
        "DATABASE__URL": around.database_urls(program.service, program.face),
        "BUS__URL": around.bus_urls[program.service],
        "KEYS__PRIVATE_KEY_FILE": str(private_key_file(keys, program.service)),
        "KEYS__TRUST_FILE": str(trust_file(keys)),
        "BLOBS__ROOT": str(around.folder / "blobs" / program.service),
        "TELEMETRY__TRACES_FILE": str(around.folder / "logs" / f"{program.name}.traces.jsonl"),
    }
    if program.face is not Face.MIGRATE:
        values["LISTEN__HOST"] = LOOPBACK
        values["LISTEN__PORT"] = str(around.ports[program.name])
    if around.replay_file is not None:
        values["CLOCK__REPLAY_FILE"] = str(around.replay_file)
    if program.service == "gateway":
        values |= _gateway(around)
    prefix = program.service.upper()
    return {f"{prefix}_{name}": value for name, value in values.items()}


def spec(program: Program, around: Surroundings) -> ProcessSpec:
    """Return how the supervisor runs one program."""
    once = program.face is Face.MIGRATE
    waits_for = ["postgres"] if once else [f"{program.service}-{Face.MIGRATE}", "nats"]
    if program.name == "gateway-api":
        waits_for.append("identity")
    return ProcessSpec(
        name=program.name,
        # -P: nothing in the working folder can take the place of a module.
        command=(sys.executable, "-P", "-m", program.module, program.face),
        environment=environment(program, around),
        depends_on=tuple(
            name for name in waits_for if name in around.parts or name.endswith(Face.MIGRATE)
        ),
        ready=None if once else answers(f"{around.address(program.name)}/readyz"),
        once=once,
        stop_after=15.0,  # the web server lets requests end for 10 s
    )


def directory_spec(directory: Directory, file: Path, around: Surroundings) -> ProcessSpec:
    """Return how the supervisor loads one directory, once the service has its tables."""
    return ProcessSpec(
        name=directory.name,
        command=(sys.executable, "-P", "-m", "cli", directory.command, "load", str(file)),
        environment=environment(Program(directory.service, Face.API, ""), around),
        depends_on=(f"{directory.service}-{Face.MIGRATE}",),
        once=True,
    )


def _gateway(around: Surroundings) -> dict[str, str]:
    identity = around.identity
    upstreams = {
        f"UPSTREAMS__{service.upper()}": around.address(f"{service}-{Face.API}")
        for service in SERVICES
        if service != "gateway" and f"{service}-{Face.API}" in around.ports
    }
    return {
        **upstreams,
        "PUBLIC_URL": around.address("gateway-api"),
        "IDENTITY__ISSUER": identity.issuer,
        "IDENTITY__CLIENT_ID": identity.gateway_id,
        "IDENTITY__CLIENT_SECRET": identity.gateway_secret,
        "IDENTITY__CLI_CLIENT_ID": identity.cli_id,
        "CONSOLE__CLIENT_ID": identity.console_id,
        "CONSOLE__CLIENT_SECRET": identity.console_secret,
    }
