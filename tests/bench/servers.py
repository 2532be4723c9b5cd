"""The servers that the platform is measured against, each in a process of its own, ended with the context."""

import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from os import environ
from pathlib import Path
from time import monotonic, sleep

import httpx2

from tests.e2e.ports import free_port

_START_SECONDS = 20
_NGINX = """daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 512; }}
http {{
  access_log off;
  keepalive_requests 1000000;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  upstream service {{ server 127.0.0.1:{upstream}; keepalive 64; }}
  server {{
    listen 127.0.0.1:{port};
    location / {{
      proxy_pass http://service;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
    }}
  }}
}}
"""


def nginx_version() -> str | None:
    """What `nginx -v` says, None where there is no nginx on the PATH."""
    if shutil.which("nginx") is None:
        return None
    told = subprocess.run(["nginx", "-v"], capture_output=True, text=True, check=True).stderr
    return told.strip().rpartition("/")[2]


@contextmanager
def nginx(folder: Path, upstream: int) -> Iterator[str]:
    """The URL of one nginx worker that forwards to a port of this machine over kept connections, logging nothing."""
    folder.mkdir()
    # Its worker gives up root's rights, and keeps its temporary files here.
    folder.chmod(0o777)
    port, configuration = free_port(), folder / "nginx.conf"
    configuration.write_text(_NGINX.format(folder=folder, upstream=upstream, port=port))
    command = ["nginx", "-c", str(configuration), "-p", str(folder), "-e", str(folder / "error.log")]
    with _running(command, f"http://127.0.0.1:{port}"):
        yield f"http://127.0.0.1:{port}"


@contextmanager
def bare(folder: Path, body: bytes) -> Iterator[str]:
    """The URL of tests/bench/bare.py under uvicorn."""
    port, kept = free_port(), folder / "body.json"
    kept.write_bytes(body)
    command = [sys.executable, "-m", "uvicorn", "--factory", "tests.bench.bare:app"]
    command += ["--port", str(port), "--no-access-log", "--log-level", "warning"]
    with _running(command, f"http://127.0.0.1:{port}", BARE_BODY=str(kept)):
        yield f"http://127.0.0.1:{port}"


@contextmanager
def _running(command: Sequence[str], url: str, **variables: str) -> Iterator[None]:
    process = subprocess.Popen(command, env={**environ, **variables}, start_new_session=True)
    try:
        _wait_for(url, process)
        yield
    finally:
        process.terminate()
        process.wait(_START_SECONDS)


def _wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = monotonic() + _START_SECONDS
    while True:
        try:
            httpx2.get(url, timeout=1, trust_env=False)
            return
        except httpx2.TransportError:
            assert process.poll() is None, "the server ended at its start"
            assert monotonic() < deadline, "the server did not start"
            sleep(0.02)
