"""Holds one PostgreSQL server of the tests' own for as long as its standard input stays open.

Started by `tests.support.postgres` as `python postgres_keeper.py <folder of the binaries> <folder of the
data> <uid or -1> <gid or -1>`. It prints one line of JSON, {"url": …} or {"error": …}, and then waits: when
the pipe closes, because the run is over or because it died, the server is stopped and its folder removed.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import psycopg

START_SECONDS = 60
STOP_SECONDS = 20

# The server's own time zone is far from Paris and from UTC, so that nothing leans on it unnoticed.
SETTINGS = {
    "listen_addresses": "",
    "max_connections": "300",
    "shared_buffers": "128MB",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "jit": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "4GB",
    "checkpoint_timeout": "1h",
    "TimeZone": "Pacific/Auckland",
}


def main(binaries: Path, folder: Path, uid: int, gid: int) -> int:
    """Run the server until standard input ends. Always removes `folder`."""
    as_user: dict[str, Any] = {} if uid < 0 else {"user": uid, "group": gid, "extra_groups": []}
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    server = None
    try:
        try:
            data = _initialise(binaries, folder, as_user, environment)
            server = _start(binaries, folder, data, as_user, environment)
            _say(url=_wait_until_ready(server, folder))
        except (OSError, subprocess.SubprocessError, RuntimeError) as error:
            _say(error=str(error))
            return 1
        sys.stdin.buffer.read()
        return 0
    finally:
        if server is not None:
            _stop(server)
        shutil.rmtree(folder, ignore_errors=True)


def _say(**what: str) -> None:
    print(json.dumps(what), flush=True)


def _initialise(binaries: Path, folder: Path, as_user: dict[str, Any], environment: dict[str, str]) -> Path:
    data = folder / "data"
    command = [str(binaries / "initdb"), "-D", str(data), "-U", "postgres", "-A", "trust", "-E", "UTF8"]
    done = subprocess.run(
        [*command, "--locale=C", "--no-sync", "--no-instructions"],
        check=False, capture_output=True, text=True, cwd=folder, env=environment, **as_user,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(f"initdb failed: {done.stderr.strip() or done.stdout.strip()}")
    return data


def _start(
    binaries: Path, folder: Path, data: Path, as_user: dict[str, Any], environment: dict[str, str]
) -> subprocess.Popen[bytes]:
    settings = [part for name, value in SETTINGS.items() for part in ("-c", f"{name}={value}")]
    with (folder / "log").open("wb") as log:
        return subprocess.Popen(
            [str(binaries / "postgres"), "-D", str(data), "-k", str(folder), *settings],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=folder, env=environment, **as_user,
        )  # fmt: skip


def _wait_until_ready(server: subprocess.Popen[bytes], folder: Path) -> str:
    url = f"postgresql://postgres@/postgres?host={folder}"
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        try:
            psycopg.connect(url, connect_timeout=2).close()
        except psycopg.OperationalError:
            time.sleep(0.02)
        else:
            return url
    raise RuntimeError(f"the server did not start: {(folder / 'log').read_text(errors='replace')[-2000:]}")


def _stop(server: subprocess.Popen[bytes]) -> None:
    """A fast shutdown, an immediate one where that hangs."""
    for how in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
        if server.poll() is None:
            server.send_signal(how)
        try:
            server.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            continue
        return


def _end_by_signal(*_: object) -> None:
    raise SystemExit(1)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, _end_by_signal)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])))
