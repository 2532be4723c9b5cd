"""Settings that do not hold stop the gateway at start, with one line that says why."""

import os
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

import httpx2
import pytest

from chassis.settings import load_settings
from gateway.settings import Settings
from tests.gateway.fakes import FakeService
from tests.gateway.processes import GatewayProcess, command, free_port, sandbox_environment

SERVICES = {f"{name}_URL": f"http://{name.lower()}:8000" for name in ("CATALOG", "CONTRACTS", "PAYMENTS", "GDPR")}
PRODUCTION = {
    **SERVICES,
    "PROFILE": "production",
    "PUBLIC_URL": "https://api.formation.example",
    "TOKEN_ISSUER": "https://login.formation.example/realms/main",
    "TOKEN_AUDIENCE": "platform",
    "JWKS_URL": "https://login.formation.example/realms/main/certs",
    "CORS_ORIGINS": "https://www.formation.example",
}


Set = Callable[[Mapping[str, str | None]], None]


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> Set:
    """Sets variables for the test; None takes one away."""

    def set_all(variables: Mapping[str, str | None]) -> None:
        for name, value in variables.items():
            if value is None:
                monkeypatch.delenv(name, raising=False)
            else:
                monkeypatch.setenv(name, value)

    return set_all


def refused(capsys: pytest.CaptureFixture[str]) -> str:
    """The one line that load_settings says before it ends the process with 2."""
    with pytest.raises(SystemExit) as ended:
        load_settings(Settings)
    assert ended.value.code == 2
    (line,) = capsys.readouterr().err.splitlines()
    return line


def test_the_process_ends_with_one_clear_line() -> None:
    given = {"PATH": os.environ["PATH"], **PRODUCTION, "SANDBOX_FOLDER": "/var/sandbox"}
    done = subprocess.run(command(free_port()), env=given, capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 2
    assert done.stderr.splitlines() == [
        "settings: SANDBOX_FOLDER and CLIENTS are for the sandbox's token issuer, never for production"
    ]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"SANDBOX_FOLDER": "/var/sandbox"}, "SANDBOX_FOLDER"),
        ({"CLIENTS": '{"catalog": "x"}'}, "CLIENTS"),
        ({"TOKEN_ISSUER": "https://api.formation.example"}, "TOKEN_ISSUER"),
        ({"TOKEN_ISSUER": "https://localhost:8000"}, "TOKEN_ISSUER"),
        ({"TOKEN_ISSUER": "http://login.formation.example"}, "TOKEN_ISSUER"),
        ({"JWKS_URL": "https://api.formation.example/.well-known/jwks.json"}, "JWKS_URL"),
        ({"JWKS_URL": None}, "JWKS_URL"),
        ({"PUBLIC_URL": None}, "PUBLIC_URL"),
        ({"CORS_ORIGINS": "http://www.formation.example"}, "CORS_ORIGINS"),
        ({"CORS_ORIGINS": "*"}, "CORS_ORIGINS"),
        ({"CATALOG_URL": "catalog:8000"}, "CATALOG_URL"),
        ({"CATALOG_URL": "http://catalog:8000/base"}, "CATALOG_URL"),
        ({"BODY_LIMIT": "0"}, "BODY_LIMIT"),
        ({"UPSTREAM_DEADLINE": "never"}, "UPSTREAM_DEADLINE"),
        ({"PROFILE": "test"}, "PROFILE"),
    ],
)
def test_production_refuses_to_start_with(
    environment: Set, capsys: pytest.CaptureFixture[str], changed: dict[str, str | None], said: str
) -> None:
    environment({**PRODUCTION, **changed})
    line = refused(capsys)
    assert line.startswith("settings: ") and said in line


def test_production_starts_with_what_it_needs(environment: Set) -> None:
    environment(PRODUCTION)
    settings = load_settings(Settings)
    assert settings.cors_origins == ("https://www.formation.example",)
    assert settings.upstreams["gdpr"] == "http://gdpr:8000"


def test_production_has_nothing_of_the_sandbox(services: dict[str, FakeService], folder: Path) -> None:
    gateway = GatewayProcess(services, folder, base=PRODUCTION)
    try:
        with httpx2.Client(base_url=gateway.url, trust_env=False) as client:
            for path in ("/v1/sandbox/clock", "/.well-known/jwks.json", "/.well-known/openid-configuration"):
                assert client.get(path).status_code == 404
            for path in ("/v1/sandbox/tokens", "/v1/sandbox/settle", "/oauth/token"):
                assert client.post(path).status_code == 404
            answer = client.get("/v1/courses")
            assert answer.is_success and "max-age" in answer.headers["strict-transport-security"]
            assert client.get("/readyz").is_success
    finally:
        gateway.stop()


@pytest.mark.parametrize("changed", [{"SANDBOX_FOLDER": None}, {"TOKEN_ALGORITHM": "ES256"}])
def test_the_sandbox_needs_its_issuer(
    environment: Set, capsys: pytest.CaptureFixture[str], changed: dict[str, str | None], tmp_path: Path
) -> None:
    environment({**sandbox_environment("http://127.0.0.1:8000", tmp_path), **SERVICES, **changed})
    assert next(iter(changed)) in refused(capsys)
