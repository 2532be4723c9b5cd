"""Holds one PostgreSQL server of the tests' own for as long as its standard input stays open.

Started by `tests.support.postgres` as `python postgres_keeper.py <folder of the binaries> <folder of the
data> <uid or -1> <gid or -1> [<setting>=<value> …]`. It prints one line of JSON, {"url": …} or {"error": …}, and
then waits for commands, a line each and answered in the same way: `immediate` and `kill` make the server crash,
`start` starts it again. When the pipe closes, because the run is over or because it died, the server is stopped and
its folder removed.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
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


class Keeper:
    """The server, on its folder of data; settings: as in postgresql.conf."""

    def __init__(self, binaries: Path, folder: Path, uid: int, gid: int, settings: dict[str, str]) -> None:
        self._binaries = binaries
        self._folder = folder
        self._as_user: dict[str, Any] = {} if uid < 0 else {"user": uid, "group": gid, "extra_groups": []}
        self._environment = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
        self._settings = SETTINGS | settings
        self._server: subprocess.Popen[bytes] | None = None
        self.url = f"postgresql://postgres@/postgres?host={folder}"

    def initialise(self) -> None:
        """Make the folder of data."""
        data = self._folder / "data"
        command = [str(self._binaries / "initdb"), "-D", str(data), "-U", "postgres", "-A", "trust", "-E", "UTF8"]
        done = subprocess.run(
            [*command, "--locale=C", "--no-sync", "--no-instructions"],
            check=False, capture_output=True, text=True, cwd=self._folder, env=self._environment, **self._as_user,
        )  # fmt: skip
        if done.returncode:
            raise RuntimeError(f"initdb failed: {done.stderr.strip() or done.stdout.strip()}")

    def start(self) -> None:
        """Start the server and wait until it answers.

        After a crash it ends at once while a process of the one before still dies: then it is started again.
        """
        is_again, deadline = self._server is not None, time.monotonic() + START_SECONDS
        self._server = self._begin()
        while time.monotonic() < deadline:
            if self._server.poll() is not None:
                if not is_again:
                    break
                self._server = self._begin()
            try:
                psycopg.connect(self.url, connect_timeout=2).close()
            except psycopg.OperationalError:
                time.sleep(0.02)
            else:
                return
        raise RuntimeError(f"the server did not start: {(self._folder / 'log').read_text(errors='replace')[-2000:]}")

    def _begin(self) -> subprocess.Popen[bytes]:
        settings = [part for name, value in self._settings.items() for part in ("-c", f"{name}={value}")]
        command = [str(self._binaries / "postgres"), "-D", str(self._folder / "data"), "-k", str(self._folder)]
        with (self._folder / "log").open("ab") as log:
            return subprocess.Popen(
                [*command, *settings],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self._folder, env=self._environment,
                **self._as_user,
            )  # fmt: skip

    def crash(self, how: str) -> None:
        """End the server without its leave: `immediate`, or `kill` with all the processes that it started."""
        if self._server is None:
            raise RuntimeError("there is no server to crash")
        children = _children_of(self._server.pid) if how == "kill" else []
        # The server first: it would start anew after the death of a child.
        self._server.send_signal(signal.SIGKILL if how == "kill" else signal.SIGQUIT)
        self._server.wait(STOP_SECONDS)
        for child in children:
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)

    def stop(self) -> None:
        """A fast shutdown, an immediate one where that hangs."""
        for how in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
            if self._server is None:
                return
            if self._server.poll() is None:
                self._server.send_signal(how)
            try:
                self._server.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                continue
            return


def main(folder: Path, keeper: Keeper) -> int:
    """Run the server until standard input ends. Always removes `folder`."""
    try:
        try:
            keeper.initialise()
            keeper.start()
            _say(url=keeper.url)
            _obey(keeper)
        except (OSError, subprocess.SubprocessError, RuntimeError) as error:
            _say(error=str(error))
            return 1
        return 0
    finally:
        keeper.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _obey(keeper: Keeper) -> None:
    for line in sys.stdin.buffer:
        command = line.decode().strip()
        if command == "start":
            keeper.start()
        else:
            keeper.crash(command)
        _say(url=keeper.url)


def _children_of(pid: int) -> list[int]:
    listed = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False)
    return [int(line) for line in listed.stdout.split()]


def _say(**what: str) -> None:
    print(json.dumps(what), flush=True)


def _end_by_signal(*_: object) -> None:
    raise SystemExit(1)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, _end_by_signal)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    own_binaries, own_folder = Path(sys.argv[1]), Path(sys.argv[2])
    changed = dict(argument.split("=", 1) for argument in sys.argv[5:])
    sys.exit(main(own_folder, Keeper(own_binaries, own_folder, int(sys.argv[3]), int(sys.argv[4]), changed)))
