"""A service runs from its own folder and the chassis alone, drains when it is told to end, and logs JSON only."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from time import monotonic, sleep

import httpx2
import pytest

from tests.architecture.source import ROOT, SERVICES

START_SECONDS = 60
END_SECONDS = 20
# Another service's code, the gateway or the tests must not be within reach by accident.
KEPT = {"PATH", "HOME", "LANG", "TMPDIR", "VIRTUAL_ENV"}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def alone(tmp_path: Path, service: str) -> Path:
    """A folder with the chassis and that one service."""
    for part in ("chassis", f"services/{service}"):
        shutil.copytree(ROOT / part, tmp_path / part, ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name in KEPT}
    nobody = f"http://127.0.0.1:{free_port()}"
    return kept | {
        "PROFILE": "sandbox",
        "DATABASE_URL": f"sqlite:///{tmp_path}/alone.sqlite3",
        "TOKEN_ISSUER": nobody,
        "TOKEN_AUDIENCE": "training-platform",
        "JWKS_URL": f"{nobody}/jwks.json",
        "TOKEN_URL": f"{nobody}/oauth/token",
        "GATEWAY_URL": nobody,
        "CLIENT_ID": "alone",
        "CLIENT_SECRET": "secret",
        "MAIL_FOLDER": str(tmp_path / "mails"),
    }


@pytest.fixture
def process(alone: Path, environment: dict[str, str], service: str, port: int) -> Iterator[subprocess.Popen[bytes]]:
    migrate = [sys.executable, "-m", "chassis.migrations", f"services.{service}"]
    subprocess.run(migrate, cwd=alone, env=environment, check=True, capture_output=True)
    command = [sys.executable, "-m", "uvicorn", "--factory", f"services.{service}.app:app", "--host", "127.0.0.1"]
    command += ["--port", str(port), "--no-access-log"]
    with (alone / "out").open("wb") as out, (alone / "err").open("wb") as err:
        started = subprocess.Popen(command, cwd=alone, env=environment, stdout=out, stderr=err)
    yield started
    if started.poll() is None:
        started.kill()
        started.wait()


@pytest.fixture
def port() -> int:
    return free_port()


def wait_until_up(process: subprocess.Popen[bytes], url: str, alone: Path) -> httpx2.Response:
    deadline = monotonic() + START_SECONDS
    while monotonic() < deadline and process.poll() is None:
        try:
            return httpx2.get(f"{url}/healthz", trust_env=False)
        except httpx2.TransportError:
            sleep(0.05)
    pytest.fail(f"it did not come up: {(alone / 'err').read_text()}")


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_starts_from_its_own_folder_and_the_chassis(
    process: subprocess.Popen[bytes], alone: Path, port: int
) -> None:
    url = f"http://127.0.0.1:{port}"
    assert wait_until_up(process, url, alone).json() == {"status": "ok"}
    assert httpx2.get(f"{url}/readyz", trust_env=False).json() == {"status": "ready"}
    assert "paths" in httpx2.get(f"{url}/openapi.json", headers={"x-request-id": "seen-in-log"}, trust_env=False).json()
    process.send_signal(signal.SIGTERM)
    assert process.wait(END_SECONDS) in (0, -signal.SIGTERM)
    lines = [json.loads(line) for line in (alone / "out").read_text().splitlines()]
    assert all({"at", "level", "service", "request_id", "trace_id"} <= set(line) for line in lines)
    assert "seen-in-log" in {line["request_id"] for line in lines}


@pytest.mark.parametrize("service", SERVICES[:1])
def test_a_service_that_lacks_a_setting_ends_with_one_line(
    alone: Path, environment: dict[str, str], service: str
) -> None:
    environment.pop("DATABASE_URL")
    code = f"from services.{service}.app import app; app()"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=alone, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert done.stderr.splitlines() == ["settings: DATABASE_URL: Field required"]
