"""The rules that no installable tool checks, over what is rendered; and that each of them sees what it is there for."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.deploy import rules_of_pods, rules_of_the_platform
from tests.deploy.manifests import OVERLAYS, Manifest, manifests, named, of_kind

EVERYWHERE = (*rules_of_pods.RULES, *rules_of_the_platform.RULES)
Rule = Callable[[list[Manifest]], Any]
Objects = list[Manifest]


@pytest.mark.parametrize("overlay", OVERLAYS)
@pytest.mark.parametrize("rule", EVERYWHERE, ids=lambda rule: rule.__name__)
def test_a_rule_holds(rule: Rule, overlay: str) -> None:
    assert list(rule(manifests(overlay))) == []


@pytest.mark.parametrize("rule", rules_of_the_platform.PRODUCTION_RULES, ids=lambda rule: rule.__name__)
def test_a_rule_holds_in_production(rule: Rule) -> None:
    assert list(rule(manifests("production"))) == []


def test_the_sandbox_is_not_production() -> None:
    """The rules of production would see it."""
    for rule in rules_of_the_platform.PRODUCTION_RULES:
        assert list(rule(manifests("local"))), rule.__name__


def spec(objects: Objects, title: str) -> Any:
    return named(objects, title)["spec"]


def pod(objects: Objects, title: str = "Deployment/payments-api") -> Any:
    found = spec(objects, title)
    return (found["jobTemplate"]["spec"] if title.startswith("CronJob/") else found)["template"]["spec"]


def container(objects: Objects, title: str = "Deployment/payments-api") -> Any:
    return pod(objects, title)["containers"][0]


def environment(objects: Objects, name: str, title: str = "Deployment/payments-api") -> Any:
    (found,) = [item for item in container(objects, title)["env"] if item["name"] == name]
    return found


def settings(objects: Objects, kind: str) -> Any:
    (found,) = [item for item in of_kind(objects, "ConfigMap") if item["metadata"]["name"].startswith(f"{kind}-")]
    return found["data"]


def without(objects: Objects, kind: str, name: str = "") -> None:
    objects[:] = [item for item in objects if item["kind"] != kind or name not in item["metadata"]["name"]]


pods, platform = rules_of_pods, rules_of_the_platform
JOB, CRON, ROUTE = "Job/payments-migrate", "CronJob/payments-sweep", "HTTPRoute/api"
BREAKS: dict[str, tuple[Rule, Callable[[Objects], Any]]] = {
    "a gateway with uvicorn's own connections": (
        platform.the_gateway_limits_its_connections,
        lambda o: container(o, "Deployment/gateway").update(args=["uvicorn", "gateway.app:app"]),
    ),
    "a container without limits": (pods.containers_have_limits, lambda o: container(o)["resources"].pop("limits")),
    "an init container without memory": (
        pods.containers_have_limits,
        lambda o: pod(o)["initContainers"][0]["resources"]["requests"].pop("memory"),
    ),
    "an image without a tag": (
        pods.images_are_of_a_release,
        lambda o: container(o).update(image="r.test:5000/payments"),
    ),
    "latest": (pods.images_are_of_a_release, lambda o: container(o, CRON).update(image="r.test/payments:latest")),
    "PostgreSQL's latest": (
        pods.images_are_of_a_release,
        lambda o: spec(o, "Cluster/postgres").update(imageName="ghcr.io/cloudnative-pg/postgresql:latest"),
    ),
    "two releases": (pods.images_are_of_a_release, lambda o: container(o).update(image="r.test/payments:0.0.9")),
    "root": (pods.pods_can_do_nothing_else, lambda o: pod(o, JOB)["securityContext"].update(runAsUser=0)),
    "no seccomp": (pods.pods_can_do_nothing_else, lambda o: pod(o)["securityContext"].pop("seccompProfile")),
    "a writable root": (
        pods.pods_can_do_nothing_else,
        lambda o: container(o, CRON)["securityContext"].update(readOnlyRootFilesystem=False),
    ),
    "a capability": (
        pods.pods_can_do_nothing_else,
        lambda o: container(o)["securityContext"]["capabilities"].update(add=["NET_ADMIN"]),
    ),
    "the node's network": (pods.pods_can_do_nothing_else, lambda o: pod(o).update(hostNetwork=True)),
    "the node's disk": (
        pods.pods_can_do_nothing_else,
        lambda o: pod(o)["volumes"].append({"name": "x", "hostPath": {"path": "/"}}),
    ),
    "a token of the cluster": (
        pods.accounts_have_no_rights,
        lambda o: pod(o).update(automountServiceAccountToken=True),
    ),
    "the default account": (pods.accounts_have_no_rights, lambda o: pod(o, CRON).pop("serviceAccountName")),
    "a right": (pods.accounts_have_no_rights, lambda o: o.append({"kind": "RoleBinding", "metadata": {"name": "x"}})),
    "a secret in the repository": (
        pods.secrets_stand_elsewhere,
        lambda o: o.append({"kind": "Secret", "metadata": {"name": "x"}}),
    ),
    "a password in a setting": (
        pods.secrets_stand_elsewhere,
        lambda o: environment(o, "DATABASE_URL").update(value="postgresql://payments:word@postgres-rw/payments"),
    ),
    "a secret's value": (
        pods.secrets_stand_elsewhere,
        lambda o: container(o)["env"].append({"name": "CLIENT_SECRET", "value": "word"}),
    ),
    "a secret among the settings": (
        pods.secrets_stand_elsewhere,
        lambda o: settings(o, "services").update(SMTP_URL="smtps://mail.test"),
    ),
    "liveness that asks the database": (
        pods.probes_ask_what_they_should,
        lambda o: container(o)["livenessProbe"]["httpGet"].update(path="/readyz"),
    ),
    "no readiness": (pods.probes_ask_what_they_should, lambda o: container(o).pop("readinessProbe")),
    "a gateway that leaves with one service": (
        pods.probes_ask_what_they_should,
        lambda o: container(o, "Deployment/gateway")["readinessProbe"]["httpGet"].update(path="/readyz"),
    ),
    "no pause before the end": (pods.pods_end_gently, lambda o: container(o).pop("lifecycle")),
    "killed too early": (pods.pods_end_gently, lambda o: pod(o).update(terminationGracePeriodSeconds=30)),
    "all on one node": (pods.pods_are_spread, lambda o: pod(o)["topologySpreadConstraints"].pop(0)),
    "spread among other services' pods": (
        pods.pods_are_spread,
        lambda o: pod(o)["topologySpreadConstraints"][0]["labelSelector"]["matchLabels"].pop("app.kubernetes.io/name"),
    ),
    "a service for all pods": (
        pods.selectors_meet_one_workload,
        lambda o: spec(o, "Service/payments-api")["selector"].pop("app.kubernetes.io/name"),
    ),
    "a service for the sweeps": (
        pods.selectors_meet_one_workload,
        lambda o: spec(o, "Service/payments-api")["selector"].pop("app.kubernetes.io/component"),
    ),
    "sweeps that overtake": (pods.cron_jobs_run_once_and_early, lambda o: spec(o, CRON).pop("concurrencyPolicy")),
    "sweeps without a deadline": (
        pods.cron_jobs_run_once_and_early,
        lambda o: spec(o, CRON).pop("startingDeadlineSeconds"),
    ),
    "sweeps in another zone": (pods.cron_jobs_run_once_and_early, lambda o: spec(o, CRON).update(timeZone="Etc/UTC")),
    "a sweep a day": (pods.cron_jobs_run_once_and_early, lambda o: spec(o, CRON).update(schedule="0 9 * * *")),
    "a sweep that may hang": (
        pods.cron_jobs_run_once_and_early,
        lambda o: spec(o, CRON)["jobTemplate"]["spec"].pop("activeDeadlineSeconds"),
    ),
    "a migration of no release": (
        pods.jobs_can_be_applied_again,
        lambda o: named(o, JOB)["metadata"].update(name="payments-migrate"),
    ),
    "a migration that hangs on settings": (
        pods.jobs_can_be_applied_again,
        lambda o: container(o, JOB).update(envFrom=[{"configMapRef": {"name": "services"}}]),
    ),
    "a service without migrations": (pods.each_service_is_whole, lambda o: without(o, "Job", "payments")),
    "a start that waits for no migration": (pods.each_service_is_whole, lambda o: pod(o).pop("initContainers")),
    "a namespace for any pod": (
        platform.namespace_is_restricted,
        lambda o: named(o, "Namespace/training-platform")["metadata"].update(labels={}),
    ),
    "something elsewhere": (platform.namespace_is_restricted, lambda o: o[-1]["metadata"].update(namespace="default")),
    "open by default": (platform.everything_is_denied_at_first, lambda o: without(o, "NetworkPolicy", "deny-all")),
    "open outwards by default": (
        platform.everything_is_denied_at_first,
        lambda o: spec(o, "NetworkPolicy/deny-all")["policyTypes"].remove("Egress"),
    ),
    "services that call one another": (
        platform.only_the_needed_ways_are_open,
        lambda o: spec(o, "NetworkPolicy/services")["ingress"][0]["from"].append(
            {"podSelector": {"matchLabels": {"app.kubernetes.io/component": "api"}}}
        ),
    ),
    "services that anybody calls": (
        platform.only_the_needed_ways_are_open,
        lambda o: spec(o, "NetworkPolicy/services")["ingress"][0].pop("from"),
    ),
    "a gateway that reaches the database": (
        platform.only_the_needed_ways_are_open,
        lambda o: spec(o, "NetworkPolicy/tasks")["podSelector"]["matchExpressions"][0]["values"].append("gateway"),
    ),
    "sweeps that reach the world": (
        platform.only_the_needed_ways_are_open,
        lambda o: spec(o, "NetworkPolicy/tasks")["egress"].append({"to": [{"ipBlock": {"cidr": "0.0.0.0/0"}}]}),
    ),
    "an operator shut out": (
        platform.only_the_needed_ways_are_open,
        lambda o: spec(o, "NetworkPolicy/postgres")["ingress"][1]["from"].pop(),
    ),
    "any port": (
        platform.only_the_needed_ways_are_open,
        lambda o: spec(o, "NetworkPolicy/gateway")["egress"][0].pop("ports"),
    ),
    "another's password": (
        platform.a_role_reaches_its_own_database,
        lambda o: environment(o, "PGPASSWORD")["valueFrom"]["secretKeyRef"].update(name="contracts-database"),
    ),
    "another's database": (
        platform.a_role_reaches_its_own_database,
        lambda o: environment(o, "DATABASE_URL", CRON).update(value="postgresql://postgres-rw/contracts"),
    ),
    "a database of another's": (
        platform.a_role_reaches_its_own_database,
        lambda o: spec(o, "Database/payments-database").update(owner="contracts"),
    ),
    "a server that nobody checks": (
        platform.a_role_reaches_its_own_database,
        lambda o: environment(o, "PGSSLMODE", JOB).update(value="require"),
    ),
    "roles that reach all": (
        platform.a_role_reaches_its_own_database,
        lambda o: spec(o, "Cluster/postgres")["postgresql"]["pg_hba"].pop(),
    ),
    "too few connections": (
        platform.connections_suffice,
        lambda o: spec(o, "HorizontalPodAutoscaler/payments-api").update(maxReplicas=20),
    ),
    "settings that are not there": (platform.what_is_named_is_there, lambda o: without(o, "ConfigMap", "common")),
    "a service that is not there": (platform.what_is_named_is_there, lambda o: without(o, "Service", "gdpr")),
    "an address that leads nowhere": (
        platform.what_is_named_is_there,
        lambda o: settings(o, "gateway").update(GDPR_URL="http://gdpr-api"),
    ),
    "a scaler of nothing": (platform.what_is_named_is_there, lambda o: without(o, "Deployment", "gdpr")),
    "a second way in": (
        platform.nothing_opens_a_way_in_but_the_route,
        lambda o: spec(o, "Service/payments-api").update(type="LoadBalancer"),
    ),
    "one pod": (
        platform.production_bears_drains_and_load,
        lambda o: spec(o, "HorizontalPodAutoscaler/payments-api").update(minReplicas=1),
    ),
    "a drain that never ends": (
        platform.production_bears_drains_and_load,
        lambda o: spec(o, "PodDisruptionBudget/payments-api").update(minAvailable=2),
    ),
    "no budget": (platform.production_bears_drains_and_load, lambda o: without(o, "PodDisruptionBudget", "gdpr")),
    "replicas beside a scaler": (
        platform.production_bears_drains_and_load,
        lambda o: spec(o, "Deployment/payments-api").update(replicas=2),
    ),
    "no standby that must have it": (
        platform.production_bears_drains_and_load,
        lambda o: spec(o, "Cluster/postgres")["postgresql"].pop("synchronous"),
    ),
    "no backup": (platform.production_bears_drains_and_load, lambda o: without(o, "ScheduledBackup")),
    "the sandbox's profile": (
        platform.production_has_no_sandbox,
        lambda o: settings(o, "common").update(PROFILE="sandbox"),
    ),
    "the sandbox's issuer": (
        platform.production_has_no_sandbox,
        lambda o: settings(o, "gateway").update(SANDBOX_FOLDER="/data"),
    ),
    "mails as files": (
        platform.production_has_no_sandbox,
        lambda o: settings(o, "services").update(MAIL_FOLDER="/data"),
    ),
    "pods that sweep": (
        platform.production_leaves_duties_to_cron_jobs,
        lambda o: settings(o, "services").update(SWEEPS="true"),
    ),
    "duties that nobody does": (
        platform.production_leaves_duties_to_cron_jobs,
        lambda o: without(o, "CronJob", "gdpr"),
    ),
    "a route to everything": (
        platform.route_leads_callers_only,
        lambda o: spec(o, ROUTE)["rules"][0]["matches"][0]["path"].update(value="/"),
    ),
    "a route without matches": (platform.route_leads_callers_only, lambda o: spec(o, ROUTE)["rules"][0].pop("matches")),
    "a route past the gateway": (
        platform.route_leads_callers_only,
        lambda o: spec(o, ROUTE)["rules"][0]["backendRefs"][0].update(name="payments-api"),
    ),
}


@pytest.mark.parametrize("broken", BREAKS)
def test_what_breaks_a_rule_is_seen(broken: str) -> None:
    rule, breaks = BREAKS[broken]
    objects = manifests("production")
    assert list(rule(objects)) == []
    breaks(objects)
    assert list(rule(objects)) != []


def test_every_rule_has_been_seen_to_fail() -> None:
    assert {rule for rule, _ in BREAKS.values()} == {*EVERYWHERE, *rules_of_the_platform.PRODUCTION_RULES}
