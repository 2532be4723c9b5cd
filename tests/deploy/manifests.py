"""What `kubectl kustomize` renders, as Python values, and the parts of it that rules look at."""

import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from tests.architecture.source import ROOT

OVERLAYS = ("local", "production")
NAMESPACE = "training-platform"
NAME, COMPONENT = "app.kubernetes.io/name", "app.kubernetes.io/component"
_WORKLOADS = {"Deployment": ("spec",), "Job": ("spec",), "CronJob": ("spec", "jobTemplate", "spec")}
Manifest = dict[str, Any]


@dataclass(frozen=True)
class Workload:
    """What makes pods: its manifest, its pods' labels and their spec."""

    manifest: Manifest
    labels: Mapping[str, str]
    pod: Manifest

    @property
    def name(self) -> str:
        """Kind and name, as kubectl writes them."""
        return title(self.manifest)

    @property
    def component(self) -> str:
        """gateway, api, migration or sweep."""
        return self.labels[COMPONENT]

    @property
    def containers(self) -> list[Manifest]:
        """All of a pod's, those that run first too."""
        return [*self.pod.get("initContainers", []), *self.pod["containers"]]


@cache
def rendered(overlay: str) -> str:
    """The overlay as one YAML text."""
    kubectl = str(Path(sys.executable).with_name("kubectl"))
    command = [kubectl, "kustomize", str(ROOT / "deploy" / "overlays" / overlay)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def manifests(overlay: str) -> list[Manifest]:
    """The overlay's objects, made anew so that a test may break them."""
    return list(yaml.safe_load_all(rendered(overlay)))


def title(manifest: Manifest) -> str:
    """Kind and name, as kubectl writes them."""
    return f"{manifest['kind']}/{manifest['metadata']['name']}"


def of_kind(objects: list[Manifest], *kinds: str) -> list[Manifest]:
    """The objects of these kinds."""
    return [manifest for manifest in objects if manifest["kind"] in kinds]


def named(objects: list[Manifest], wanted: str) -> Manifest:
    """The one object of that kind and name; a job's name without its release."""
    (found,) = [manifest for manifest in objects if title(manifest).removesuffix(f"-{_release(manifest)}") == wanted]
    return found


def _release(manifest: Manifest) -> str:
    return tag(manifest["spec"]["template"]["spec"]["containers"][0]["image"]) if manifest["kind"] == "Job" else ""


def workloads(objects: list[Manifest], *components: str) -> Iterator[Workload]:
    """What makes pods, of these components or of all."""
    for manifest in of_kind(objects, *_WORKLOADS):
        spec = manifest
        for key in _WORKLOADS[manifest["kind"]]:
            spec = spec[key]
        workload = Workload(manifest, spec["template"]["metadata"]["labels"], spec["template"]["spec"])
        if not components or workload.component in components:
            yield workload


def tag(image: str) -> str:
    """What stands behind the colon of an image's name, "" where nothing does."""
    return image.rpartition("/")[2].partition("@")[0].partition(":")[2]


def selects(selector: Mapping[str, Any], labels: Mapping[str, str]) -> bool:
    """Whether a label selector (matchLabels, matchExpressions with In) fits the labels."""
    wanted = selector.get("matchLabels", {}).items() <= labels.items()
    return wanted and all(
        labels.get(expression["key"]) in expression["values"] for expression in selector.get("matchExpressions", ())
    )
