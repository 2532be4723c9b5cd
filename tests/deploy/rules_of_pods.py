"""What every pod must be, as rules over rendered manifests: each yields a sentence for what breaks it."""

import re
from collections.abc import Iterator
from typing import Any

from tests.deploy.dockerfile import DOCKERFILE
from tests.deploy.manifests import COMPONENT, Manifest, of_kind, selects, tag, title, workloads

Faults = Iterator[str]
_SECRET_NAME = re.compile(r"PASSWORD|SECRET|CLIENTS|SMTP_URL|_KEY$")
_PASSWORD_IN_URL = re.compile(r"://[^/@\s:]+:[^/@\s]+@")
_AFTER_THE_SERVER_SECONDS = 10  # messages that are being delivered
_SERVING = ("api", "gateway")


def containers_have_limits(objects: list[Manifest]) -> Faults:
    for workload in workloads(objects):
        for container in workload.containers:
            for bound in ("requests", "limits"):
                given = container.get("resources", {}).get(bound, {})
                if not {"cpu", "memory"} <= set(given):
                    yield f"{workload.name}: {container['name']} has no {bound}"


def images_are_of_a_release(objects: list[Manifest]) -> Faults:
    images = [(workload.name, item["image"]) for workload in workloads(objects) for item in workload.containers]
    images += [(title(item), item["spec"]["imageName"]) for item in of_kind(objects, "Cluster")]
    for name, image in images:
        if tag(image) in ("", "latest"):
            yield f"{name}: {image} may be anything"
    if len({tag(image) for name, image in images if not name.startswith("Cluster/")}) != 1:
        yield "images of several releases"


def pods_can_do_nothing_else(objects: list[Manifest]) -> Faults:
    for workload in workloads(objects):
        pod, bounds = workload.pod, workload.pod.get("securityContext", {})
        if not (bounds.get("runAsNonRoot") and bounds.get("runAsUser") == DOCKERFILE.user):
            yield f"{workload.name} may run as root, or as another than the image's user"
        if bounds.get("seccompProfile") != {"type": "RuntimeDefault"}:
            yield f"{workload.name} may ask the kernel for anything"
        if pod.keys() & {"hostNetwork", "hostPID", "hostIPC"}:
            yield f"{workload.name} is on the node's own ground"
        for volume in pod.get("volumes", []):
            if not volume.keys() & {"emptyDir", "secret", "configMap"}:
                yield f"{workload.name}: the volume {volume['name']} outlives the pod"
        for container in workload.containers:
            if container.get("securityContext") != {
                "allowPrivilegeEscalation": False,
                "readOnlyRootFilesystem": True,
                "capabilities": {"drop": ["ALL"]},
            }:
                yield f"{workload.name}: {container['name']} may gain rights or write to its image"


def accounts_have_no_rights(objects: list[Manifest]) -> Faults:
    accounts = {item["metadata"]["name"]: item for item in of_kind(objects, "ServiceAccount")}
    yield from (f"{title(item)} bears rights" for item in of_kind(objects, "RoleBinding", "ClusterRoleBinding"))
    for workload in workloads(objects):
        account = accounts.get(workload.pod.get("serviceAccountName", "default"))
        if account is None:
            yield f"{workload.name} has no account of its own"
        elif [item.get("automountServiceAccountToken") for item in (workload.pod, account)] != [False, False]:
            yield f"{workload.name} holds a token of the cluster"
        if workload.pod.get("enableServiceLinks") is not False:
            yield f"{workload.name} has every service's address in its environment"


def secrets_stand_elsewhere(objects: list[Manifest]) -> Faults:
    yield from (f"{title(item)} is in the repository" for item in of_kind(objects, "Secret"))
    literals: list[tuple[str, str, str]] = []
    for item in of_kind(objects, "ConfigMap"):
        literals += [(title(item), name, value) for name, value in item["data"].items()]
    for workload in workloads(objects):
        for container in workload.containers:
            literals += [(workload.name, item["name"], item.get("value", "")) for item in container.get("env", ())]
    for owner, name, value in literals:
        if (value and _SECRET_NAME.search(name)) or _PASSWORD_IN_URL.search(value):
            yield f"{owner}: {name} is a secret in plain sight"


def probes_ask_what_they_should(objects: list[Manifest]) -> Faults:
    for workload in workloads(objects, *_SERVING):
        ready = "/readyz" if workload.component == "api" else "/healthz"
        for probe, path in (("startupProbe", "/healthz"), ("livenessProbe", "/healthz"), ("readinessProbe", ready)):
            for container in workload.pod["containers"]:
                asked = container.get(probe, {}).get("httpGet", {}).get("path")
                if asked != path:
                    yield f"{workload.name}: its {probe} asks {asked}"


