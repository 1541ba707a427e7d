"""Who may speak to whom, worked out from the policies: what stands here, and nothing else."""

import copy
from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import Any, Final

import pytest

from launcher.programs import PROGRAMS, SERVICES, Face
from tests.contract.deploy.kustomize import Manifest
from tests.contract.deploy.objects import of_kind, selects, workloads

_POSTGRES: Final = {"cnpg.io/cluster": "postgres"}
# (who, namespace): peers outside the platform's own namespace.
_OUTSIDE: Final = ("ingress", "monitoring", "cnpg-system", "somewhere")
_PORTS: Final = (443, 4222, 5432, 6222, 6443, 7800, 8000, 8080, 8222, 8443, 9000, 9464, 57800)


def _pods(manifests: Sequence[Manifest]) -> dict[str, tuple[Mapping[str, str], dict[str, int]]]:
    """Map each kind of pod to its labels and its named ports."""
    found: dict[str, tuple[Mapping[str, str], dict[str, int]]] = {
        each.name: (
            each.labels,
            {p["name"]: p["containerPort"] for c in each.containers for p in c.get("ports", [])},
        )
        for each in workloads(manifests)
    }
    return {**found, "postgres": (_POSTGRES, {})}


def _allows(
    policies: Sequence[dict[str, Any]],
    way: str,
    own: tuple[Mapping[str, str], dict[str, int]],
    peer: tuple[str, Mapping[str, str]],
    port: int,
    named: Mapping[str, int],
) -> bool:
    """Say whether a pod's policies let `port` through in one direction (ingress or egress)."""
    kind = way.capitalize()
    mine = [p for p in policies if kind in p["policyTypes"] and selects(p["podSelector"], own[0])]
    if not mine:
        return True  # nobody restricts this pod
    return any(
        _is_peer(rule.get("from" if way == "ingress" else "to"), peer)
        and any(
            each.get("protocol", "TCP") == "TCP" and named.get(each["port"], each["port"]) == port
            for each in rule["ports"]
        )
        for policy in mine
        for rule in policy.get(way, [])
    )


def _is_peer(peers: Sequence[Mapping[str, Any]] | None, who: tuple[str, Mapping[str, str]]) -> bool:
    if peers is None:
        return True
    namespace, labels = who
    for peer in peers:
        assert set(peer) <= {"podSelector", "namespaceSelector"}, peer
        place = peer.get("namespaceSelector")
        if place is None and namespace != "wengang":
            continue
        if place is not None and not selects(place, {"kubernetes.io/metadata.name": namespace}):
            continue
        if selects(peer.get("podSelector", {}), labels):
            return True
    return False


def _ways(manifests: Sequence[Manifest]) -> Iterator[tuple[str, str, int]]:
    """Name every way that is open: who, to whom, at which port."""
    policies = [each["spec"] for each in of_kind(manifests, "NetworkPolicy").values()]
    pods = _pods(manifests)
    for (one, mine), (other, theirs), port in product(pods.items(), pods.items(), _PORTS):
        out = _allows(policies, "egress", mine, ("wengang", theirs[0]), port, theirs[1])
        if out and _allows(policies, "ingress", theirs, ("wengang", mine[0]), port, theirs[1]):
            yield one, other, port
    for (name, pod), place, port in product(pods.items(), _OUTSIDE, _PORTS):
        if _allows(policies, "ingress", pod, (place, {}), port, pod[1]):
            yield place, name, port
        if _allows(policies, "egress", pod, (place, {}), port, {}):
            yield name, place, port


SERVERS: Final = [each.name for each in PROGRAMS if each.face is not Face.MIGRATE]
WORKERS: Final = [each.name for each in PROGRAMS if each.face is Face.WORKER]
ALLOWED: Final = {
    ("ingress", "gateway-api", 8000),
    *(("gateway-api", f"{service}-api", 8000) for service in SERVICES if service != "gateway"),
    *((each.name, "postgres", 5432) for each in PROGRAMS),
    ("provision", "postgres", 5432),
    *((worker, "nats", 4222) for worker in WORKERS),
    *(("monitoring", server, 9464) for server in SERVERS),
    ("nats", "nats", 6222),
    # Instances among themselves, the operator, the Kubernetes API and the store of backups.
    ("postgres", "postgres", 5432),
    ("postgres", "postgres", 8000),
    ("cnpg-system", "postgres", 8000),
    *(("postgres", place, port) for place in _OUTSIDE for port in (443, 6443)),
    # The identity provider, and the gateway's way to it by its public name.
    ("ingress", "keycloak", 8080),
    ("keycloak", "keycloak", 7800),
    ("keycloak", "keycloak", 57800),
    ("keycloak", "postgres", 5432),
    ("gateway-api", "ingress", 443),
    ("gateway-api", "ingress", 8443),
}


def test_exactly_these_ways_are_open(manifests: list[Manifest]) -> None:
    assert set(_ways(manifests)) == ALLOWED


@pytest.mark.parametrize(
    ("policy", "opened"),
    [
        # Without its own policy a pod is still denied everything ...
        ("gateway", set()),
        # ... and without the one that denies everything, whatever nobody restricts stands open.
        ("nobody", {("somewhere", "provision", 8000)}),
    ],
)
def test_a_policy_that_is_lost_shows(
    policy: str, opened: set[tuple[str, str, int]], overlays: dict[str, list[Manifest]]
) -> None:
    manifests = [
        each
        for each in copy.deepcopy(overlays["prod"])
        if (each["kind"], each["metadata"]["name"]) != ("NetworkPolicy", policy)
    ]
    ways = set(_ways(manifests))
    assert ways != ALLOWED
    assert opened <= ways - ALLOWED
