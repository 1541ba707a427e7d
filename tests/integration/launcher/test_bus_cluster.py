"""The bus of deploy/k8s: three real servers from the very configuration, over TLS."""

import asyncio
import os
from collections.abc import AsyncIterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path

import httpx2
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from nats.errors import TimeoutError as NoAnswer
from pydantic import SecretStr

from launcher.binaries import nats_server
from launcher.installation.secrets import CLUSTER, CONTAINERS, OPERATOR, installation_secrets
from launcher.ports import HeldPort, hold
from launcher.programs import SERVICES
from shared.bus.connection import Bus, connect
from shared.bus.streams import DURABLES, ensure_durable, ensure_read
from shared.events.ingest import ObservationsRecorded
from shared.settings import BusSettings

DEPLOYED = Path(__file__).parents[3] / "deploy" / "k8s" / "base" / "nats"
NODES = 3
PATIENCE = 120.0  # seconds until three nodes have found each other


@dataclass
class Node:
    """One server: its folder, its ports, and its process once it runs."""

    folder: Path
    client: HeldPort
    route: HeldPort
    monitor: HeldPort
    process: asyncio.subprocess.Process | None = None


@dataclass
class Cluster:
    """Three servers and what their clients need."""

    nodes: Sequence[Node]
    settings: BusSettings
    passwords: dict[str, str]

    def of(self, user: str, password: str | None = None) -> BusSettings:
        """Return the settings of a user."""
        word = password or self.passwords[f"{user.upper()}_PASSWORD"]
        servers = ",".join(
            f"tls://{user}:{word}@127.0.0.1:{node.client.number}" for node in self.nodes
        )
        return self.settings.model_copy(update={"url": SecretStr(servers)})


def _certificates(folder: Path) -> None:
    """Make an authority and a server's certificate, as cert-manager does in Kubernetes."""
    authority, own = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    issuer = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "bus of a test")])
    now = datetime.now(UTC)

    def signed(subject: x509.Name, key: ec.EllipticCurvePrivateKey, *, ca: bool) -> bytes:
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(issuer)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(minutes=5))
            .not_valid_after(now + timedelta(hours=1))
            .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        )
        if not ca:
            names = x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))])
            builder = builder.add_extension(names, critical=False)
        return builder.sign(authority, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)

    server = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "nats")])
    (folder / "ca.crt").write_bytes(signed(issuer, authority, ca=True))
    (folder / "tls.crt").write_bytes(signed(server, own, ca=False))
    (folder / "tls.key").write_bytes(
        own.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )


def _configure(node: Node, nodes: Sequence[Node], certificates: Path) -> Path:
    """Write the deployed configuration with this machine's places in the place of a pod's."""
    text = (DEPLOYED / "nats.conf").read_text(encoding="utf-8")
    places = {
        '"0.0.0.0:4222"': f'"127.0.0.1:{node.client.number}"',
        '"0.0.0.0:6222"': f'"127.0.0.1:{node.route.number}"',
        '"0.0.0.0:8222"': f'"127.0.0.1:{node.monitor.number}"',
        '"/data"': f'"{node.folder / "data"}"',
        '"/run/nats/nats.pid"': f'"{node.folder / "nats.pid"}"',
        '"/etc/nats-tls/': f'"{certificates}/',
        "16GB": "64MB",
    } | {
        f"nats-{number}.nats:6222": f"127.0.0.1:{other.route.number}"
        for number, other in enumerate(nodes)
    }
    for deployed, here in places.items():
        assert deployed in text, f"{deployed} is not in nats.conf"
        text = text.replace(deployed, here)
    (node.folder / "nats.conf").write_text(text)
    (node.folder / "users.conf").write_bytes((DEPLOYED / "users.conf").read_bytes())
    return node.folder / "nats.conf"


@pytest.fixture(scope="module")
async def cluster(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Cluster]:
    """Three servers that have elected a leader."""
    folder = tmp_path_factory.mktemp("cluster")
    _certificates(folder)
    passwords = dict(installation_secrets(folder / "keep", CLUSTER)["bus-users"])
    with ExitStack() as ending:
        nodes = []
        for number in range(NODES):
            node = Node(folder / f"nats-{number}", hold(), hold(), hold())
            for port in (node.client, node.route, node.monitor):
                ending.callback(port.release)
            node.folder.mkdir()
            nodes.append(node)
        for number, node in enumerate(nodes):
            log = ending.enter_context((node.folder / "log").open("wb"))
            node.process = await asyncio.create_subprocess_exec(
                str(nats_server()),
                "--config",
                str(_configure(node, nodes, folder)),
                env={**os.environ, **passwords, "POD_NAME": f"nats-{number}"},
                stderr=log,
            )
        base = BusSettings(ca_file=folder / "ca.crt", replicas=3, stream_bytes=1 << 20)
        made = Cluster(nodes, base, passwords)
        await _elected(made)
        yield made
        for node in nodes:
            if node.process is not None and node.process.returncode is None:
                node.process.terminate()
                await node.process.wait()


