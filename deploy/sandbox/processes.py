"""The five processes: their environment, their start, their end."""

import secrets
import signal
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from json import dumps
from os import environ
from pathlib import Path
from time import monotonic, sleep

import httpx2

from deploy.sandbox.ports import HOST, is_free

SERVICES = ("catalog", "contracts", "payments", "gdpr")
_GATEWAY = "gateway"
_START_SECONDS = 40.0
_DRAIN_SECONDS = 15.0
_POLL_SECONDS = 0.05
# A pooled connection of the gateway must never be closed by the service first.
_KEEP_ALIVE_SECONDS = "75"
_AUDIENCE = "training-provider-platform"


class StartFailed(Exception):
    """A process did not come up; the message says which and where its log is."""


@dataclass(frozen=True)
class Sandbox:
    """Where a sandbox keeps its data and on which ports its processes listen.

    base_port: the gateway's; the services take the next four. mail_port: where the mail sink listens.
    database_urls: by service; an embedded database in the folder where a service has none.
    """

    folder: Path
    base_port: int
    mail_port: int
    database_urls: Mapping[str, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        """The gateway's address."""
        return f"http://{HOST}:{self.base_port}"

    @property
    def mails(self) -> Path:
        """Where `.eml` copies of the mails are kept."""
        return self.folder / "mails"

    def log(self, name: str) -> Path:
        """One process's log, a JSON object a line."""
        return self.folder / "logs" / f"{name}.log"

    def port(self, name: str) -> int:
        """One process's port."""
        return self.base_port + (0 if name == _GATEWAY else 1 + SERVICES.index(name))

    def database_url(self, service: str) -> str:
        """One service's own database."""
        return self.database_urls.get(service) or f"sqlite:///{self.folder / service}.db"


def migrate(sandbox: Sandbox) -> None:
    """Bring every service's database to its newest version."""
    sandbox.folder.mkdir(parents=True, exist_ok=True)
    urls = {f"{name.upper()}_DATABASE_URL": sandbox.database_url(name) for name in SERVICES}
    packages = [f"services.{name}" for name in SERVICES]
    command = [sys.executable, "-m", "chassis.migrations", *packages]
    done = subprocess.run(command, env={**environ, **urls}, capture_output=True, text=True, check=False)
    if done.returncode:
        raise StartFailed(f"the databases could not be migrated:\n{done.stderr}")


class Processes:
    """The gateway and the services, started together and ended together."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._secrets = {name: secrets.token_urlsafe(24) for name in SERVICES}
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def start(self) -> None:
        """Start all five and wait until the gateway finds every service ready; StartFailed otherwise."""
        self._sandbox.log(_GATEWAY).parent.mkdir(parents=True, exist_ok=True)
        self._check_ports()
        for name in (_GATEWAY, *SERVICES):
            self.start_one(name)
        deadline = monotonic() + _START_SECONDS
        while not self._is_ready():
            self._check_alive()
            if monotonic() > deadline:
                raise StartFailed(
                    f"the platform was not ready in {_START_SECONDS:.0f} s; see {self._sandbox.folder}/logs"
                )
            sleep(_POLL_SECONDS)

    def start_one(self, name: str) -> None:
        """Start one process, its output appended to its log."""
        factory = "gateway.app:app" if name == _GATEWAY else f"services.{name}.app:app"
        command = [sys.executable, "-m", "uvicorn", "--factory", factory, "--host", HOST]
        command += ["--port", str(self._sandbox.port(name)), "--no-access-log"]
        command += ["--timeout-keep-alive", _KEEP_ALIVE_SECONDS, "--timeout-graceful-shutdown", "10"]
        if name == _GATEWAY:
            command += ["--http", "gateway.connections:Connection"]
        with self._sandbox.log(name).open("ab") as log:
            # A session of its own: Ctrl-C reaches the launcher alone, which ends the processes in order.
            self._running[name] = subprocess.Popen(
                command,
                env=self._environment(name),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def pid(self, name: str) -> int:
        """One process's id."""
        return self._running[name].pid

    def wait(self) -> None:
        """Return when any process has ended."""
        while all(process.poll() is None for process in self._running.values()):
            sleep(_POLL_SECONDS * 4)

    def stop(self) -> None:
        """Let the gateway finish the requests under way, then the services; what does not end is killed."""
        self._stop([_GATEWAY])
        self._stop(SERVICES)

    def _stop(self, names: Iterable[str]) -> None:
        ending = [self._running[name] for name in names if name in self._running]
        for process in ending:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        deadline = monotonic() + _DRAIN_SECONDS
        for process in ending:
            try:
                process.wait(max(0.1, deadline - monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def _is_ready(self) -> bool:
        try:
            return httpx2.get(f"{self._sandbox.url}/readyz", timeout=2.0, trust_env=False).is_success
        except httpx2.TransportError:
            return False

    def _check_ports(self) -> None:
        """Else whoever listens there already would be taken for this sandbox."""
        taken = [port for port in map(self._sandbox.port, (_GATEWAY, *SERVICES)) if not is_free(port)]
        if taken:
            raise StartFailed(f"port {taken[0]} is taken: end what listens there, or start with another --port")

    def _check_alive(self) -> None:
        for name, process in self._running.items():
            if process.poll() is not None:
                last = self._sandbox.log(name).read_text(errors="replace").strip().splitlines()[-1:]
                raise StartFailed(f"{name} ended at start: {''.join(last)}")

    def _environment(self, name: str) -> dict[str, str]:
        sandbox, url = self._sandbox, self._sandbox.url
        common = {
            "PROFILE": "sandbox",
            "TOKEN_ISSUER": url,
            "TOKEN_AUDIENCE": _AUDIENCE,
            "JWKS_URL": f"{url}/.well-known/jwks.json",
        }
        if name == _GATEWAY:
            upstreams = {f"{service.upper()}_URL": f"http://{HOST}:{sandbox.port(service)}" for service in SERVICES}
            own = {"CLIENTS": dumps(self._secrets), "SANDBOX_FOLDER": str(sandbox.folder), "PUBLIC_URL": url}
            return {**environ, **common, **upstreams, **own}
        return {
            **environ,
            **common,
            "DATABASE_URL": sandbox.database_url(name),
            "GATEWAY_URL": url,
            "TOKEN_URL": f"{url}/oauth/token",
            "CLIENT_ID": name,
            "CLIENT_SECRET": self._secrets[name],
            "SMTP_URL": f"smtp://{HOST}:{sandbox.mail_port}",
            "MAIL_FROM": "formation@exemple-formation.example",
            "MAIL_FOLDER": str(sandbox.mails),
        }
