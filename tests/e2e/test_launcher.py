"""`make run`: what it prints, what it weighs, how it ends."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from time import monotonic, sleep

import httpx2
import pytest

from tests.e2e.ports import free_base_port, free_port

_ROOT = Path(__file__).parents[2]
_MEGABYTE = 1024 * 1024


class Launched:
    """`make run`'s program, with its output so far."""

    def __init__(self, folder: Path) -> None:
        self.port = free_base_port()
        self.url = f"http://127.0.0.1:{self.port}"
        command = [sys.executable, "-m", "deploy.sandbox.launcher", "--folder", str(folder)]
        command += ["--port", str(self.port), "--mail-port", str(free_port())]
        self.process = subprocess.Popen(
            command, cwd=_ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
        )
        self.output = ""
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.output += line

    def wait_until_ready(self, seconds: float = 40.0) -> None:
        deadline = monotonic() + seconds
        while "Ready." not in self.output:
            assert self.process.poll() is None, self.output
            assert monotonic() < deadline, self.output
            sleep(0.05)

    def children(self) -> list[int]:
        listed = subprocess.run(
            ["ps", "-o", "pid=,args=", "--ppid", str(self.process.pid)], capture_output=True, text=True, check=True
        )
        return [int(line.split()[0]) for line in listed.stdout.splitlines() if "uvicorn" in line]

    def end(self, number: int) -> int:
        self.process.send_signal(number)
        code = self.process.wait(30)
        self.close()
        return code

    def close(self) -> None:
        self._reader.join(5)
        if self.process.stdout is not None:
            self.process.stdout.close()


@pytest.fixture
def launched(tmp_path: Path) -> Iterator[Launched]:
    started = Launched(tmp_path / "sandbox")
    try:
        started.wait_until_ready()
        yield started
    finally:
        if started.process.poll() is None:
            children = started.children()
            started.process.kill()
            started.process.wait()
            for child in children:
                os.kill(child, signal.SIGKILL)
        started.close()


def _bytes_of(pid: int) -> int:
    """The proportional set size: pages that the processes share count once between them."""
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    kilobytes = re.search(r"^Pss: +(\d+) kB$", rollup, re.MULTILINE)
    assert kilobytes is not None
    return int(kilobytes[1]) * 1024


def test_it_prints_addresses_and_a_token_for_each_role(launched: Launched) -> None:
    assert launched.url in launched.output
    assert f"{launched.url}/docs" in launched.output
    tokens = dict(re.findall(r"^(\w+) +(eyJ\S+)$", launched.output, re.MULTILINE))
    assert set(tokens) == {"sales", "accounting", "dpo", "trainer", "customer", "admin"}
    sales = {"authorization": f"Bearer {tokens['sales']}"}
    answer = httpx2.get(f"{launched.url}/v1/courses/MRK-OPE-08/draft", headers=sales, trust_env=False)
    assert answer.status_code == 200
    refused = httpx2.get(f"{launched.url}/v1/courses/MRK-OPE-08/draft", trust_env=False)
    assert refused.status_code == 401


def test_the_five_processes_weigh_less_than_500_mb(launched: Launched) -> None:
    children = launched.children()
    weight = sum(_bytes_of(pid) for pid in children)
    print(f"five processes: {weight / _MEGABYTE:.0f} MB")
    assert len(children) == 5
    assert weight < 500 * _MEGABYTE


def test_it_does_not_take_another_sandbox_for_its_own(launched: Launched, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "deploy.sandbox.launcher", "--folder", str(tmp_path / "second")]
    command += ["--port", str(launched.port), "--mail-port", str(free_port())]
    second = subprocess.run(command, cwd=_ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert second.returncode == 1
    assert f"port {launched.port} is taken" in second.stdout


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["ctrl-c", "sigterm"])
def test_it_stops_all_of_it(launched: Launched, number: int) -> None:
    children = launched.children()

    assert launched.end(number) == 0

    assert "Stopped." in launched.output
    assert not any(Path(f"/proc/{pid}").exists() for pid in children)


def test_a_request_under_way_is_answered_before_it_ends(launched: Launched) -> None:
    sales = re.search(r"^sales +(eyJ\S+)$", launched.output, re.MULTILINE)
    assert sales is not None
    body = json.dumps({"text": "broken"}).encode()
    head = (
        f"POST /v1/course-imports HTTP/1.1\r\nHost: 127.0.0.1:{launched.port}\r\nAuthorization: Bearer {sales[1]}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", launched.port), timeout=20) as connection:
        connection.sendall(head.encode() + body[:5])
        sleep(0.5)  # the services have the head, and wait for the rest
        launched.process.send_signal(signal.SIGTERM)
        sleep(0.5)
        connection.sendall(body[5:])
        answer = b"".join(iter(lambda: connection.recv(65536), b""))

    assert answer.startswith(b"HTTP/1.1 422")
    assert launched.process.wait(30) == 0
