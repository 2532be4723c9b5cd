"""What the rendered pods find in their environment is what the processes in them ask for, and no more."""

import importlib
import os
from unittest.mock import patch

import pytest
from pydantic_settings import BaseSettings

from chassis.settings import SweepSettings, load_settings
from gateway.settings import Settings as GatewaySettings
from tests.deploy.environment import LIBPQ, environment
from tests.deploy.manifests import NAME, OVERLAYS, Workload, manifests, workloads


def settings_of(workload: Workload) -> type[BaseSettings]:
    if workload.component == "gateway":
        return GatewaySettings
    if workload.component == "sweep":
        return SweepSettings
    kind: type[BaseSettings] = importlib.import_module(f"services.{workload.labels[NAME]}.settings").Settings
    return kind


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_every_process_starts_with_the_settings_it_is_given(overlay: str) -> None:
    objects = manifests(overlay)
    started = 0
    for workload in workloads(objects, "gateway", "api", "sweep"):
        given = environment(workload, objects)
        with patch.dict(os.environ, given, clear=True):
            settings = load_settings(settings_of(workload))
        unread = {name for name in given if name.lower() not in type(settings).model_fields} - LIBPQ
        assert unread == set(), f"{workload.name} is given what it does not read"
        assert getattr(settings, "profile", "") in ("", {"local": "sandbox"}.get(overlay, overlay))
        started += 1
    assert started == {"local": 5, "production": 9}[overlay]


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_the_migrations_are_given_their_database_only(overlay: str) -> None:
    objects = manifests(overlay)
    for workload in workloads(objects, "migration"):
        assert set(environment(workload, objects)) == {"DATABASE_URL"} | LIBPQ
