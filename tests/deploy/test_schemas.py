"""What is rendered is what Kubernetes, CloudNativePG and the Gateway API know; what they do not know is seen."""

from collections.abc import Callable
from typing import Any

import kubernetes_validate
import pytest
import yaml
from jsonschema import Draft202012Validator

from tests.architecture.source import ROOT
from tests.deploy.manifests import OVERLAYS, Manifest, manifests, named, title

# The oldest that the README names, and the newest that the tool knows.
VERSIONS = ("1.34", "1.37")
SCHEMAS = {
    "Cluster": "cluster",
    "Database": "database",
    "HTTPRoute": "http-route",
    "ScheduledBackup": "scheduled-backup",
}


def faults(manifest: Manifest, version: str) -> list[str]:
    if manifest["kind"] in SCHEMAS:
        schema = yaml.safe_load((ROOT / "deploy" / "schemas" / f"{SCHEMAS[manifest['kind']]}.yaml").read_text())
        return [f"{title(manifest)}: {error.message}" for error in Draft202012Validator(schema).iter_errors(manifest)]
    try:
        kubernetes_validate.validate(manifest, version, strict=True)
    except kubernetes_validate.ValidationError as error:
        return [f"{title(manifest)}: {error.message}"]
    return []


@pytest.mark.parametrize(("overlay", "version"), [(OVERLAYS[0], VERSIONS[1]), *((OVERLAYS[1], it) for it in VERSIONS)])
def test_every_object_fits_its_schema(overlay: str, version: str) -> None:
    assert [fault for manifest in manifests(overlay) for fault in faults(manifest, version)] == []


def test_every_schema_is_used() -> None:
    kinds = {manifest["kind"] for manifest in manifests("production")}
    assert set(SCHEMAS) <= kinds
    files = {path.stem for path in (ROOT / "deploy" / "schemas").glob("*.yaml")}
    assert files == set(SCHEMAS.values())


BREAKS: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "a misspelt field of Kubernetes": ("Deployment/gateway", lambda spec: spec.update(replica=2)),
    "a wrong type": ("PodDisruptionBudget/gateway", lambda spec: spec.update(minAvailable=True)),
    "a misspelt field of a cluster": ("Cluster/postgres", lambda spec: spec["postgresql"].update(pgHba=[])),
    "a parameter that is no text": (
        "Cluster/postgres",
        lambda spec: spec["postgresql"]["parameters"].update(max_connections=300),
    ),
    "a database without an owner": ("Database/gdpr-database", lambda spec: spec.pop("owner")),
    "a schedule of five fields": ("ScheduledBackup/nightly", lambda spec: spec.update(schedule="30 1 * * *")),
    "a match that is none": (
        "HTTPRoute/api",
        lambda spec: spec["rules"][0]["matches"][0]["path"].update(type="Prefix"),
    ),
    "a timeout without a unit": ("HTTPRoute/api", lambda spec: spec["rules"][0]["timeouts"].update(request="120")),
}


@pytest.mark.parametrize("broken", BREAKS)
def test_what_does_not_fit_is_seen(broken: str) -> None:
    wanted, breaks = BREAKS[broken]
    manifest = named(manifests("production"), wanted)
    breaks(manifest["spec"])
    assert faults(manifest, VERSIONS[-1]) != []
