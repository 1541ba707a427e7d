"""Every overlay keeps every rule, and each rule is broken by something."""

import copy
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from launcher.installation.secrets import CLUSTER, installation_secrets
from tests.architecture.deployables import ROOT
from tests.contract.deploy import rules
from tests.contract.deploy.kustomize import Manifest
from tests.contract.deploy.objects import of_kind
from tests.contract.deploy.schemas import NoSchema, faults

# Made by whom: CloudNativePG, cert-manager, and the city itself (docs/deployment.md).
MADE_ELSEWHERE = {
    "postgres-ca": frozenset({"ca.crt"}),
    "nats-tls": frozenset({"ca.crt", "tls.crt", "tls.key"}),
    "backup-store": frozenset({"access-key-id", "secret-access-key"}),
}


@pytest.fixture(scope="session")
def secrets(tmp_path_factory: pytest.TempPathFactory) -> rules.Mounts:
    """The secrets that an installation has, with their keys."""
    made = installation_secrets(tmp_path_factory.mktemp("keep"), CLUSTER)
    return {name: frozenset(values) for name, values in made.items()} | MADE_ELSEWHERE


def test_every_object_is_what_kubernetes_takes(manifests: list[Manifest]) -> None:
    found = {
        f"{each['kind']} {each['metadata']['name']}": told
        for each in manifests
        if (told := faults(each))
    }
    assert found == {}


@pytest.mark.parametrize("rule", rules.RULES, ids=lambda rule: rule.__name__)
def test_every_overlay_keeps_the_rule(rule: rules.Rule, manifests: list[Manifest]) -> None:
    assert list(rule(manifests)) == []


def test_everything_that_is_referred_to_is_made(
    manifests: list[Manifest], secrets: rules.Mounts
) -> None:
    assert list(rules.missing(manifests, secrets)) == []


def test_every_secret_of_an_installation_is_used(
    overlays: dict[str, list[Manifest]], secrets: rules.Mounts
) -> None:
    text = str(overlays["prod"])
    assert [name for name in secrets if f"'{name}'" not in text] == []


def test_every_secret_is_documented_with_its_keys(secrets: rules.Mounts) -> None:
    page = (ROOT / "docs" / "deployment.md").read_text(encoding="utf-8")
    rows = [line for line in page.splitlines() if line.startswith("| `")]
    told = {
        name: {key for row in rows for key in row.split("|")[2].split("`") if f"`{name}`" in row}
        for name in secrets
    }
    assert [name for name, keys in told.items() if not keys] == []
    by_user = {"bus-users", "gateway-clients", "partner-clients"}  # one for each, by its name
    lacking = {name: secrets[name] - keys for name, keys in told.items() if name not in by_user}
    assert {name: keys for name, keys in lacking.items() if keys - {"tls.crt", "tls.key"}} == {}


def test_no_secret_lies_in_a_manifest(manifests: list[Manifest]) -> None:
    assert of_kind(manifests, "Secret") == {}
    told = [
        f"{name}: {key}"
        for name, each in of_kind(manifests, "ConfigMap").items()
        for key, value in each["data"].items()
        if key.endswith(("PASSWORD", "SECRET")) or ("://" in value and "@" in value)
    ]
    assert told == []


Change = Callable[[list[Manifest]], Any]


def _deployment(manifests: Sequence[Manifest]) -> dict[str, Any]:
    return of_kind(manifests, "Deployment")["cases-api"]


def _pod(manifests: Sequence[Manifest]) -> dict[str, Any]:
    found: dict[str, Any] = _deployment(manifests)["spec"]["template"]["spec"]
    return found


def _program(manifests: Sequence[Manifest]) -> dict[str, Any]:
    found: dict[str, Any] = _pod(manifests)["containers"][0]
    return found


def _without(kind: str, name: str) -> Change:
    def change(manifests: list[Manifest]) -> None:
        before = len(manifests)
        manifests[:] = [
            each for each in manifests if (each["kind"], each["metadata"]["name"]) != (kind, name)
        ]
        assert len(manifests) == before - 1

    return change


