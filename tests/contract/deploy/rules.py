"""The rules that every rendered overlay keeps; each returns what breaks it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from tests.contract.deploy.kustomize import Manifest
from tests.contract.deploy.objects import Workload, of_kind, references, selects, workloads

Rule = Callable[[Sequence[Manifest]], Iterator[str]]
Mounts = Mapping[str, frozenset[str]]

_LOWEST_UID: Final = 10_000
_ENDS_WITHIN: Final = 15  # seconds that the launcher gives a program, too (launcher/programs.py)


def pods_run_as_nobody_of_the_host(manifests: Sequence[Manifest]) -> Iterator[str]:
    """A high user id, never root."""
    for each in workloads(manifests):
        context = each.pod.get("securityContext", {})
        if context.get("runAsNonRoot") is not True or context.get("runAsUser", 0) < _LOWEST_UID:
            yield each.name


def pods_are_confined(manifests: Sequence[Manifest]) -> Iterator[str]:
    """The runtime's system call filter, no token of Kubernetes, no variables of other services."""
    for each in workloads(manifests):
        profile = each.pod.get("securityContext", {}).get("seccompProfile", {})
        if profile.get("type") != "RuntimeDefault":
            yield f"{each.name}: seccomp"
        if each.pod.get("automountServiceAccountToken") is not False:
            yield f"{each.name}: token"
        if each.pod.get("enableServiceLinks") is not False:
            yield f"{each.name}: service links"
        for word in ("hostNetwork", "hostPID", "hostIPC"):
            if each.pod.get(word):
                yield f"{each.name}: {word}"


def containers_have_no_privileges(manifests: Sequence[Manifest]) -> Iterator[str]:
    """A root that cannot be written to, no capability, no way to more."""
    for each in workloads(manifests):
        for container in each.containers:
            context = container.get("securityContext", {})
            if context.get("readOnlyRootFilesystem") is not True:
                yield f"{each.name}: root is written to"
            if context.get("allowPrivilegeEscalation") is not False or context.get("privileged"):
                yield f"{each.name}: privileges"
            if context.get("capabilities") != {"drop": ["ALL"]}:
                yield f"{each.name}: capabilities"


def containers_ask_for_what_they_need(manifests: Sequence[Manifest]) -> Iterator[str]:
    """Requests and limits of processor and memory."""
    for each in workloads(manifests):
        for container in each.containers:
            resources = container.get("resources", {})
            for kind in ("requests", "limits"):
                if set(resources.get(kind, {})) != {"cpu", "memory"}:
                    yield f"{each.name}: {kind}"


def images_are_pinned(manifests: Sequence[Manifest]) -> Iterator[str]:
    """A version or a digest, never `latest`."""
    for each in workloads(manifests):
        for container in each.containers:
            image = str(container["image"])
            tag = image.rpartition("/")[2].partition(":")[2]
            if "@sha256:" not in image and tag in {"", "latest"}:
                yield f"{each.name}: {image}"


def servers_are_probed(manifests: Sequence[Manifest]) -> Iterator[str]:
    """Three probes at ports that the container has."""
    for each in workloads(manifests):
        for container in each.containers if each.kind != "Job" else ():
            ports = {port["name"] for port in container.get("ports", [])}
            for kind in ("startupProbe", "livenessProbe", "readinessProbe"):
                probe = container.get(kind, {}).get("httpGet", {})
                if probe.get("port") not in ports or not str(probe.get("path")).startswith("/"):
                    yield f"{each.name}: {kind}"


def servers_end_in_peace(manifests: Sequence[Manifest]) -> Iterator[str]:
    """Out of the services before the stop signal, and time enough after it."""
    for each in workloads(manifests):
        for container in each.containers if each.kind != "Job" else ():
            before = container.get("lifecycle", {}).get("preStop")
            if before is None:
                yield f"{each.name}: no preStop"
                continue
            pause = before.get("sleep", {}).get("seconds", 0)
            if each.pod.get("terminationGracePeriodSeconds", 30) < pause + _ENDS_WITHIN:
                yield f"{each.name}: killed too soon"


def servers_survive_a_drain(manifests: Sequence[Manifest]) -> Iterator[str]:
    """Two replicas or more: a budget that lets one go at a time, and pods on different nodes."""
    budgets = of_kind(manifests, "PodDisruptionBudget").values()
    for each in workloads(manifests):
        if each.kind == "Job" or _replicas(each, manifests) <= 1:
            continue
        own = [b["spec"] for b in budgets if selects(b["spec"]["selector"], each.labels)]
        if len(own) != 1 or own[0].get("maxUnavailable") != 1:
            yield f"{each.name}: budget"
        spread = {s["topologyKey"] for s in each.pod.get("topologySpreadConstraints", [])}
        apart = each.pod.get("affinity", {}).get("podAntiAffinity")
        if "kubernetes.io/hostname" not in spread and apart is None:
            yield f"{each.name}: on one node"


