"""The containers: a valid file, the same programs and settings as elsewhere, nothing let out."""

import copy
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from gateway.settings import GatewaySettings
from launcher.installation.secrets import CONTAINERS, installation_secrets
from launcher.installation.written import environments, write_for_containers
from launcher.programs import PROGRAMS, Face
from tests.architecture.deployables import ROOT, settings_class
from tests.architecture.settings_page import variables
from tests.contract.deploy.schemas import compose_faults

FOLDER: Final = ROOT / "deploy" / "compose"
_VARIABLE: Final = re.compile(r"\$\{(\w+)(?::?([-?])([^}]*))?\}")

Compose = dict[str, Any]


def _example() -> dict[str, str]:
    lines = (FOLDER / ".env.example").read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


@pytest.fixture(scope="module")
def compose() -> Compose:
    """The file with the variables of the example put in."""
    given = _example()
    text = (FOLDER / "compose.yaml").read_text(encoding="utf-8")
    found: Compose = yaml.safe_load(_VARIABLE.sub(lambda match: given[match[1]], text))
    return {key: value for key, value in found.items() if not key.startswith("x-")}


def test_it_is_what_compose_takes(compose: Compose) -> None:
    assert compose_faults(compose) == []


def test_a_misspelt_word_is_found(compose: Compose) -> None:
    wrong = copy.deepcopy(compose)
    wrong["services"]["cases-api"]["read_onely"] = True
    assert len(compose_faults(wrong)) == 1


def test_every_variable_is_in_the_example_and_no_secret_is(compose: Compose) -> None:
    text = (FOLDER / "compose.yaml").read_text(encoding="utf-8")
    assert {match[1] for match in _VARIABLE.finditer(text)} == set(_example())
    assert not [name for name in _example() if re.search("SECRET|PASSWORD|KEY|TOKEN", name)]
    assert "PASSWORD" not in str(compose)


def _faults(compose: Compose) -> Iterator[str]:  # noqa: C901, PLR0912 a list of rules
    """Name what lets more out, or in, than is needed."""
    for name, service in compose["services"].items():
        if "ports" in service and name not in {"gateway-api", "identity"}:
            yield f"{name}: published"
        for port in service.get("ports", []):
            if not port.startswith("127.0.0.1:"):
                yield f"{name}: reached from outside"
        if "outside" in service["networks"] and "ports" not in service:
            yield f"{name}: outside"
        if "mem_limit" not in service:
            yield f"{name}: memory"
        if "no-new-privileges:true" not in service.get("security_opt", []):
            yield f"{name}: privileges"
        image = service["image"].rpartition("/")[2]
        if image.partition(":")[2] in {"", "latest"}:
            yield f"{name}: image"
        if "healthcheck" not in service:
            yield f"{name}: health"
        if not image.startswith("wengang-") or name == "identity":
            continue
        if service.get("read_only") is not True or service.get("cap_drop") != ["ALL"]:
            yield f"{name}: root is written to"
        if int(str(service.get("user", 0)).partition(":")[0]) < 10_000:
            yield f"{name}: user"
    if compose["networks"]["inside"] != {"internal": True}:
        yield "inside: reaches out"


def test_only_two_doors_stand_open_and_nobody_has_more_than_needed(compose: Compose) -> None:
    assert list(_faults(compose)) == []


BREAKS: list[tuple[str, Callable[[Compose], Any]]] = [
    ("postgres: published", lambda c: c["services"]["postgres"].update(ports=["127.0.0.1:1:1"])),
    (
        "gateway-api: reached from outside",
        lambda c: c["services"]["gateway-api"].update(ports=["8080:8000"]),
    ),
    ("cases-api: outside", lambda c: c["services"]["cases-api"].update(networks=["outside"])),
    ("cases-api: memory", lambda c: c["services"]["cases-api"].pop("mem_limit")),
    ("cases-api: privileges", lambda c: c["services"]["cases-api"].pop("security_opt")),
    ("nats: image", lambda c: c["services"]["nats"].update(image="nats")),
    ("nats: health", lambda c: c["services"]["nats"].pop("healthcheck")),
    ("cases-api: root is written to", lambda c: c["services"]["cases-api"].pop("read_only")),
    ("cases-api: user", lambda c: c["services"]["cases-api"].pop("user")),
    ("inside: reaches out", lambda c: c["networks"].update(inside={})),
]


