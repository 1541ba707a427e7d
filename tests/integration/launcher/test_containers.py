"""The containers' programs as deploy/compose runs them, without containers: all become ready."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import yaml

from launcher.binaries import nats_server
from launcher.installation.secrets import Places, installation_secrets
from launcher.installation.written import environments, write_for_containers
from launcher.ports import hold
from launcher.probes import answers
from launcher.programs import PROGRAMS, Face, Program
from tests.integration.launcher.installed import COMPOSE

PATIENCE = 120.0  # seconds
USERS = COMPOSE.parent / "k8s" / "base" / "nats" / "users.conf"


@asynccontextmanager
async def _bus(
    folder: Path, port: int, monitor: int, users: Mapping[str, str]
) -> AsyncIterator[None]:
    """Run the single node of the containers on ports of this machine."""
    text = (COMPOSE / "nats.conf").read_text(encoding="utf-8")
    for deployed, here in {
        '"0.0.0.0:4222"': f'"127.0.0.1:{port}"',
        '"0.0.0.0:8222"': f'"127.0.0.1:{monitor}"',
        '"/data"': f'"{folder / "bus"}"',
        "8GB": "4GB",
    }.items():
        assert deployed in text
        text = text.replace(deployed, here)
    (folder / "nats.conf").write_text(text)
    (folder / "users.conf").write_bytes(USERS.read_bytes())
    server = await asyncio.create_subprocess_exec(
        *(str(nats_server()), "--config", str(folder / "nats.conf")),
        env=dict(users),
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        yield
    finally:
        server.terminate()
        await server.wait()


def _environment(
    program: Program, told: Mapping[str, Mapping[str, str]], kept: Path, port: int
) -> dict[str, str]:
    """Return what compose tells a container, with this machine's places in the place of its own."""
    compose: dict[str, Any] = yaml.safe_load((COMPOSE / "compose.yaml").read_text("utf-8"))
    found = {**told[program.name], **compose["services"][program.name].get("environment", {})}
    prefix = program.service.upper()
    places = {
        f"{prefix}_LISTEN__PORT": str(port),
        f"{prefix}_KEYS__PRIVATE_KEY_FILE": str(kept / f"{program.service}-key.json"),
        f"{prefix}_KEYS__TRUST_FILE": str(kept / "trust.json"),
        "INGEST_BLOBS__ROOT": str(kept.parent / "blobs"),
        "GATEWAY_PUBLIC_URL": "http://localhost:8080",
        "GATEWAY_IDENTITY__ISSUER": "http://identity.localhost:8081/realms/wengang",
    }
    return {name: places.get(name, value) for name, value in found.items()}


async def _ended(*command: str, environment: Mapping[str, str]) -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-P", "-m", *command), env={**os.environ, **environment}
    )
    assert await process.wait() == 0, command


def _said(log: Path) -> str:
    return log.read_text(encoding="utf-8")


async def _serves(program: Program, environment: Mapping[str, str], port: int, log: Path) -> None:
    """Start a program, wait until it is ready, and end it."""
    with log.open("wb") as out:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", "-m", program.module, str(program.face)),
            env={**os.environ, **environment},
            stdout=out,
            stderr=out,
        )
    ready = answers(f"http://127.0.0.1:{port}/readyz")
    loop = asyncio.get_running_loop()
    until = loop.time() + PATIENCE
    try:
        while not await ready():
            assert process.returncode is None, _said(log)
            assert loop.time() < until, _said(log)
            await asyncio.sleep(0.1)
        process.terminate()
        assert await asyncio.wait_for(process.wait(), 20) in {0, 143}
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    refused = [line for line in _said(log).splitlines() if "ermission" in line]
    assert refused == []  # neither the database nor the bus refuses what the program does


async def test_every_program_becomes_ready_with_what_its_container_is_told(
    owner_url: str, tmp_path: Path
) -> None:
    client, monitor = hold(), hold()
    places = Places(owner_url.partition("@")[2], (f"nats://127.0.0.1:{client.number}",))
    secrets = installation_secrets(tmp_path / "keep", places)
    kept = tmp_path / "keep" / "compose"
    write_for_containers(kept, secrets)
    told = environments(secrets)

    await _ended(
        *("cli", "provision", "database", str(kept / "passwords.json")),
        environment={"WENGANG_POSTGRES_URL": owner_url},
    )
    for program in (each for each in PROGRAMS if each.face is Face.MIGRATE):
        environment = _environment(program, told, kept, 0)
        await _ended(program.module, str(program.face), environment=environment)
    servers = {each: hold() for each in PROGRAMS if each.face is not Face.MIGRATE}
    async with _bus(tmp_path, client.number, monitor.number, told["nats"]):
        await asyncio.gather(
            *(
                _serves(
                    program,
                    _environment(program, told, kept, port.number),
                    port.number,
                    tmp_path / f"{program.name}.log",
                )
                for program, port in servers.items()
            )
        )
    for port in (client, monitor, *servers.values()):
        port.release()