async def _elected(cluster: Cluster) -> None:
    bus = await asyncio.wait_for(connect(cluster.of(OPERATOR), name="test"), PATIENCE)
    loop = asyncio.get_running_loop()
    until = loop.time() + PATIENCE
    while True:
        try:
            await bus.js.add_stream(name="TRIAL", subjects=["trial"], num_replicas=NODES)
            break
        except Exception:  # noqa: BLE001 whatever it says until there is a leader
            assert loop.time() < until, [(n.folder / "log").read_text() for n in cluster.nodes]
            await asyncio.sleep(0.2)
    await bus.close()


async def _bus(cluster: Cluster, user: str) -> Bus:
    return await asyncio.wait_for(connect(cluster.of(user), name="test"), PATIENCE)


async def test_every_service_makes_its_stream_and_consumers_on_three_nodes(
    cluster: Cluster,
) -> None:
    for service in SERVICES:
        bus = await _bus(cluster, service)
        await ensure_read(bus.js, service, bus.settings)
        for durable in (each for each in DURABLES if each.service == service):
            await ensure_durable(bus.js, durable, bus.settings)
        await bus.js.publish(f"{service}.thing.happened.v1", b"{}", timeout=5)
        info = await bus.js.stream_info(service.upper())
        assert (info.config.num_replicas, info.state.last_seq) == (3, 1)
        assert info.cluster is not None
        assert len(info.cluster.replicas or []) == 2
        await bus.close()


@pytest.mark.parametrize("act", ["DELETE", "PURGE", "UPDATE"])
async def test_no_service_wipes_or_loosens_a_stream(cluster: Cluster, act: str) -> None:
    bus = await _bus(cluster, "cases")
    with pytest.raises(NoAnswer):
        await bus.client.request(f"$JS.API.STREAM.{act}.TRIAL", b"{}", timeout=0.5)
    await bus.close()
    operator = await _bus(cluster, OPERATOR)
    assert (await operator.js.stream_info("TRIAL")).config.subjects == ["trial"]
    await operator.close()


async def test_each_node_syncs_before_it_acknowledges_and_tells_its_health(
    cluster: Cluster,
) -> None:
    async with httpx2.AsyncClient() as asking:
        for node in cluster.nodes:
            address = f"http://127.0.0.1:{node.monitor.number}"
            told = (await asking.get(f"{address}/jsz")).json()
            assert told["config"]["sync_always"] is True
            assert told["config"]["strict"] is True
            assert told["meta_cluster"]["cluster_size"] == 3
            # What the probes of deploy/k8s ask.
            for path in ("healthz", "healthz?js-enabled-only=true", "healthz?js-server-only=true"):
                assert (await asking.get(f"{address}/{path}")).status_code == 200


async def test_nobody_speaks_without_the_right_password_or_another_authority(
    cluster: Cluster,
) -> None:
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(connect(cluster.of("cases", "guess"), name="test"), 2)
    blind = cluster.of("cases").model_copy(update={"ca_file": None})
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(connect(blind, name="test"), 2)


async def test_one_node_less_stops_nothing(cluster: Cluster) -> None:
    bus = await _bus(cluster, "ingest")
    await ensure_read(bus.js, "ingest", bus.settings)
    before = (await bus.js.stream_info("INGEST")).state.messages
    lost = cluster.nodes[0].process
    assert lost is not None
    lost.kill()
    await lost.wait()

    loop = asyncio.get_running_loop()
    until, stored = loop.time() + PATIENCE, 0
    while stored < 5:
        try:
            await bus.js.publish(ObservationsRecorded.subject, b"{}", timeout=3)
            stored += 1
        except Exception:  # noqa: BLE001 until another node leads
            assert loop.time() < until
            await asyncio.sleep(0.2)

    assert (await bus.js.stream_info("INGEST")).state.messages >= before + 5
    await bus.close()


async def test_the_single_node_of_the_containers_takes_its_configuration(tmp_path: Path) -> None:
    containers = DEPLOYED.parents[2] / "compose"
    (tmp_path / "nats.conf").write_bytes((containers / "nats.conf").read_bytes())
    (tmp_path / "users.conf").write_bytes((DEPLOYED / "users.conf").read_bytes())
    passwords = installation_secrets(tmp_path / "keep", CONTAINERS)["bus-users"]
    for environment, code in ((dict(passwords), 0), ({}, 1)):
        trial = await asyncio.create_subprocess_exec(
            *(str(nats_server()), "--config", str(tmp_path / "nats.conf"), "-t"),
            env=environment,
            stderr=asyncio.subprocess.DEVNULL,
        )
        assert await trial.wait() == code