def pods_end_gently(objects: list[Manifest]) -> Faults:
    server = int(DOCKERFILE.environment["UVICORN_TIMEOUT_GRACEFUL_SHUTDOWN"])
    for workload in workloads(objects, *_SERVING):
        for container in workload.pod["containers"]:
            pause = container.get("lifecycle", {}).get("preStop", {}).get("sleep", {}).get("seconds", 0)
            if not pause:
                yield f"{workload.name} ends while requests are still sent to it"
            needed = pause + server + _AFTER_THE_SERVER_SECONDS
            if workload.pod.get("terminationGracePeriodSeconds", 30) < needed:
                yield f"{workload.name} is killed before {needed} s"


def pods_are_spread(objects: list[Manifest]) -> Faults:
    for workload in workloads(objects, *_SERVING):
        spread = workload.pod.get("topologySpreadConstraints", [])
        if {item["topologyKey"] for item in spread} != {"kubernetes.io/hostname", "topology.kubernetes.io/zone"}:
            yield f"{workload.name} may be on one node, or in one zone"
        for item in spread:
            alike = [other.name for other in workloads(objects) if selects(item["labelSelector"], other.labels)]
            if alike != [workload.name]:
                yield f"{workload.name} is spread among the pods of {alike}"


def selectors_meet_one_workload(objects: list[Manifest]) -> Faults:
    for item in of_kind(objects, "Service", "PodDisruptionBudget"):
        selector = item["spec"]["selector"]
        wanted = selector if item["kind"] == "PodDisruptionBudget" else {"matchLabels": selector}
        met = [workload.name for workload in workloads(objects) if selects(wanted, workload.labels)]
        if met != [f"Deployment/{item['metadata']['name']}"]:
            yield f"{title(item)} is about {met}"
    for workload in workloads(objects, *_SERVING):
        if not selects(workload.manifest["spec"]["selector"], workload.labels):
            yield f"{workload.name} does not know its own pods"


def cron_jobs_run_once_and_early(objects: list[Manifest]) -> Faults:
    for item in of_kind(objects, "CronJob"):
        spec: dict[str, Any] = item["spec"]
        if spec.get("concurrencyPolicy") != "Forbid":
            yield f"{title(item)} may overtake itself"
        if spec.get("timeZone") != "Europe/Paris":
            yield f"{title(item)} does not live in Paris"
        minutes = re.fullmatch(r"\*/(\d\d?) \* \* \* \*", spec["schedule"])
        interval = 60 * int(minutes[1]) if minutes else 0
        if not 0 < interval <= 60 * 60:
            yield f"{title(item)} does not run every hour at least"
        # Below ten seconds the controller, which looks every ten, never starts it.
        if not 10 <= spec.get("startingDeadlineSeconds", 0) <= interval:
            yield f"{title(item)} is started too late, or never"
        if not spec["jobTemplate"]["spec"].get("activeDeadlineSeconds"):
            yield f"{title(item)} hangs for ever, and forbids those after it"


def jobs_can_be_applied_again(objects: list[Manifest]) -> Faults:
    """A job is immutable: its name tells the release, and nothing that changes within a release is in it."""
    for workload in workloads(objects, "migration"):
        if not workload.manifest["metadata"]["name"].endswith(f"-migrate-{tag(workload.containers[0]['image'])}"):
            yield f"{workload.name} does not bear the release in its name"
        if any("envFrom" in container for container in workload.containers):
            yield f"{workload.name} changes with the settings"


def each_service_is_whole(objects: list[Manifest]) -> Faults:
    """One deployment, one migration job and, in production, one sweep for each; they run the same image."""
    by_image: dict[str, list[str]] = {}
    for workload in workloads(objects):
        for container in workload.containers:
            by_image.setdefault(container["image"], []).append(workload.labels[COMPONENT])
    for image, components in by_image.items():
        if sorted(components) not in (["gateway"], ["api", "api", "migration"], ["api", "api", "migration", "sweep"]):
            yield f"{image} runs as {components}"


RULES = (
    containers_have_limits,
    images_are_of_a_release,
    pods_can_do_nothing_else,
    accounts_have_no_rights,
    secrets_stand_elsewhere,
    probes_ask_what_they_should,
    pods_end_gently,
    pods_are_spread,
    selectors_meet_one_workload,
    cron_jobs_run_once_and_early,
    jobs_can_be_applied_again,
    each_service_is_whole,
)