def _replicas(workload: Workload, manifests: Sequence[Manifest]) -> int:
    """Return the least number of replicas, whoever decides it."""
    for kind, least in (
        ("HorizontalPodAutoscaler", "minReplicas"),
        ("ScaledObject", "minReplicaCount"),
    ):
        for scaler in of_kind(manifests, kind).values():
            if scaler["spec"]["scaleTargetRef"]["name"] == workload.name:
                return int(scaler["spec"][least])
    return int(workload.spec.get("replicas", 1))


def jobs_end(manifests: Sequence[Manifest]) -> Iterator[str]:
    """A job gives up, and goes away."""
    for each in workloads(manifests):
        if each.kind == "Job":
            for word in ("backoffLimit", "activeDeadlineSeconds", "ttlSecondsAfterFinished"):
                if word not in each.spec:
                    yield f"{each.name}: {word}"


def selectors_fit(manifests: Sequence[Manifest]) -> Iterator[str]:
    """Whoever selects pods finds some, and these alone."""
    everything = workloads(manifests)
    for each in everything:
        if "selector" in each.spec and not selects(each.spec["selector"], each.labels):
            yield f"{each.name}: selects others' pods"
    for name, budget in of_kind(manifests, "PodDisruptionBudget").items():
        if not any(selects(budget["spec"]["selector"], each.labels) for each in everything):
            yield f"PodDisruptionBudget {name}: selects nothing"


def addresses_lead_somewhere(manifests: Sequence[Manifest]) -> Iterator[str]:
    """Behind a service is one workload that listens, behind a route a service."""
    services = of_kind(manifests, "Service")
    for name, service in services.items():
        selector = {"matchLabels": service["spec"]["selector"]}
        behind = [each for each in workloads(manifests) if selects(selector, each.labels)]
        ports = {p["name"] for each in behind for c in each.containers for p in c.get("ports", [])}
        wanted = {port["targetPort"] for port in service["spec"]["ports"]}
        if len(behind) != 1 or not wanted <= ports:
            yield f"Service {name}: nobody listens"
    for name, route in of_kind(manifests, "HTTPRoute").items():
        for backend in (b for rule in route["spec"]["rules"] for b in rule["backendRefs"]):
            service = services.get(backend["name"], {"spec": {"ports": []}})
            if backend["port"] not in {port["port"] for port in service["spec"]["ports"]}:
                yield f"HTTPRoute {name}: leads nowhere"


def scalers_decide_alone(manifests: Sequence[Manifest]) -> Iterator[str]:
    """What scales is there, and is not told a number of replicas as well."""
    for kind in ("HorizontalPodAutoscaler", "ScaledObject"):
        for name, scaler in of_kind(manifests, kind).items():
            target = of_kind(manifests, "Deployment").get(scaler["spec"]["scaleTargetRef"]["name"])
            if target is None or "replicas" in target["spec"]:
                yield f"{kind} {name}"


def mounts_fit(manifests: Sequence[Manifest]) -> Iterator[str]:
    """Every mount has its volume, and every volume is mounted."""
    for each in workloads(manifests):
        there = {volume["name"] for volume in each.pod.get("volumes", [])}
        there |= {v["metadata"]["name"] for v in each.spec.get("volumeClaimTemplates", [])}
        used = {m["name"] for c in each.containers for m in c.get("volumeMounts", [])}
        for name in there ^ used:
            yield f"{each.name}: {name}"


def everybody_stands_behind_a_policy(manifests: Sequence[Manifest]) -> Iterator[str]:
    """All pods are denied everything, and each of them is then allowed something by name."""
    policies = [each["spec"] for each in of_kind(manifests, "NetworkPolicy").values()]
    nobody = {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
    if nobody not in policies:
        yield "nothing denies everything"
    pods = [(each.name, each.labels) for each in workloads(manifests)]
    pods += [
        (name, {"cnpg.io/cluster": name}) for name in of_kind(manifests, "Cluster")
    ]  # pods that the operator makes
    for name, labels in pods:
        own = [p for p in policies if p["podSelector"] and selects(p["podSelector"], labels)]
        if not any(policy.get("ingress") or policy.get("egress") for policy in own):
            yield name


RULES: Final[tuple[Rule, ...]] = (
    pods_run_as_nobody_of_the_host,
    pods_are_confined,
    containers_have_no_privileges,
    containers_ask_for_what_they_need,
    images_are_pinned,
    servers_are_probed,
    servers_end_in_peace,
    servers_survive_a_drain,
    jobs_end,
    selectors_fit,
    addresses_lead_somewhere,
    scalers_decide_alone,
    mounts_fit,
    everybody_stands_behind_a_policy,
)


def missing(manifests: Sequence[Manifest], secrets: Mounts) -> Iterator[str]:
    """Name the ConfigMaps, Secrets, claims and keys that pods refer to and nobody makes."""
    maps = of_kind(manifests, "ConfigMap")
    claims = of_kind(manifests, "PersistentVolumeClaim")
    for each in workloads(manifests):
        for kind, name, key in references(each):
            there: Mapping[str, Any] | frozenset[str] | None
            if kind == "Secret":
                there = secrets.get(name)
            elif kind == "ConfigMap":
                there = maps.get(name, {}).get("data")
            else:
                there = claims.get(name)
            if there is None or (key is not None and key not in there):
                yield f"{each.name}: {kind} {name} {key or ''}".strip()
