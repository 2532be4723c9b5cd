"""The gateway as a process of its own, as it runs in earnest."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

import httpx2

from gateway.settings import Settings
from tests.gateway.fakes import FakeService

AUDIENCE = "platform"
CLIENTS = {"catalog": "catalog-secret", "payments": "payments-secret"}
ORIGIN = "https://www.formation.example"


class Addressed(Protocol):
    """Whatever plays a service."""

    url: str


class GatewayProcess:
    """Starts it, waits until it answers, stops it."""

    def __init__(
        self,
        services: Mapping[str, Addressed],
        folder: Path,
        base: Mapping[str, str] | None = None,
        **environment: str,
    ) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._log = (folder / f"gateway-{self.port}.log").open("wb")
        own = {f"{name.upper()}_URL": service.url for name, service in services.items()}
        self.process = subprocess.Popen(
            command(self.port),
            env={**os.environ, **(base or sandbox_environment(self.url, folder)), **own, **environment},
            stdout=self._log,
            stderr=subprocess.STDOUT,
        )
        self._wait()

    @property
    def log(self) -> str:
        """What it has written so far."""
        return Path(self._log.name).read_text()

    def stop(self) -> None:
        """SIGTERM, and wait."""
        self.process.terminate()
        try:
            self.process.wait(15)
        finally:
            self.process.kill()
            self._log.close()

    def _wait(self) -> None:
        until = time.monotonic() + 20
        while True:
            try:
                if httpx2.get(f"{self.url}/healthz", trust_env=False).is_success:
                    return
            except httpx2.TransportError:
                assert self.process.poll() is None, self.log
                assert time.monotonic() < until, self.log
            time.sleep(0.05)


def command(port: int) -> list[str]:
    """The command line that serves the gateway."""
    return [
        *(sys.executable, "-m", "uvicorn", "--factory", "gateway.app:app"),
        *("--host", "127.0.0.1", "--port", str(port), "--no-access-log", "--backlog", "4096"),
        *("--timeout-graceful-shutdown", "5", "--http", "gateway.connections:Connection"),
    ]


def sandbox_environment(url: str, folder: Path) -> dict[str, str]:
    """The settings of a sandbox gateway at that address."""
    return {
        "PROFILE": "sandbox",
        "TOKEN_ISSUER": url,
        "TOKEN_AUDIENCE": AUDIENCE,
        "JWKS_URL": f"{url}/.well-known/jwks.json",
        "SANDBOX_FOLDER": str(folder / "issuer"),
        "CLIENTS": json.dumps(CLIENTS),
        "CORS_ORIGINS": f"{ORIGIN}, https://preview.formation.example",
        "UPSTREAM_DEADLINE": "1.5",
        "BODY_DEADLINE": "3",
        # What the tests send is about other things than who sends it.
        "VISITOR_BODY_LIMIT": str(12 * 1024 * 1024),
    }


def sandbox_settings(services: Mapping[str, FakeService], folder: Path) -> Settings:
    """The settings of a gateway that a test puts together without a process."""
    return Settings(
        profile="sandbox",
        token_issuer="https://issuer.test",
        token_audience=AUDIENCE,
        jwks_url="https://issuer.test/jwks",
        sandbox_folder=folder,
        **{f"{name}_url": service.url for name, service in services.items()},  # type: ignore[arg-type]
    )


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def talk(port: int, request: bytes, seconds: float = 5.0) -> bytes:
    """Send raw bytes, read until the answer is whole, the connection closed, or the time over."""
    with socket.create_connection(("127.0.0.1", port), timeout=seconds) as connection:
        connection.sendall(request)
        return read_answer(connection)


def read_answer(connection: socket.socket) -> bytes:
    """One answer with a Content-Length, or whatever came before the end."""
    received = b""
    while True:
        head, found, body = received.partition(b"\r\n\r\n")
        if found:
            lengths = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
            if lengths and len(body) >= int(lengths[0].split(b":")[1]):
                return received
        try:
            piece = connection.recv(65_536)
        except TimeoutError:
            return received
        if not piece:
            return received
        received += piece
