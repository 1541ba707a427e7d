"""Every program has its manifests, and every setting it is given is one, and enough."""

from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

import pytest
from pydantic import ValidationError

from gateway.settings import GatewaySettings
from launcher.installation.bus import users_file
from launcher.installation.secrets import CLUSTER, installation_secrets
from launcher.programs import PROGRAMS, SERVICES, Face, Program
from shared.settings import Environment, ServiceSettings
from tests.architecture.deployables import settings_class
from tests.architecture.settings_page import variables
from tests.contract.deploy.kustomize import Manifest
from tests.contract.deploy.objects import K8S, Workload, environment, of_kind, workloads


def _programs(manifests: Sequence[Manifest]) -> dict[str, Workload]:
    """Map each workload of ours to itself by name; without the job that makes roles."""
    return {
        each.name: each
        for each in workloads(manifests)
        if each.is_ours and each.name != "provision"
    }


def test_the_programs_are_those_of_one_machine(manifests: list[Manifest]) -> None:
    found = {
        (
            name,
            each.kind,
            tuple(each.containers[0]["args"]),
            each.containers[0]["image"].rpartition("/")[2].partition(":")[0].rpartition("-")[2],
        )
        for name, each in _programs(manifests).items()
    }
    assert found == {
        (
            program.name,
            "Job" if program.face is Face.MIGRATE else "Deployment",
            (program.module, str(program.face)),
            program.service,
        )
        for program in PROGRAMS
    }


@pytest.fixture(scope="module")
def given(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Mapping[str, str]]:
    """The secrets of an installation."""
    return installation_secrets(tmp_path_factory.mktemp("keep"), CLUSTER)


def _told(
    workload: Workload, manifests: Sequence[Manifest], given: Mapping[str, Mapping[str, str]]
) -> dict[str, str]:
    """Return the environment with the values of an installation's secrets."""
    told = environment(workload, manifests)
    for variable in workload.containers[0].get("env", []):
        origin = variable.get("valueFrom", {}).get("secretKeyRef")
        if origin is not None:
            told[variable["name"]] = given[origin["name"]][origin["key"]]
    return {name: value for name, value in told.items() if value is not None}