BREAKS: list[tuple[rules.Rule, str, Change]] = [
    (
        rules.pods_run_as_nobody_of_the_host,
        "cases-api",
        lambda m: _pod(m)["securityContext"].update(runAsUser=0),
    ),
    (rules.pods_run_as_nobody_of_the_host, "cases-api", lambda m: _pod(m).pop("securityContext")),
    (
        rules.pods_are_confined,
        "cases-api: seccomp",
        lambda m: _pod(m)["securityContext"].pop("seccompProfile"),
    ),
    (
        rules.pods_are_confined,
        "cases-api: token",
        lambda m: _pod(m).update(automountServiceAccountToken=True),
    ),
    (
        rules.pods_are_confined,
        "cases-api: service links",
        lambda m: _pod(m).pop("enableServiceLinks"),
    ),
    (rules.pods_are_confined, "cases-api: hostNetwork", lambda m: _pod(m).update(hostNetwork=True)),
    (
        rules.containers_have_no_privileges,
        "cases-api: root is written to",
        lambda m: _program(m)["securityContext"].pop("readOnlyRootFilesystem"),
    ),
    (
        rules.containers_have_no_privileges,
        "cases-api: privileges",
        lambda m: _program(m)["securityContext"].update(privileged=True),
    ),
    (
        rules.containers_have_no_privileges,
        "cases-api: capabilities",
        lambda m: _program(m)["securityContext"].update(
            capabilities={"drop": ["ALL"], "add": ["NET_ADMIN"]}
        ),
    ),
    (
        rules.containers_ask_for_what_they_need,
        "cases-api: limits",
        lambda m: _program(m)["resources"]["limits"].pop("memory"),
    ),
    (
        rules.images_are_pinned,
        "cases-api: wengang-cases",
        lambda m: _program(m).update(image="wengang-cases"),
    ),
    (
        rules.images_are_pinned,
        "cases-api: r:5000/cases:latest",
        lambda m: _program(m).update(image="r:5000/cases:latest"),
    ),
    (
        rules.servers_are_probed,
        "cases-api: readinessProbe",
        lambda m: _program(m).pop("readinessProbe"),
    ),
    (
        rules.servers_are_probed,
        "cases-api: livenessProbe",
        lambda m: _program(m)["livenessProbe"]["httpGet"].update(port="web"),
    ),
    (rules.servers_end_in_peace, "cases-api: no preStop", lambda m: _program(m).pop("lifecycle")),
    (
        rules.servers_end_in_peace,
        "cases-api: killed too soon",
        lambda m: _pod(m).update(terminationGracePeriodSeconds=15),
    ),
    (
        rules.servers_survive_a_drain,
        "cases-api: budget",
        _without("PodDisruptionBudget", "cases-api"),
    ),
    (
        rules.servers_survive_a_drain,
        "cases-api: on one node",
        lambda m: _pod(m).pop("topologySpreadConstraints"),
    ),
    (
        rules.jobs_end,
        "cases-migrate: backoffLimit",
        lambda m: of_kind(m, "Job")["cases-migrate"]["spec"].pop("backoffLimit"),
    ),
    (
        rules.addresses_lead_somewhere,
        "Service cases: nobody listens",
        lambda m: _program(m)["ports"].pop(0),
    ),
    (
        rules.addresses_lead_somewhere,
        "HTTPRoute gateway: leads nowhere",
        _without("Service", "gateway"),
    ),
    (
        rules.selectors_fit,
        "PodDisruptionBudget cases-api: selects nothing",
        _without("Deployment", "cases-api"),
    ),
    (
        rules.scalers_decide_alone,
        "HorizontalPodAutoscaler cases-api",
        lambda m: _deployment(m)["spec"].update(replicas=2),
    ),
    (rules.mounts_fit, "cases-api: keys", lambda m: _pod(m)["volumes"].pop()),
    (
        rules.everybody_stands_behind_a_policy,
        "nothing denies everything",
        _without("NetworkPolicy", "nobody"),
    ),
    (rules.everybody_stands_behind_a_policy, "nats", _without("NetworkPolicy", "nats")),
]


@pytest.mark.parametrize(("rule", "told", "change"), BREAKS, ids=[told for _, told, _ in BREAKS])
def test_a_rule_is_broken_by(
    rule: rules.Rule, told: str, change: Change, overlays: dict[str, list[Manifest]]
) -> None:
    manifests = copy.deepcopy(overlays["prod"])
    change(manifests)
    assert told in list(rule(manifests))


def test_each_rule_is_shown_to_break() -> None:
    assert {rule for rule, _, _ in BREAKS} == set(rules.RULES)


MISSING: list[tuple[str, Change]] = [
    (
        "cases-api: Secret of-nobody",
        lambda m: _pod(m)["volumes"][-1]["secret"].update(secretName="of-nobody"),
    ),
    (
        "cases-api: Secret cases-database admin",
        lambda m: _program(m)["env"][0]["valueFrom"]["secretKeyRef"].update(key="admin"),
    ),
    ("cases-api: ConfigMap cases-settings", _without("ConfigMap", "cases-settings")),
    (
        "ingest-api: PersistentVolumeClaim ingest-blobs",
        _without("PersistentVolumeClaim", "ingest-blobs"),
    ),
]


@pytest.mark.parametrize(("told", "change"), MISSING, ids=[told for told, _ in MISSING])
def test_a_missing_part_is_found(
    told: str, change: Change, overlays: dict[str, list[Manifest]], secrets: rules.Mounts
) -> None:
    manifests = copy.deepcopy(overlays["prod"])
    change(manifests)
    assert told in list(rules.missing(manifests, secrets))


@pytest.mark.parametrize(
    "change",
    [
        lambda m: _deployment(m)["spec"].update(replicas="two"),
        lambda m: _program(m).update(imagePullPolice="Always"),
        lambda m: of_kind(m, "Cluster")["postgres"]["spec"].update(instance=3),
        lambda m: of_kind(m, "Cluster")["postgres"]["spec"]["postgresql"]["synchronous"].update(
            method="quorum"
        ),
        lambda m: of_kind(m, "ScaledObject")["cases-worker"]["spec"].pop("triggers"),
        lambda m: of_kind(m, "HTTPRoute")["gateway"]["spec"].update(hostnames=[]),
    ],
)
def test_a_wrong_or_misspelt_field_is_found(
    change: Change, overlays: dict[str, list[Manifest]]
) -> None:
    manifests = copy.deepcopy(overlays["prod"])
    change(manifests)
    assert sum(bool(faults(each)) for each in manifests) == 1


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(NoSchema, match=r"example\.org/v1/Thing"):
        faults({"apiVersion": "example.org/v1", "kind": "Thing"})