@pytest.mark.parametrize(("told", "change"), BREAKS, ids=[told for told, _ in BREAKS])
def test_what_lets_more_out_is_found(
    told: str, change: Callable[[Compose], Any], compose: Compose
) -> None:
    wrong = copy.deepcopy(compose)
    change(wrong)
    assert told in list(_faults(wrong))


def test_the_programs_are_those_of_one_machine(compose: Compose) -> None:
    ours = {
        name: (service["command"], service["build"]["args"]["DEPLOYABLE"])
        for name, service in compose["services"].items()
        if "build" in service and "args" in service["build"]
    }
    images = {name: service["image"] for name, service in compose["services"].items()}
    assert ours.pop("provision") == (
        ["cli", "provision", "database", "/run/secrets/passwords.json"],
        "cli",
    )
    for program in PROGRAMS:
        service = compose["services"][program.name]
        assert service["command"] == [program.module, str(program.face)]
        # Built once, by the job that runs first; the others take its image.
        assert images[program.name] == images[f"{program.service}-migrate"]
        assert (program.name in ours) == (program.face is Face.MIGRATE)
    parts = {"postgres", "nats", "identity", "provision"}
    assert set(compose["services"]) == {program.name for program in PROGRAMS} | parts


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Mapping[str, Mapping[str, str]]]:
    """What `wengang provision secrets --for compose` writes."""
    folder = tmp_path_factory.mktemp("keep")
    secrets = installation_secrets(folder, CONTAINERS)
    write_for_containers(folder / "compose", secrets)
    return folder / "compose", environments(secrets)


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.name)
def test_a_program_is_told_settings_that_exist_and_enough(
    program: Any,
    compose: Compose,
    kept: tuple[Path, Mapping[str, Mapping[str, str]]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    service = compose["services"][program.name]
    told = {**kept[1][program.name], **service.get("environment", {})}
    assert [name for name in told if name not in variables(settings_class(program.service))] == []
    for name, value in told.items():
        monkeypatch.setenv(name, value)

    settings = settings_class(program.service)()

    if program.face is Face.MIGRATE:
        return
    assert (settings.listen.host, settings.listen.port) == ("0.0.0.0", 8000)
    mounted = {
        each if isinstance(each, str) else each["target"]: each for each in service["secrets"]
    }
    for file in (settings.keys.private_key_file, settings.keys.trust_file):
        assert file is not None
        assert file.parent == Path("/run/secrets")
        assert file.name in mounted
    assert mounted["key.json"]["source"] == f"{program.service}-key.json"
    if program.service == "ingest":
        assert f"blobs:{settings.blobs.root}" in service["volumes"]
    if program.name == "gateway-api":
        assert isinstance(settings, GatewaySettings)
        for upstream, address in settings.upstreams.addresses().items():
            assert address == f"http://{upstream}-api:8000"
        assert settings.identity is not None
        provider = compose["services"]["identity"]["environment"]
        assert settings.identity.issuer == f"{provider['KC_HOSTNAME']}/realms/wengang"
        assert settings.public_url == provider["PUBLIC_URL"]


def test_every_file_that_is_named_is_written_and_can_be_read_in_a_container(
    compose: Compose, kept: tuple[Path, Mapping[str, Mapping[str, str]]]
) -> None:
    folder = kept[0]
    files = {path.name for path in folder.iterdir()}
    named = {Path(each["file"]).name for each in compose["secrets"].values()}
    for service in compose["services"].values():
        named |= {Path(each).name for each in service["env_file"]}
        used = {
            each if isinstance(each, str) else each["source"] for each in service.get("secrets", ())
        }
        assert used <= set(compose["secrets"])
    assert named == files
    assert folder.stat().st_mode & 0o777 == 0o700
    for each in compose["secrets"].values():
        assert (folder / Path(each["file"]).name).stat().st_mode & 0o777 == 0o444


def test_everything_that_is_mounted_from_here_is_here(compose: Compose) -> None:
    for service in compose["services"].values():
        for volume in service.get("volumes", []):
            source = volume.partition(":")[0]
            if source.startswith("."):
                assert (FOLDER / source).is_file(), source
            else:
                assert source in compose["volumes"]
        build = service.get("build")
        if build is not None:
            assert (FOLDER / build["context"] / build["dockerfile"]).is_file()


def test_what_a_program_waits_for_is_there_and_ends_where_it_should(compose: Compose) -> None:
    services = compose["services"]
    for service in services.values():
        for other, how in service.get("depends_on", {}).items():
            once = services[other]["restart"] == "on-failure"
            expected = "service_completed_successfully" if once else "service_healthy"
            assert how["condition"] == expected
            assert once or services[other]["healthcheck"].get("disable") is not True


# --- images


def _image_faults(text: str) -> Iterator[str]:
    """Name what makes an image unrepeatable, or run as root."""
    lines = [line.strip() for line in text.splitlines() if line.strip() and line[0] != "#"]
    defaults = dict(line[4:].split("=", 1) for line in lines if re.match(r"ARG \w+=", line))
    stages: set[str] = set()
    for line in (each for each in lines if each.startswith("FROM ")):
        base = re.sub(r"\$\{(\w+)\}", lambda match: defaults[match[1]], line.split()[1])
        if base not in stages and not re.search(r":\d+\.\d+\.\d+|@sha256:", base):
            yield f"unpinned: {base}"
        if " AS " in line:
            stages.add(line.rpartition(" AS ")[2])
    if "uv sync" in text and not all("--frozen" in each for each in re.findall(r"uv sync.*", text)):
        yield "not as the lock file says"
    if "uv sync" in text and not all("--no-dev" in each for each in re.findall(r"uv sync.*", text)):
        yield "tools of development"
    last = text.rpartition("\nFROM ")[2]
    users = re.findall(r"^USER (\d+)", last, re.MULTILINE)
    if not users or int(users[-1]) < 10_000:
        yield "root"
    if re.search(r"^(ENV|ARG) .*(PASSWORD|SECRET|TOKEN)", text, re.MULTILINE):
        yield "a secret"


@pytest.mark.parametrize("name", ["Dockerfile", "keycloak.Dockerfile"])
def test_an_image_is_repeatable_and_runs_as_nobody(name: str) -> None:
    assert list(_image_faults((FOLDER / name).read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize(
    ("told", "old", "new"),
    [
        ("unpinned: python:3.11-slim", "python:3.11.14-slim-trixie", "python:3.11-slim"),
        (
            "not as the lock file says",
            "--frozen --no-dev --no-editable --extra",
            "--no-dev --extra",
        ),
        ("tools of development", "--frozen --no-dev --no-editable --extra", "--frozen --extra"),
        ("root", "USER 10001:10001", "USER 0"),
        ("root", "USER 10001:10001\n", ""),
        ("a secret", "ENV PATH", "ENV DATABASE_PASSWORD=x\nENV PATH"),
    ],
)
def test_a_worse_image_is_found(told: str, old: str, new: str) -> None:
    text = (FOLDER / "Dockerfile").read_text(encoding="utf-8")
    assert old in text
    assert told in list(_image_faults(text.replace(old, new)))


def test_every_image_is_of_an_extra_and_has_its_sources(compose: Compose) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    extras = set(project["project"]["optional-dependencies"])
    built = {
        service["build"]["args"]["DEPLOYABLE"]
        for service in compose["services"].values()
        if "args" in service.get("build", {})
    }
    assert built == extras - {"launcher"}
    allowed = (FOLDER / "Dockerfile.dockerignore").read_text(encoding="utf-8").splitlines()
    packages = project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    wanted = [*packages, "pyproject.toml", "uv.lock", project["project"]["readme"]]
    assert [f"!{each}" for each in wanted if f"!{each}" not in allowed] == []
    assert allowed[1] == "*"


def test_the_user_of_the_image_is_the_one_that_the_manifests_run_as() -> None:
    text = (FOLDER / "Dockerfile").read_text(encoding="utf-8")
    patch = (ROOT / "deploy/k8s/base/programs/every-deployment.yaml").read_text(encoding="utf-8")
    [user] = re.findall(r"^USER (\d+):", text, re.MULTILINE)
    assert f"runAsUser: {user}" in patch
    assert f"--chown={user}:{user}" in text
