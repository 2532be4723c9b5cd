"""The operator's README is held to its word: its commands make every secret that the manifests name, and no other."""

import os
import re
import subprocess
from pathlib import Path

import pytest

from tests.architecture.source import ROOT
from tests.deploy.manifests import OVERLAYS, manifests, of_kind, workloads

HEADINGS = {"production": "Secrets", "local": "Trying it out in a cluster of your own"}
# What CloudNativePG makes by itself.
MADE_BY_THE_OPERATOR = {("postgres-ca", "ca.crt")}


def readme() -> str:
    return (ROOT / "deploy" / "README.md").read_text(encoding="utf-8")


def script(heading: str) -> str:
    found = re.search(r"^```sh\n(.*?)^```$", readme().partition(f"\n## {heading}\n")[2], re.MULTILINE | re.DOTALL)
    assert found is not None
    return found[1]


def made(script: str, folder: Path) -> set[tuple[str, str]]:
    """(secret, key) that the script would make, the cluster's tools only writing down what they are told."""
    for tool in ("kubectl", "kind", "make"):
        (folder / tool).write_text(f'#!/bin/sh\necho "{tool} $*" >> "{folder}/told"\n')
        (folder / tool).chmod(0o755)
    environment = {"PATH": f"{folder}:{os.environ['PATH']}"}
    answers = "word\n" * 9
    subprocess.run(["bash", "-euo", "pipefail", "-c", script], input=answers, env=environment, text=True, check=True)
    told = re.findall(r"create secret generic (\S+) (.*)", (folder / "told").read_text())
    return {(name, key) for name, options in told for key in re.findall(r"--from-literal=(\w+)=", options)}


def named(overlay: str) -> set[tuple[str, str]]:
    objects = manifests(overlay)
    found = set()
    for workload in workloads(objects):
        variables = [item for container in workload.containers for item in container.get("env", ())]
        references = [item["valueFrom"]["secretKeyRef"] for item in variables if "valueFrom" in item]
        found |= {(reference["name"], reference["key"]) for reference in references}
        for volume in workload.pod.get("volumes", ()):
            found |= {
                (volume["secret"]["secretName"], item["key"]) for item in volume.get("secret", {}).get("items", ())
            }
    (cluster,) = of_kind(objects, "Cluster")
    for role in cluster["spec"]["managed"]["roles"]:
        found |= {(role["passwordSecret"]["name"], key) for key in ("username", "password")}
    return found - MADE_BY_THE_OPERATOR


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_the_commands_make_every_secret_that_is_named(overlay: str, tmp_path: Path) -> None:
    assert made(script(HEADINGS[overlay]), tmp_path) == named(overlay)


def test_all_that_is_to_be_filled_in_is_listed() -> None:
    section = readme().partition("\n## Yours to fill in\n")[2].partition("\n## ")[0]
    folder = ROOT / "deploy" / "overlays" / "production"
    to_fill_in = {path.name for path in folder.iterdir() if path.suffix == ".env" or "Yours" in path.read_text()}
    assert set(re.findall(r"^\| `([\w.]+)`", section, re.MULTILINE)) == to_fill_in