def _settings(
    program: Program,
    manifests: Sequence[Manifest],
    given: Mapping[str, Mapping[str, str]],
    patch: pytest.MonkeyPatch,
) -> ServiceSettings:
    """Read the settings as the program does."""
    for name, value in _told(_programs(manifests)[program.name], manifests, given).items():
        patch.setenv(name, value)
    return settings_class(program.service)()


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.name)
def test_a_program_is_told_settings_that_exist(program: Program, manifests: list[Manifest]) -> None:
    told = environment(_programs(manifests)[program.name], manifests)
    known = variables(settings_class(program.service))
    assert [name for name in told if name not in known] == []


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.name)
def test_a_program_is_told_enough_to_run(
    program: Program,
    manifests: list[Manifest],
    given: Mapping[str, Mapping[str, str]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    workload = _programs(manifests)[program.name]
    settings = _settings(program, manifests, given, monkeypatch)

    user = urlsplit(settings.database.url.get_secret_value()).username
    assert user == f"wengang_{program.service}_{program.face}"
    if program.face is Face.MIGRATE:
        return
    mounts = {m["mountPath"]: m["name"] for m in workload.containers[0]["volumeMounts"]}
    ports = {p["name"]: p["containerPort"] for p in workload.containers[0]["ports"]}
    assert settings.listen.port == ports["http"]
    assert settings.listen.host == settings.telemetry.metrics_host == "0.0.0.0"
    assert settings.telemetry.metrics_port == ports["metrics"]
    for file in (settings.keys.private_key_file, settings.keys.trust_file):
        assert file is not None
        assert str(file.parent) in mounts
    if program.face is Face.WORKER:
        assert settings.bus.ca_file is not None
        assert str(settings.bus.ca_file.parent) in mounts
        assert settings.bus.replicas == 3
        assert len(settings.bus.servers()) == 3
    else:  # the API needs no way to the bus, and gets none
        assert f"{program.service.upper()}_BUS__URL" not in _told(workload, manifests, given)
    if program.service == "ingest":
        assert mounts[str(settings.blobs.root)] == "blobs"


def test_the_gateway_is_told_where_the_services_and_the_provider_are(
    manifests: list[Manifest],
    given: Mapping[str, Mapping[str, str]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    gateway = next(program for program in PROGRAMS if program.name == "gateway-api")
    settings = _settings(gateway, manifests, given, monkeypatch)
    assert isinstance(settings, GatewaySettings)
    services = of_kind(manifests, "Service")

    for service, address in settings.upstreams.addresses().items():
        place = urlsplit(address)
        [port] = services[str(place.hostname)]["spec"]["ports"]
        assert services[str(place.hostname)]["spec"]["selector"] == {
            "app.kubernetes.io/name": service,
            "app.kubernetes.io/component": "api",
        }
        assert place.port == port["port"]
    assert settings.console is not None
    routes = of_kind(manifests, "HTTPRoute")
    assert routes["gateway"]["spec"]["hostnames"] == [urlsplit(settings.public_url).hostname]
    assert settings.identity is not None
    issuer = urlsplit(settings.identity.issuer)
    assert routes["keycloak"]["spec"]["hostnames"] == [issuer.hostname]
    keycloak = of_kind(manifests, "ConfigMap")["keycloak-settings"]["data"]
    assert keycloak["KC_HOSTNAME"] == f"{issuer.scheme}://{issuer.netloc}"
    assert keycloak["PUBLIC_URL"] == settings.public_url


def test_only_a_city_runs_in_production(
    overlays: dict[str, list[Manifest]],
    given: Mapping[str, Mapping[str, str]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for program in (each for each in PROGRAMS if each.face is Face.API):
        with monkeypatch.context() as patch:
            found = _settings(program, overlays["prod"], given, patch)
        assert found.environment is Environment.PRODUCTION
        assert found.clock.replay_file is None


def test_a_lacking_setting_is_found(
    overlays: dict[str, list[Manifest]],
    given: Mapping[str, Mapping[str, str]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    program = next(each for each in PROGRAMS if each.name == "cases-api")
    told = _told(_programs(overlays["prod"])["cases-api"], overlays["prod"], given)
    for name, value in told.items():
        if name != "CASES_DATABASE__URL":
            monkeypatch.setenv(name, value)
    with pytest.raises(ValidationError, match="database"):
        settings_class(program.service)()


def test_postgres_has_room_for_every_pool(overlays: dict[str, list[Manifest]]) -> None:
    """Each program at its most replicas, one more while it rolls, leaders, and the provider."""
    manifests = overlays["prod"]
    most = {
        scaler["spec"]["scaleTargetRef"]["name"]: int(
            scaler["spec"].get("maxReplicas") or scaler["spec"]["maxReplicaCount"]
        )
        for kind in ("HorizontalPodAutoscaler", "ScaledObject")
        for scaler in of_kind(manifests, kind).values()
    }
    pool = 5 + 5 + 1  # DATABASE__POOL_SIZE, its overflow, and a leader's lock
    servers = [each for each in _programs(manifests).values() if each.kind == "Deployment"]
    wanted = sum(pool * (most.get(each.name, each.spec.get("replicas", 0)) + 1) for each in servers)
    keycloak = of_kind(manifests, "ConfigMap")["keycloak-settings"]["data"]
    wanted += 2 * int(keycloak["KC_DB_POOL_MAX_SIZE"])
    parameters = of_kind(manifests, "Cluster")["postgres"]["spec"]["postgresql"]["parameters"]
    assert wanted + 10 <= int(parameters["max_connections"])


def test_the_streams_fit_into_the_bus(manifests: list[Manifest]) -> None:
    """Every service's stream and the one of advisories, full at once."""
    maps = of_kind(manifests, "ConfigMap")
    full = sum(
        int(maps[f"{service}-settings"]["data"][f"{service.upper()}_BUS__STREAM_BYTES"])
        for service in SERVICES
    )
    full += int(maps["ingest-settings"]["data"]["INGEST_BUS__STREAM_BYTES"])
    store = maps["nats-configuration"]["data"]["nats.conf"].partition("max_file_store: ")[2]
    [claim] = of_kind(manifests, "StatefulSet")["nats"]["spec"]["volumeClaimTemplates"]
    volume = int(claim["spec"]["resources"]["requests"]["storage"].removesuffix("Gi")) << 30
    gigabytes = int(store.partition("GB")[0]) * 10**9
    assert full <= gigabytes <= volume


def test_the_bus_knows_the_users_of_this_release() -> None:
    kept = (K8S / "base" / "nats" / "users.conf").read_text(encoding="utf-8")
    assert kept == users_file(), "run: wengang provision bus deploy/k8s/base/nats/users.conf"
