"""What the platform must be as a whole, as rules over rendered manifests: who may speak to whom, and the database."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from chassis.settings import ServiceSettings
from gateway.routes import SERVICES
from tests.deploy.manifests import COMPONENT, NAMESPACE, Manifest, of_kind, selects, title, workloads
from tests.deploy.rules_of_pods import Faults

_OVERFLOW = 2  # what chassis.database may open beside its pool
_FOR_OPERATOR_AND_STAFF = 20
_POSTGRES = {"cnpg.io/cluster": "postgres"}
_PEERS: Mapping[str, Mapping[str, str]] = {
    **{component: {COMPONENT: component} for component in ("gateway", "api", "migration", "sweep")},
    "postgres": _POSTGRES,
}
# (from, to, port): every way that is open, seen from where it begins and from where it ends.
_TO_POSTGRES = {(component, "postgres", 5432) for component in ("api", "migration", "sweep", "postgres")}
_WITHIN = {("gateway", "api", 8000), ("api", "gateway", 8000), ("postgres", "postgres", 8000)} | _TO_POSTGRES
_OUT = {
    ("gateway", "outside", 443),
    *(("api", "outside", port) for port in (443, 465, 587)),
    *(("postgres", "anywhere", port) for port in (443, 6443)),
    *((component, "kube-dns", 53) for component in _PEERS),
}
_IN = {("cnpg-system", "postgres", 5432), ("cnpg-system", "postgres", 8000)}
_IN_PRODUCTION = _IN | {("ingress", "gateway", 8000)}
_SANDBOX = re.compile(r"sandbox|MAIL_FOLDER|\bCLIENTS\b", re.IGNORECASE)
Way = tuple[str, str, int]


def namespace_is_restricted(objects: list[Manifest]) -> Faults:
    for item in of_kind(objects, "Namespace"):
        if item["metadata"]["labels"].get("pod-security.kubernetes.io/enforce") != "restricted":
            yield f"{title(item)} lets any pod in"
    for item in objects:
        if item["kind"] != "Namespace" and item["metadata"].get("namespace") != NAMESPACE:
            yield f"{title(item)} is elsewhere"


def everything_is_denied_at_first(objects: list[Manifest]) -> Faults:
    closed = {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
    if not any(policy["spec"] == closed for policy in of_kind(objects, "NetworkPolicy")):
        yield "what no policy speaks of is open"


def only_the_needed_ways_are_open(objects: list[Manifest]) -> Faults:
    out, into = set(_ways(objects, "egress", "to")), set(_ways(objects, "ingress", "from"))
    inward = _IN_PRODUCTION if of_kind(objects, "HTTPRoute") else _IN
    for kind, found, wanted in (("out", out, _WITHIN | _OUT), ("in", into, _WITHIN | inward)):
        yield from (f"open {kind}: {way}" for way in sorted(found - wanted))
        yield from (f"closed {kind}: {way}" for way in sorted(wanted - found))


def _ways(objects: list[Manifest], direction: str, peers: str) -> Iterator[Way]:
    for policy in of_kind(objects, "NetworkPolicy"):
        spec = policy["spec"]
        for rule in spec.get(direction, ()):
            for own in _pods(spec["podSelector"]):
                for other in [name for peer in rule.get(peers, [{}]) for name in _peer(peer)]:
                    ends = (own, other) if direction == "egress" else (other, own)
                    yield from ((*ends, port["port"]) for port in rule.get("ports", [{"port": 0}]))


def _pods(selector: Manifest) -> list[str]:
    return [name for name, labels in _PEERS.items() if selects(selector, labels)]


def _peer(peer: Manifest) -> list[str]:
    if "ipBlock" in peer:
        return ["outside" if peer["ipBlock"].get("except") else "anywhere"]
    if "namespaceSelector" in peer:
        name = peer["namespaceSelector"].get("matchLabels", {}).get("kubernetes.io/metadata.name", "any namespace")
        return ["kube-dns" if name == "kube-system" and "podSelector" in peer else name]
    return _pods(peer["podSelector"]) if "podSelector" in peer else ["anybody"]


def a_role_reaches_its_own_database(objects: list[Manifest]) -> Faults:
    (cluster,) = of_kind(objects, "Cluster")
    owners = {(item["spec"]["name"], item["spec"]["owner"]) for item in of_kind(objects, "Database")}
    if owners != {(name, name) for name in SERVICES}:
        yield f"databases and owners: {sorted(owners)}"
    roles = {(role["name"], role["passwordSecret"]["name"]) for role in cluster["spec"]["managed"]["roles"]}
    if roles != {(name, f"{name}-database") for name in SERVICES}:
        yield f"roles and their passwords: {sorted(roles)}"
    own = f"hostssl sameuser {','.join(SERVICES)} all scram-sha-256"
    if cluster["spec"]["postgresql"].get("pg_hba") != [own, "host all all all reject"]:
        yield "a role may reach another's database"
    for workload in workloads(objects, "api", "migration", "sweep"):
        service = workload.labels["app.kubernetes.io/name"]
        for container in workload.containers:
            given = {item["name"]: item for item in container["env"]}
            url, secret = given["DATABASE_URL"]["value"], given["PGPASSWORD"]["valueFrom"]["secretKeyRef"]["name"]
            found = (url, given["PGUSER"]["value"], secret)
            if found != (f"postgresql://postgres-rw/{service}", service, f"{service}-database"):
                yield f"{workload.name} goes to {found}"
            if given["PGSSLMODE"]["value"] != "verify-full":
                yield f"{workload.name} does not check whom it speaks to"


def connections_suffice(objects: list[Manifest]) -> Faults:
    (cluster,) = of_kind(objects, "Cluster")
    most = {item["spec"]["scaleTargetRef"]["name"]: item["spec"]["maxReplicas"] for item in _scalers(objects)}
    each = ServiceSettings.model_fields["threads"].default + _OVERFLOW
    # One more pod while a release is rolled out, one connection for its check, its migration and its sweep.
    needed = sum((most.get(f"{name}-api", 1) + 1) * each + 3 for name in SERVICES) + _FOR_OPERATOR_AND_STAFF
    if needed > int(cluster["spec"]["postgresql"]["parameters"]["max_connections"]):
        yield f"{needed} connections may be wanted"


def what_is_named_is_there(objects: list[Manifest]) -> Faults:
    maps = {item["metadata"]["name"] for item in of_kind(objects, "ConfigMap")}
    services = {item["metadata"]["name"] for item in of_kind(objects, "Service")}
    deployments = {item["metadata"]["name"] for item in of_kind(objects, "Deployment")}
    for workload in workloads(objects):
        for container in workload.containers:
            for source in container.get("envFrom", ()):
                if source["configMapRef"]["name"] not in maps:
                    yield f"{workload.name}: no {source['configMapRef']['name']}"
    for item in of_kind(objects, "ConfigMap"):
        for name, value in item["data"].items():
            address = re.match(r"http://([^:/]+):8000(/|$)", value)
            if value.startswith("http://") and (address is None or address[1] not in services):
                yield f"{title(item)}: {name} leads nowhere"
    for scaler in _scalers(objects):
        if scaler["spec"]["scaleTargetRef"]["name"] not in deployments:
            yield f"{title(scaler)} scales nothing"


def nothing_opens_a_way_in_but_the_route(objects: list[Manifest]) -> Faults:
    for item in of_kind(objects, "Service"):
        if item["spec"].get("type", "ClusterIP") != "ClusterIP" or "externalIPs" in item["spec"]:
            yield f"{title(item)} is open to the outside"
    yield from (f"{title(item)} opens another way in" for item in of_kind(objects, "Ingress", "Gateway"))


def production_bears_drains_and_load(objects: list[Manifest]) -> Faults:
    scaled = {item["spec"]["scaleTargetRef"]["name"]: item["spec"] for item in _scalers(objects)}
    budgets = {item["metadata"]["name"]: item["spec"] for item in of_kind(objects, "PodDisruptionBudget")}
    for item in of_kind(objects, "Deployment"):
        name = item["metadata"]["name"]
        fewest = scaled.get(name, {}).get("minReplicas", 0)
        if fewest < 2:
            yield f"{name} may stand alone"
        if not 1 <= budgets.get(name, {}).get("minAvailable", 0) < fewest:
            yield f"{name}: a drain ends all of it, or never ends"
        if "replicas" in item["spec"]:
            yield f"{name}: applying it undoes what the autoscaler did"
    (cluster,) = of_kind(objects, "Cluster")
    if cluster["spec"]["instances"] < 3 or "synchronous" not in cluster["spec"]["postgresql"]:
        yield "what is committed may be lost with a node"
    if not of_kind(objects, "ScheduledBackup"):
        yield "nothing is backed up"


def production_has_no_sandbox(objects: list[Manifest]) -> Faults:
    settings = {name: value for item in of_kind(objects, "ConfigMap") for name, value in item["data"].items()}
    if settings.get("PROFILE") != "production":
        yield "the profile is not production"
    yield from (f"{title(item)} has to do with the sandbox" for item in objects if _SANDBOX.search(str(item)))


def production_leaves_duties_to_cron_jobs(objects: list[Manifest]) -> Faults:
    swept = {workload.labels["app.kubernetes.io/name"] for workload in workloads(objects, "sweep")}
    yield from (f"{name}'s duties are done by nobody" for name in SERVICES if name not in swept)
    if "false" not in {item["data"].get("SWEEPS") for item in of_kind(objects, "ConfigMap")}:
        yield "pods sweep as well"


def route_leads_callers_only(objects: list[Manifest]) -> Faults:
    routes = of_kind(objects, "HTTPRoute")
    if len(routes) != 1:
        yield "there is not one way in"
    for rule in (rule for route in routes for rule in route["spec"]["rules"]):
        paths: set[Any] = {match["path"]["value"] for match in rule.get("matches", [{"path": {"value": "/"}}])}
        if paths != {"/v1", "/webhooks", "/openapi.json", "/docs"}:
            yield f"callers reach {sorted(paths)}"
        if [(target["name"], target["port"]) for target in rule["backendRefs"]] != [("gateway", 8000)]:
            yield "callers reach another than the gateway"


def _scalers(objects: list[Manifest]) -> list[Manifest]:
    return of_kind(objects, "HorizontalPodAutoscaler")


def the_gateway_limits_its_connections(objects: list[Manifest]) -> Faults:
    for workload in workloads(objects, "gateway"):
        for container in workload.containers:
            if "gateway.connections:Connection" not in container["args"]:
                yield f"{workload.name} takes heads without end"


RULES = (
    namespace_is_restricted,
    everything_is_denied_at_first,
    only_the_needed_ways_are_open,
    a_role_reaches_its_own_database,
    connections_suffice,
    what_is_named_is_there,
    nothing_opens_a_way_in_but_the_route,
    the_gateway_limits_its_connections,
)
PRODUCTION_RULES = (
    production_bears_drains_and_load,
    production_has_no_sandbox,
    production_leaves_duties_to_cron_jobs,
    route_leads_callers_only,
)
